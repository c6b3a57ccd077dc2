"""Bitstamp, spot market. https://www.bitstamp.net/api/"""

from crypto_pipeline.schema.rows import Book, Candle, Quote
from crypto_pipeline.sources.formats.books import book, book_requests
from crypto_pipeline.sources.formats.candles import LARGE_COINS, candle_requests, candles
from crypto_pipeline.sources.kit import Budget, Pages, Payload, Provider, RequestSpec, Rows, each, product

bitstamp = Provider(
    "bitstamp",
    "https://www.bitstamp.net/api/v2",
    docs="https://www.bitstamp.net/api/#tag/Tickers",
    budget=Budget(10_000, 600),
    aliases={"UST": "USTC"},
)


@bitstamp.endpoint(Quote, "/ticker/")
def tickers(payload: Payload) -> Rows:
    """[{"timestamp": "1795435195", "pair": "BTC/USD", "last": "90500", "open": "89800", "open_24": "90000",
    "percent_change_24": "0.56", "high": "91000", "low": "89500", "volume": "1200.5", "vwap": "90250", ...}]

    open is of the UTC day, open_24 of a day ago. vwap is the volume-weighted mean price of the 24 hours.
    """
    return each(payload, _quote)


def _quote(ticker: Payload) -> Quote:
    return Quote(
        ticker["pair"],
        last=ticker["last"],
        volume_base=ticker.get("volume"),
        volume_quote=product(ticker.get("volume"), ticker.get("vwap")),
        change_percent=ticker.get("percent_change_24"),
        open=ticker.get("open_24"),
        high=ticker.get("high"),
        low=ticker.get("low"),
        timestamp=ticker.get("timestamp"),
    )


@bitstamp.endpoint(
    Candle,
    "/ohlc/{market}/",
    name="candles",
    requests=candle_requests(
        lambda coin: f"{coin.lower()}usd",
        {"1m": "60", "5m": "300", "15m": "900", "30m": "1800", "1h": "3600", "4h": "14400", "1d": "86400"},
        step="{length}",
        kept_up=LARGE_COINS,
    ),
    history=Pages(1000, {"start": "{start}", "end": "{last}", "limit": "{size}"}, since="2011-08-18"),
    cadence=15,
    docs="https://www.bitstamp.net/api/#tag/Market-info/operation/GetOHLCData",
    limit=100,
)
def ohlc(payload: Payload, spec: RequestSpec) -> Rows:
    """{"data": {"pair": "BTC/USD", "ohlc": [{"timestamp": "1795431600", "open": "90400", "high": "90600", "low": "90300",
    "close": "90500", "volume": "5.5"}]}}
    """
    return candles(
        payload["data"]["ohlc"],
        spec,
        time="timestamp",
        open="open",
        high="high",
        low="low",
        close="close",
        volume="volume",
    )


@bitstamp.endpoint(
    Book,
    "/order_book/{market}/",
    name="books",
    requests=book_requests(lambda coin: f"{coin.lower()}usd", "USD"),
    cadence=15,
    docs="https://www.bitstamp.net/api/#tag/Order-book",
    group=1,
)
def order_books(payload: Payload, spec: RequestSpec) -> Rows:
    """{"timestamp": "1795435199", "microtimestamp": "1795435199123456", "bids": [["90500", "0.50000000"]],
    "asks": [["90501", "1.20400000"]]}

    The whole book; orders of one price are told together.
    """
    return [book(payload, spec, payload.get("microtimestamp"))]
