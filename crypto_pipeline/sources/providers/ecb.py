"""European Central Bank: euro reference rates of the day.

https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/html/index.en.html
"""

from crypto_pipeline.schema.rows import Rate
from crypto_pipeline.sources.formats.exchange_rates import in_dollars
from crypto_pipeline.sources.formats.xml import Element, root_of
from crypto_pipeline.sources.kit import (
    Budget,
    Expected,
    Payload,
    Provider,
    Rows,
)

ecb = Provider(
    "ecb",
    "https://www.ecb.europa.eu/stats/eurofxref",
    docs="https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/html/index.en.html",
    budget=Budget(6, 3600),
    quirks="Set about 16:00 in Frankfurt on working days.",
)

WEEK = 7 * 24 * 60
"""Minutes; around Easter a rate stands for nearly six days."""

CUBE = "{http://www.ecb.int/vocabulary/2002-08-01/eurofxref}Cube"


@ecb.endpoint(Rate, "/eurofxref-daily.xml", cadence=360, answer=Expected(format="xml", stale_after_minutes=WEEK))
def reference_rates(payload: Payload) -> Rows:
    """<gesmes:Envelope ...><Cube><Cube time="2026-11-20"><Cube currency="USD" rate="1.1601"/><Cube currency="JPY" rate="181.2"/>
    </Cube></Cube></gesmes:Envelope>

    Units for one euro.
    """
    for day in root_of(payload).iterfind(f"{CUBE}/{CUBE}[@time]"):
        yield from _rates(day)


def _rates(day: Element) -> Rows:
    set_on = day.attrib["time"]
    per_euro = {cube.attrib["currency"]: cube.get("rate") for cube in day}
    yield from in_dollars(per_euro, base="EUR", at=set_on)
