"""Tickers in a shape that several exchanges share.

Belongs here: shapes that at least three hosts answer in.
Does not belong here: what is one exchange's alone (providers/).
"""

from __future__ import annotations

from crypto_pipeline.sources.kit import Payload, scaled
from crypto_pipeline.sources.rows import Quote


def like_binance(ticker: Payload, *, change_is_fraction: bool = False) -> Quote:
    """{"symbol": "BTCUSDT", "priceChangePercent": "0.556", "lastPrice": "90500.12", "openPrice": "90000.02", "highPrice":
    "91000.0", "lowPrice": "89500.0", "volume": "1200.5", "quoteVolume": "108000000.0", "closeTime": 1795435140000, ...}

    Everything is over the 24 hours before closeTime. Some that copied the shape tell the change as a fraction of one.
    """
    change = ticker["priceChangePercent"]
    return Quote(
        ticker["symbol"],
        last=ticker["lastPrice"],
        volume_base=ticker["volume"],
        volume_quote=ticker["quoteVolume"],
        change_percent=scaled(change, 100) if change_is_fraction else change,
        open=ticker["openPrice"],
        high=ticker["highPrice"],
        low=ticker["lowPrice"],
        timestamp=ticker["closeTime"],
    )
