"""Health of the data bank: the tables.

Belongs here: ticks, alerts, metrics, results of checks, drift.
Does not belong here: the health of single endpoints (schema/tables/state.py).
"""

from __future__ import annotations

from crypto_pipeline.schema.declare import FLAG, REAL, TEXT, TIME, Column, Group, Table
from crypto_pipeline.schema.tables.shared import COLLECTED, LOG_DAYS, REGION

HEALTH = Group("health", "Health of the data bank")

SCHEDULE_COMPLIANCE = Table(
    "schedule_compliance",
    HEALTH,
    "Ticks that were expected against ticks that happened.",
    key=("region", "schedule", "expected_at"),
    newer_by="collected_at",
    keep_days=LOG_DAYS,
    columns=(
        Column("schedule", TEXT, "Name of the schedule"),
        Column("expected_at", TIME, "When the tick was due"),
        Column("actual_at", TIME, "When its run began; NULL when it did not"),
        Column("lag_seconds", REAL, "Between the two", "seconds"),
        Column("outcome", TEXT, "started, skipped, missed"),
        Column("reason", TEXT, "Why it was skipped"),
        REGION,
        *COLLECTED,
    ),
)

ALERTS = Table(
    "alerts",
    HEALTH,
    "What needs a person, once for as long as it lasts.",
    key=("region", "condition", "first_seen_at"),
    newer_by="last_seen_at",
    columns=(
        Column("condition", TEXT, "What is wrong with what: stale_table.market_prices"),
        Column("severity", TEXT, "warning or error"),
        Column("message", TEXT, "One sentence for a person"),
        Column("first_seen_at", TIME, "Since when"),
        Column("last_seen_at", TIME, "Last time it was seen"),
        Column("resolved_at", TIME, "When it was over; NULL while it lasts"),
        Column("acknowledged_at", TIME, "When a person took note of it", keep_first=True),
        REGION,
        *COLLECTED,
    ),
)

SYSTEM_METRICS = Table(
    "system_metrics",
    HEALTH,
    "The whole at a glance.",
    key=("region", "metric_name", "timestamp"),
    keep_days=LOG_DAYS,
    columns=(
        Column("metric_name", TEXT, "What is measured: sources_online"),
        Column("value", REAL, "Its value, in the unit of the row"),
        Column("unit", TEXT, "Unit of value"),
        Column("timestamp", TIME, "When it was measured"),
        REGION,
        *COLLECTED,
    ),
)

DATA_QUALITY_RESULTS = Table(
    "data_quality_results",
    HEALTH,
    "Results of the asset checks over time.",
    key=("run_id", "table_name", "check_name"),
    write="log",
    keep_days=LOG_DAYS,
    columns=(
        Column("table_name", TEXT, "Table that was checked"),
        Column("check_name", TEXT, "Name of the check"),
        Column("passed", FLAG, "Whether it passed; NULL when it could not be made"),
        Column("severity", TEXT, "warn or error"),
        Column("detail", TEXT, "What was found, in a sentence"),
        Column("checked_at", TIME, "When"),
        *COLLECTED,
    ),
)

SCHEMA_DRIFT = Table(
    "schema_drift",
    HEALTH,
    "Fields that came or went in an answer.",
    key=("endpoint", "path", "seen_at"),
    keep_days=LOG_DAYS,
    columns=(
        Column("endpoint", TEXT, "Id of the endpoint"),
        Column("path", TEXT, "Field, as a path into the answer"),
        Column("change", TEXT, "appeared or vanished"),
        Column("seen_at", TIME, "When"),
        *COLLECTED,
    ),
)
