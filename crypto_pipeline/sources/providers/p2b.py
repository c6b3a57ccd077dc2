"""P2B, spot market. https://github.com/P2B-team/p2b-api-docs"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each, reject_unless

p2b = Provider(
    "p2b",
    "https://api.p2pb2b.com/api/v2/public",
    docs="https://github.com/P2B-team/p2b-api-docs/blob/master/api-doc.md",
    budget=Budget(10, 1),
    quirks="Its volumes are hard to believe.",
)


@p2b.endpoint(Quote, "/tickers")
def tickers(payload: Payload) -> Rows:
    """{"success": true, "errorCode": "", "message": "", "result": {"BTC_USDT": {"at": "1795435199", "ticker": {"bid": "90499",
    "ask": "90501", "low": "89500", "high": "91000", "last": "90500.1", "vol": "1200.5", "deal": "108000000",
    "change": "0.56"}}}, "cache_time": "1795435199.1", "current_time": "1795435199.9"}

    vol is coins, deal the quote currency, change percent.
    """
    reject_unless(payload, "success", True)
    return each(payload["result"].items(), _quote)


def _quote(name: str, market: Payload) -> Quote:
    ticker = market["ticker"]
    return Quote(
        name,
        last=ticker["last"],
        volume_base=ticker.get("vol"),
        volume_quote=ticker.get("deal"),
        change_percent=ticker.get("change"),
        high=ticker.get("high"),
        low=ticker.get("low"),
        timestamp=market.get("at"),
    )
