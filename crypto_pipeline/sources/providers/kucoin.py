"""KuCoin, spot market. https://www.kucoin.com/docs-new/rest/spot-trading/market-data/get-all-tickers"""

from crypto_pipeline.schema.rows import Book, Candle, Quote, Row
from crypto_pipeline.sources.formats.books import book, book_requests, with_best_prices
from crypto_pipeline.sources.formats.candles import LARGE_COINS, candle_requests, candles
from crypto_pipeline.sources.kit import (
    Budget,
    Pages,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    each,
    get,
    reject_unless,
    scaled,
    unread,
)

kucoin = Provider(
    "kucoin",
    "https://api.kucoin.com/api/v1/market",
    docs="https://www.kucoin.com/docs-new/rest/spot-trading/market-data/get-all-tickers",
    too_often=('"code":"429000"', '"code":"200002"'),
    budget=Budget(2000, 30),
    aliases={"TRY": "TRIAS", "VAI": "VAIOT", "WAX": "WAXP", **unread("BIFI EDGE HOT")},
)


@kucoin.endpoint((Quote, Book), get("/allTickers", weight=15))
def tickers(payload: Payload) -> Rows:
    """{"code": "200000", "data": {"time": 1795435199000, "ticker": [{"symbol": "GALAX-USDT", "symbolName": "GALA-USDT",
    "last": "0.0101", "changeRate": "0.0056", "high": "0.0103", "low": "0.0099", "vol": "1200.5", "volValue": "12.1",
    "buy": "0.01", "bestBidSize": "900", "sell": "0.0101", "bestAskSize": "400", ...}]}}

    symbolName is what the market is called now, symbol what it was called at first. changeRate is a fraction. A market
    that is not open yet has null for a price. time is that of the whole list.
    """
    reject_unless(payload, "code", "200000")
    said_at = payload["data"].get("time")

    def quote_and_best(ticker: Payload) -> list[Row] | None:
        quote = Quote(
            ticker.get("symbolName") or ticker["symbol"],
            last=ticker["last"],
            volume_base=ticker.get("vol"),
            volume_quote=ticker.get("volValue"),
            change_percent=scaled(ticker.get("changeRate"), 100),
            high=ticker.get("high"),
            low=ticker.get("low"),
            timestamp=said_at,
        )
        bid, ask = (ticker.get("buy"), ticker.get("bestBidSize")), (ticker.get("sell"), ticker.get("bestAskSize"))
        return with_best_prices(quote, bid, ask)

    return each(payload["data"]["ticker"], quote_and_best)


@kucoin.endpoint(
    Candle,
    get("/candles", weight=3),
    name="candles",
    requests=candle_requests(
        lambda coin: f"{coin}-USDT",
        {"1m": "1min", "5m": "5min", "15m": "15min", "30m": "30min", "1h": "1hour", "4h": "4hour", "1d": "1day"},
        symbol="{market}",
        type="{length}",
        kept_up=LARGE_COINS,
    ),
    history=Pages(1500, {"startAt": "{start}", "endAt": "{end}"}, since="2017-10-01"),
    cadence=15,
    docs="https://www.kucoin.com/docs-new/rest/spot-trading/market-data/get-klines",
)
def market_candles(payload: Payload, spec: RequestSpec) -> Rows:
    """{"code": "200000", "data": [["1795431600", "90400", "90500.1", "90600", "90300", "5.5", "497000"]]}

    Time of opening, open, CLOSE, HIGH, LOW, coins, turnover; the newest 100, newest first.
    """
    reject_unless(payload, "code", "200000")
    return candles(payload["data"], spec, time=0, open=1, close=2, high=3, low=4, volume=5, volume_quote=6)


@kucoin.endpoint(
    Book,
    get("/orderbook/level2_100", weight=4),
    name="books",
    requests=book_requests("{}-USDT".format, "USDT", symbol="{market}"),
    cadence=15,
    docs="https://www.kucoin.com/docs-new/rest/spot-trading/market-data/get-part-orderbook",
    quirks="100 levels a side: without a key there are no more.",
)
def order_books(payload: Payload, spec: RequestSpec) -> Rows:
    """{"code": "200000", "data": {"time": 1795435199000, "sequence": "14610502970", "bids": [["90500", "0.5"]],
    "asks": [["90500.1", "1.204"]]}}
    """
    reject_unless(payload, "code", "200000")
    return [book(payload["data"], spec, payload["data"].get("time"))]
