"""HTX, once Huobi, spot market. https://www.htx.com/en-us/opend/newApiPages/"""

from functools import partial

from crypto_pipeline.schema.rows import Candle, Quote
from crypto_pipeline.sources.formats.candles import LARGE_COINS, candle_requests, candles
from crypto_pipeline.sources.formats.tickers import like_htx
from crypto_pipeline.sources.kit import (
    Budget,
    Pages,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    about,
    each,
    reject_unless,
    unread,
)

htx = Provider(
    "htx",
    "https://api.huobi.pro/market",
    docs="https://www.htx.com/en-us/opend/newApiPages/",
    too_often=("too-many-request", "exceeded rate limit"),
    budget=Budget(100, 10),
    aliases=unread("BIFI GET GTC HIT PNT SBTC SOUL"),
    quirks="HIT, GTC and SOUL are other coins than elsewhere and are not read. Its documentation calls open, high and low those of "
    "the day in Singapore; client libraries read them as those of 24 hours, and so do we.",
)


@htx.endpoint(Quote, "/tickers")
def tickers(payload: Payload) -> Rows:
    """{"status": "ok", "ts": 1795435199000, "data": [{"symbol": "btcusdt", "open": 90000, "high": 91000, "low": 89500,
    "close": 90500.1, "amount": 1200.5, "vol": 108000000.0, "count": 1000, "bid": 90499, ...}]}

    amount is coins and vol the quote currency. open is the price 24 hours ago. ts is the time of the whole list.
    """
    reject_unless(payload, "status", "ok")
    return each(payload["data"], partial(like_htx, said_at=payload.get("ts")))


@htx.endpoint(
    Candle,
    "/history/kline",
    name="candles",
    requests=candle_requests(
        lambda coin: f"{coin.lower()}usdt",
        # Days and weeks of HTX begin at 16:00 UTC.
        {"1m": "1min", "5m": "5min", "15m": "15min", "30m": "30min", "1h": "60min", "4h": "4hour"},
        symbol="{market}",
        period="{length}",
        kept_up=LARGE_COINS,
    ),
    history=Pages(2000, {"size": "{size}"}, since="2017-10-01", reach=2000),
    cadence=15,
    size=100,
)
def kline(payload: Payload, spec: RequestSpec) -> Rows:
    """{"ch": "market.btcusdt.kline.60min", "status": "ok", "ts": 1795435199000, "data": [{"id": 1795431600, "open": 90400,
    "close": 90500.1, "low": 90300, "high": 90600, "amount": 5.5, "vol": 497000.0, "count": 90}]}

    id is the time of opening, amount is coins; newest first.
    """
    reject_unless(payload, "status", "ok")
    channel = str(payload.get("ch") or "").split(".")
    about(channel[1] if len(channel) > 1 else None, spec.values["market"])
    return candles(
        payload["data"],
        spec,
        time="id",
        open="open",
        high="high",
        low="low",
        close="close",
        volume="amount",
        volume_quote="vol",
        trades="count",
    )
