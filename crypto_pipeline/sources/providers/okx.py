"""OKX, spot market. https://www.okx.com/docs-v5/en/#order-book-trading-market-data"""

from crypto_pipeline.schema.rows import Book, Candle, Quote, Row
from crypto_pipeline.sources.formats.books import book, book_requests, with_best_prices
from crypto_pipeline.sources.formats.candles import LARGE_COINS, candle_requests, candles
from crypto_pipeline.sources.formats.tickers import like_okx
from crypto_pipeline.sources.kit import Budget, Pages, Payload, Provider, RequestSpec, Rows, each, get, reject_unless

okx = Provider(
    "okx",
    "https://www.okx.com/api/v5/market",
    docs="https://www.okx.com/docs-v5/en/#order-book-trading-market-data-get-tickers",
    too_often=('"code":"50011"', '"code":"50061"'),
    budget=Budget(80, 4),  # each path has a limit of its own, from five to twenty a second
    aliases={"AE": "AET", "WIN": "WINTOKEN"},
    quirks="Not to be had from the United States and some other places.",
)


@okx.endpoint((Quote, Book), "/tickers", instType="SPOT")
def tickers(payload: Payload) -> Rows:
    """{"code": "0", "msg": "", "data": [{"instType": "SPOT", "instId": "BTC-USDT", "last": "90500.1", "open24h": "90000",
    "high24h": "91000", "low24h": "89500", "volCcy24h": "108000000", "vol24h": "1200.5", "ts": "1795435199000",
    "bidPx": "90500", "bidSz": "0.5", "askPx": "90500.1", "askSz": "1.2", ...}]}

    On the spot market vol24h is coins and volCcy24h is the quote currency; of contracts volCcy24h would be coins.
    """
    reject_unless(payload, "code", "0")
    return each(payload["data"], _quote_and_best)


def _quote_and_best(ticker: Payload) -> list[Row] | None:
    bid, ask = (ticker.get("bidPx"), ticker.get("bidSz")), (ticker.get("askPx"), ticker.get("askSz"))
    return with_best_prices(like_okx(ticker), bid, ask)


@okx.endpoint(
    Candle,
    "/candles",
    name="candles",
    requests=candle_requests(
        lambda coin: f"{coin}-USDT",
        # Without utc the days and weeks of OKX begin at 16:00 UTC.
        {"1m": "1m", "5m": "5m", "15m": "15m", "30m": "30m", "1h": "1H", "4h": "4H", "1d": "1Dutc", "1w": "1Wutc"},
        instId="{market}",
        bar="{length}",
        kept_up=LARGE_COINS,
    ),
    history=Pages(
        300,
        {"after": "{end_ms}", "before": "{before_ms}", "limit": "{size}"},
        since="2017-10-01",
        path="/history-candles",
        weight=2,  # of this path alone no more than ten a second
    ),
    cadence=15,
    docs="https://www.okx.com/docs-v5/en/#order-book-trading-market-data-get-candlesticks",
    limit=100,
)
def market_candles(payload: Payload, spec: RequestSpec) -> Rows:
    """{"code": "0", "msg": "", "data": [["1795431600000", "90400", "90600", "90300", "90500.1", "5.5", "497000", "497000", "0"]]}

    Time of opening, open, high, low, close, coins, turnover twice, "1" when it is closed; newest first.
    """
    reject_unless(payload, "code", "0")
    return candles(payload["data"], spec, time=0, open=1, high=2, low=3, close=4, volume=5, volume_quote=7)


@okx.endpoint(
    Book,
    get("/books-full", weight=2),
    name="books",
    requests=book_requests("{}-USDT".format, "USDT", instId="{market}"),
    cadence=15,
    docs="https://www.okx.com/docs-v5/en/#order-book-trading-market-data-get-full-order-book",
    quirks="Made once a second, of 5,000 levels a side at most.",
    sz=5000,
)
def order_books(payload: Payload, spec: RequestSpec) -> Rows:
    """{"code": "0", "msg": "", "data": [{"asks": [["90500.1", "1.204", "3"]], "bids": [["90500", "0.5", "2"]], "ts": "1795435199000"}]}

    Price, coins and number of orders.
    """
    reject_unless(payload, "code", "0")
    return each(payload["data"], lambda sides: book(sides, spec, sides.get("ts")))
