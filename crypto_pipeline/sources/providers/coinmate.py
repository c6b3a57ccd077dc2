"""Coinmate (Czechia), spot market. https://coinmate.docs.apiary.io/#reference/ticker"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Payload, Provider, Rows, each, reject_unless

coinmate = Provider(
    "coinmate",
    "https://coinmate.io/api",
    docs="https://coinmate.docs.apiary.io/#reference/ticker",
    per_minute=100,
)


@coinmate.endpoint(Quote, "/tickerAll")
def tickers(payload: Payload) -> Rows:
    """{"error": false, "errorMessage": null, "data": {"BTC_EUR": {"last": "78400", "high": "79000", "low": "77500",
    "amount": "8.5", "bid": "78390", "ask": "78410", "change": "0.51", "open": "78000", "timestamp": "1795435199"}}}

    amount is coins, change percent.
    """
    reject_unless(payload, "error", False)
    return each(payload["data"].items(), _quote)


def _quote(name: str, ticker: Payload) -> Quote:
    return Quote(
        name,
        last=ticker["last"],
        volume_base=ticker.get("amount"),
        change_percent=ticker.get("change"),
        open=ticker.get("open"),
        high=ticker.get("high"),
        low=ticker.get("low"),
        timestamp=ticker.get("timestamp"),
    )
