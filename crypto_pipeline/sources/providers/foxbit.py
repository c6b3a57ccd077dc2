"""Foxbit (Brazil), spot market. https://docs.foxbit.com.br/rest/v3"""

from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each
from crypto_pipeline.sources.rows import Quote

foxbit = Provider(
    "foxbit",
    "https://api.foxbit.com.br/rest/v3",
    docs="https://docs.foxbit.com.br/rest/v3",
    budget=Budget(30, 1),
)


@foxbit.endpoint(Quote, "/markets/ticker/24hr")
def tickers(payload: Payload) -> Rows:
    """{"data": [{"market_symbol": "btcbrl", "last_trade": {"price": "485000", "volume": "0.001",
    "date": "2026-11-23T11:59:58.000Z"}, "rolling_24h": {"price_change": "3000", "price_change_percent": "0.62",
    "volume": "20.5", "trades_count": "4000", "open": "482000", "high": "490000", "low": "480000"}}]}

    The volume is coins.
    """
    return each(payload["data"], _quote)


def _quote(ticker: Payload) -> Quote:
    trade, day = ticker["last_trade"], ticker["rolling_24h"]
    return Quote(
        ticker["market_symbol"],
        last=trade["price"],
        volume_base=day["volume"],
        change_percent=day["price_change_percent"],
        open=day["open"],
        high=day["high"],
        low=day["low"],
        timestamp=trade["date"],
    )
