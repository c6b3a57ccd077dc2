"""Dagster's own history: runs that are over and old, with their events, their logs and their files.

Belongs here: which runs go, removing everything that Dagster keeps of them.
Does not belong here: runs that are under way or dead (orchestration/runs.py), ticks (Dagster removes them itself, see orchestration/instance.py).

In its files Dagster keeps one of SQLite for each run, and removes rows from it but never the file. What a run leaves besides its own
row goes earlier where the run went well (orchestration/run_details.py).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import dagster as dg

from crypto_pipeline.foundation import postgres_locks
from crypto_pipeline.foundation.walking import files_below
from crypto_pipeline.maintenance import sqlite_files
from crypto_pipeline.maintenance.maintaining import Pruned
from crypto_pipeline.orchestration.asset_keys import Ours
from crypto_pipeline.orchestration.dagster_internals import forget_checks, postgres_of
from crypto_pipeline.orchestration.instance import DATABASES
from crypto_pipeline.orchestration.run_details import EVENTS_OF_RUNS, LOGS_OF_RUNS, is_run, remove_files

KEEP_OF_EACH_JOB = 20
"""The newest runs of a job stay whatever their age: how a job that rests went last is worth knowing."""
PAGE = 500
BATCH = 50
AT_MOST = 5_000
"""Runs that one maintenance removes: two weeks of them, in a few minutes."""
OVER = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]

_FOLDERS = ("history", "schedules", "compute_logs")


def prune(
    instance: dg.DagsterInstance,
    home: Path,
    older_than: datetime,
    *,
    dry_run: bool,
    tell: Callable[[str], None],
    ours: Ours | None = None,
) -> Pruned:
    """Remove the runs that are over and were created before this moment, but for the newest of each job.

    May be cut off at any point; the next one ends the work.

    :param ours: which runs may go at all, where others keep theirs there too; what lies about in a folder of theirs is not ours
        to clear.
    """
    shared = postgres_of(instance)
    before = _size(home, shared)
    runs = _too_old(instance, older_than, ours)
    if dry_run:
        return Pruned(len(runs), before, before)
    for start in range(0, len(runs), BATCH):
        tell(f"removing runs of Dagster's from before {older_than:%Y-%m-%d}: {start} of {len(runs)}")
        batch = runs[start : start + BATCH]
        for run_id in batch:
            instance.delete_run(run_id)
        forget_checks(instance, batch)
    if ours is None or not ours.in_folder_of_others:
        _remove_files(instance, home)
        for file in DATABASES:
            sqlite_files.give_back(home / file)
    else:
        for run_id in runs:
            remove_files(home, run_id)
    return Pruned(len(runs), before, _size(home, shared))


def _too_old(instance: dg.DagsterInstance, limit: datetime, ours: Ours | None) -> list[str]:
    """Ids of the runs that go, the oldest first."""
    filters = dg.RunsFilter(statuses=OVER, created_before=limit)
    old: list[dg.DagsterRun] = []
    cursor = None
    while page := instance.get_runs(filters, cursor, limit=PAGE):
        old += [run for run in page if ours is None or ours.are(run)]
        cursor = page[-1].run_id
    stay: set[str] = set()
    for job in {run.job_name for run in old}:
        stay.update(instance.get_run_ids(dg.RunsFilter(job_name=job), limit=KEEP_OF_EACH_JOB))
    return [run.run_id for run in reversed(old) if run.run_id not in stay][:AT_MOST]


def _remove_files(instance: dg.DagsterInstance, home: Path) -> None:
    """Files of runs that are no more, also of those that an earlier maintenance did not come to the end of."""
    files = [file.stem for file in (home / EVENTS_OF_RUNS).glob("*.db") if is_run(file.stem)]
    folders = [folder.name for folder in (home / LOGS_OF_RUNS).glob("*") if is_run(folder.name)]
    there = set(instance.get_run_ids())  # asked last: a run has its row before it has a file
    for run_id in {*files, *folders} - there:
        remove_files(home, run_id)


def _size(home: Path, shared: str) -> int:
    """Of the files here, and of the PostgreSQL of the runs, which gives no room back but uses it again."""
    files = sum(_bytes(file) for folder in _FOLDERS for file in files_below(home / folder))
    return files + (postgres_locks.size_bytes(shared) if shared else 0)


def _bytes(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:  # Dagster makes and removes journals all the time
        return 0
