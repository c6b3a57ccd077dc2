"""How the data bank is doing, as its tables tell it: what whoever watches over it asks.

Belongs here: the questions, in SQL.
Does not belong here: what is made of the answers (monitoring/).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from crypto_pipeline.schema.clock import CLOCK_TOLERANCE
from crypto_pipeline.warehouse import future
from crypto_pipeline.warehouse.interface import Warehouse

KNOWN_FOR = timedelta(days=3)
"""An endpoint that was not asked for this long is off, or no longer declared; every one that is on is asked daily."""


def source_states(warehouse: Warehouse, now: datetime) -> list[dict[str, Any]]:
    """source_health of the endpoints that have been asked in the last days."""
    columns = (
        "endpoint",
        "consecutive_failures",
        "breaker_state",
        "outcome",
        "asked_at",
        "succeeded_at",
        "not_before",
    )
    return warehouse.read("source_health", columns=columns, where="asked_at > ?", parameters=[now - KNOWN_FOR])


def last_hour(warehouse: Warehouse, now: datetime, successes: Collection[str]) -> dict[str, float | None]:
    """Requests of the last hour, how many failed, and how long those took that did not; NULL where there were none."""
    query = """
        SELECT count(*) AS requests, count(*) FILTER (NOT list_contains($successes, outcome)) AS failures,
            median(milliseconds) FILTER (list_contains($successes, outcome)) AS median_milliseconds,
            quantile_cont(milliseconds, 0.95) FILTER (list_contains($successes, outcome)) AS p95_milliseconds
        FROM connection_attempts WHERE started_at > $since AND started_at <= $now
    """
    parameters = {"successes": list(successes), "since": now - timedelta(hours=1), "now": now}
    (row,) = warehouse.query(query, parameters).dicts()
    return row


def rows_of_the_future(warehouse: Warehouse, now: datetime) -> int:
    """Rows that say that they were collected at a time that has not come: of a run whose clock was ahead."""
    return sum(future.count(warehouse, now).values())


def schedule_lags(warehouse: Warehouse, now: datetime) -> dict[str, float]:
    """How late the run of each schedule's newest tick began, in seconds."""
    query = """
        SELECT schedule, arg_max(lag_seconds, expected_at) FROM schedule_compliance
        WHERE expected_at > ? AND expected_at <= ? AND lag_seconds IS NOT NULL GROUP BY schedule ORDER BY schedule
    """
    return dict(warehouse.query(query, [now - timedelta(days=1), now + CLOCK_TOLERANCE]).rows)


def newest_lag(warehouse: Warehouse, now: datetime) -> tuple[str, float, float] | None:
    """Of the newest collection of the last hour its run, its seconds, and those in which this machine did not run it.

    A file that has not been written since it was of an older version has no such column yet.
    """
    query = """
        WITH collections AS (
            FROM data_collections UNION ALL BY NAME SELECT CAST(NULL AS DOUBLE) AS lag_milliseconds WHERE false
        )
        SELECT run_id, epoch(max(finished_at)) - epoch(min(started_at)), max(lag_milliseconds) / 1000 FROM collections
        WHERE finished_at > ? AND finished_at <= ? GROUP BY run_id HAVING max(lag_milliseconds) IS NOT NULL
        ORDER BY max(finished_at) DESC LIMIT 1
    """
    rows = warehouse.query(query, [now - timedelta(hours=1), now]).rows
    return rows[0] if rows else None


def open_alerts(warehouse: Warehouse) -> list[dict[str, Any]]:
    """Rows of the alerts that are not over, the oldest first."""
    return warehouse.read("alerts", where="resolved_at IS NULL ORDER BY first_seen_at, condition")


def all_alerts(warehouse: Warehouse) -> list[dict[str, Any]]:
    """The newest first."""
    return warehouse.read("alerts", where="true ORDER BY first_seen_at DESC, condition")
