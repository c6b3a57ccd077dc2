"""One Trading (Austria), spot market. https://docs.onetrading.com"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each

onetrading = Provider(
    "onetrading",
    "https://api.onetrading.com/fast/v1",
    docs="https://docs.onetrading.com",
    budget=Budget(3, 1),
    quirks="Nearly all of its markets are in euros.",
)


@onetrading.endpoint(Quote, "/market-ticker")
def tickers(payload: Payload) -> Rows:
    """[{"instrument_code": "BTC_EUR", "sequence": 1, "time": "2026-11-23T11:59:58.000Z", "state": "ACTIVE",
    "quote_volume": "1700000", "base_volume": "21.5", "last_price": "78400", "price_change": "400",
    "price_change_percentage": "0.51", "high": "79000", "low": "77500", ...}]
    """
    return each(payload, _quote)


def _quote(ticker: Payload) -> Quote | None:
    if ticker["state"] != "ACTIVE":
        return None
    return Quote(
        ticker["instrument_code"],
        last=ticker["last_price"],
        volume_base=ticker.get("base_volume"),
        volume_quote=ticker.get("quote_volume"),
        change_percent=ticker.get("price_change_percentage"),
        high=ticker.get("high"),
        low=ticker.get("low"),
        timestamp=ticker.get("time"),
    )
