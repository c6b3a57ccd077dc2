"""Foxbit (Brazil), spot market. https://docs.foxbit.com.br/rest/v3"""

from crypto_pipeline.schema.rows import Candle, Quote
from crypto_pipeline.sources.formats.candles import LARGE_COINS, candle_requests, candles
from crypto_pipeline.sources.kit import Budget, Pages, Payload, Provider, RequestSpec, Rows, each

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
        volume_base=day.get("volume"),
        change_percent=day.get("price_change_percent"),
        open=day.get("open"),
        high=day.get("high"),
        low=day.get("low"),
        timestamp=trade.get("date"),
    )


@foxbit.endpoint(
    Candle,
    "/markets/{market}/candlesticks",
    name="candles",
    requests=candle_requests(
        lambda coin: f"{coin.lower()}brl",
        {name: name for name in ("1m", "5m", "15m", "30m", "1h", "4h", "1d")},
        interval="{length}",
        kept_up=LARGE_COINS,
    ),
    history=Pages(500, {"start_time": "{start_iso}", "end_time": "{end_iso}", "limit": "{size}"}, since="2021-01-01"),
    cadence=15,
    limit=100,
)
def real_candles(payload: Payload, spec: RequestSpec) -> Rows:
    """[["1795431600000", "482000", "485500", "481500", "484500", "1795435199999", "2.5", "1210000", 90, "1.0", "484000"]]

    Opening time, the four prices, closing time, coins, reals, trades, coins and reals that were bought; oldest
    first. Days begin at midnight UTC.
    """
    return candles(
        payload, spec, time=0, open=1, high=2, low=3, close=4, volume=6, volume_quote=7, trades=8, currency="BRL"
    )
