"""Blockchain.com: the price of Bitcoin. https://www.blockchain.com/explorer/api/exchange_rates_api"""

from crypto_pipeline.schema.rows import Price
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows

blockchain_com = Provider(
    "blockchain_com",
    "https://blockchain.info",
    docs="https://www.blockchain.com/explorer/api/exchange_rates_api",
    budget=Budget(6, 60),
)


@blockchain_com.endpoint(Price, "/ticker")
def ticker(payload: Payload) -> Rows:
    """{"USD": {"15m": 90500.5, "last": 90500.5, "buy": 90500.5, "sell": 90500.5, "symbol": "USD"}, "EUR": {...}, ...}

    Bitcoin only; symbol is the currency.
    """
    return [Price("BTC", price_usd=payload["USD"].get("last"))]
