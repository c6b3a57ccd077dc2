"""mempool.space: the price of Bitcoin. https://mempool.space/docs/api/rest"""

from crypto_pipeline.schema.rows import Price
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows

mempool_prices = Provider(
    "mempool_prices",
    "https://mempool.space/api/v1",
    docs="https://mempool.space/docs/api/rest",
    source="mempool_space",
    budget=Budget(30, 300),
    quirks="Whole dollars.",
)


@mempool_prices.endpoint(Price, "/prices")
def prices(payload: Payload) -> Rows:
    """{"time": 1795435140, "USD": 90500, "EUR": 78011, "GBP": 67422, "CAD": 126700, "CHF": 72900, "AUD": 139000, "JPY": 14136000}

    Units of money for one bitcoin.
    """
    return [Price("BTC", price_usd=payload.get("USD"), timestamp=payload.get("time"))]
