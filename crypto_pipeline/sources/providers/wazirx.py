"""WazirX (India), spot market. https://docs.wazirx.com"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Payload, Provider, Rows, each

wazirx = Provider(
    "wazirx",
    "https://api.wazirx.com/sapi/v1",
    docs="https://docs.wazirx.com",
    too_often=('"code":2136',),
    per_minute=60,
    quirks="Off unless asked for: it stood still from July 2024 to October 2025, and its answers have not been seen since.",
)


@wazirx.endpoint(Quote, "/tickers/24hr", on=False)
def tickers(payload: Payload) -> Rows:
    """[{"symbol": "btcinr", "baseAsset": "btc", "quoteAsset": "inr", "openPrice": "7965000", "lowPrice": "7900000",
    "highPrice": "8100000", "lastPrice": "8005000", "volume": "0.25", "bidPrice": "8000000", "askPrice": "8010000",
    "at": 1795435199000}]

    volume is coins.
    """
    return each(payload, _quote)


def _quote(ticker: Payload) -> Quote:
    return Quote(
        ticker["symbol"],
        last=ticker["lastPrice"],
        volume_base=ticker.get("volume"),
        open=ticker.get("openPrice"),
        high=ticker.get("highPrice"),
        low=ticker.get("lowPrice"),
        timestamp=ticker.get("at"),
        base=ticker.get("baseAsset"),
        quote=ticker.get("quoteAsset"),
    )
