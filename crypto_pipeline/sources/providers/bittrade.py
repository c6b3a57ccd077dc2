"""BitTrade (Japan), once Huobi Japan, spot market. https://api-doc.bittrade.co.jp"""

from functools import partial

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.formats.tickers import like_htx
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each, reject_unless

bittrade = Provider(
    "bittrade",
    "https://api-cloud.bittrade.co.jp",
    local_money="JPY",
    docs="https://api-doc.bittrade.co.jp",
    too_often=("too-many-request", "exceeded rate limit"),
    budget=Budget(10, 1),
    quirks="Most of its markets are in yen.",
)


@bittrade.endpoint(Quote, "/market/tickers")
def tickers(payload: Payload) -> Rows:
    """{"status": "ok", "ts": 1795435199000, "data": [{"symbol": "btcjpy", "open": 14000000, "high": 14200000,
    "low": 13900000, "close": 14100000, "amount": 30.5, "vol": 430000000.0, "count": 100, "bid": 14099000, ...}]}

    amount is coins and vol the quote currency. open is the price 24 hours ago. ts is the time of the whole list.
    """
    reject_unless(payload, "status", "ok")
    return each(payload["data"], partial(like_htx, said_at=payload.get("ts")))
