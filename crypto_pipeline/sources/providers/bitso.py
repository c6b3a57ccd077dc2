"""Bitso (Mexico), spot market. https://docs.bitso.com/bitso-api/docs/ticker"""

from crypto_pipeline.schema.rows import Candle, Quote
from crypto_pipeline.sources.formats.candles import LARGE_COINS, SIZE_NOT_DOCUMENTED, candle_requests, candles
from crypto_pipeline.sources.kit import (
    Context,
    Pages,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    difference,
    each,
    product,
    reject_unless,
)

bitso = Provider(
    "bitso",
    "https://bitso.com/api/v3",
    docs="https://docs.bitso.com/bitso-api/docs/ticker",
    per_minute=60,
    quirks="Who asks too often is locked out for a minute.",
)

COINS = ("BTC", "ETH", "XRP", "SOL")


def _books(context: Context) -> list[RequestSpec]:
    return [RequestSpec(coin, params={"book": f"{coin.lower()}_usd"}) for coin in COINS if coin in context.universe]


@bitso.endpoint(Quote, "/ticker", requests=_books)
def ticker(payload: Payload) -> Rows:
    """{"success": true, "payload": {"high": "91000", "last": "90500.1", "created_at": "2026-11-23T11:59:58+00:00",
    "book": "btc_usd", "volume": "40.5", "vwap": "90250", "low": "89500", "ask": "90510", "bid": "90490",
    "change_24": "500.1", ...}}

    change_24 is a difference of prices, vwap the volume-weighted mean. Without a book there would be a list.
    """
    reject_unless(payload, "success", True)
    said = payload["payload"]
    return each(said if isinstance(said, list) else [said], _quote)


def _quote(ticker: Payload) -> Quote:
    return Quote(
        ticker["book"],
        last=ticker["last"],
        volume_base=ticker.get("volume"),
        volume_quote=product(ticker.get("volume"), ticker.get("vwap")),
        open=difference(ticker["last"], ticker.get("change_24")),
        high=ticker.get("high"),
        low=ticker.get("low"),
        timestamp=ticker.get("created_at"),
    )


@bitso.endpoint(
    Candle,
    "/ohlc",
    name="candles",
    requests=candle_requests(
        lambda coin: f"{coin.lower()}_usd",
        # In which time zone its days begin is not documented.
        {"1m": "60", "5m": "300", "15m": "900", "30m": "1800", "1h": "3600", "4h": "14400"},
        book="{market}",
        time_bucket="{length}",
        start="{start_ms}",
        end="{end_ms}",
        kept_up=LARGE_COINS,
    ),
    history=Pages(300, {"start": "{start_ms}", "end": "{end_ms}"}, since="2014-04-01", doubt=SIZE_NOT_DOCUMENTED),
    cadence=15,
    quirks="Candles in which nobody traded have null for prices.",
)
def ohlc(payload: Payload, spec: RequestSpec) -> Rows:
    """{"success": true, "payload": [{"bucket_start_time": 1795431600000, "first_trade_time": 1795431600001,
    "last_trade_time": 1795435199002, "first_rate": "90400", "last_rate": "90500", "min_rate": "90300", "max_rate": "90600",
    "trade_count": 80, "volume": "5.5", "vwap": "90450"}]}

    Oldest first; volume is coins.
    """
    reject_unless(payload, "success", True)
    return candles(
        payload["payload"],
        spec,
        time="bucket_start_time",
        open="first_rate",
        high="max_rate",
        low="min_rate",
        close="last_rate",
        volume="volume",
        trades="trade_count",
    )
