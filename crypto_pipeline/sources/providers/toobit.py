"""Toobit, spot market. https://api-docs.toobit.com"""

from crypto_pipeline.schema.rows import Candle, Quote
from crypto_pipeline.sources.formats.candles import LARGE_COINS, binance_candles, candle_requests
from crypto_pipeline.sources.kit import Budget, Pages, Payload, Provider, Rows, each, scaled

toobit = Provider(
    "toobit",
    "https://api.toobit.com/quote/v1",
    docs="https://api-docs.toobit.com",
    too_often=('"code":-1003', '"code":-1015'),
    budget=Budget(10, 1),
)


@toobit.endpoint(Quote, "/ticker/24hr")
def tickers(payload: Payload) -> Rows:
    """[{"t": "1795435199000", "s": "BTCUSDT", "o": "90000", "h": "91000", "l": "89500", "c": "90500.1", "v": "1200.5",
    "qv": "108000000", "pc": "500.1", "pcp": "0.0056"}]

    Time, name, open, high, low, last, coins, turnover, change, change as a fraction.
    """
    return each(payload, _quote)


def _quote(ticker: Payload) -> Quote:
    return Quote(
        ticker["s"],
        last=ticker["c"],
        volume_base=ticker.get("v"),
        volume_quote=ticker.get("qv"),
        change_percent=scaled(ticker.get("pcp"), 100),
        open=ticker.get("o"),
        high=ticker.get("h"),
        low=ticker.get("l"),
        timestamp=ticker.get("t"),
    )


toobit.endpoint(
    Candle,
    "/klines",
    name="candles",
    requests=candle_requests(
        lambda coin: f"{coin}USDT",
        {name: name for name in ("1m", "5m", "15m", "30m", "1h", "4h", "1d")},
        symbol="{market}",
        interval="{length}",
        kept_up=LARGE_COINS,
    ),
    history=Pages(1000, {"startTime": "{start_ms}", "endTime": "{last_ms}", "limit": "{size}"}, since="2022-01-01"),
    cadence=15,
    limit=100,
)(binance_candles)
