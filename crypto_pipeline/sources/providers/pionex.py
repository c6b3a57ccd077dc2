"""Pionex, spot market. https://pionex-doc.gitbook.io/apidocs"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each, reject_unless

pionex = Provider(
    "pionex",
    "https://api.pionex.com/api/v1",
    docs="https://pionex-doc.gitbook.io/apidocs",
    budget=Budget(10, 1),
)


@pionex.endpoint(Quote, "/market/tickers")
def tickers(payload: Payload) -> Rows:
    """{"result": true, "timestamp": 1795435199000, "data": {"tickers": [{"symbol": "BTC_USDT", "time": 1795435199000,
    "open": "90000", "close": "90500.1", "high": "91000", "low": "89500", "volume": "1200.5", "amount": "108000000",
    "count": 1000}]}}

    volume is coins and amount the quote currency. BTC_USDT_PERP would be a contract.
    """
    reject_unless(payload, "result", True)
    return each(payload["data"]["tickers"], _quote)


def _quote(ticker: Payload) -> Quote | None:
    if ticker["symbol"].endswith("_PERP"):
        return None
    return Quote(
        ticker["symbol"],
        last=ticker["close"],
        volume_base=ticker.get("volume"),
        volume_quote=ticker.get("amount"),
        open=ticker.get("open"),
        high=ticker.get("high"),
        low=ticker.get("low"),
        timestamp=ticker.get("time"),
    )
