"""Bank of Canada: daily exchange rates. https://www.bankofcanada.ca/valet/docs"""

import re

from crypto_pipeline.schema.rows import Rate, Row
from crypto_pipeline.sources.kit import (
    Budget,
    Expected,
    Pages,
    Payload,
    Provider,
    Rows,
    Unreadable,
    each,
    number,
    significant_digits,
)

bank_of_canada = Provider(
    "bank_of_canada",
    "https://www.bankofcanada.ca/valet",
    docs="https://www.bankofcanada.ca/valet/docs",
    budget=Budget(6, 3600),
    quirks="Published at 16:30 in Toronto on working days.",
)

_IN_CANADIAN_DOLLARS = re.compile("FX[A-Z]{3}CAD")
"""Series that are the other way round, FXCADUSD, stand beside them in answers about single series."""
WEEK = 7 * 24 * 60
"""Minutes; over holidays a rate stands for days."""


@bank_of_canada.endpoint(
    Rate,
    "/observations/group/FX_RATES_DAILY/json",
    cadence=720,
    answer=Expected(stale_after_minutes=WEEK),
    history=Pages(700, {"start_date": "{start_date}", "end_date": "{last_date}"}, since="2017-01-03", drop=("recent",)),
    recent=1,
)
def rates(payload: Payload) -> Rows:
    """{"terms": {...}, "seriesDetail": {...}, "observations": [{"d": "2019-12-31", "FXMYRCAD": {"v": "0.3182"}},
    {"d": "2026-11-20", "FXUSDCAD": {"v": "1.3938"}, "FXEURCAD": {"v": "1.6075"}, "FXKRWCAD": {"v": "0.000983"}}]}

    Canadian dollars for one unit. The newest value of each series, so days of series that ended are in the list: only days
    on which the dollar was rated can be turned into dollars.
    """
    return each(payload["observations"], _day)


def _day(observation: Payload) -> list[Row | Unreadable] | None:
    if "FXUSDCAD" not in observation:
        return None
    day, usd = observation["d"], number(observation["FXUSDCAD"]["v"])
    rated = (name for name in observation if _IN_CANADIAN_DOLLARS.fullmatch(name) and name != "FXUSDCAD")

    def rate(name: str) -> Rate:
        value = observation[name]["v"]
        return Rate(name[2:5], number(value) / usd, day, significant_digits(value))

    return [Rate("CAD", 1 / usd, day, significant_digits(observation["FXUSDCAD"]["v"])), *each(rated, rate)]
