"""The details of runs that went well: their events and what their steps printed, which go long before the run itself.

Belongs here: whose details go, and removing them.
Does not belong here: removing whole runs (orchestration/run_history.py).

A run leaves some hundred kilobytes of details and a few of itself. Somebody looks at the details of a run that went well
within hours if ever; those of one that failed stay as long as the run.
"""

from __future__ import annotations

from collections.abc import Container
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from shutil import rmtree
from uuid import UUID

import dagster as dg

from crypto_pipeline.maintenance import sqlite_files
from crypto_pipeline.orchestration.asset_keys import Ours
from crypto_pipeline.orchestration.dagster_internals import forget_checks, postgres_of

EVENTS_OF_RUNS = Path("history") / "runs"
LOGS_OF_RUNS = Path("compute_logs")
EVENT_TABLES = ("event_logs", "asset_event_tags", "alembic_version")
"""What Dagster looks for in the file of a run: a process that has had it open does not make them again."""
EMPTY_BYTES = 16 << 10
"""A file of events that is no larger has none: it is left alone."""
_DONE_UNTIL = "crypto_pipeline details forgotten until"
RUNS_AN_HOUR = 12
"""Details are kept of no more runs than so many for each hour, however many somebody starts; the 5-minute job alone starts as many."""
AT_ONCE = 25
"""Runs whose details one call removes, in a second or two: more than come in between, so that a backlog ends."""


def forget_details(
    instance: dg.DagsterInstance, home: Path, older_than: datetime, most: int, ours: Ours | None = None
) -> int:
    """Remove the details of runs that went well and ended before this moment, the oldest first; how many runs those were.

    Likewise those of more runs than ``most``, of which the newest keep theirs. When a table was last stored, and how long a run took, Dagster knows without them. May be cut off at any point.

    :param ours: whose details may go at all, where others have runs there too.
    """
    if postgres_of(instance):
        return _forget_in_postgres(instance, home, older_than, most, ours)
    candidates = _with_details(home, older_than, most, _runs_of(ours, instance))
    if not candidates:
        return 0
    well = instance.get_run_ids(dg.RunsFilter(run_ids=candidates, statuses=[dg.DagsterRunStatus.SUCCESS]))
    chosen = [run for run in candidates if run in set(well)][:AT_ONCE]
    for run_id in chosen:
        instance.event_log_storage.delete_events(run_id)
        sqlite_files.keep_empty(_events(home, run_id), EVENT_TABLES)
        rmtree(home / LOGS_OF_RUNS / run_id, ignore_errors=True)
    forget_checks(instance, chosen)
    return len(chosen)


def _runs_of(ours: Ours | None, instance: dg.DagsterInstance) -> Container[str] | None:
    """Ids of our runs that went well: some thousands, for maintenance removes the old ones. None: all are ours."""
    if ours is None:
        return None
    return set(instance.get_run_ids(dg.RunsFilter(statuses=[dg.DagsterRunStatus.SUCCESS], tags=ours.tags)))


def _forget_in_postgres(
    instance: dg.DagsterInstance, home: Path, older_than: datetime, most: int, ours: Ours | None
) -> int:
    """There no file says whether a run has details left: the moment up to which all are done is kept beside the runs."""
    done_until = instance.run_storage.get_cursor_values({_DONE_UNTIL}).get(_DONE_UNTIL)
    tags = ours.tags if ours else {}
    newest = instance.get_run_records(
        dg.RunsFilter(statuses=[dg.DagsterRunStatus.SUCCESS], tags=tags), limit=most, order_by="update_timestamp"
    )
    if len(newest) == most:
        older_than = max(older_than, newest[-1].update_timestamp)
    filters = dg.RunsFilter(
        statuses=[dg.DagsterRunStatus.SUCCESS],
        tags=tags,
        updated_before=older_than,
        updated_after=datetime.fromisoformat(done_until) if done_until else None,
    )
    records = instance.get_run_records(filters, limit=AT_ONCE, order_by="update_timestamp", ascending=True)
    for record in records:
        instance.event_log_storage.delete_events(record.dagster_run.run_id)
        rmtree(home / LOGS_OF_RUNS / record.dagster_run.run_id, ignore_errors=True)
    if records:
        forget_checks(instance, [record.dagster_run.run_id for record in records])
        instance.run_storage.set_cursor_values({_DONE_UNTIL: records[-1].update_timestamp.isoformat()})
    return len(records)


def _with_details(home: Path, older_than: datetime, most: int, only: Container[str] | None) -> list[str]:
    """Ids of runs, of these only, that have a file of events which nobody has written to since then, or so many newer ones; the oldest first."""
    aged: list[tuple[float, str]] = []
    for file in (home / EVENTS_OF_RUNS).glob("*.db"):
        with suppress(FileNotFoundError):  # another process was quicker
            facts = file.stat()
            if is_run(file.stem) and (only is None or file.stem in only) and facts.st_size > EMPTY_BYTES:
                aged.append((facts.st_mtime, file.stem))
    aged.sort()
    old = sum(written < older_than.timestamp() for written, _ in aged)
    return [run_id for _, run_id in aged[: max(old, len(aged) - most)]]


def _events(home: Path, run_id: str) -> Path:
    return home / EVENTS_OF_RUNS / f"{run_id}.db"


def remove_files(home: Path, run_id: str) -> None:
    """Remove the file of events of a run, with its journals, and what its steps printed."""
    file = _events(home, run_id)
    for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
        file.with_name(name).unlink(missing_ok=True)
    rmtree(home / LOGS_OF_RUNS / run_id, ignore_errors=True)


def is_run(name: str) -> bool:
    """Whether a file or folder is called like a run."""
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
