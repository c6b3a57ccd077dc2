"""Revolut X, spot market. https://developer.revolut.com/docs/api/revolut-x-crypto-exchange"""

from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Payload, Provider, Rows, difference, each

revolutx = Provider(
    "revolutx",
    "https://revx.revolut.com/api/1.0/public",
    docs="https://developer.revolut.com/docs/api/revolut-x-crypto-exchange",
    per_minute=60,
    quirks="What it says may depend on where it is asked from.",
)


@revolutx.endpoint(Quote, "/tickers")
def tickers(payload: Payload) -> Rows:
    """{"data": [{"symbol": "BTC/USD", "bid": "90499", "ask": "90501", "mid": "90500", "last_price": "90500.1",
    "low_24h": "89500", "high_24h": "91000", "price_change_24h": "500", "volume_24h": "12.5", "region": "EEA"}],
    "metadata": {"timestamp": 1795435199000}}

    price_change_24h is a difference of prices. The time is that of the whole list.
    """
    said_at = (payload.get("metadata") or {}).get("timestamp")

    def quote(ticker: Payload) -> Quote:
        return Quote(
            ticker["symbol"],
            last=ticker["last_price"],
            volume_base=ticker.get("volume_24h"),
            open=difference(ticker["last_price"], ticker.get("price_change_24h")),
            high=ticker.get("high_24h"),
            low=ticker.get("low_24h"),
            timestamp=said_at,
        )

    return each(payload["data"], quote)
