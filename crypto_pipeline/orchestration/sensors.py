"""Sensors: who evaluates whether all is well, and how often. https://docs.dagster.io/guides/automate/sensors

Belongs here: when to evaluate.
Does not belong here: what is judged, what is done about it (monitoring/).
"""

from __future__ import annotations

import logging

import dagster as dg

from crypto_pipeline.orchestration.runs import end_dead_runs
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.schema.jobs import HEALTH_SENSOR, RUN_FAILURE_SENSOR
from crypto_pipeline.settings import Settings

log = logging.getLogger(__name__)

EVALUATE_EVERY = 60
FAILURES_EVERY = 30
"""Seconds."""


def build_sensors(settings: Settings, *, on: bool = True) -> list[dg.SensorDefinition]:
    """Both sensors, running by default or not."""
    status = dg.DefaultSensorStatus.RUNNING if on else dg.DefaultSensorStatus.STOPPED

    @dg.sensor(
        name=HEALTH_SENSOR,
        minimum_interval_seconds=EVALUATE_EVERY,
        default_status=status,
        description="Raises and resolves alerts, accounts for the ticks of the schedules, measures the whole every 5 minutes.",
    )
    def health_sensor(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        _end_dead_runs(context.instance, settings)
        return dg.SkipReason(_evaluate(context.instance, settings))

    @dg.run_failure_sensor(
        name=RUN_FAILURE_SENSOR,
        minimum_interval_seconds=FAILURES_EVERY,
        default_status=status,
        description="Raises an alert for a run that failed; the next run of its job that goes well resolves it.",
    )
    def run_failure_sensor(context: dg.RunFailureSensorContext) -> dg.SkipReason:
        return dg.SkipReason(_evaluate(context.instance, settings, failed=context.dagster_run))

    return [health_sensor, run_failure_sensor]


def _end_dead_runs(instance: dg.DagsterInstance, settings: Settings) -> None:
    """Also those of commands: the schedules see only runs of their own job, when they tick."""
    try:
        end_dead_runs(instance, settings.locks, prefix=settings.asset_prefix)
    except Exception:  # whoever watches must not be what breaks; the next evaluation is a minute away
        log.exception("Runs whose process is gone could not be looked for")


def _evaluate(instance: dg.DagsterInstance, settings: Settings, failed: dg.DagsterRun | None = None) -> str:
    from crypto_pipeline.monitoring.evaluate import evaluate
    from crypto_pipeline.orchestration.dagster_history import DagsterHistory

    history = DagsterHistory(instance, settings)
    try:
        failed_run = history.failed_run(failed) if failed else None
        return str(evaluate(history, settings, utc_now(), failed=failed_run))
    except Exception as error:  # whoever watches must not be what breaks; the next evaluation is a minute away
        log.exception("Nobody could look whether all is well")
        return f"Could not look: {type(error).__name__}: {error}"
