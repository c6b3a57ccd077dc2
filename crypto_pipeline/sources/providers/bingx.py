"""BingX, spot market. https://bingx-api.github.io/docs/#/en-us/spot/market-api.html"""

from crypto_pipeline.schema.rows import Candle, Quote
from crypto_pipeline.sources.formats.candles import LARGE_COINS, candle_requests, candles
from crypto_pipeline.sources.kit import (
    Budget,
    Context,
    Pages,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    each,
    reject_unless,
    unread,
)

bingx = Provider(
    "bingx",
    "https://open-api.bingx.com/openApi/spot/v1",
    docs="https://bingx-api.github.io/docs/#/en-us/spot/market-api.html",
    too_often=('"code":100410',),
    budget=Budget(100, 10),
    aliases={
        "TRUMP": "MAGATRUMP",
        "TRUMPSOL": "TRUMP",
        **unread("NAP OMNI SNOW"),
    },  # TRUMP is MAGA there, the official one TRUMPSOL
)


def _now(context: Context) -> list[RequestSpec]:
    """BingX wants to know what time it is with us, in milliseconds."""
    return [RequestSpec(params={"timestamp": str(int(context.now.timestamp() * 1000))})]


@bingx.endpoint(Quote, "/ticker/24hr", requests=_now)
def tickers(payload: Payload) -> Rows:
    """{"code": 0, "timestamp": 1795435199000, "data": [{"symbol": "BTC-USDT", "openPrice": 90000, "highPrice": 91000,
    "lowPrice": 89500, "lastPrice": 90500.1, "priceChange": 500.1, "priceChangePercent": "0.56%", "volume": 1200.5,
    "quoteVolume": 108000000, "openTime": 1795348799000, "closeTime": 1795435199000, "askPrice": 90501, ...}]}

    Numbers come as texts at times; a closeTime of 0 is none.
    """
    reject_unless(payload, "code", 0)
    return each(payload["data"], _quote)


def _quote(ticker: Payload) -> Quote:
    return Quote(
        ticker["symbol"],
        last=ticker["lastPrice"],
        volume_base=ticker.get("volume"),
        volume_quote=ticker.get("quoteVolume"),
        change_percent=str(ticker.get("priceChangePercent")).rstrip("%"),
        open=ticker.get("openPrice"),
        high=ticker.get("highPrice"),
        low=ticker.get("lowPrice"),
        timestamp=ticker.get("closeTime"),
    )


@bingx.endpoint(
    Candle,
    "/market/kline",
    name="candles",
    requests=candle_requests(
        lambda coin: f"{coin}-USDT",
        # In which time zone its days begin is not documented for this request.
        {name: name for name in ("1m", "5m", "15m", "30m", "1h", "4h")},
        symbol="{market}",
        interval="{length}",
        timestamp="{now_ms}",
        kept_up=LARGE_COINS,
    ),
    history=Pages(1440, {"startTime": "{before_ms}", "endTime": "{end_ms}", "limit": "{size}"}, since="2018-05-01"),
    cadence=15,
    limit=100,
)
def kline(payload: Payload, spec: RequestSpec) -> Rows:
    """{"code": 0, "timestamp": 1795435199000, "data": [[1795431600000, 90400, 90600, 90300, 90500.1, 5.5, 1795435199999,
    497000]]}

    Time of opening, open, high, low, close, coins, time of closing, turnover; newest first.
    """
    reject_unless(payload, "code", 0)
    return candles(payload["data"], spec, time=0, open=1, high=2, low=3, close=4, volume=5, volume_quote=7)
