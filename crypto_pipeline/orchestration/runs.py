"""Runs: which of a job is under way, and the marks that a run leaves on its rows.

Belongs here: one run of a job at a time, dead runs, run ids on rows.
Does not belong here: what a run does (orchestration/collection_run.py), when it starts (orchestration/schedules.py).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg

from crypto_pipeline.foundation import postgres_locks
from crypto_pipeline.foundation.file_locks import is_held, only_one
from crypto_pipeline.orchestration.asset_keys import Prefix, is_our_run
from crypto_pipeline.orchestration.dagster_internals import postgres_of
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


LOOKS_AGAIN_AFTER = 2 * postgres_locks.TAKEN_ANEW_AFTER
"""Seconds. After a restart of PostgreSQL a run that lives is without its lock for a moment: nobody is judged by one look."""


class JobIsBusyError(Exception):
    """Another run of the job is under way."""


@contextmanager
def only_run_of(
    job: str, locks: Path, *, patience: float, instance: dg.DagsterInstance | None = None
) -> Iterator[None]:
    """Be the only run of a job, waiting up to ``patience`` seconds for another to finish.

    :param instance: where it keeps its runs in PostgreSQL, the only one among all machines that do.
    :raises JobIsBusyError: it did not finish in that time.
    :raises PostgresUnusable: PostgreSQL could not be asked.
    """
    busy = JobIsBusyError(f"another run of {job} is under way and did not finish in {patience:g} s")
    shared = postgres_of(instance) if instance else ""
    give_up = time.monotonic() + patience
    with only_one(_lock_file(job, locks), timeout_seconds=patience, otherwise=busy):
        left = max(0.0, give_up - time.monotonic())
        with (
            postgres_locks.only_one(shared, _name(job), timeout_seconds=left, otherwise=busy)
            if shared
            else nullcontext()
        ):
            yield


def end_dead_runs(
    instance: dg.DagsterInstance, locks: Path, *, prefix: Prefix = (), launcher_is_gone: bool = False
) -> None:
    """Mark our runs as failed whose process is gone, of whatever job: also those that a person launched for some tables.

    Runs of others who share this Dagster are theirs to judge.

    :param launcher_is_gone: nobody is left on this machine who could have a run in hand that has no lock yet. Where several
        machines share the storage of runs another may: then all get their time.
    """
    runs = [record.dagster_run for record in instance.get_run_records(dg.RunsFilter(statuses=IN_PROGRESS))]
    for job in {run.job_name for run in runs if is_our_run(run, prefix)}:
        run_under_way(instance, job, locks, prefix=prefix, launcher_is_gone=launcher_is_gone)


def run_under_way(
    instance: dg.DagsterInstance, job: str, locks: Path, *, prefix: Prefix = (), launcher_is_gone: bool = False
) -> str | None:
    """The id of a run of our job that is starting or running; None when there is none.

    Runs whose process died without a word (kill -9, a power cut) are marked as failed on the way, so that no run stays
    "in progress" for ever and blocks the next one. A run of another machine is judged by the lock that it holds in the
    PostgreSQL of the runs.
    """
    of_this_name = instance.get_run_records(dg.RunsFilter(job_name=job, statuses=IN_PROGRESS))
    records = [record for record in of_this_name if is_our_run(record.dagster_run, prefix)]
    if not records:
        return None
    shared = postgres_of(instance)
    if _has_its_lock(job, locks, shared):
        return records[-1].dagster_run.run_id
    now = utc_now()
    judged = {
        record.dagster_run.run_id: now - record.create_timestamp
        >= _patience(record.dagster_run, launcher_is_gone=launcher_is_gone and not shared)
        for record in records
    }
    if shared and any(judged.values()):
        time.sleep(LOOKS_AGAIN_AFTER)
        if _has_its_lock(job, locks, shared):
            return records[-1].dagster_run.run_id
    for record in records:
        if judged[record.dagster_run.run_id] and _is_in_progress(instance, record.dagster_run.run_id):
            instance.report_run_failed(record.dagster_run, "Its process ended without a word; marked as failed.")
    return next((run_id for run_id, is_dead in judged.items() if not is_dead), None)


def _has_its_lock(job: str, locks: Path, shared: str) -> bool:
    return is_held(_lock_file(job, locks)) or bool(shared and postgres_locks.is_held(shared, _name(job)))


def _is_in_progress(instance: dg.DagsterInstance, run_id: str) -> bool:
    """Another process, or another machine, may have marked it meanwhile, or it has ended by itself."""
    run = instance.get_run_by_id(run_id)
    return run is not None and run.status in IN_PROGRESS


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


def _name(job: str) -> str:
    return f"run of {job}"


def _lock_file(job: str, locks: Path) -> Path:
    return locks / f"{job}.lock"
