"""Binance.US, spot market. https://docs.binance.us"""

from crypto_pipeline.schema.rows import Book, Candle, Quote
from crypto_pipeline.sources.formats.books import best_prices
from crypto_pipeline.sources.formats.candles import LARGE_COINS, binance_candles, candle_requests
from crypto_pipeline.sources.formats.tickers import like_binance
from crypto_pipeline.sources.kit import Pages, Payload, Provider, Rows, each, get

binance_us = Provider(
    "binance_us",
    "https://api.binance.us/api/v3",
    docs="https://docs.binance.us",
    too_often=('"code":-1003', '"code":-1015'),
    per_minute=1200,
    quirks="Hardly anybody trades in many of its markets.",
)


@binance_us.endpoint(Quote, get("/ticker/24hr", weight=40))
def tickers(payload: Payload) -> Rows:
    """[{"symbol": "BTCUSDT", "priceChange": "500.1", "priceChangePercent": "0.556", "lastPrice": "90500.1",
    "openPrice": "90000", "highPrice": "91000", "lowPrice": "89500", "volume": "1200.5", "quoteVolume": "108000000",
    "openTime": 1795348799000, "closeTime": 1795435199000, ...}]

    priceChangePercent is percent.
    """
    return each(payload, like_binance)


binance_us.endpoint(
    Candle,
    get("/klines", weight=2),
    name="candles",
    requests=candle_requests(
        lambda coin: f"{coin}USDT",
        {name: name for name in ("1m", "5m", "15m", "30m", "1h", "4h", "1d")},
        symbol="{market}",
        interval="{length}",
        kept_up=LARGE_COINS,
    ),
    history=Pages(1000, {"startTime": "{start_ms}", "endTime": "{last_ms}", "limit": "{size}"}, since="2019-09-01"),
    cadence=15,
    limit=100,
)(binance_candles)


@binance_us.endpoint(Book, get("/ticker/bookTicker", weight=2), name="best_prices", cadence=15)
def best_of_all(payload: Payload) -> Rows:
    """[{"symbol": "BTCUSDT", "bidPrice": "90500.00", "bidQty": "0.51", "askPrice": "90500.01", "askQty": "1.2"}]"""
    return each(payload, lambda one: best_prices(one, "symbol", "bidPrice", "bidQty", "askPrice", "askQty"))
