"""Bybit, spot market. https://bybit-exchange.github.io/docs/v5/market/tickers"""

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
    about,
    each,
    reject_unless,
    scaled,
)

bybit = Provider(
    "bybit",
    "https://api.bybit.com/v5/market",
    docs="https://bybit-exchange.github.io/docs/v5/market/tickers",
    too_often=('"retCode":10006', '"retCode":10018'),
    budget=Budget(600, 5),
    never_from=("us", "cn"),  # https://bybit-exchange.github.io/docs/v5/guide
    quirks="Its documentation: addresses in the United States and mainland China get 403.",
)


@bybit.endpoint((Quote, Book), "/tickers", category="spot")
def tickers(payload: Payload) -> Rows:
    """{"retCode": 0, "retMsg": "OK", "result": {"category": "spot", "list": [{"symbol": "BTCUSDT", "lastPrice": "90500.1",
    "prevPrice24h": "90000", "price24hPcnt": "0.0056", "highPrice24h": "91000", "lowPrice24h": "89500",
    "turnover24h": "108000000", "volume24h": "1200.5", "bid1Price": "90500", "bid1Size": "0.5", "ask1Price": "90500.1",
    "ask1Size": "1.2", ...}]}, "time": 1795435199000}

    price24hPcnt is a fraction. time is that of the whole list.
    """
    reject_unless(payload, "retCode", 0)
    said_at = payload.get("time")

    def quote_and_best(ticker: Payload) -> list[Row] | None:
        quote = Quote(
            ticker["symbol"],
            last=ticker["lastPrice"],
            volume_base=ticker.get("volume24h"),
            volume_quote=ticker.get("turnover24h"),
            change_percent=scaled(ticker.get("price24hPcnt"), 100),
            open=ticker.get("prevPrice24h"),
            high=ticker.get("highPrice24h"),
            low=ticker.get("lowPrice24h"),
            timestamp=said_at,
        )
        bid, ask = (ticker.get("bid1Price"), ticker.get("bid1Size")), (ticker.get("ask1Price"), ticker.get("ask1Size"))
        return with_best_prices(quote, bid, ask)

    return each(_spot(payload)["list"], quote_and_best)


@bybit.endpoint(
    Candle,
    "/kline",
    name="candles",
    requests=candle_requests(
        lambda coin: f"{coin}USDT",
        {"1m": "1", "5m": "5", "15m": "15", "30m": "30", "1h": "60", "4h": "240", "1d": "D", "1w": "W"},
        symbol="{market}",
        interval="{length}",
        kept_up=LARGE_COINS,
    ),
    history=Pages(1000, {"start": "{start_ms}", "end": "{last_ms}", "limit": "{size}"}, since="2021-07-01"),
    cadence=15,
    docs="https://bybit-exchange.github.io/docs/v5/market/kline",
    category="spot",
    limit=100,
)
def kline(payload: Payload, spec: RequestSpec) -> Rows:
    """{"retCode": 0, "retMsg": "OK", "result": {"category": "spot", "symbol": "BTCUSDT", "list": [
    ["1795431600000", "90400", "90600", "90300", "90500.1", "5.5", "497000"]]}, "retExtInfo": {}, "time": 1795435199000}

    Time of opening, open, high, low, close, coins, turnover; newest first.
    """
    reject_unless(payload, "retCode", 0)
    return candles(_spot(payload)["list"], spec, time=0, open=1, high=2, low=3, close=4, volume=5, volume_quote=6)


def _spot(payload: Payload) -> Payload:
    """Contracts have the names of spot markets, so an answer about them must not pass for one."""
    result = payload["result"]
    if (result.get("category") or "spot") != "spot":
        raise ValueError(f"it is about {result['category']} and not about the spot market")
    return result


@bybit.endpoint(
    Book,
    "/orderbook",
    name="books",
    requests=book_requests("{}USDT".format, "USDT", symbol="{market}"),
    cadence=15,
    docs="https://bybit-exchange.github.io/docs/v5/market/orderbook",
    quirks="200 levels a side.",
    category="spot",
    limit=200,
)
def order_books(payload: Payload, spec: RequestSpec) -> Rows:
    """{"retCode": 0, "retMsg": "OK", "result": {"s": "BTCUSDT", "a": [["90500.1", "1.204"]], "b": [["90500", "0.5"]],
    "ts": 1795435199000, "u": 230704, "seq": 1432604333, "cts": 1795435198999}, "time": 1795435199001}
    """
    reject_unless(payload, "retCode", 0)
    result = payload["result"]
    about(result.get("s"), spec.values["market"])
    return [book(result, spec, result.get("ts"), bids="b", asks="a")]
