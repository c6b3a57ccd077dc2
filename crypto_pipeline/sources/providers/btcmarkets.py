"""BTC Markets (Australia), spot market. https://docs.btcmarkets.net"""

from crypto_pipeline.schema.rows import Candle, Quote
from crypto_pipeline.sources.formats.candles import LARGE_COINS, candle_requests, candles
from crypto_pipeline.sources.kit import Budget, Context, Pages, Payload, Provider, RequestSpec, Rows, each, reject

btcmarkets = Provider(
    "btcmarkets",
    "https://api.btcmarkets.net/v3",
    local_money="AUD",
    docs="https://docs.btcmarkets.net",
    budget=Budget(50, 10),
    quirks="Markets are in Australian dollars.",
)

COINS = ("BTC", "ETH", "XRP", "SOL")


def _markets(context: Context) -> list[RequestSpec]:
    return [RequestSpec(coin, params={"marketId": f"{coin}-AUD"}) for coin in COINS if coin in context.universe]


@btcmarkets.endpoint(Quote, "/markets/tickers", requests=_markets)
def tickers(payload: Payload) -> Rows:
    """[{"marketId": "BTC-AUD", "bestBid": "139000", "bestAsk": "139100", "lastPrice": "139050", "volume24h": "50.5",
    "volumeQte24h": "7000000", "price24h": "800", "pricePct24h": "0.58", "low24h": "137000", "high24h": "140000",
    "timestamp": "2026-11-23T11:59:58.000000Z"}]

    price24h is the change and not a price, pricePct24h the same in percent. An error is {"code": "...", "message": "..."}.
    """
    reject(payload["message"] if isinstance(payload, dict) else None)
    return each(payload, _quote)


def _quote(ticker: Payload) -> Quote:
    return Quote(
        ticker["marketId"],
        last=ticker["lastPrice"],
        volume_base=ticker.get("volume24h"),
        volume_quote=ticker.get("volumeQte24h"),
        change_percent=ticker.get("pricePct24h"),
        high=ticker.get("high24h"),
        low=ticker.get("low24h"),
        timestamp=ticker.get("timestamp"),
    )


@btcmarkets.endpoint(
    Candle,
    "/markets/{market}/candles",
    name="candles",
    requests=candle_requests(
        lambda coin: f"{coin}-AUD",
        {"1m": "1m", "1h": "1h", "1d": "1d"},
        timeWindow="{length}",
        kept_up=LARGE_COINS,
    ),
    history=Pages(200, {"from": "{start_iso}", "to": "{end_iso}", "limit": "{size}"}, since="2013-08-01"),
    cadence=15,
    limit=100,
)
def dollar_candles(payload: Payload, spec: RequestSpec) -> Rows:
    """[["2026-11-23T11:00:00.000000Z", "138000", "139100", "137900", "139000", "5.5"]]

    Time of opening, open, high, low, close, coins; newest first. Days begin at midnight UTC. An error is an object with
    a message.
    """
    reject(payload["message"] if isinstance(payload, dict) else None)
    return candles(payload, spec, time=0, open=1, high=2, low=3, close=4, volume=5, currency="AUD")
