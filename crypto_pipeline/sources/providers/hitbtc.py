"""HitBTC, spot market. https://api.hitbtc.com/#tickers"""

from crypto_pipeline.schema.rows import Candle, Quote
from crypto_pipeline.sources.formats.candles import LARGE_COINS, candle_requests, candles
from crypto_pipeline.sources.kit import (
    Budget,
    Pages,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    each,
    unread,
)

hitbtc = Provider(
    "hitbtc",
    "https://api.hitbtc.com/api/3/public",
    docs="https://api.hitbtc.com/#tickers",
    too_often=('"code":429',),
    budget=Budget(30, 1),
    aliases={
        "GMT": "GMTTOKEN",
        "STEPN": "GMT",
        "HSR": "HC",
        "XMT": "MTL",
        "XPNT": "PNT",
        "USD": "USDT",
        "STX": "STOX",
        **unread("AUTO BCC BDP BET BIT BOX CPT GET IQ LNC PLA PNT SBTC TV"),
    },  # its dollars are tethers; STX is Stox there, not Stacks
    quirks="Dead markets stay in the list with an old time.",
)


@hitbtc.endpoint(Quote, "/ticker")
def tickers(payload: Payload) -> Rows:
    """{"BTCUSDT": {"ask": "90501", "bid": "90499", "last": "90500.1", "low": "89500", "high": "91000", "open": "90000",
    "volume": "1200.5", "volume_quote": "108000000", "timestamp": "2026-11-23T11:59:58.000Z"}}

    BTCUSDT_PERP is a contract.
    """
    return each(payload.items(), _quote)


def _quote(name: str, ticker: Payload) -> Quote | None:
    if name.endswith("_PERP") or ticker["last"] is None:
        return None
    return Quote(
        name,
        last=ticker["last"],
        volume_base=ticker.get("volume"),
        volume_quote=ticker.get("volume_quote"),
        open=ticker.get("open"),
        high=ticker.get("high"),
        low=ticker.get("low"),
        timestamp=ticker.get("timestamp"),
    )


@hitbtc.endpoint(
    Candle,
    "/candles/{market}",
    name="candles",
    requests=candle_requests(
        lambda coin: f"{coin}USDT",
        {"1m": "M1", "5m": "M5", "15m": "M15", "30m": "M30", "1h": "H1", "4h": "H4", "1d": "D1"},
        period="{length}",
        kept_up=LARGE_COINS,
    ),
    history=Pages(
        1000, {"from": "{start_iso}", "till": "{last_iso}", "sort": "ASC", "limit": "{size}"}, since="2014-01-01"
    ),
    cadence=15,
    docs="https://api.hitbtc.com/#candles",
    limit=100,
    sort="DESC",
)
def market_candles(payload: Payload, spec: RequestSpec) -> Rows:
    """[{"timestamp": "2026-11-23T11:00:00.000Z", "open": "90400", "close": "90500.1", "min": "90300", "max": "90600",
    "volume": "5.5", "volume_quote": "497000"}]

    min and max are low and high; newest first.
    """
    return candles(
        payload,
        spec,
        time="timestamp",
        open="open",
        high="max",
        low="min",
        close="close",
        volume="volume",
        volume_quote="volume_quote",
    )
