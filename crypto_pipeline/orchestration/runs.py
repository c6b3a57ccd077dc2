"""Runs: which of a job is under way, and the marks that a run leaves on its rows.

Belongs here: one run of a job at a time, dead runs, run ids on rows.
Does not belong here: what a run does (orchestration/assets.py), when it starts (orchestration/schedules.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg

from crypto_pipeline.locks import is_held, only_one
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.schema.columns import Columns
from crypto_pipeline.schema.tables import TABLES

IN_PROGRESS = [
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
STARTING_TAKES_AT_MOST = timedelta(minutes=3)
"""A run that waits for its turn and for its process, and has not taken its lock after this long, will not do so any more."""
COMMAND_TAKES_AT_MOST = timedelta(seconds=30)
"""The same for a run in the process that created it, which takes a second."""


class JobIsBusyError(Exception):
    """Another run of the job is under way."""


@contextmanager
def only_run_of(job: str, locks: Path, *, patience: float) -> Iterator[None]:
    """Be the only run of a job, waiting up to ``patience`` seconds for another to finish.

    :raises JobIsBusyError: it did not finish in that time.
    """
    busy = f"another run of {job} is under way and did not finish in {patience:g} s"
    with only_one(_lock_file(job, locks), timeout_seconds=patience, otherwise=JobIsBusyError(busy)):
        yield


def end_dead_runs(instance: dg.DagsterInstance, locks: Path, *, launcher_is_gone: bool = False) -> None:
    """Mark the runs as failed whose process is gone, of whatever job: also those that a person launched for some tables.

    :param launcher_is_gone: nobody is left who could have a run in hand that has no lock yet.
    """
    jobs = {record.dagster_run.job_name for record in instance.get_run_records(dg.RunsFilter(statuses=IN_PROGRESS))}
    for job in jobs:
        run_under_way(instance, job, locks, launcher_is_gone=launcher_is_gone)


def run_under_way(instance: dg.DagsterInstance, job: str, locks: Path, *, launcher_is_gone: bool = False) -> str | None:
    """The id of a run of the job that is starting or running; None when there is none.

    Runs whose process died without a word (kill -9, a power cut) are marked as failed on the way, so that no run stays
    "in progress" for ever and blocks the next one.
    """
    records = instance.get_run_records(dg.RunsFilter(job_name=job, statuses=IN_PROGRESS))
    if not records:
        return None
    if is_held(_lock_file(job, locks)):
        return records[-1].dagster_run.run_id
    now = utc_now()
    starting = None
    for record in records:
        if now - record.create_timestamp < _patience(record.dagster_run, launcher_is_gone=launcher_is_gone):
            starting = starting or record.dagster_run.run_id
        else:
            instance.report_run_failed(record.dagster_run, "Its process ended without a word; marked as failed.")
    return starting


def _patience(run: dg.DagsterRun, *, launcher_is_gone: bool) -> timedelta:
    """How long after its creation a run may be without its lock."""
    if run.status is dg.DagsterRunStatus.QUEUED:  # it has no process yet, and gets one from the next daemon
        return timedelta.max
    if run.remote_job_origin is None:  # it runs in the process that created it: a command's, or a test's
        return COMMAND_TAKES_AT_MOST
    return timedelta(0) if launcher_is_gone else STARTING_TAKES_AT_MOST


def stamped(rows: Any, table: str, run_id: str, now: datetime) -> Any:
    """Rows with the run and the moment that wrote them, where the table has columns for that."""
    marks = {"collected_at": now, "run_id": run_id}
    marks = {name: value for name, value in marks.items() if name in TABLES[table].column_names}
    if isinstance(rows, Columns):
        return rows.marked(marks)
    if hasattr(rows, "assign"):
        return rows.assign(**marks)
    return [{**row, **marks} for row in rows]


def stamped_tables(
    tables: Mapping[str, Sequence[Mapping[str, Any]] | Columns], run_id: str, now: datetime
) -> dict[str, Sequence[Mapping[str, Any]] | Columns]:
    """Rows of several tables with these marks; tables without a row are left out."""
    return {table: stamped(rows, table, run_id, now) for table, rows in tables.items() if rows}


def _lock_file(job: str, locks: Path) -> Path:
    return locks / f"{job}.lock"
