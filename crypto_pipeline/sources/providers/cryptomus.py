"""Cryptomus, spot market. https://doc.cryptomus.com"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each

cryptomus = Provider(
    "cryptomus",
    "https://api.cryptomus.com/v1/exchange",
    docs="https://doc.cryptomus.com",
    budget=Budget(10, 1),
    quirks="Prices and volumes alone.",
)


@cryptomus.endpoint(Quote, "/market/tickers")
def tickers(payload: Payload) -> Rows:
    """{"data": [{"currency_pair": "BTC_USDT", "last_price": "90500.1", "base_volume": "120.5", "quote_volume": "10880000"}]}"""
    return each(payload["data"], _quote)


def _quote(ticker: Payload) -> Quote:
    return Quote(
        ticker["currency_pair"],
        last=ticker["last_price"],
        volume_base=ticker.get("base_volume"),
        volume_quote=ticker.get("quote_volume"),
    )
