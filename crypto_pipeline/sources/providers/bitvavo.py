"""Bitvavo (Netherlands), spot market. https://docs.bitvavo.com"""

from crypto_pipeline.schema.rows import Candle, Quote
from crypto_pipeline.sources.formats.candles import LARGE_COINS, candle_requests, candles
from crypto_pipeline.sources.kit import Pages, Payload, Provider, RequestSpec, Rows, each, get, reject

bitvavo = Provider(
    "bitvavo",
    "https://api.bitvavo.com/v2",
    docs="https://docs.bitvavo.com",
    too_often=('"errorCode":105',),
    per_minute=1000,
    quirks="Nearly all of its markets are in euros.",
)


@bitvavo.endpoint(Quote, get("/ticker/24h", weight=25))
def tickers(payload: Payload) -> Rows:
    """[{"market": "BTC-EUR", "startTimestamp": 1795348799000, "timestamp": 1795435199000, "open": "78000", "high": "79000",
    "low": "77500", "last": "78400", "volume": "900.5", "volumeQuote": "70500000", "bid": "78390", ...}]

    Nulls where nobody traded in the 24 hours.
    """
    return each(payload, _quote)


def _quote(ticker: Payload) -> Quote | None:
    if ticker["last"] is None:
        return None
    return Quote(
        ticker["market"],
        last=ticker["last"],
        volume_base=ticker.get("volume"),
        volume_quote=ticker.get("volumeQuote"),
        open=ticker.get("open"),
        high=ticker.get("high"),
        low=ticker.get("low"),
        timestamp=ticker.get("timestamp"),
    )


@bitvavo.endpoint(
    Candle,
    "/{market}/candles",
    name="candles",
    requests=candle_requests(
        lambda coin: f"{coin}-EUR",
        {name: name for name in ("1m", "5m", "15m", "30m", "1h", "4h", "1d")},
        interval="{length}",
        kept_up=LARGE_COINS,
    ),
    history=Pages(
        1440, {"start": "{start_ms}", "end": "{last_ms}", "limit": "{size}"}, since="2019-03-08", leaves_out_empty=True
    ),
    cadence=15,
    docs="https://docs.bitvavo.com/docs/rest-api/get-candlestick-data/",
    limit=100,
)
def euro_candles(payload: Payload, spec: RequestSpec) -> Rows:
    """[[1795431600000, "78000", "78350", "77950", "78300", "5.5"]]

    Time of opening, open, high, low, close, coins; newest first. A candle in which nobody traded is missing. An error is
    {"errorCode": 205, "error": "..."}.
    """
    reject(payload["error"] if isinstance(payload, dict) else None)
    return candles(payload, spec, time=0, open=1, high=2, low=3, close=4, volume=5, currency="EUR")
