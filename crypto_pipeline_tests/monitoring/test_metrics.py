"""The whole at a glance."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crypto_pipeline.monitoring.conditions import Limits
from crypto_pipeline.monitoring.facts import SourceHealth, Spool, Stored
from crypto_pipeline.monitoring.metrics import metric_rows, slot, standing
from crypto_pipeline_tests.monitoring.moments import GB, NOON, well_but

LIMITS = Limits(failures=3)


@pytest.mark.parametrize(
    ("failures", "breaker", "expected"),
    [
        (0, "closed", "online"),
        (1, "closed", "degraded"),
        (2, "closed", "degraded"),
        (3, "closed", "offline"),
        (1, "open", "offline"),
        (0, "half_open", "degraded"),
    ],
)
def test_a_source_is_online_degraded_or_offline(failures: int, breaker: str, expected: str) -> None:
    assert standing(SourceHealth("a", consecutive_failures=failures, breaker_state=breaker), LIMITS) == expected


def test_every_number_is_a_row_with_its_unit() -> None:
    stored = Stored(
        sources=(SourceHealth("a"), SourceHealth("b"), SourceHealth("c", 1), SourceHealth("d", 9)),
        last_hour={"requests": 40, "failures": 4, "median_milliseconds": 120.0, "p95_milliseconds": None},
        lags={"ui_schedule": 2.5},
    )
    facts = well_but(stored=stored, spool=Spool(2, 900, NOON), database_bytes=5_000)
    rows = metric_rows(facts, LIMITS, alerts_open=1)
    assert {(row["metric_name"], row["value"], row["unit"]) for row in rows} == {
        ("sources_online", 2.0, "count"),
        ("sources_degraded", 1.0, "count"),
        ("sources_offline", 1.0, "count"),
        ("requests_per_hour", 40.0, "count"),
        ("failures_per_hour", 4.0, "count"),
        ("latency_median", 120.0, "ms"),
        ("schedule_lag.ui_schedule", 2.5, "seconds"),
        ("database_size", 5_000.0, "bytes"),
        ("spool_size", 900.0, "bytes"),
        ("disk_free", 50.0 * GB, "bytes"),
        ("alerts_open", 1.0, "count"),
    }
    assert {row["timestamp"] for row in rows} == {NOON}


def test_what_is_not_known_while_the_database_is_held_has_no_row() -> None:
    names = {row["metric_name"] for row in metric_rows(well_but(stored=None), LIMITS, 0)}
    assert names == {"database_size", "spool_size", "disk_free", "alerts_open"}


def test_every_five_minutes_begin_a_new_slot() -> None:
    assert slot(NOON) == NOON == slot(NOON + timedelta(minutes=4, seconds=59.9))
    assert slot(NOON + timedelta(minutes=5)) == NOON + timedelta(minutes=5)
