"""Upbit (Korea), spot market. https://docs.upbit.com/kr/reference/tickers_by_quote"""

from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each
from crypto_pipeline.sources.rows import Quote

upbit = Provider(
    "upbit",
    "https://api.upbit.com/v1",
    docs="https://docs.upbit.com/kr/reference/tickers_by_quote",
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
        volume_base=ticker["acc_trade_volume_24h"],
        volume_quote=ticker["acc_trade_price_24h"],
        timestamp=ticker["trade_timestamp"],
    )
