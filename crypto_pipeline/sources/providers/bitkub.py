"""Bitkub (Thailand), spot market. https://github.com/bitkub/bitkub-official-api-docs"""

from crypto_pipeline.schema.rows import Candle, Quote
from crypto_pipeline.sources.formats.candles import (
    LARGE_COINS,
    SIZE_NOT_DOCUMENTED,
    candle_requests,
    candles,
    from_columns,
)
from crypto_pipeline.sources.kit import Budget, Pages, Payload, Provider, RequestSpec, Rows, each, reject_unless

bitkub = Provider(
    "bitkub",
    "https://api.bitkub.com",
    docs="https://github.com/bitkub/bitkub-official-api-docs/blob/master/restful-api.md",
    budget=Budget(100, 1),
)


@bitkub.endpoint(Quote, "/api/v3/market/ticker")
def tickers(payload: Payload) -> Rows:
    """[{"symbol": "BTC_THB", "base_volume": "40.5", "quote_volume": "118000000", "last": "2935000", "percent_change": "0.56",
    "high_24_hr": "2960000", "low_24_hr": "2900000", "highest_bid": "2930000", "lowest_ask": "2936000"}]
    """
    return each(payload, _quote)


def _quote(ticker: Payload) -> Quote:
    return Quote(
        ticker["symbol"],
        last=ticker["last"],
        volume_base=ticker.get("base_volume"),
        volume_quote=ticker.get("quote_volume"),
        change_percent=ticker.get("percent_change"),
        high=ticker.get("high_24_hr"),
        low=ticker.get("low_24_hr"),
    )


@bitkub.endpoint(
    Candle,
    "/tradingview/history",
    name="candles",
    requests=candle_requests(
        lambda coin: f"{coin}_THB",
        {"1m": "1", "5m": "5", "15m": "15", "1h": "60", "4h": "240", "1d": "1D"},
        **{"symbol": "{market}", "resolution": "{length}", "from": "{start}", "to": "{end}"},
        kept_up=LARGE_COINS,
    ),
    history=Pages(1000, {"from": "{start}", "to": "{last}"}, since="2018-05-01", doubt=SIZE_NOT_DOCUMENTED),
    cadence=15,
)
def baht_candles(payload: Payload, spec: RequestSpec) -> Rows:
    """{"s": "ok", "t": [1795431600], "o": [2910000], "h": [2950000], "l": [2900000], "c": [2935000], "v": [2.5]}

    Oldest first; days begin at midnight UTC. s is no_data where nobody traded.
    """
    if payload.get("s") == "no_data":
        return ()
    reject_unless(payload, "s", "ok")
    entries = from_columns(payload, "t", "o", "h", "l", "c", "v")
    return candles(entries, spec, time=0, open=1, high=2, low=3, close=4, volume=5, currency="THB")
