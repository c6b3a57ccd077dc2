"""Candles over years, for whoever works with them in Python.

Belongs here: the question in SQL, by coin, length, exchange and time.
Does not belong here: connections (databank/access.py), the consensus itself (warehouse/candle_consensus.py).
"""

from __future__ import annotations

from datetime import date, datetime, timezone

from crypto_pipeline.schema.intervals import INTERVAL_SECONDS

CONSENSUS = "consensus"
"""What all spot exchanges say together, in the place of the name of one."""

_OF_ALL = """
SELECT timestamp, open, high, low, close, volume, providers, spread_percent
FROM consensus_ohlc
WHERE symbol = $symbol AND "interval" = $interval AND timestamp >= $since AND timestamp < $until
ORDER BY timestamp
"""
_OF_ONE = """
SELECT timestamp, open, high, low, close, volume, volume_quote, trades, currency, pair, is_final
FROM cached_ohlc
WHERE symbol = $symbol AND "interval" = $interval AND provider = $provider AND timestamp >= $since AND timestamp < $until
ORDER BY timestamp
"""


def question(
    symbol: str, interval: str, provider: str, since: str | date | None, until: str | date | None
) -> tuple[str, dict[str, object]]:
    """The question and its parameters. ValueError for a length that there is not, and for a moment that is none."""
    if interval not in INTERVAL_SECONDS:
        raise ValueError(f"there are no candles of {interval!r}; there are some of {', '.join(INTERVAL_SECONDS)}")
    parameters: dict[str, object] = {
        "symbol": symbol.strip().upper(),
        "interval": interval,
        "since": _moment(since) or datetime(2009, 1, 3, tzinfo=timezone.utc),
        "until": _moment(until) or datetime(9999, 1, 1, tzinfo=timezone.utc),
    }
    if provider == CONSENSUS:
        return _OF_ALL, parameters
    return _OF_ONE, {**parameters, "provider": provider}


def _moment(given: str | date | None) -> datetime | None:
    """A moment in UTC; one that names no zone is UTC."""
    if given is None:
        return None
    if isinstance(given, str):
        given = datetime.fromisoformat(given.replace("Z", "+00:00"))
    if not isinstance(given, datetime):
        given = datetime(given.year, given.month, given.day, tzinfo=timezone.utc)
    return given if given.tzinfo else given.replace(tzinfo=timezone.utc)
