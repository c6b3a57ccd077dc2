"""currency-api, a community's daily exchange rates. https://github.com/fawazahmed0/exchange-api"""

from crypto_pipeline.schema.rows import Rate
from crypto_pipeline.sources.formats.exchange_rates import in_dollars
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows
from crypto_pipeline.sources.symbols import FIAT

currency_api = Provider(
    "currency_api",
    "https://latest.currency-api.pages.dev/v1/currencies",
    docs="https://github.com/fawazahmed0/exchange-api",
    budget=Budget(6, 3600),
)


@currency_api.endpoint(Rate, "/usd.json", cadence=360)
def rates(payload: Payload) -> Rows:
    """{"date": "2026-11-23", "usd": {"eur": 0.862, "krw": 1465.1, "btc": 1.10497e-05}}

    Units for one of the money that has the list. Coins are in the same list and are passed over.
    """
    ((base, units),) = ((name, member) for name, member in payload.items() if name != "date")
    return in_dollars(units, base=base, at=payload.get("date"), only=FIAT)
