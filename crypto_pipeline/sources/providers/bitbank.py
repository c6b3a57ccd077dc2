"""bitbank (Japan), spot market. https://github.com/bitbankinc/bitbank-api-docs"""

from collections.abc import Iterator
from datetime import timedelta

from crypto_pipeline.schema.rows import Candle, Quote
from crypto_pipeline.sources.formats.candles import LARGE_COINS, candles
from crypto_pipeline.sources.kit import Budget, Context, Payload, Provider, RequestSpec, Rows, each, reject_unless

bitbank = Provider(
    "bitbank",
    "https://public.bitbank.cc",
    local_money="JPY",
    docs="https://github.com/bitbankinc/bitbank-api-docs/blob/master/public-api.md",
    too_often=('"code":10009',),
    budget=Budget(10, 1),
    quirks="Nearly all of its markets are in yen.",
)


@bitbank.endpoint(Quote, "/tickers")
def tickers(payload: Payload) -> Rows:
    """{"success": 1, "data": [{"pair": "btc_jpy", "sell": "14100100", "buy": "14100000", "high": "14200000",
    "low": "13900000", "open": "14000000", "last": "14100050", "vol": "300.5", "timestamp": 1795435199000}]}

    vol is coins, open is the price 24 hours ago. A market that rests has null for a price. An error is
    {"success": 0, "data": {"code": 10000}}.
    """
    reject_unless(payload, "success", 1)
    return each(payload["data"], _quote)


def _quote(ticker: Payload) -> Quote | None:
    if ticker["last"] is None:
        return None
    return Quote(
        ticker["pair"],
        last=ticker["last"],
        volume_base=ticker.get("vol"),
        open=ticker.get("open"),
        high=ticker.get("high"),
        low=ticker.get("low"),
        timestamp=ticker.get("timestamp"),
    )


LENGTHS = {"1m": "1min", "5m": "5min", "15m": "15min", "30m": "30min", "1h": "1hour", "4h": "4hour", "1d": "1day"}
IN_ONE_YEAR = frozenset({"4h", "1d"})
"""An answer has a year of these, and a day of the shorter ones."""


def _periods(context: Context) -> Iterator[RequestSpec]:
    """The day or year of this moment; in the first hour the one before, whose last candle has closed meanwhile."""
    moment = context.now - timedelta(hours=1)
    for symbol in LARGE_COINS:
        for interval in context.intervals:
            if symbol in context.universe and interval in LENGTHS:
                period = f"{moment:%Y}" if interval in IN_ONE_YEAR else f"{moment:%Y%m%d}"
                values = {"market": f"{symbol.lower()}_jpy", "length": LENGTHS[interval], "period": period}
                yield RequestSpec(f"{symbol} {interval}", values={"symbol": symbol, "interval": interval, **values})


@bitbank.endpoint(Candle, "/{market}/candlestick/{length}/{period}", name="candles", requests=_periods, cadence=15)
def yen_candles(payload: Payload, spec: RequestSpec) -> Rows:
    """{"success": 1, "data": {"candlestick": [{"type": "1hour", "ohlcv": [["14000000", "14080000", "13990000", "14050000",
    "5.5", 1795431600000]]}], "timestamp": 1795435199000}}

    Open, high, low, close, coins, time of opening; oldest first. Days begin at midnight UTC.
    """
    reject_unless(payload, "success", 1)
    entries = payload["data"]["candlestick"][0]["ohlcv"]
    return candles(entries, spec, time=5, open=0, high=1, low=2, close=3, volume=4, currency="JPY")
