"""Bit2Me (Spain), spot market. https://api.bit2me.com/#tag/trading-spot-rest"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Payload, Provider, Rows, each

bit2me = Provider(
    "bit2me",
    "https://gateway.bit2me.com",
    docs="https://api.bit2me.com/#tag/trading-spot-rest",
    per_minute=60,
)


@bit2me.endpoint(Quote, "/v2/trading/tickers")
def tickers(payload: Payload) -> Rows:
    """[{"timestamp": "1795435199000", "symbol": "BTC/EUR", "open": "78000", "close": "78400", "bid": "78390",
    "ask": "78410", "high": "79000", "low": "77500", "baseVolume": "90.5", "percentage": "0.5128",
    "quoteVolume": "7080000"}]
    """
    return each(payload, _quote)


def _quote(ticker: Payload) -> Quote:
    return Quote(
        ticker["symbol"],
        last=ticker["close"],
        volume_base=ticker.get("baseVolume"),
        volume_quote=ticker.get("quoteVolume"),
        change_percent=ticker.get("percentage"),
        open=ticker.get("open"),
        high=ticker.get("high"),
        low=ticker.get("low"),
        timestamp=ticker.get("timestamp"),
    )
