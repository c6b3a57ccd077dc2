"""One look at everything: gather, judge, keep, tell.

Belongs here: the order of these, and what happens when the database cannot be had meanwhile.
Does not belong here: each of them (orchestration/dagster_history.py, monitoring/conditions.py, monitoring/alerts.py, monitoring/ticks.py, monitoring/metrics.py, monitoring/notify.py).
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Literal

import dagster as dg
from filelock import FileLock, Timeout

from crypto_pipeline.monitoring import notify as notifying
from crypto_pipeline.monitoring.alerts import Alert, Change, alert_from, reconcile, row_of
from crypto_pipeline.monitoring.conditions import Limits, conditions, unjudged
from crypto_pipeline.monitoring.facts import Disk, Facts, Source, Spool, Stored
from crypto_pipeline.monitoring.metrics import metric_rows, slot
from crypto_pipeline.monitoring.state import Memory, keep, known_alerts, recall
from crypto_pipeline.monitoring.ticks import Accounted, account
from crypto_pipeline.orchestration import dagster_history as history
from crypto_pipeline.orchestration.jobs import JOBS
from crypto_pipeline.schema.outcomes import SUCCESSES
from crypto_pipeline.settings import Settings
from crypto_pipeline.warehouse import Warehouse, WarehouseError
from crypto_pipeline.warehouse import health_queries as standing
from crypto_pipeline.warehouse.engines import warehouse_for

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 20.0
"""Seconds to wait for another look to end. Two sensors look, and a person acknowledges."""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a look found."""

    change: Change
    told: int = 0

    def __str__(self) -> str:
        opened, resolved = len(self.change.opened), len(self.change.resolved)
        changed = f"; {opened} opened, {resolved} resolved" if opened or resolved else ""
        return f"{len(self.change.open)} alerts are open{changed}."


def look(
    instance: dg.DagsterInstance,
    settings: Settings,
    *,
    failed: dg.DagsterRun | None = None,
    now: datetime | None = None,
) -> CheckReport:
    """Look once, and keep and tell what has changed.

    Raises TimeoutError when another look does not end, and whatever Dagster's storage raises; never for the database.

    :param failed: a run that has just failed. It is an alert even when the next run of its job has gone well meanwhile.
    """
    with one_at_a_time(settings):
        change = _look(instance, settings, failed, now or datetime.now(timezone.utc))
    told = notifying.send(settings.alert_urls, notifying.messages(change.opened, change.resolved))
    return CheckReport(change, told)


def _look(instance: dg.DagsterInstance, settings: Settings, failed: dg.DagsterRun | None, now: datetime) -> Change:
    memory = recall(instance)
    warehouse = warehouse_for(settings)
    _drain(warehouse)
    to_measure = memory.measured_at != slot(now)
    stored, stored_alerts = _what_is_stored(warehouse, settings, now, to_measure=to_measure)
    known = known_alerts(memory, stored_alerts)
    facts = _facts(instance, settings, warehouse, memory, stored, known, failed, now)
    limits = Limits(settings.failures_before_alert, settings.disk_free_gb)
    change = reconcile(known, conditions(facts, limits), now, unjudged=unjudged(facts))

    accounts = _accounts(instance, settings, memory, facts)
    # What the database did not know, and does not wait any more: it was merged, and is merged again; or a full disk lost it.
    again = () if memory.all_is_stored or warehouse.spooled() else memory.alerts
    written = {alert.id: alert for alert in (*again, *change.written)}
    rows = {
        "alerts": [row_of(alert) for alert in written.values()],
        "schedule_compliance": [row for one in accounts.values() for row in one.rows],
        "system_metrics": metric_rows(facts, limits, len(change.open)) if to_measure else [],
    }
    became = _keep(warehouse, rows, now)
    lost = became == "lost"
    keep(
        instance,
        Memory(
            looked_at=now,
            awake_since=facts.awake_since,
            measured_at=memory.measured_at if lost else slot(now),
            accounted=memory.accounted if lost else {name: one.until for name, one in accounts.items()},
            alerts=change.open if became == "stored" else _unknown_to_the_database(memory, change),
            all_is_stored=became == "stored",
        ),
    )
    return change


@contextmanager
def one_at_a_time(settings: Settings) -> Iterator[None]:
    """Whoever changes alerts does so alone. Raises TimeoutError."""
    settings.locks.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.locks / "watching.lock")
    try:
        lock.acquire(timeout=TIMEOUT_SECONDS)
    except Timeout:
        raise TimeoutError(f"Another look at the alerts did not end within {TIMEOUT_SECONDS:g} s.") from None
    try:
        yield
    finally:
        lock.release()


def _facts(
    instance: dg.DagsterInstance,
    settings: Settings,
    warehouse: Warehouse,
    memory: Memory,
    stored: Stored | None,
    known: list[Alert],
    failed: dg.DagsterRun | None,
    now: datetime,
) -> Facts:
    jobs = {job.name for job in JOBS} | {alert.about for alert in known if alert.kind == "run_failed"}
    failures = {run.job: run for run in history.failed_runs(instance, jobs)}
    if failed:
        failures[failed.job_name] = history.failed_run(instance, failed)
    return Facts(
        now=now,
        awake_since=memory.awake(now),
        disk=Disk(settings.data_dir, shutil.disk_usage(_existing(settings.data_dir)).free),
        spool=_spool(warehouse),
        database_bytes=_size(warehouse.path) + _size(warehouse.path.with_name(f"{warehouse.path.name}.wal")),
        stored=stored,
        tables=history.stored_tables(instance, settings),
        schedules=history.schedules_on(instance, settings),
        failed_runs=tuple(failures.values()),
    )


def _what_is_stored(
    warehouse: Warehouse, settings: Settings, now: datetime, *, to_measure: bool
) -> tuple[Stored | None, list[Alert] | None]:
    """What the database says and the alerts that are open in it; None when it cannot be read."""
    if not warehouse.path.exists():
        return Stored(), []
    try:
        with warehouse.reading():
            sources = [_source(row) for row in standing.source_states(warehouse, now)]
            alerts = [alert_from(row) for row in standing.open_alerts(warehouse)]
            successes = [outcome.value for outcome in SUCCESSES]
            last_hour = standing.last_hour(warehouse, now, successes) if to_measure else {}
            lags = standing.schedule_lags(warehouse, now) if to_measure else {}
    except WarehouseError as error:
        log.info("Looking without the database: %s", error)
        return None, None
    on = tuple(source for source in sources if _is_on(source.endpoint, settings))
    return Stored(on, last_hour, lags), alerts


def _is_on(endpoint: str, settings: Settings) -> bool:
    return not settings.switched_off(endpoint, endpoint.partition(".")[0])


def _source(row: Mapping[str, Any]) -> Source:
    return Source(
        endpoint=row["endpoint"],
        consecutive_failures=row["consecutive_failures"] or 0,
        breaker_state=row["breaker_state"] or "closed",
        outcome=row["outcome"],
        succeeded_at=row["succeeded_at"],
        not_before=row["not_before"],
    )


def _accounts(instance: dg.DagsterInstance, settings: Settings, memory: Memory, facts: Facts) -> dict[str, Accounted]:
    """What became of the ticks of each schedule. Nothing is expected while it is off, nor before the first look ever."""
    on = {schedule.name: schedule for schedule in facts.schedules}
    accounts = {}
    for name, cron in history.crons(settings).items():
        if name not in on:
            accounts[name] = Accounted((), facts.now)
            continue
        after = max(memory.accounted.get(name, facts.now), on[name].started_at or facts.awake_since)
        ticks = history.ticks_after(instance, name, after)
        accounts[name] = account(name, cron, ticks, after, facts.now, awake_since=facts.awake_since)
    return accounts


def _drain(warehouse: Warehouse) -> None:
    """Merge what waits beside the database; what lies there afterwards is worth an alert."""
    try:
        warehouse.drain()
    except WarehouseError as error:
        log.info("The spool could not be emptied: %s", error)


def _keep(
    warehouse: Warehouse, rows: Mapping[str, list[dict[str, Any]]], now: datetime
) -> Literal["stored", "spooled", "lost"]:
    """Store the rows, and say what became of them."""
    batches = {table: [{**row, "collected_at": now} for row in some] for table, some in rows.items() if some}
    try:
        written = warehouse.merge(batches)
    except WarehouseError as error:
        log.warning("What was seen could not be stored: %s", error)
        return "spooled" if warehouse.spooled() else "lost"
    return "spooled" if any(one.spooled for one in written.values()) or warehouse.spooled() else "stored"


def _unknown_to_the_database(memory: Memory, change: Change) -> tuple[Alert, ...]:
    """The open alerts, and those that have ended since it was last written."""
    ended = {alert.id: alert for alert in memory.alerts if not alert.is_open}
    return tuple((ended | {alert.id: alert for alert in (*change.open, *change.resolved)}).values())


def _spool(warehouse: Warehouse) -> Spool:
    """What waits. A batch that a collection merges at this very moment may count without its size."""
    batches = warehouse.spooled()
    written_at = [at for at in map(_written_at, batches) if at]
    size = sum(_size(file) for batch in batches for file in batch.rglob("*"))
    return Spool(len(batches), size, min(written_at, default=None))


def _written_at(entry: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(entry.stat().st_mtime, timezone.utc)
    except FileNotFoundError:
        return None


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def _existing(folder: Path) -> Path:
    return next(place for place in (folder, *folder.parents) if place.exists())
