"""Mercado Bitcoin (Brazil), spot market. https://api.mercadobitcoin.net/api/v4/docs"""

from crypto_pipeline.schema.rows import Candle, Quote
from crypto_pipeline.sources.formats.candles import (
    LARGE_COINS,
    SIZE_NOT_DOCUMENTED,
    candle_requests,
    candles,
    from_columns,
)
from crypto_pipeline.sources.kit import Pages, Payload, Provider, RequestSpec, Rows, each

mercado = Provider(
    "mercado",
    "https://api.mercadobitcoin.net/api/v4",
    docs="https://api.mercadobitcoin.net/api/v4/docs",
    per_minute=60,
)


@mercado.endpoint(Quote, "/tickers", symbols="BTC-BRL,ETH-BRL,SOL-BRL,XRP-BRL,USDT-BRL")
def tickers(payload: Payload) -> Rows:
    """[{"pair": "BTC-BRL", "high": "490000", "low": "480000", "vol": "20.5", "last": "485000", "buy": "484900",
    "sell": "485100", "open": "482000", "date": 1795435199}]

    vol is coins, open the price 24 hours ago. USDT-BRL is asked for because it turns reals into dollars.
    """
    return each(payload, _quote)


def _quote(ticker: Payload) -> Quote:
    return Quote(
        ticker["pair"],
        last=ticker["last"],
        volume_base=ticker.get("vol"),
        open=ticker.get("open"),
        high=ticker.get("high"),
        low=ticker.get("low"),
        timestamp=ticker.get("date"),
    )


@mercado.endpoint(
    Candle,
    "/candles",
    name="candles",
    requests=candle_requests(
        lambda coin: f"{coin}-BRL",
        # In which time zone its days begin is not documented.
        {"15m": "15m", "1h": "1h"},
        **{"symbol": "{market}", "resolution": "{length}", "from": "{start}", "to": "{end}"},
        kept_up=LARGE_COINS,
    ),
    history=Pages(1000, {"from": "{start}", "to": "{end}"}, since="2018-01-01", doubt=SIZE_NOT_DOCUMENTED),
    cadence=15,
)
def real_candles(payload: Payload, spec: RequestSpec) -> Rows:
    """{"t": [1795431600], "o": ["482000"], "h": ["485500"], "l": ["481500"], "c": ["484500"], "v": ["2.5"]}

    One list a column, oldest first; v is coins.
    """
    entries = from_columns(payload, "t", "o", "h", "l", "c", "v")
    return candles(entries, spec, time=0, open=1, high=2, low=3, close=4, volume=5, currency="BRL")
