"""Bitget, spot market. https://www.bitget.com/api-doc/spot/market/Get-Tickers"""

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
    scaled,
    unread,
)

bitget = Provider(
    "bitget",
    "https://api.bitget.com/api/v2/spot/market",
    docs="https://www.bitget.com/api-doc/spot/market/Get-Tickers",
    too_often=('"code":"429"', '"code":"30007"'),
    budget=Budget(20, 1),
    aliases={"GEL": "GELATO", **unread("APX BIFI DEGEN EVA JADE OMNI")},
)


@bitget.endpoint(Quote, "/tickers")
def tickers(payload: Payload) -> Rows:
    """{"code": "00000", "msg": "success", "requestTime": 1795435199000, "data": [{"symbol": "BTCUSDT", "lastPr": "90500.1",
    "open": "90000", "high24h": "91000", "low24h": "89500", "baseVolume": "1200.5", "quoteVolume": "108000000",
    "usdtVolume": "107999999.9", "ts": "1795435198900", "changeUtc24h": "0.0044", "change24h": "0.0056", ...}]}

    change24h is a fraction over 24 hours, changeUtc24h one since midnight.
    """
    reject_unless(payload, "code", "00000")
    return each(payload["data"], _quote)


def _quote(ticker: Payload) -> Quote:
    return Quote(
        ticker["symbol"],
        last=ticker["lastPr"],
        volume_base=ticker.get("baseVolume"),
        volume_quote=ticker.get("quoteVolume"),
        change_percent=scaled(ticker.get("change24h"), 100),
        open=ticker.get("open"),
        high=ticker.get("high24h"),
        low=ticker.get("low24h"),
        timestamp=ticker.get("ts"),
    )


@bitget.endpoint(
    Candle,
    "/candles",
    name="candles",
    requests=candle_requests(
        lambda coin: f"{coin}USDT",
        # 1day and 1week begin at 16:00 UTC.
        {"1m": "1min", "5m": "5min", "15m": "15min", "30m": "30min", "1h": "1h", "4h": "4h", "1d": "1Dutc"},
        symbol="{market}",
        granularity="{length}",
        kept_up=LARGE_COINS,
    ),
    history=Pages(200, {"endTime": "{end_ms}", "limit": "{size}"}, since="2018-09-01", path="/history-candles"),
    cadence=15,
    docs="https://www.bitget.com/api-doc/spot/market/Get-Candle-Data",
    limit=100,
)
def market_candles(payload: Payload, spec: RequestSpec) -> Rows:
    """{"code": "00000", "msg": "success", "requestTime": 1795435199000, "data": [
    ["1795431600000", "90400", "90600", "90300", "90500.1", "5.5", "497000", "497000"]]}

    Time of opening, open, high, low, close, coins, turnover in USDT, turnover in the money of the market.
    """
    reject_unless(payload, "code", "00000")
    return candles(payload["data"], spec, time=0, open=1, high=2, low=3, close=4, volume=5, volume_quote=7)
