"""Collections as the log has them.

Belongs here: the newest runs, and how many of their sources did what.
Does not belong here: single sources (api/data/sources.py).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pydantic import Field

from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.shapes import Moment, Shape, of
from crypto_pipeline.collection.results import WAITS
from crypto_pipeline.schema.outcomes import SUCCESSES
from crypto_pipeline.warehouse.sql import not_ahead

_LOOK_BACK = (timedelta(hours=8), timedelta(days=2), timedelta(days=36_500))
"""How far the log is searched for runs, as long as there are fewer than wanted; a month of it are millions of rows."""

_JOBS_RUN_WITHIN = timedelta(hours=8)
"""A job that has not run for longer, counted from the newest run of all, is none that runs on a schedule."""

_RUNS = f"""
    SELECT run_id, any_value(job) AS job, any_value(region) AS region, min(started_at) AS started_at, max(finished_at) AS finished_at,
        count(*) FILTER (list_contains($successes, outcome)) AS ok,
        count(*) FILTER (NOT list_contains($successes, outcome) AND NOT list_contains($waits, outcome)) AS failed,
        count(*) FILTER (list_contains($waits, outcome)) AS not_asked,
        max(collected_at) AS collected_at
    FROM data_collections
    WHERE started_at >= $since AND {not_ahead("started_at")} AND ($job IS NULL OR job = $job)
    GROUP BY run_id
"""
_NEWEST = f"{_RUNS} ORDER BY started_at DESC, run_id LIMIT $limit"
_OF_JOBS = f"FROM ({_RUNS}) QUALIFY row_number() OVER (PARTITION BY job ORDER BY started_at DESC) = 1 ORDER BY job"

_OUTCOMES = {"successes": [one.value for one in SUCCESSES], "waits": [one.value for one in WAITS]}


class Run(Shape):
    """A run of a collection, with its sources counted."""

    run_id: str = of("data_collections", "run_id")
    job: str | None = of("data_collections", "job")
    region: str | None = of("data_collections", "region")
    started_at: Moment | None = Field(description="When its first source was asked.")
    finished_at: Moment | None = Field(description="When its last source was done.")
    ok: int = Field(description="Sources that answered.")
    failed: int = Field(description="Sources that did not, or that are resting because they had failed before.")
    not_asked: int = Field(description="Sources whose turn comes later.")


def newest_runs(reading: Reading, limit: int, job: str | None = None) -> list[dict[str, Any]]:
    """Rows for Run, newest first; fewer than ``limit`` when there are no more."""
    newest_at = reading.newest("data_collections", "started_at")
    rows: list[dict[str, Any]] = []
    for back in _LOOK_BACK if newest_at else ():
        rows = reading.rows(_NEWEST, since=newest_at - back, job=job, limit=limit, **_OUTCOMES)
        if len(rows) == limit:
            break
    return rows


def newest_runs_of_jobs(reading: Reading) -> list[Run]:
    """The newest run of each job that ran lately, seen from the newest run of all."""
    newest_at = reading.newest("data_collections", "started_at")
    if newest_at is None:
        return []
    rows = reading.rows(_OF_JOBS, since=newest_at - _JOBS_RUN_WITHIN, job=None, **_OUTCOMES)
    return [Run.model_validate(row) for row in rows]
