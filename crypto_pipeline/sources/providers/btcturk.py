"""BtcTurk (Turkey), spot market. https://docs.btcturk.com/public-endpoints/ticker"""

from crypto_pipeline.schema.rows import Candle, Quote
from crypto_pipeline.sources.formats.candles import SIZE_NOT_DOCUMENTED, candle_requests, candles, from_columns
from crypto_pipeline.sources.kit import Budget, Pages, Payload, Provider, RequestSpec, Rows, each, reject_unless, scaled

btcturk = Provider(
    "btcturk",
    "https://api.btcturk.com/api/v2",
    docs="https://docs.btcturk.com/public-endpoints/ticker",
    budget=Budget(10, 1),
    quirks="dailyPercent disagrees with the prices beside it at times; the change is computed from the opening price.",
)
btcturk_graphs = Provider(
    "btcturk_graphs",
    "https://graph-api.btcturk.com/v1",
    docs="https://docs.btcturk.com",
    source="btcturk",
    budget=Budget(10, 1),
)


@btcturk.endpoint(Quote, "/ticker")
def tickers(payload: Payload) -> Rows:
    """{"data": [{"pair": "BTCTRY", "pairNormalized": "BTC_TRY", "timestamp": 1795435199000, "last": 3830000,
    "high": 3850000, "low": 3780000, "open": 3800000, "volume": 40.5, "average": 3815000, "daily": 30000,
    "dailyPercent": 0.79, "denominatorSymbol": "TRY", "numeratorSymbol": "BTC", ...}], "success": true, "code": 0}

    volume is coins. dailyPercent counts where there is no opening price.
    """
    reject_unless(payload, "success", True)
    return each(payload["data"], _quote)


def _quote(ticker: Payload) -> Quote:
    opened = scaled(ticker.get("open"), 1)
    return Quote(
        ticker["pairNormalized"],
        last=ticker["last"],
        volume_base=ticker.get("volume"),
        change_percent=None if opened else ticker.get("dailyPercent"),
        open=opened,
        high=ticker.get("high"),
        low=ticker.get("low"),
        timestamp=ticker.get("timestamp"),
        base=ticker.get("numeratorSymbol"),
        quote=ticker.get("denominatorSymbol"),
    )


@btcturk_graphs.endpoint(
    Candle,
    "/klines/history",
    name="candles",
    requests=candle_requests(
        lambda coin: f"{coin}USDT",
        # In which time zone its days begin is not documented.
        {"1m": "1", "15m": "15", "30m": "30", "1h": "60", "4h": "240"},
        **{"symbol": "{market}", "resolution": "{length}", "from": "{start}", "to": "{end}"},
        kept_up=("BTC", "ETH", "XRP"),
    ),
    history=Pages(11_000, {"from": "{start}", "to": "{last}"}, since="2016-01-01", doubt=SIZE_NOT_DOCUMENTED),
    cadence=15,
)
def history(payload: Payload, spec: RequestSpec) -> Rows:
    """{"s": "ok", "t": [1795431600], "h": [90600], "o": [90400], "l": [90300], "c": [90500], "v": [5.5]}

    One list a column, oldest first; volume is coins. s is no_data where nobody traded.
    """
    if payload.get("s") == "no_data":
        return ()
    reject_unless(payload, "s", "ok")
    entries = from_columns(payload, "t", "o", "h", "l", "c", "v")
    return candles(entries, spec, time=0, open=1, high=2, low=3, close=4, volume=5)
