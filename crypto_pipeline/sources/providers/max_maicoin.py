"""MAX (Taiwan), spot market. https://max.maicoin.com/documents/api_list/v3"""

from crypto_pipeline.schema.rows import Candle, Quote
from crypto_pipeline.sources.formats.candles import LARGE_COINS, NOT_CONFIRMED, candle_requests, candles
from crypto_pipeline.sources.kit import Budget, Context, Pages, Payload, Provider, RequestSpec, Rows, each

max_maicoin = Provider(
    "max_maicoin",
    "https://max-api.maicoin.com/api/v3",
    docs="https://max.maicoin.com/documents/api_list/v3",
    budget=Budget(10, 1),
)

COINS = ("BTC", "ETH", "SOL", "XRP", "DOGE")


def _markets(context: Context) -> list[RequestSpec]:
    return [
        RequestSpec(coin, params={"markets[]": f"{coin.lower()}usdt"}) for coin in COINS if coin in context.universe
    ]


@max_maicoin.endpoint(Quote, "/tickers", requests=_markets)
def tickers(payload: Payload) -> Rows:
    """[{"market": "btcusdt", "at": 1795435199, "buy": "90490.0", "sell": "90510.0", "open": "91600.0", "low": "90150.0",
    "high": "91980.0", "last": "90500.1", "vol": "12.5", "vol_in_btc": "12.5", "vol_in_quote": "1138000", ...}]

    open is the price 24 hours ago, vol is coins.
    """
    return each(payload, _quote)


def _quote(ticker: Payload) -> Quote:
    return Quote(
        ticker["market"],
        last=ticker["last"],
        volume_base=ticker.get("vol"),
        volume_quote=ticker.get("vol_in_quote"),
        open=ticker.get("open"),
        high=ticker.get("high"),
        low=ticker.get("low"),
        timestamp=ticker.get("at"),
    )


@max_maicoin.endpoint(
    Candle,
    "/k",
    name="candles",
    requests=candle_requests(
        lambda coin: f"{coin.lower()}usdt",
        # In which time zone its days begin is not documented.
        {"1m": "1", "5m": "5", "15m": "15", "30m": "30", "1h": "60", "4h": "240"},
        market="{market}",
        period="{length}",
        kept_up=LARGE_COINS,
    ),
    history=Pages(10_000, {"timestamp": "{start}", "limit": "{size}"}, since="2018-06-01", doubt=NOT_CONFIRMED),
    cadence=15,
    quirks="A candle in which nobody traded repeats the last price.",
    limit=100,
)
def k(payload: Payload, spec: RequestSpec) -> Rows:
    """[[1795431600, 90400.0, 90600.0, 90300.0, 90500.0, 1.25]]

    Time of opening, open, high, low, close, coins; oldest first.
    """
    return candles(payload, spec, time=0, open=1, high=2, low=3, close=4, volume=5)
