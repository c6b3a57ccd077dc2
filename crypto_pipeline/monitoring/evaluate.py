"""One evaluation of everything: gather, judge, store, notify.

Belongs here: the order of these.
Does not belong here: each of them (monitoring/gather.py, monitoring/conditions.py, monitoring/alerts.py,
monitoring/ticks.py, monitoring/metrics.py, monitoring/state.py, monitoring/notify.py).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crypto_pipeline.foundation import file_locks
from crypto_pipeline.monitoring import notify
from crypto_pipeline.monitoring.alerts import AlertChanges, reconcile, row_of, taken_over
from crypto_pipeline.monitoring.conditions import Limits, conditions, unjudged
from crypto_pipeline.monitoring.facts import Facts, FailedRun
from crypto_pipeline.monitoring.gather import gather, what_is_stored
from crypto_pipeline.monitoring.history import SchedulerHistory
from crypto_pipeline.monitoring.metrics import metric_rows, slot
from crypto_pipeline.monitoring.state import Fate, MonitorState, known_alerts, next_state, state_from, state_text
from crypto_pipeline.monitoring.ticks import Accounted, account
from crypto_pipeline.schema.clock import is_ahead
from crypto_pipeline.schema.price_watches import price_watches
from crypto_pipeline.settings import Settings
from crypto_pipeline.warehouse import Warehouse, WarehouseError
from crypto_pipeline.warehouse.engines import warehouse_for

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 20.0
"""To wait for another evaluation to end. Two sensors evaluate, and a person acknowledges."""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What an evaluation changed, and how many messages went out for it."""

    change: AlertChanges
    messages: int = 0

    def __str__(self) -> str:
        opened, resolved = len(self.change.opened), len(self.change.resolved)
        changed = f"; {opened} opened, {resolved} resolved" if opened or resolved else ""
        return f"{len(self.change.open)} alerts are open{changed}."


def evaluate(
    history: SchedulerHistory, settings: Settings, now: datetime, *, failed: FailedRun | None = None
) -> CheckReport:
    """Evaluate once; store what has changed, and notify people of it. Never raises for the database.

    :param failed: a run that has just failed. It is an alert even when the next run of its job has gone well meanwhile.
    :raises TimeoutError: another evaluation does not end.
    """
    with one_at_a_time(settings):
        change = _evaluate(history, settings, now, failed)
    sender = notify.Sender(", ".join(filter(None, (settings.called, settings.region))), settings.page)
    return CheckReport(
        change, notify.send(settings.alert_urls, notify.messages(change.opened, change.resolved, sender))
    )


@contextmanager
def one_at_a_time(settings: Settings) -> Iterator[None]:
    """Whoever changes alerts does so alone.

    :raises TimeoutError: somebody else changes them, and does not end.
    """
    with file_locks.only_one(
        settings.locks / "watching.lock",  # processes of an older version know the lock by this name
        timeout_seconds=TIMEOUT_SECONDS,
        otherwise=TimeoutError(f"Another evaluation of the alerts did not end within {TIMEOUT_SECONDS:g} s."),
    ):
        yield


def _evaluate(history: SchedulerHistory, settings: Settings, now: datetime, failed: FailedRun | None) -> AlertChanges:
    before = state_from(history.read_state())
    warehouse = warehouse_for(settings)
    _drain(warehouse)
    to_measure = before.measured_at != slot(now)
    stored, stored_alerts = what_is_stored(warehouse, settings, now, to_measure=to_measure)
    open_before, moved = taken_over(known_alerts(before, stored_alerts), now, settings.region)
    facts = gather(
        history,
        settings,
        warehouse,
        stored,
        jobs=history.jobs | {alert.about for alert in open_before if alert.kind == "run_failed"},
        failed=failed,
        awake_since=before.awake(now),
        now=now,
    )
    limits = Limits(settings.failures_before_alert, settings.disk_free_gb, price_watches(settings.price_alerts))
    change = reconcile(open_before, conditions(facts, limits), now, unjudged=unjudged(facts), region=settings.region)

    accounts = _accounts(history, before, facts)
    # What the database did not know, and does not wait any more: it was merged, and is merged again; or a full disk lost it.
    again = () if before.all_is_stored or warehouse.spooled() else before.alerts
    alerts = {alert.id: alert for alert in (*again, *moved, *change.written)}
    rows = {
        "alerts": [row_of(alert) for alert in alerts.values()],
        "schedule_compliance": [row for one in accounts.values() for row in one.rows],
        "system_metrics": metric_rows(facts, limits, len(change.open)) if to_measure else [],
    }
    accounted = {name: one.until for name, one in accounts.items()}
    history.write_state(state_text(next_state(before, facts, accounted, change, _store(warehouse, rows, now))))
    return change


def _accounts(history: SchedulerHistory, before: MonitorState, facts: Facts) -> dict[str, Accounted]:
    """What became of the ticks of each schedule. Nothing is expected while it is off, nor before the first evaluation."""
    on = {schedule.name: schedule for schedule in facts.schedules}
    accounts = {}
    for name, cron in history.crons.items():
        if name not in on:
            accounts[name] = Accounted((), facts.now)
            continue
        after = max(before.accounted.get(name, facts.now), on[name].started_at or facts.awake_since)
        if is_ahead(after, facts.now):
            after = facts.now
        ticks = history.ticks_after(name, after)
        accounts[name] = account(name, cron, ticks, after, facts.now, awake_since=facts.awake_since)
    return accounts


def _drain(warehouse: Warehouse) -> None:
    """Merge what waits beside the database; what lies there afterwards is worth an alert."""
    try:
        warehouse.drain()
    except WarehouseError as error:
        log.info("The spool could not be emptied: %s", error)


def _store(warehouse: Warehouse, rows: Mapping[str, list[dict[str, Any]]], now: datetime) -> Fate:
    batches = {table: [{**row, "collected_at": now} for row in some] for table, some in rows.items() if some}
    try:
        written = warehouse.merge(batches)
    except WarehouseError as error:
        log.warning("What was found could not be stored: %s", error)
        return Fate.SPOOLED if warehouse.spooled() else Fate.LOST
    waits = any(one.spooled for one in written.values()) or warehouse.spooled()
    return Fate.SPOOLED if waits else Fate.STORED
