"""Rows to store, short to write in a test."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

NOON = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)


def minutes(number: float) -> datetime:
    return NOON + timedelta(minutes=number)


def price(
    symbol: str | None = "BTC",
    usd: Any = 64_000.1,
    *,
    at: float = 0,
    fetched: float = 0,
    run: str = "run-1",
    **more: Any,
) -> dict[str, Any]:
    return {
        "source": "kraken",
        "symbol": symbol,
        "timestamp": minutes(at),
        "price_usd": usd,
        "fetched_at": minutes(fetched),
        "collected_at": minutes(fetched),
        "run_id": run,
        **more,
    }


def candle(close: float, *, final: Any, fetched: float) -> dict[str, Any]:
    return {
        "provider": "kraken",
        "symbol": "BTC",
        "interval": "1h",
        "timestamp": NOON,
        "close": close,
        "is_final": final,
        "fetched_at": minutes(fetched),
    }


def latest(price: float, *, fetched: float) -> dict[str, Any]:
    return {"provider": "kraken", "symbol": "BTC", "price": price, "fetched_at": minutes(fetched)}


def provider(name: str, *, docs: str | None = None, collected: float = 0) -> dict[str, Any]:
    return {"name": name, "docs": docs, "collected_at": minutes(collected)}


def failure(endpoint: str = "kraken.ticker", error: str | None = "timed out", run: str = "run-1") -> dict[str, Any]:
    return {"run_id": run, "endpoint": endpoint, "ask": "", "error": error}


def counts(written: Any) -> Any:
    """inserted, updated, unchanged, removed, spooled of the only table."""
    (one,) = written.values()
    return one.inserted, one.updated, one.unchanged, one.removed, one.spooled
