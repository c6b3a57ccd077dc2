"""Tickers in a shape that several exchanges share.

Belongs here: shapes that one exchange had first and others copied, or run under another name.
Does not belong here: what is one exchange's alone (providers/).
"""

from __future__ import annotations

from crypto_pipeline.schema.rows import Quote, Time
from crypto_pipeline.sources.kit import Payload, scaled


def like_binance(ticker: Payload, *, change_is_fraction: bool = False) -> Quote:
    """{"symbol": "BTCUSDT", "priceChangePercent": "0.556", "lastPrice": "90500.12", "openPrice": "90000.02", "highPrice":
    "91000.0", "lowPrice": "89500.0", "volume": "1200.5", "quoteVolume": "108000000.0", "closeTime": 1795435140000, ...}

    Everything is over the 24 hours before closeTime. Some that copied the shape tell the change as a fraction of one.
    """
    change = ticker.get("priceChangePercent")
    return Quote(
        ticker["symbol"],
        last=ticker["lastPrice"],
        volume_base=ticker.get("volume"),
        volume_quote=ticker.get("quoteVolume"),
        change_percent=scaled(change, 100) if change_is_fraction else change,
        open=ticker.get("openPrice"),
        high=ticker.get("highPrice"),
        low=ticker.get("lowPrice"),
        timestamp=ticker.get("closeTime"),
    )


def like_okx(ticker: Payload) -> Quote | None:
    """{"instType": "SPOT", "instId": "BTC-USDT", "last": "90500.1", "open24h": "90000", "high24h": "91000", "low24h":
    "89500", "volCcy24h": "108000000", "vol24h": "1200.5", "ts": "1795435199000", ...}

    On the spot market vol24h is coins and volCcy24h the quote currency. Contracts, which count otherwise, are passed over.
    """
    if (ticker.get("instType") or "SPOT") != "SPOT":
        return None
    return Quote(
        ticker["instId"],
        last=ticker["last"],
        volume_base=ticker.get("vol24h"),
        volume_quote=ticker.get("volCcy24h"),
        open=ticker.get("open24h"),
        high=ticker.get("high24h"),
        low=ticker.get("low24h"),
        timestamp=ticker.get("ts"),
    )


def like_htx(ticker: Payload, *, said_at: Time) -> Quote:
    """{"symbol": "btcusdt", "open": 90000, "high": 91000, "low": 89500, "close": 90500.1, "amount": 1200.5,
    "vol": 108000000.0, ...}

    amount is coins and vol the quote currency; open is the price 24 hours ago. The whole list has one time.
    """
    return Quote(
        ticker["symbol"],
        last=ticker["close"],
        volume_base=ticker.get("amount"),
        volume_quote=ticker.get("vol"),
        open=ticker.get("open"),
        high=ticker.get("high"),
        low=ticker.get("low"),
        timestamp=said_at,
    )
