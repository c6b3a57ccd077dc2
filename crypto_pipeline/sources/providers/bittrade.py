"""BitTrade (Japan), once Huobi Japan, spot market. https://api-doc.bittrade.co.jp"""

from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each, reject
from crypto_pipeline.sources.rows import Quote

bittrade = Provider(
    "bittrade",
    "https://api-cloud.bittrade.co.jp",
    local_money="JPY",
    docs="https://api-doc.bittrade.co.jp",
    budget=Budget(10, 1),
    quirks="Most of its markets are in yen.",
)


@bittrade.endpoint(Quote, "/market/tickers")
def tickers(payload: Payload) -> Rows:
    """{"status": "ok", "ts": 1795435199000, "data": [{"symbol": "btcjpy", "open": 14000000, "high": 14200000,
    "low": 13900000, "close": 14100000, "amount": 30.5, "vol": 430000000.0, "count": 100, "bid": 14099000, ...}]}

    amount is coins and vol the quote currency. open is the price 24 hours ago. ts is the time of the whole list.
    """
    reject("" if payload["status"] == "ok" else payload.get("err-msg") or payload["status"])
    said_at = payload["ts"]

    def quote(ticker: Payload) -> Quote:
        return Quote(
            ticker["symbol"],
            last=ticker["close"],
            volume_base=ticker["amount"],
            volume_quote=ticker["vol"],
            open=ticker["open"],
            high=ticker["high"],
            low=ticker["low"],
            timestamp=said_at,
        )

    return each(payload["data"], quote)
