"""XT.COM, spot market. https://doc.xt.com/#market7get24hStatisticsTicker"""

from crypto_pipeline.schema.rows import Book, Candle, Quote
from crypto_pipeline.sources.formats.books import best_prices
from crypto_pipeline.sources.formats.candles import LARGE_COINS, candle_requests, candles
from crypto_pipeline.sources.kit import Budget, Pages, Payload, Provider, RequestSpec, Rows, each, reject_unless, scaled

xt = Provider(
    "xt",
    "https://sapi.xt.com/v4/public",
    docs="https://doc.xt.com/#market7get24hStatisticsTicker",
    budget=Budget(10, 1),
    quirks="Nobody else vouches for its volumes.",
)


@xt.endpoint(Quote, "/ticker/24h")
def tickers(payload: Payload) -> Rows:
    """{"rc": 0, "mc": "SUCCESS", "ma": [], "result": [{"s": "btc_usdt", "t": 1795435199000, "cv": "500.1", "cr": "0.0056",
    "o": "90000", "l": "89500", "h": "91000", "c": "90500.1", "q": "1200.5", "v": "108000000"}]}

    Name, time, change, change as a fraction, open, low, high, last, coins, turnover.
    """
    reject_unless(payload, "rc", 0)
    return each(payload["result"], _quote)


def _quote(ticker: Payload) -> Quote:
    return Quote(
        ticker["s"],
        last=ticker["c"],
        volume_base=ticker.get("q"),
        volume_quote=ticker.get("v"),
        change_percent=scaled(ticker.get("cr"), 100),
        open=ticker.get("o"),
        high=ticker.get("h"),
        low=ticker.get("l"),
        timestamp=ticker.get("t"),
    )


@xt.endpoint(
    Candle,
    "/kline",
    name="candles",
    requests=candle_requests(
        lambda coin: f"{coin.lower()}_usdt",
        {name: name for name in ("1m", "5m", "15m", "30m", "1h", "4h", "1d")},
        symbol="{market}",
        interval="{length}",
        kept_up=LARGE_COINS,
    ),
    history=Pages(1000, {"startTime": "{start_ms}", "endTime": "{last_ms}", "limit": "{size}"}, since="2018-09-01"),
    cadence=15,
    limit=100,
)
def kline(payload: Payload, spec: RequestSpec) -> Rows:
    """{"rc": 0, "mc": "SUCCESS", "ma": [], "result": [{"t": 1795431600000, "o": "90400", "c": "90500.1", "h": "90600",
    "l": "90300", "q": "5.5", "v": "497000"}]}

    q is coins, v turnover.
    """
    reject_unless(payload, "rc", 0)
    return candles(
        payload["result"], spec, time="t", open="o", high="h", low="l", close="c", volume="q", volume_quote="v"
    )


@xt.endpoint(Book, "/ticker/book", name="best_prices", cadence=15, docs="https://doc.xt.com/#market10getBestTicker")
def best_of_all(payload: Payload) -> Rows:
    """{"rc": 0, "mc": "SUCCESS", "ma": [], "result": [{"s": "btc_usdt", "t": 1795435199000, "ap": "90500.1", "aq": "1.2",
    "bp": "90500", "bq": "0.51"}]}
    """
    reject_unless(payload, "rc", 0)
    return each(payload["result"], lambda one: best_prices(one, "s", "bp", "bq", "ap", "aq", at=one.get("t")))
