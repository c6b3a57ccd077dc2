"""Bitpanda (Austria): the prices of a broker. https://developers.bitpanda.com/platform/#ticker"""

from crypto_pipeline.schema.rows import Price
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each

bitpanda = Provider(
    "bitpanda",
    "https://api.bitpanda.com/v1",
    docs="https://developers.bitpanda.com/platform/#ticker",
    budget=Budget(10, 10),
    quirks="Metals and shares are in the same list as coins.",
)


@bitpanda.endpoint(Price, "/ticker", on=False)
def ticker(payload: Payload) -> Rows:
    """{"BTC": {"EUR": "78400.1", "USD": "90500.2", "CHF": "73000.5", "GBP": "68900.1"}}"""
    return each(payload.items(), lambda symbol, prices: Price(symbol, price_usd=prices["USD"]))
