"""The names of the jobs, of their schedules and of the sensors: scripts, the HTTP API and the tables rely on them.

Belongs here: names.
Does not belong here: what the jobs do (orchestration/jobs.py), when (orchestration/schedules.py).
"""

from __future__ import annotations

UI_JOB = "ui_data_collection"
"""Prices, gas and sentiment: the tables of the 5-minute cadence."""
HISTORICAL_JOB = "historical_data_collection"
"""Every table that collections fill."""
MAINTENANCE_JOB = "maintenance"
BACKFILL_JOB = "backfill"
"""The past of whatever was asked for."""
JOBS = frozenset({UI_JOB, HISTORICAL_JOB, MAINTENANCE_JOB, BACKFILL_JOB})

UI_SCHEDULE = f"{UI_JOB}_schedule"
HISTORICAL_SCHEDULE = f"{HISTORICAL_JOB}_schedule"
MAINTENANCE_SCHEDULE = f"{MAINTENANCE_JOB}_schedule"
REPAIR_SCHEDULE = "history_repair_schedule"
"""Of the job that fills the past: it asks for what is missing."""
HEALTH_SENSOR = "health_sensor"
RUN_FAILURE_SENSOR = "run_failure_sensor"
TICKING = frozenset(
    {UI_SCHEDULE, HISTORICAL_SCHEDULE, MAINTENANCE_SCHEDULE, REPAIR_SCHEDULE, HEALTH_SENSOR, RUN_FAILURE_SENSOR}
)
"""Everything that starts something by itself."""

JOB_TAG = "crypto_pipeline/job"
"""Carries the name of a run's job; the coordinator lets one run of each value through at a time."""
