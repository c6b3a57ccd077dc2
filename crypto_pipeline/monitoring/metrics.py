"""The whole at a glance, in numbers: rows of system_metrics.

Belongs here: what is counted and its unit.
Does not belong here: facts (monitoring/evaluate.py), limits (monitoring/conditions.py).

An endpoint that is on and was asked in the last days is *online* when it answered the last time it was asked, *offline*
when its breaker is open or it failed as often in a row as raises an alert, and *degraded* in between.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from crypto_pipeline.monitoring.conditions import Limits
from crypto_pipeline.monitoring.facts import Facts, SourceHealth

EVERY = timedelta(minutes=5)

_LAST_HOUR = (
    ("requests", "requests_per_hour", "count"),
    ("failures", "failures_per_hour", "count"),
    ("median_milliseconds", "latency_median", "ms"),
    ("p95_milliseconds", "latency_p95", "ms"),
)


def slot(now: datetime) -> datetime:
    """The five minutes that a moment belongs to, by their beginning."""
    return now - timedelta(seconds=now.timestamp() % EVERY.total_seconds())


def metric_rows(facts: Facts, limits: Limits, alerts_open: int) -> list[dict[str, Any]]:
    """One row a number. A number that is not known has no row: nothing was asked, or the database could not be read."""
    return [
        {"metric_name": name, "value": float(value), "unit": unit, "timestamp": facts.now}
        for name, value, unit in _metrics(facts, limits, alerts_open)
        if value is not None
    ]


def standing(source: SourceHealth, limits: Limits) -> str:
    """online, degraded or offline."""
    if source.breaker_state == "open" or source.consecutive_failures >= limits.failures:
        return "offline"
    return "degraded" if source.consecutive_failures or source.breaker_state == "half_open" else "online"


def _metrics(facts: Facts, limits: Limits, alerts_open: int) -> Iterator[tuple[str, float | None, str]]:
    if facts.stored:
        counts = Counter(standing(source, limits) for source in facts.stored.sources)
        for name in ("online", "degraded", "offline"):
            yield f"sources_{name}", counts[name], "count"
        for said, name, unit in _LAST_HOUR:
            yield name, facts.stored.last_hour.get(said), unit
        for schedule, lag in facts.stored.lags.items():
            yield f"schedule_lag.{schedule}", lag, "seconds"
    yield "database_size", facts.database_bytes, "bytes"
    yield "spool_size", facts.spool.bytes, "bytes"
    yield "disk_free", facts.disk.free_bytes, "bytes"
    yield "alerts_open", alerts_open, "count"
