"""Korbit (Korea), spot market. https://docs.korbit.co.kr"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Budget, Payload, Provider, Rows, each, reject_unless

korbit = Provider(
    "korbit",
    "https://api.korbit.co.kr/v2",
    docs="https://docs.korbit.co.kr",
    budget=Budget(50, 1),
    quirks="Off unless asked for: its answers have not been seen.",
)


@korbit.endpoint(Quote, "/tickers", on=False)
def tickers(payload: Payload) -> Rows:
    """{"success": true, "data": [{"symbol": "btc_krw", "open": "132000000", "high": "134000000", "low": "131000000",
    "close": "133000000", "priceChangePercent": "0.76", "volume": "50.5", "quoteVolume": "6700000000",
    "lastTradedAt": 1795435199000, ...}]}
    """
    reject_unless(payload, "success", True)
    return each(payload["data"], _quote)


def _quote(ticker: Payload) -> Quote:
    return Quote(
        ticker["symbol"],
        last=ticker["close"],
        volume_base=ticker.get("volume"),
        volume_quote=ticker.get("quoteVolume"),
        change_percent=ticker.get("priceChangePercent"),
        open=ticker.get("open"),
        high=ticker.get("high"),
        low=ticker.get("low"),
        timestamp=ticker.get("lastTradedAt"),
    )
