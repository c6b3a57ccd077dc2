"""BTC Markets (Australia), spot market. https://docs.btcmarkets.net"""

from crypto_pipeline.sources.kit import Ask, Budget, Context, Payload, Provider, Rows, each, reject
from crypto_pipeline.sources.rows import Quote

btcmarkets = Provider(
    "btcmarkets",
    "https://api.btcmarkets.net/v3",
    local_money="AUD",
    docs="https://docs.btcmarkets.net",
    budget=Budget(50, 10),
    quirks="Markets are in Australian dollars.",
)

COINS = ("BTC", "ETH", "XRP", "SOL")


def _markets(context: Context) -> list[Ask]:
    return [Ask(coin, params={"marketId": f"{coin}-AUD"}) for coin in COINS if coin in context.universe]


@btcmarkets.endpoint(Quote, "/markets/tickers", asks=_markets)
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
        volume_base=ticker["volume24h"],
        volume_quote=ticker["volumeQte24h"],
        change_percent=ticker["pricePct24h"],
        high=ticker["high24h"],
        low=ticker["low24h"],
        timestamp=ticker["timestamp"],
    )
