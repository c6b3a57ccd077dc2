"""BTCBOX (Japan), spot market. https://blog.btcbox.jp/en/archives/8762"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each

btcbox = Provider(
    "btcbox",
    "https://www.btcbox.co.jp/api/v1",
    local_money="JPY",
    docs="https://blog.btcbox.jp/en/archives/8762",
    budget=Budget(10, 10),
    quirks="Markets are in yen. How it spells them is not documented.",
)


@btcbox.endpoint(Quote, "/tickers", on=False)
def tickers(payload: Payload) -> Rows:
    """{"BTC_JPY": {"high": 14200000, "low": 13900000, "buy": 14099000, "sell": 14101000, "last": 14100000, "vol": 30.5,
    "volume": 430000000}}

    vol is coins and volume yen.
    """
    return each(payload.items(), _quote)


def _quote(pair: str, ticker: Payload) -> Quote:
    return Quote(
        pair,
        last=ticker["last"],
        volume_base=ticker.get("vol"),
        volume_quote=ticker.get("volume"),
        high=ticker.get("high"),
        low=ticker.get("low"),
    )
