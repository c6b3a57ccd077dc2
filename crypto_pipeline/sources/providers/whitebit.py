"""WhiteBIT, spot market. https://docs.whitebit.com/public/http-v4/#market-activity"""

from crypto_pipeline.schema.rows import Candle, Quote
from crypto_pipeline.sources.formats.candles import LARGE_COINS, candle_requests, candles
from crypto_pipeline.sources.kit import Budget, Pages, Payload, Provider, RequestSpec, Rows, each, is_set, reject_unless

whitebit = Provider(
    "whitebit",
    "https://whitebit.com/api",
    docs="https://docs.whitebit.com/public/http-v4/#market-activity",
    too_often=('"code":429',),
    budget=Budget(1000, 10),
    quirks="Tickers have neither times nor highs and lows.",
)


@whitebit.endpoint(Quote, "/v4/public/ticker")
def tickers(payload: Payload) -> Rows:
    """{"BTC_USDT": {"base_id": 1, "quote_id": 825, "last_price": "90500.1", "quote_volume": "108000000",
    "base_volume": "1200.5", "isFrozen": false, "change": "0.56"}}

    A frozen market keeps its last price. BTC_PERP is a contract. change is percent.
    """
    return each(payload.items(), _quote)


def _quote(name: str, ticker: Payload) -> Quote | None:
    if is_set(ticker.get("isFrozen")) or name.endswith("_PERP"):
        return None
    return Quote(
        name,
        last=ticker["last_price"],
        volume_base=ticker.get("base_volume"),
        volume_quote=ticker.get("quote_volume"),
        change_percent=ticker.get("change"),
    )


@whitebit.endpoint(
    Candle,
    "/v1/public/kline",
    name="candles",
    requests=candle_requests(
        lambda coin: f"{coin}_USDT",
        {name: name for name in ("1m", "5m", "15m", "30m", "1h", "4h", "1d")},
        market="{market}",
        interval="{length}",
        kept_up=LARGE_COINS,
    ),
    history=Pages(1440, {"start": "{start}", "end": "{last}", "limit": "{size}"}, since="2018-11-01"),
    cadence=15,
    docs="https://docs.whitebit.com/public/http-v1/#kline",
    limit=100,
)
def kline(payload: Payload, spec: RequestSpec) -> Rows:
    """{"success": true, "message": "", "result": [[1795431600, "90400", "90500.1", "90600", "90300", "5.5", "497000"]]}

    Time of opening, open, CLOSE, HIGH, LOW, coins, turnover.
    """
    reject_unless(payload, "success", True)
    return candles(payload["result"], spec, time=0, open=1, close=2, high=3, low=4, volume=5, volume_quote=6)
