"""CoinDCX (India), spot market. https://docs.coindcx.com/#ticker"""

from crypto_pipeline.schema.rows import Candle, Quote
from crypto_pipeline.sources.formats.candles import LARGE_COINS, NOT_CONFIRMED, candle_requests, candles
from crypto_pipeline.sources.kit import Budget, Pages, Payload, Provider, RequestSpec, Rows, each

coindcx = Provider(
    "coindcx",
    "https://api.coindcx.com/exchange",
    docs="https://docs.coindcx.com/#ticker",
    too_often=('"code":429',),
    budget=Budget(10, 1),
    quirks="Only its rupee markets are read: the others mirror the books of Binance.",
)
coindcx_public = Provider(
    "coindcx_public",
    "https://public.coindcx.com/market_data",
    docs="https://docs.coindcx.com/#candles",
    too_often=('"code":429',),
    source="coindcx",
    budget=Budget(10, 1),
    quirks="Its dollar markets (B-BTC_USDT) mirror the books of Binance, and so do their candles.",
)


@coindcx.endpoint(Quote, "/ticker")
def tickers(payload: Payload) -> Rows:
    """[{"market": "BTCINR", "change_24_hour": "0.56", "high": "8100000", "low": "7900000", "volume": "11500000",
    "last_price": "8005000", "bid": "8000000", "ask": "8010000", "timestamp": 1795435199}]

    volume is the QUOTE currency, change_24_hour percent.
    """
    return each(payload, _quote)


def _quote(ticker: Payload) -> Quote | None:
    if not ticker["market"].endswith("INR"):
        return None
    return Quote(
        ticker["market"],
        last=ticker["last_price"],
        volume_quote=ticker.get("volume"),
        change_percent=ticker.get("change_24_hour"),
        high=ticker.get("high"),
        low=ticker.get("low"),
        timestamp=ticker.get("timestamp"),
    )


@coindcx_public.endpoint(
    Candle,
    "/candles",
    requests=candle_requests(
        lambda coin: f"B-{coin}_USDT",
        {name: name for name in ("1m", "5m", "15m", "30m", "1h", "4h", "1d", "1w")},
        pair="{market}",
        interval="{length}",
        kept_up=LARGE_COINS,
    ),
    name="candles",
    history=Pages(
        1000,
        {"startTime": "{start_ms}", "endTime": "{last_ms}", "limit": "{size}"},
        since="2018-04-01",
        doubt=NOT_CONFIRMED,
    ),
    cadence=15,
    limit=100,
)
def market_candles(payload: Payload, spec: RequestSpec) -> Rows:
    """[{"open": 90400, "high": 90600, "low": 90300, "volume": 5.5, "close": 90500, "time": 1795431600000}]"""
    return candles(payload, spec, time="time", open="open", high="high", low="low", close="close", volume="volume")
