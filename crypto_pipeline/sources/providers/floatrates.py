"""FloatRates: daily exchange rates. https://www.floatrates.com/json-feeds.html"""

from crypto_pipeline.schema.rows import Rate
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each, number, significant_digits

floatrates = Provider(
    "floatrates",
    "https://www.floatrates.com/daily",
    docs="https://www.floatrates.com/json-feeds.html",
    budget=Budget(2, 3600),
)


@floatrates.endpoint(Rate, "/usd.json", cadence=720)
def rates(payload: Payload) -> Rows:
    """{"krw": {"code": "KRW", "alphaCode": "KRW", "numericCode": "410", "name": "South-Korean Won", "rate": 1465.1,
    "date": "Mon, 23 Nov 2026 05:55:11 GMT", "inverseRate": 0.00068254}}

    inverseRate is dollars for one unit. The list of another money has the dollar among the others, and does not say which it is.
    """
    dollar = payload.get("usd")

    def rate(entry: Payload) -> Rate | None:
        worth = entry["inverseRate"]
        if dollar is not None:
            worth = None if entry is dollar else number(worth) / number(dollar["inverseRate"])
        return worth and Rate(entry["code"], worth, entry.get("date"), significant_digits(entry["inverseRate"]))

    return each(payload.values(), rate)
