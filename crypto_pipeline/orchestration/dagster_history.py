"""What Dagster's own records say, as an evaluation asks for it: ticks, runs, when each table was last stored.

Belongs here: reading the instance, as the values of monitoring/facts.py and monitoring/ticks.py; the monitor's state in it.
Does not belong here: what is in the database of the data bank (warehouse/health_queries.py), judging (monitoring/conditions.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone

import dagster as dg

from crypto_pipeline.monitoring.facts import FailedRun, Schedule, StoredTable
from crypto_pipeline.monitoring.ticks import Tick
from crypto_pipeline.orchestration.asset_keys import key_of, table_of
from crypto_pipeline.orchestration.dagster_internals import InstigatorState, InstigatorTick, TickStatus
from crypto_pipeline.schema.freshness import longest_wait, windows
from crypto_pipeline.schema.jobs import HISTORICAL_SCHEDULE, JOBS, MAINTENANCE_SCHEDULE, REPAIR_SCHEDULE, UI_SCHEDULE
from crypto_pipeline.schema.tables import DATA_TABLES
from crypto_pipeline.settings import Settings

STATE_KEY = "crypto_pipeline/watching"
"""Of the monitor's state among the cursors of Dagster's daemons. Instances of older versions have it under this name."""
A_MOMENT = timedelta(seconds=1)

_ENDED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE]
_MOST_TICKS = 5_000


class DagsterHistory:
    """The records of one instance (monitoring/history.py says what each method gives)."""

    jobs = JOBS

    def __init__(self, instance: dg.DagsterInstance, settings: Settings) -> None:
        self._instance = instance
        self._settings = settings

    @property
    def crons(self) -> dict[str, str]:
        """When each schedule ticks, as a cron expression, by the name of the schedule."""
        return {
            UI_SCHEDULE: self._settings.ui_cron,
            HISTORICAL_SCHEDULE: self._settings.historical_cron,
            MAINTENANCE_SCHEDULE: self._settings.maintenance_cron,
            REPAIR_SCHEDULE: self._settings.repair_cron,
        }

    def stored_tables(self) -> tuple[StoredTable, ...]:
        """The collected tables that have ever been stored."""
        records = self._instance.get_asset_records(
            [key_of(table, self._settings.asset_prefix) for table in DATA_TABLES]
        )
        stored = {table_of(record.asset_entry.asset_key): record.asset_entry.last_materialization for record in records}
        return tuple(
            StoredTable(table, _utc(event.timestamp), windows(table, self._settings))
            for table in DATA_TABLES
            if (event := stored.get(table))
        )

    def schedules_on(self) -> tuple[Schedule, ...]:
        """The schedules that are switched on, and that the scheduler has taken notice of."""
        states = _states(self._instance)
        return tuple(
            self._schedule(name, state)
            for name in self.crons
            if (state := states.get(name)) and state.status.value != "STOPPED"
        )

    def _schedule(self, name: str, state: InstigatorState) -> Schedule:
        ticks = self._instance.get_ticks(state.instigator_origin_id, state.selector_id, limit=1)
        began = getattr(state.instigator_data, "start_timestamp", None)  # schedules have it, sensors do not
        return Schedule(
            name,
            longest_wait(self.crons[name]),
            ticked_at=_utc(ticks[0].timestamp) if ticks else None,
            started_at=_utc(began) if began else None,
        )

    def ticks_after(self, schedule: str, after: datetime) -> list[Tick]:
        """The ticks of a schedule that were due later than ``after``, with the beginnings of their runs."""
        state = _states(self._instance).get(schedule)
        if state is None:
            return []
        ticks = self._instance.get_ticks(
            state.instigator_origin_id, state.selector_id, after=(after - A_MOMENT).timestamp(), limit=_MOST_TICKS
        )
        began = _beginnings(self._instance, [run for tick in ticks for run in tick.run_ids])
        return [_tick(tick, began) for tick in ticks]

    def failed_runs(self, jobs: Iterable[str]) -> list[FailedRun]:
        """The jobs whose newest run that ended has failed, with that run."""
        newest = (
            record.dagster_run
            for job in sorted(set(jobs))
            for record in self._instance.get_run_records(dg.RunsFilter(job_name=job, statuses=_ENDED), limit=1)
        )
        return [self.failed_run(run) for run in newest if run.status is dg.DagsterRunStatus.FAILURE]

    def failed_run(self, run: dg.DagsterRun) -> FailedRun:
        """A run that failed, with the sentence that its failing step gave."""
        events = self._instance.get_records_for_run(
            run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE, limit=1
        ).records
        why = ""
        for record in events:
            event = record.event_log_entry.dagster_event
            data = event.step_failure_data if event else None
            if data and data.user_failure_data:
                why = data.user_failure_data.description or ""
            elif data and data.error:
                error = data.error
                while error.cause:
                    error = error.cause
                why = error.message.strip()
        return FailedRun(run.job_name, run.run_id, why[:500])

    def read_state(self) -> str | None:
        """What the last evaluation left for the next, as it wrote it; None before the first."""
        return self._instance.daemon_cursor_storage.get_cursor_values({STATE_KEY}).get(STATE_KEY)

    def write_state(self, text: str) -> None:
        """Keep what this evaluation leaves for the next."""
        self._instance.daemon_cursor_storage.set_cursor_values({STATE_KEY: text})


def _states(instance: dg.DagsterInstance) -> dict[str, InstigatorState]:
    """The state of each schedule: that of the code location which the scheduler visited last, should there be several."""
    newest_first = sorted(instance.all_instigator_state(), key=_visited, reverse=True)
    return {state.instigator_name: state for state in reversed(newest_first)}


def _visited(state: InstigatorState) -> float:
    return getattr(state.instigator_data, "last_iteration_timestamp", None) or 0.0


def _tick(tick: InstigatorTick, began: Mapping[str, datetime]) -> Tick:
    due = _utc(tick.timestamp)
    if tick.status is TickStatus.SUCCESS:
        beginnings = [began[run] for run in tick.run_ids if run in began]
        return Tick(due, "started", min(beginnings, default=None))
    if tick.status is TickStatus.SKIPPED:
        return Tick(due, "skipped", reason=tick.skip_reason)
    if tick.status is TickStatus.FAILURE:
        return Tick(due, "failed", reason=tick.error.message.strip()[:500] if tick.error else "the tick failed")
    return Tick(due, "under_way")


def _beginnings(instance: dg.DagsterInstance, runs: list[str]) -> dict[str, datetime]:
    if not runs:
        return {}
    records = instance.get_run_records(dg.RunsFilter(run_ids=runs))
    return {record.dagster_run.run_id: _utc(record.start_time) for record in records if record.start_time}


def _utc(timestamp: float) -> datetime:
    return datetime.fromtimestamp(timestamp, timezone.utc)
