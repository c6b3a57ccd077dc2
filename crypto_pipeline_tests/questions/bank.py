"""Rows to ask about, short to write in a test, and the question of a name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any, TypeAlias

from crypto_pipeline.questions import Question, question_called

Ask: TypeAlias = Callable[..., Any]
"""Takes the name of a question, columns, and what is chosen."""


def called(name: str) -> Question:
    """The question of this name."""
    question = question_called(name)
    assert question, name
    return question


_began = [datetime.now(timezone.utc)]
"""When the test began: windows of the questions end at the database's own now, which cannot be set."""


def begin() -> None:
    """It is another test, and later than before."""
    _began[0] = datetime.now(timezone.utc)


def now() -> datetime:
    """The same moment throughout a test."""
    return _began[0]


def hour() -> datetime:
    """The full hour before now."""
    return now().replace(minute=0, second=0, microsecond=0)


def today() -> datetime:
    """Midnight before now, UTC."""
    return hour().replace(hour=0)


def ago(**time: float) -> datetime:
    return now() - timedelta(**time)


def latest(
    provider: str,
    price: float,
    *,
    symbol: str = "BTC",
    pair: str | None = "BTC-USD",
    quote: str = "USD",
    minutes: float = 1,
    **more: Any,
) -> dict[str, Any]:
    at = ago(minutes=minutes)
    return {
        "provider": provider,
        "symbol": symbol,
        "price": price,
        "pair": pair,
        "quote": quote,
        "timestamp": at,
        "fetched_at": at,
        **more,
    }


def consensus(symbol: str, price: float, *, minutes: float = 1, **more: Any) -> dict[str, Any]:
    return {"symbol": symbol, "price_usd": price, "timestamp": ago(minutes=minutes), "sources": 3, **more}


def candle(
    provider: str,
    close: float,
    *,
    hours: float = 2,
    symbol: str = "BTC",
    currency: str = "USD",
    final: bool = True,
    **more: Any,
) -> dict[str, Any]:
    return {
        "provider": provider,
        "symbol": symbol,
        "interval": "1h",
        "timestamp": hour() - timedelta(hours=hours),
        "open": close - 2,
        "high": close + 3,
        "low": close - 4,
        "close": close,
        "volume": 1.5,
        "currency": currency,
        "is_final": final,
        "pair": "BTC",
        "fetched_at": now(),
        **more,
    }


def collection(
    endpoint: str, outcome: str, *, run: str = "run-1", minutes: float = 10, error: str | None = None, **more: Any
) -> dict[str, Any]:
    at = ago(minutes=minutes)
    return {
        "run_id": run,
        "endpoint": endpoint,
        "outcome": outcome,
        "error": error,
        "started_at": at,
        "finished_at": at + timedelta(seconds=1),
        **more,
    }
