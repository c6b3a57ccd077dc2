"""Upbit (Korea), spot market. https://docs.upbit.com/kr/reference/tickers_by_quote"""

from crypto_pipeline.schema.rows import Candle, Quote
from crypto_pipeline.sources.formats.candles import LARGE_COINS, candle_requests, upbit_candles
from crypto_pipeline.sources.kit import Budget, Pages, Payload, Provider, Rows, each

upbit = Provider(
    "upbit",
    "https://api.upbit.com/v1",
    docs="https://docs.upbit.com/kr/reference/tickers_by_quote",
    too_often=("too_many_requests",),
    budget=Budget(10, 1),
    quote_first=True,
    aliases={"TON": "TOKAMAK"},
    quirks="Markets are called KRW-BTC. Change, high and low are of the UTC day and are not read; volumes are of 24 hours.",
)


@upbit.endpoint(Quote, "/ticker/all", quote_currencies="KRW,BTC,USDT")
def tickers(payload: Payload) -> Rows:
    """[{"market": "KRW-BTC", "trade_timestamp": 1795435199000, "opening_price": 132000000.0, "trade_price": 133000000.0,
    "signed_change_rate": 0.0076, "acc_trade_price_24h": 159000000000.0, "acc_trade_volume_24h": 1200.5, ...}]

    trade_timestamp is the last trade of the row.
    """
    return each(payload, _quote)


def _quote(ticker: Payload) -> Quote:
    return Quote(
        ticker["market"],
        last=ticker["trade_price"],
        volume_base=ticker.get("acc_trade_volume_24h"),
        volume_quote=ticker.get("acc_trade_price_24h"),
        timestamp=ticker.get("trade_timestamp"),
    )


upbit.endpoint(
    Candle,
    "/candles/{length}",
    name="candles",
    requests=candle_requests(
        lambda coin: f"KRW-{coin}",
        {
            "1m": "minutes/1",
            "5m": "minutes/5",
            "15m": "minutes/15",
            "30m": "minutes/30",
            "1h": "minutes/60",
            "4h": "minutes/240",
            "1d": "days",
            "1w": "weeks",
        },
        market="{market}",
        kept_up=LARGE_COINS,
    ),
    history=Pages(200, {"to": "{end_iso}", "count": "{size}"}, since="2017-09-25", leaves_out_empty=True),
    cadence=15,
    docs="https://docs.upbit.com/kr/reference/list-candles-minutes",
    count=100,
)(upbit_candles)
