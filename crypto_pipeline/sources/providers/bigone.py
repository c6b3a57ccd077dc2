"""BigONE, spot market. https://open.big.one/docs/spot_asset_pair_ticker.html"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each, reject_unless, unread

bigone = Provider(
    "bigone",
    "https://big.one/api/v3",
    docs="https://open.big.one/docs/spot_asset_pair_ticker.html",
    too_often=('"code":10429',),
    budget=Budget(500, 10),
    aliases=unread("CRE FREE FXT MBN ONE"),
)


@bigone.endpoint(Quote, "/asset_pairs/tickers")
def tickers(payload: Payload) -> Rows:
    """{"code": 0, "data": [{"asset_pair_name": "BTC-USDT", "bid": {"price": "90499", "order_count": 1, "quantity": "1"},
    "ask": {...}, "open": "90000", "high": "91000", "low": "89500", "close": "90500.1", "volume": "120.5",
    "daily_change": "500.1"}]}

    daily_change is a difference of prices; dead markets have nulls.
    """
    reject_unless(payload, "code", 0)
    return each(payload["data"], _quote)


def _quote(ticker: Payload) -> Quote | None:
    if ticker["close"] is None:
        return None
    return Quote(
        ticker["asset_pair_name"],
        last=ticker["close"],
        volume_base=ticker.get("volume"),
        open=ticker.get("open"),
        high=ticker.get("high"),
        low=ticker.get("low"),
    )
