"""CoinW, spot market. https://www.coinw.com/api-doc"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each, is_set, reject_unless

coinw = Provider(
    "coinw",
    "https://api.coinw.com/api/v1",
    docs="https://www.coinw.com/api-doc",
    budget=Budget(10, 1),
    quirks="Off unless asked for: the units of its change and volume are not known, so neither is read.",
)


@coinw.endpoint(Quote, "/public", command="returnTicker", on=False)
def tickers(payload: Payload) -> Rows:
    """{"code": "200", "data": {"BTC_USDT": {"id": 78, "isFrozen": 0, "percentChange": "0.0056", "high24hr": "91000",
    "last": "90500.1", "low24hr": "89500", "highestBid": "90499", "lowestAsk": "90501", "baseVolume": "1200.5"}},
    "msg": "SUCCESS", "success": true, "failed": false}

    A frozen market keeps its last price.
    """
    reject_unless(payload, "success", True)
    return each(payload["data"].items(), _quote)


def _quote(name: str, ticker: Payload) -> Quote | None:
    if is_set(ticker.get("isFrozen")):
        return None
    return Quote(name, last=ticker["last"], high=ticker.get("high24hr"), low=ticker.get("low24hr"))
