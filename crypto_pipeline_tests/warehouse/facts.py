"""Rows to store, short to write in a test."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

NOON = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)


def minutes(number: float) -> datetime:
    return NOON + timedelta(minutes=number)


def price(symbol="BTC", usd=64_000.1, *, at=0, fetched=0, run="run-1", **more):
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


def candle(close, *, final, fetched):
    return {
        "provider": "kraken",
        "symbol": "BTC",
        "interval": "1h",
        "timestamp": NOON,
        "close": close,
        "is_final": final,
        "fetched_at": minutes(fetched),
    }


def latest(price, *, fetched):
    return {"provider": "kraken", "symbol": "BTC", "price": price, "fetched_at": minutes(fetched)}


def provider(name, *, docs=None, collected=0):
    return {"name": name, "docs": docs, "collected_at": minutes(collected)}


def failure(endpoint="kraken.ticker", error="timed out", run="run-1"):
    return {"run_id": run, "endpoint": endpoint, "ask": "", "error": error}


def counts(written):
    """inserted, updated, unchanged, removed, spooled of the only table."""
    (one,) = written.values()
    return one.inserted, one.updated, one.unchanged, one.removed, one.spooled
