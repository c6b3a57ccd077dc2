"""MEXC, spot market. https://www.mexc.com/api-docs/spot-v3/introduction"""

from functools import partial

from crypto_pipeline.schema.rows import Book, Candle, Quote
from crypto_pipeline.sources.formats.books import best_prices, book, book_requests
from crypto_pipeline.sources.formats.candles import LARGE_COINS, binance_candles, candle_requests
from crypto_pipeline.sources.formats.tickers import like_binance
from crypto_pipeline.sources.kit import (
    Budget,
    Pages,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    each,
    unread,
)

mexc = Provider(
    "mexc",
    "https://api.mexc.com/api/v3",
    docs="https://www.mexc.com/api-docs/spot-v3/market-data-endpoints",
    too_often=('"code":510', '"code":429', '"code":-1003'),
    budget=Budget(500, 10),
    aliases={
        "BEYONDPROTOCOL": "BEYOND",
        "COFI": "COFIX",
        "FLUX1": "FLUX",
        "FLUX": "FLUX1",
        "GASNEO": "GAS",
        "GAS": "GASDAO",
        "STEPN": "GMT",
        "GMT": "GMTTOKEN",
        **unread("BIFI BYN DFI DFT DRK EGC FREE HERO MIMO PROS SIN SOUL XBT"),
    },  # XBT is no bitcoin there
)


@mexc.endpoint(Quote, "/ticker/24hr")
def tickers(payload: Payload) -> Rows:
    """[{"symbol": "BTCUSDT", "priceChange": "500.1", "priceChangePercent": "0.0056", "lastPrice": "90500.1",
    "openPrice": "90000", "highPrice": "91000", "lowPrice": "89500", "volume": "1200.5", "quoteVolume": null,
    "openTime": 1795435198000, "closeTime": 1795435199000, ...}]

    It looks like Binance's, but priceChangePercent is a fraction and quoteVolume can be null.
    """
    return each(payload, partial(like_binance, change_is_fraction=True))


mexc.endpoint(
    Candle,
    "/klines",
    name="candles",
    requests=candle_requests(
        lambda coin: f"{coin}USDT",
        {"1m": "1m", "5m": "5m", "15m": "15m", "30m": "30m", "1h": "60m", "4h": "4h", "1d": "1d"},
        symbol="{market}",
        interval="{length}",
        kept_up=LARGE_COINS,
    ),
    history=Pages(500, {"startTime": "{start_ms}", "endTime": "{end_ms}", "limit": "{size}"}, since="2018-04-01"),
    cadence=15,
    limit=100,
)(binance_candles)


@mexc.endpoint(
    Book,
    "/depth",
    name="books",
    requests=book_requests("{}USDT".format, "USDT", symbol="{market}"),
    cadence=15,
    limit=5000,
)
def order_books(payload: Payload, spec: RequestSpec) -> Rows:
    """{"lastUpdateId": 1377043284, "bids": [["90500.00", "0.51"]], "asks": [["90500.01", "1.2"]], "timestamp": 1795435199000}"""
    return [book(payload, spec, payload.get("timestamp"))]


@mexc.endpoint(Book, "/ticker/bookTicker", name="best_prices", cadence=15)
def best_of_all(payload: Payload) -> Rows:
    """[{"symbol": "BTCUSDT", "bidPrice": "90500.00", "bidQty": "0.51", "askPrice": "90500.01", "askQty": "1.2"}]"""
    return each(payload, lambda one: best_prices(one, "symbol", "bidPrice", "bidQty", "askPrice", "askQty"))
