"""Luno (South Africa and others), spot market. https://www.luno.com/en/developers/api"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each

luno = Provider(
    "luno",
    "https://api.luno.com/api/1",
    docs="https://www.luno.com/en/developers/api#tag/Market/operation/GetTickers",
    too_often=("ErrTooManyRequests",),
    budget=Budget(5, 1),
)


@luno.endpoint(Quote, "/tickers")
def tickers(payload: Payload) -> Rows:
    """{"tickers": [{"pair": "XBTZAR", "timestamp": 1795435199000, "bid": "1560000", "ask": "1561000",
    "last_trade": "1560500", "rolling_24_hour_volume": "30.5", "status": "ACTIVE"}]}

    The volume is coins. A market that is not ACTIVE keeps an old last_trade.
    """
    return each(payload["tickers"], _quote)


def _quote(ticker: Payload) -> Quote | None:
    if (ticker.get("status") or "ACTIVE") != "ACTIVE":
        return None
    return Quote(
        ticker["pair"],
        last=ticker["last_trade"],
        volume_base=ticker.get("rolling_24_hour_volume"),
        timestamp=ticker.get("timestamp"),
    )
