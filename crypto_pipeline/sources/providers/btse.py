"""BTSE, spot market. https://btsecom.github.io/docs"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each, reject_unless

btse = Provider(
    "btse",
    "https://api.btse.com/public-api/market/v1",
    docs="https://btsecom.github.io/docs",
    budget=Budget(10, 1),
)


@btse.endpoint(Quote, "/ticker/24hr")
def tickers(payload: Payload) -> Rows:
    """{"code": 1, "msg": "Success", "success": true, "time": 1795435199000, "data": [{"symbol": "BTC-USD",
    "lastPrice": "90500.1", "openPrice": "90000", "highPrice": "91000", "lowPrice": "89500", "priceChangePercent": "0.006",
    "amount": "1200.5", "volume": "108000000", "openTime": 1795348799, "closeTime": 1795435199, ...}]}

    amount is coins and volume the quote currency. priceChangePercent is a fraction that is rounded too much to be of
    use. Contracts have openInterest.
    """
    reject_unless(payload, "success", True)
    return each(payload["data"], _quote)


def _quote(ticker: Payload) -> Quote | None:
    if "openInterest" in ticker:
        return None
    return Quote(
        ticker["symbol"],
        last=ticker["lastPrice"],
        volume_base=ticker.get("amount"),
        volume_quote=ticker.get("volume"),
        open=ticker.get("openPrice"),
        high=ticker.get("highPrice"),
        low=ticker.get("lowPrice"),
        timestamp=ticker.get("closeTime"),
    )
