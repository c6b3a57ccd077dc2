"""LBank, spot market. https://www.lbank.com/en-US/docs/index.html"""

from crypto_pipeline.schema.rows import Candle, Quote
from crypto_pipeline.sources.formats.candles import LARGE_COINS, candle_requests, candles
from crypto_pipeline.sources.kit import (
    Budget,
    Pages,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    each,
    reject_unless,
    unread,
)

lbank = Provider(
    "lbank",
    "https://api.lbank.info/v2",
    docs="https://www.lbank.com/en-US/docs/index.html",
    too_often=('"error_code":10004',),
    budget=Budget(200, 10),
    aliases={"GMT": "GMTTOKEN", "VET_ERC20": "VEN", **unread("HIT PNT SHINJA")},
    quirks="Nobody else vouches for its volumes.",
)


@lbank.endpoint(Quote, "/ticker/24hr.do", symbol="all")
def tickers(payload: Payload) -> Rows:
    """{"msg": "Success", "result": "true", "data": [{"symbol": "btc_usdt", "ticker": {"high": "91000", "vol": "1200.5",
    "low": "89500", "change": "0.56", "turnover": "108000000", "latest": "90500.1"}, "timestamp": 1795435199000}],
    "error_code": 0, "ts": 1795435199100}

    change is percent, vol is coins. result is a text.
    """
    reject_unless(payload, "error_code", 0)
    return each(payload["data"], _quote)


def _quote(market: Payload) -> Quote:
    ticker = market["ticker"]
    return Quote(
        market["symbol"],
        last=ticker["latest"],
        volume_base=ticker.get("vol"),
        volume_quote=ticker.get("turnover"),
        change_percent=ticker.get("change"),
        high=ticker.get("high"),
        low=ticker.get("low"),
        timestamp=market.get("timestamp"),
    )


@lbank.endpoint(
    Candle,
    "/kline.do",
    name="candles",
    requests=candle_requests(
        lambda coin: f"{coin.lower()}_usdt",
        # Days and weeks of LBank begin at 16:00 UTC.
        {"1m": "minute1", "5m": "minute5", "15m": "minute15", "30m": "minute30", "1h": "hour1", "4h": "hour4"},
        symbol="{market}",
        type="{length}",
        time="{start}",
        kept_up=LARGE_COINS,
    ),
    history=Pages(2000, {"time": "{start}", "size": "{size}"}, since="2017-09-01"),
    cadence=15,
    size=100,
)
def kline(payload: Payload, spec: RequestSpec) -> Rows:
    """{"msg": "Success", "result": "true", "data": [[1795431600, 90400, 90600, 90300, 90500, 5.5]], "error_code": 0,
    "ts": 1795435199000}

    Time of opening, open, high, low, close, coins; oldest first.
    """
    reject_unless(payload, "error_code", 0)
    return candles(payload["data"], spec, time=0, open=1, high=2, low=3, close=4, volume=5)
