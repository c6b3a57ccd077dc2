"""What we need of Dagster that it does not promise: the one module that imports its private names.

Belongs here: those names, each with why nothing public will do; work inside Dagster's storages.
Does not belong here: what is done with them (orchestration/dagster_history.py, orchestration/run_history.py, ...).

A test says whether the Dagster that is installed still has them; whoever raises the pin in constraints.txt reads it first.
"""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from datetime import datetime
from functools import partial
from types import SimpleNamespace
from typing import Any, Literal, TypeAlias

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition
from dagster._core.execution import compute_logs
from dagster._core.scheduler.instigation import InstigatorState, InstigatorTick, TickStatus
from sqlalchemy.exc import SQLAlchemyError

from crypto_pipeline.foundation.postgres_address import for_libpq
from crypto_pipeline.schema.clock import CLOCK_TOLERANCE

__all__ = [
    "InstigatorState",
    "InstigatorTick",
    "TickStatus",
    "UnresolvedAssetJobDefinition",
    "forget_checks",
    "forget_the_future",
    "helpers_apart",
    "local_artifacts_in",
    "local_logs_in",
    "migrate",
    "passed_since",
    "postgres_of",
    "storage_errors",
]
"""
- ``UnresolvedAssetJobDefinition`` is the type of what ``define_asset_job`` returns.
- ``InstigatorState``, ``InstigatorTick``, ``TickStatus``: no public name tells when a schedule ticked and what came of it.
"""


@contextmanager
def helpers_apart() -> Iterator[None]:
    """In the block, processes that Dagster starts to show what a step prints have a session of their own.

    A terminal sends Ctrl-C to all processes of its session, and each of these would end with a traceback on it.
    """
    names = vars(compute_logs)
    theirs = names["subprocess"]
    names["subprocess"] = SimpleNamespace(Popen=partial(subprocess.Popen, start_new_session=True))
    try:
        yield
    finally:
        names["subprocess"] = theirs


def local_artifacts_in(folder: str) -> dict[str, Any]:
    """The part of dagster.yaml that keeps artifacts in a folder: Dagster's documentation names these classes itself."""
    return {
        "module": "dagster._core.storage.root",
        "class": "LocalArtifactStorage",
        "config": {"base_dir": folder},
    }


def local_logs_in(folder: str) -> dict[str, Any]:
    """The part of dagster.yaml that keeps what steps print in a folder."""
    return {
        "module": "dagster._core.storage.local_compute_log_manager",
        "class": "LocalComputeLogManager",
        "config": {"base_dir": folder},
    }


def postgres_of(instance: dg.DagsterInstance) -> str:
    """The address of the PostgreSQL in which the instance keeps its runs, with its password; empty where it is none."""
    address = getattr(instance.run_storage, "postgres_url", "")
    return for_libpq(address) if address else ""


def storage_errors() -> tuple[type[Exception], ...]:
    """What Dagster raises when its storage cannot be read; that of PostgreSQL where it has been loaded."""
    in_postgres = sys.modules.get("dagster_postgres.utils")
    return (SQLAlchemyError, OSError, *([in_postgres.DagsterPostgresException] if in_postgres else []))


Migration: TypeAlias = Literal["not needed", "done", "of a newer Dagster"]


def migrate(instance: dg.DagsterInstance) -> Migration:
    """Bring the files of an earlier Dagster up to date, as ``dagster instance migrate`` does.

    Dagster opens them as they are, and fails where it first asks for what is not there. It prints what it does, and answers for
    programs go the same way. Those of a newer Dagster stay as they are.
    """
    from alembic.util import CommandError
    from dagster._core.storage.event_log import SqlEventLogStorage
    from dagster._core.storage.runs import SqlRunStorage
    from dagster._core.storage.schedules import SqlScheduleStorage

    storages = (instance.run_storage, instance.event_log_storage, instance.schedule_storage)
    versions = [
        storage.alembic_version()
        for storage in storages
        if isinstance(storage, SqlRunStorage | SqlEventLogStorage | SqlScheduleStorage)
    ]
    if all(version is None or version[0] == version[1] for version in versions):
        return "not needed"
    try:
        with redirect_stdout(io.StringIO()):
            instance.upgrade()
    except CommandError:  # alembic does not know the state that they are in
        return "of a newer Dagster"
    return "done"


def forget_checks(instance: dg.DagsterInstance, runs: Sequence[str]) -> None:
    """Remove the results of the checks that these runs made, which stay when their events or the runs go; nothing public does.

    Does nothing to a storage that is not SQL. The imports are here because they cost a tenth of a second.
    """
    from dagster._core.storage.event_log import SqlEventLogStorage
    from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable

    events = instance.event_log_storage
    if isinstance(events, SqlEventLogStorage):
        with events.index_connection() as connection:
            connection.execute(AssetCheckExecutionsTable.delete().where(AssetCheckExecutionsTable.c.run_id.in_(runs)))


def passed_since(
    instance: dg.DagsterInstance, checks: Sequence[dg.AssetCheckKey], since: datetime, now: datetime
) -> set[dg.AssetCheckKey]:
    """The checks whose newest result, not older than ``since``, is that they passed. One query for all of them."""
    latest = instance.event_log_storage.get_latest_asset_check_execution_by_key(checks)
    return {
        key
        for key, record in latest.items()
        if since.timestamp() <= record.create_timestamp <= now.timestamp() + CLOCK_TOLERANCE.total_seconds()
        and record.event
        and (evaluation := record.event.asset_check_evaluation)
        and evaluation.passed
    }


def forget_the_future(
    instance: dg.DagsterInstance, now: datetime, limit: datetime, names: Collection[str] | None = None
) -> list[str]:
    """Let no schedule and no sensor wait for a moment after ``limit``; the names of those that did.

    Each goes on from the last moment at which it ticked or looked. One that a clock which was ahead has written would keep it
    silent until that moment comes. A daemon that is running remembers some of them itself, until it is started anew.

    :param names: of those that are looked at; the others are somebody else's. None: all are.
    """
    from dagster._core.storage.schedules import SqlScheduleStorage
    from dagster._core.storage.schedules.schema import JobTickTable

    waited = []
    states = [state for state in instance.all_instigator_state() if names is None or state.instigator_name in names]
    for state in states:
        data = state.instigator_data
        fields = data._asdict() if data else {}
        ahead = {
            name: now.timestamp()
            for name, moment in fields.items()
            if name.endswith("_timestamp") and (moment or 0.0) > limit.timestamp()
        }
        if data and ahead:
            instance.update_instigator_state(state.with_data(type(data)(**{**fields, **ahead})))
            waited.append(state.instigator_name)
    storage = instance.schedule_storage
    if isinstance(storage, SqlScheduleStorage):
        with storage.connect() as connection:
            ahead_of_time = JobTickTable.delete().where(JobTickTable.c.timestamp > limit)
            if names is not None:
                ahead_of_time = ahead_of_time.where(JobTickTable.c.selector_id.in_([one.selector_id for one in states]))
            connection.execute(ahead_of_time)
    return waited
