"""Schedules: when the jobs run. https://docs.dagster.io/guides/automate/schedules

Belongs here: ticks, and the reasons to skip one.
Does not belong here: what a run does (orchestration/jobs.py, orchestration/collection_run.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import dagster as dg
from croniter import croniter

from crypto_pipeline.collection.backfill.wish import REPAIR
from crypto_pipeline.orchestration.runs import run_under_way
from crypto_pipeline.schema.jobs import (
    BACKFILL_JOB,
    HISTORICAL_JOB,
    HISTORICAL_SCHEDULE,
    MAINTENANCE_JOB,
    MAINTENANCE_SCHEDULE,
    REPAIR_SCHEDULE,
    UI_JOB,
    UI_SCHEDULE,
)
from crypto_pipeline.settings import Settings


def build_schedules(settings: Settings, *, on: bool = True) -> list[dg.ScheduleDefinition]:
    """The schedules, running by default or not, at the times that the settings say."""
    status = dg.DefaultScheduleStatus.RUNNING if on else dg.DefaultScheduleStatus.STOPPED

    @dg.schedule(
        name=UI_SCHEDULE,
        cron_schedule=settings.ui_cron,
        job_name=UI_JOB,
        default_status=status,
        execution_timezone="UTC",
        description="Prices, gas and sentiment. Stands back where the other schedule asks the same sources at that minute.",
    )
    def ui_schedule(context: dg.ScheduleEvaluationContext) -> dg.SkipReason | dg.RunRequest:
        at = context.scheduled_execution_time
        if _historical_takes_over(context.instance, settings, at):
            return dg.SkipReason(f"{HISTORICAL_JOB} runs at {at:%H:%M} UTC and asks the same sources.")
        return _one_at_a_time(context.instance, UI_JOB, settings)

    @dg.schedule(
        name=REPAIR_SCHEDULE,
        cron_schedule=settings.repair_cron,
        job_name=BACKFILL_JOB,
        default_status=status,
        execution_timezone="UTC",
        description="Asks for candles that are missing between others, for some minutes.",
    )
    def repair_schedule(context: dg.ScheduleEvaluationContext) -> dg.SkipReason | dg.RunRequest:
        if not settings.repair_minutes:
            return dg.SkipReason("CRYPTO_PIPELINE_REPAIR_MINUTES is 0.")
        config = {"kind": REPAIR, "minutes": settings.repair_minutes}
        return _one_at_a_time(context.instance, BACKFILL_JOB, settings, {"ops": {"fill_the_past": {"config": config}}})

    return [
        ui_schedule,
        _always(settings, HISTORICAL_JOB, HISTORICAL_SCHEDULE, settings.historical_cron, "Everything.", status),
        _always(
            settings,
            MAINTENANCE_JOB,
            MAINTENANCE_SCHEDULE,
            settings.maintenance_cron,
            "Removes what is too old and gives back the room.",
            status,
        ),
        repair_schedule,
    ]


def _always(
    settings: Settings,
    job: str,
    name: str,
    cron: str,
    description: str,
    status: dg.DefaultScheduleStatus,
) -> dg.ScheduleDefinition:
    """A schedule whose every tick starts a run, unless one of its job is under way."""

    @dg.schedule(
        name=name,
        cron_schedule=cron,
        job_name=job,
        default_status=status,
        execution_timezone="UTC",
        description=description,
    )
    def schedule(context: dg.ScheduleEvaluationContext) -> dg.SkipReason | dg.RunRequest:
        return _one_at_a_time(context.instance, job, settings)

    return schedule


def _one_at_a_time(
    instance: dg.DagsterInstance, job: str, settings: Settings, config: Mapping[str, Any] | None = None
) -> dg.SkipReason | dg.RunRequest:
    running = run_under_way(instance, job, settings.locks, prefix=settings.asset_prefix)
    if running:
        return dg.SkipReason(f"Run {running[:8]} of {job} is still under way.")
    return dg.RunRequest(tags=run_tags(settings), run_config=config)


def run_tags(settings: Settings) -> dict[str, str]:
    """Marks of a run that a person should see in the list of runs."""
    return {"crypto_pipeline/demo": "true"} if settings.demo else {}


def _historical_takes_over(instance: dg.DagsterInstance, settings: Settings, at: datetime) -> bool:
    """Whether the 15-minute job runs at this very minute: due, switched on and not held up by an earlier run."""
    return (
        bool(croniter.match(settings.historical_cron, at))
        and is_switched_on(instance, HISTORICAL_SCHEDULE)
        and not _is_held_up(instance, settings, at)
    )


def _is_held_up(instance: dg.DagsterInstance, settings: Settings, at: datetime) -> bool:
    """A run of the 15-minute job from before this minute is still under way; one of this minute is the one that takes over."""
    running = run_under_way(instance, HISTORICAL_JOB, settings.locks, prefix=settings.asset_prefix)
    record = instance.get_run_record_by_id(running) if running else None
    return record is not None and record.create_timestamp < at


def is_switched_on(instance: dg.DagsterInstance, schedule: str) -> bool:
    """A schedule that nobody has touched runs, because that is its default here."""
    states = [state for state in instance.all_instigator_state() if state.instigator_name == schedule]
    return all(state.status.value != "STOPPED" for state in states)
