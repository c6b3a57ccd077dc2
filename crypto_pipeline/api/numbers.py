"""The numbers of the answers, counted in SQL: they survive a restart, and anyone can check them.

Belongs here: the queries, and their results as values.
Does not belong here: what Dagster knows (api/history.py), opening the database (warehouse/).

A collection is a run that has left its log in data_collections; its records are the rows that its sources gave. Both
reach back as far as that table does, which is how long its rows are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crypto_pipeline.collection.results import WAITS
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.schema.jobs import HISTORICAL_JOB, UI_JOB
from crypto_pipeline.schema.outcomes import SUCCESSES
from crypto_pipeline.warehouse import Warehouse
from crypto_pipeline.warehouse.sql import not_ahead

_HAS_ENDED = not_ahead("finished_at")

STATISTICS: Mapping[str, str] = {
    "total_ui_collections": f"SELECT count(DISTINCT run_id) FROM data_collections WHERE job = '{UI_JOB}'",
    "total_historical_collections": f"SELECT count(DISTINCT run_id) FROM data_collections WHERE job = '{HISTORICAL_JOB}'",
    "total_records_saved": "SELECT coalesce(sum(rows), 0) FROM data_collections",
    "last_ui_collection": f"SELECT max(finished_at) FROM data_collections WHERE job = '{UI_JOB}' AND {_HAS_ENDED}",
    "last_historical_collection": "SELECT max(finished_at) FROM data_collections"
    f" WHERE job = '{HISTORICAL_JOB}' AND {_HAS_ENDED}",
    "average_records_per_ui_collection": "SELECT coalesce(sum(rows) / count(DISTINCT run_id), 0)"
    f" FROM data_collections WHERE job = '{UI_JOB}'",
    "average_records_per_historical_collection": "SELECT coalesce(sum(rows) / count(DISTINCT run_id), 0)"
    f" FROM data_collections WHERE job = '{HISTORICAL_JOB}'",
}
"""Each number and the query that gives it. All in one statement take 0.1 s over a month's log."""

NOTHING_YET: Mapping[str, Any] = {name: None if name.startswith("last_") else 0 for name in STATISTICS}

RECENT_ERRORS = 10
_ERRORS = f"""
    WITH newest AS (SELECT * FROM failure_logs WHERE {not_ahead("failed_at")} AND NOT list_contains($waits, outcome) ORDER BY failed_at DESC, endpoint, ask LIMIT {RECENT_ERRORS})
    SELECT failed_at, endpoint, newest.outcome, newest.error, job
    FROM newest LEFT JOIN data_collections USING (run_id, endpoint)
    ORDER BY failed_at DESC, endpoint, ask
"""
_LAST_COLLECTIONS = f"""
    SELECT job, run_id,
        count(*) FILTER (list_contains($successes, outcome)) AS ok,
        count(*) FILTER (NOT list_contains($successes, outcome) AND NOT list_contains($waits, outcome)) AS failed
    FROM data_collections
    WHERE run_id IN (SELECT arg_max(run_id, finished_at) FROM data_collections WHERE {_HAS_ENDED} GROUP BY job)
    GROUP BY job, run_id
"""


@dataclass(frozen=True, slots=True)
class Numbers:
    """What the database said at one moment."""

    as_of: datetime
    statistics: Mapping[str, Any] = field(default_factory=lambda: NOTHING_YET)
    """By the names of STATISTICS."""
    errors: list[dict[str, Any]] = field(default_factory=list)
    """failed_at, endpoint, outcome, error, job; newest first."""
    last_collections: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    """run_id, ok and failed sources of the newest collection of each job."""


def read_numbers(warehouse: Warehouse) -> Numbers:
    """Count anew; nothing where there is no database yet. Raises WarehouseError, and DatabaseBusy while somebody holds the file."""
    now = utc_now()
    if not warehouse.exists():
        return Numbers(now)
    everything = ", ".join(f"({query}) AS {name}" for name, query in STATISTICS.items())
    (statistics,) = warehouse.query(f"SELECT {everything}").dicts()
    waits = {"waits": [one.value for one in WAITS]}
    outcomes = {"successes": [one.value for one in SUCCESSES], **waits}
    return Numbers(
        as_of=now,
        statistics=statistics,
        errors=warehouse.query(_ERRORS, waits).dicts(),
        last_collections={row["job"]: row for row in warehouse.query(_LAST_COLLECTIONS, outcomes).dicts()},
    )
