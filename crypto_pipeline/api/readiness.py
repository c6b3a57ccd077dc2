"""Whether the system collects, and all its numbers: what /readyz and /metrics answer.

Belongs here: judging by Dagster's storage alone, which nobody holds; gathering what Prometheus is told.
Does not belong here: HTTP (api/probes.py), names of metrics (monitoring/exposition.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import dagster as dg

from crypto_pipeline.api import history
from crypto_pipeline.api.errors import DagsterAway
from crypto_pipeline.api.worker import SCHEDULES, Worker
from crypto_pipeline.collection.results import WAITS
from crypto_pipeline.monitoring.conditions import Limits
from crypto_pipeline.monitoring.exposition import Logged, Snapshot
from crypto_pipeline.monitoring.gather import gather, what_is_stored
from crypto_pipeline.monitoring.restarts import memory_of_parts
from crypto_pipeline.orchestration.dagster_history import DagsterHistory
from crypto_pipeline.orchestration.schedules import is_switched_on
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.schema.freshness import longest_wait
from crypto_pipeline.schema.outcomes import SUCCESSES
from crypto_pipeline.settings import Settings
from crypto_pipeline.version import VERSION
from crypto_pipeline.warehouse import Warehouse, WarehouseError, health_queries
from crypto_pipeline.warehouse.engines import warehouse_for

MISSED = 3
"""Ticks without a collection that ended, after which the system does not collect."""
RUN_TAKES = timedelta(minutes=5)
READ_SECONDS = 0.8
"""How long a scrape waits for the database."""


def not_ready(worker: Worker, settings: Settings) -> list[str]:
    """Why the system does not collect, in sentences; nothing when it does.

    The database plays no part: while somebody holds it, collections go on and their rows wait.
    """
    try:
        with worker.history() as instance:
            return list(_reasons(instance, settings, utc_now()))
    except DagsterAway as error:
        return [str(error)]


def _reasons(instance: dg.DagsterInstance, settings: Settings, now: datetime) -> Iterator[str]:
    if not history.is_ticking(history.heartbeats(instance), now):
        yield "Dagster's daemon does not tick."
    crons = dict(zip(SCHEDULES, (settings.ui_cron, settings.historical_cron), strict=True))
    on = [job for job, schedule in SCHEDULES.items() if is_switched_on(instance, schedule)]
    if not on:
        yield "Both schedules are switched off."
        return
    ended = [run.ended_at for job in SCHEDULES if (run := history.last_ended(instance, job)) and run.ended_at]
    patience = MISSED * min(longest_wait(crons[job]) for job in on) + RUN_TAKES
    if not ended:
        yield "No collection has ended yet."
    elif now - max(ended) > patience:
        yield f"No collection has ended since {max(ended):%Y-%m-%d %H:%M} UTC."


def snapshot(worker: Worker, settings: Settings) -> Snapshot:
    """Everything that is known at this moment. Never raises for what is wrong with the system: then it is not told."""
    now = utc_now()
    warehouse = warehouse_for(settings.model_copy(update={"lock_seconds": READ_SECONDS}))
    stored, alerts = what_is_stored(warehouse, settings, now, to_measure=True)
    facts = None
    try:
        with worker.history() as instance:
            past = DagsterHistory(instance, settings)
            facts = gather(past, settings, warehouse, stored, past.jobs, failed=None, awake_since=now, now=now)
    except DagsterAway:
        pass
    return Snapshot(
        version=VERSION,
        name=settings.called,
        facts=facts,
        limits=Limits(settings.failures_before_alert, settings.disk_free_gb),
        logged=_logged(warehouse, now),
        alerts=None if alerts is None else tuple(alerts),
        is_ready=not not_ready(worker, settings),
        memory=memory_of_parts(settings.notes),
    )


def _logged(warehouse: Warehouse, now: datetime) -> Logged | None:
    if not warehouse.exists():
        return None
    successes, waits = [one.value for one in SUCCESSES], [one.value for one in WAITS]
    try:
        with warehouse.reading():
            return Logged(
                tuple(health_queries.newest_collections(warehouse, successes, waits)),
                tuple(health_queries.newest_outcomes(warehouse, now, waits)),
                tuple(health_queries.row_counts(warehouse)),
            )
    except WarehouseError:
        return None
