"""Frankfurter: daily reference rates of central banks. https://frankfurter.dev"""

from crypto_pipeline.schema.rows import Rate
from crypto_pipeline.sources.formats.exchange_rates import DOLLAR, in_dollars
from crypto_pipeline.sources.kit import Expected, Pages, Payload, Provider, Rows, each, number, significant_digits

WEEK = 7 * 24 * 60
"""Minutes; around Easter a rate stands for nearly six days."""
_REST = "Weekends and holidays keep the rate of the last working day."

frankfurter = Provider(
    "frankfurter",
    "https://api.frankfurter.dev/v1",
    docs="https://frankfurter.dev",
    per_minute=30,
    quirks=f"The rates of the European Central Bank, set once a day. {_REST}",
)
frankfurter_blend = Provider(
    "frankfurter_blend",
    "https://api.frankfurter.dev/v2",
    docs="https://frankfurter.dev",
    per_minute=30,
    quirks=f"A blend of many central banks, also for currencies that the European one does not rate. {_REST}",
)


@frankfurter.endpoint(
    Rate,
    "/latest",
    cadence=360,
    answer=Expected(stale_after_minutes=WEEK),
    history=Pages(360, path="/{start_date}..{last_date}", since="2009-01-05"),
    base="USD",
    symbols="EUR,JPY,KRW,GBP,TRY,BRL,INR",
)
def rates(payload: Payload) -> Rows:
    """{"amount": 1.0, "base": "USD", "date": "2026-11-20", "rates": {"EUR": 0.862, "KRW": 1465.1}}

    Units for amount of the base. The rates of several days are {"start_date": ..., "end_date": ..., "rates": {"2026-11-20": {"EUR":
    0.862}}}.
    """
    days = payload["rates"] if "start_date" in payload else {payload.get("date"): payload["rates"]}
    for day, rated in days.items():
        yield from in_dollars(rated, base=payload.get("base"), amount=payload.get("amount"), at=day)


@frankfurter_blend.endpoint(
    Rate,
    "/rates",
    name="rates",
    cadence=360,
    answer=Expected(stale_after_minutes=WEEK),
    base="USD",
    quotes="EUR,JPY,KRW,GBP,VND,NGN",
)
def blended_rates(payload: Payload) -> Rows:
    """[{"date": "2026-11-20", "base": "USD", "quote": "EUR", "rate": 0.862}]

    Units of quote for one of base. Where that is not the dollar, the dollar is a quote of the same day.
    """
    dollars = {(entry["date"], entry["base"]): entry["rate"] for entry in payload if _is_of_the_dollar(entry)}

    def rate(entry: Payload) -> Rate:
        base, units, day = entry.get("base") or DOLLAR, number(entry["rate"]), entry.get("date")
        digits = significant_digits(entry["rate"])
        if entry["quote"] == DOLLAR != base:
            return Rate(base, units, day, digits)
        return Rate(entry["quote"], (1 if base == DOLLAR else number(dollars[day, base])) / units, day, digits)

    return each(payload, rate)


def _is_of_the_dollar(entry: Payload) -> bool:
    return isinstance(entry, dict) and entry.get("quote") == DOLLAR and {"date", "base", "rate"} <= entry.keys()
