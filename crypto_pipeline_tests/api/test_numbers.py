"""What the API counts, after a run whose clock was ahead."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from crypto_pipeline.api.numbers import read_numbers
from crypto_pipeline.schema.clock import CLOCK_TOLERANCE
from crypto_pipeline.schema.jobs import HISTORICAL_JOB, UI_JOB
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse

AHEAD = CLOCK_TOLERANCE + timedelta(minutes=1)


@pytest.fixture
def warehouse(tmp_path: Path, empty_database: Path) -> Iterator[DuckDBWarehouse]:
    with DuckDBWarehouse(Path(shutil.copy(empty_database, tmp_path))).open() as warehouse:
        yield warehouse


def run(name: str, at: datetime) -> dict[str, list[dict[str, Any]]]:
    shared = {"run_id": name, "endpoint": "one.ticker", "collected_at": at}
    return {
        "data_collections": [
            {**shared, "job": HISTORICAL_JOB, "outcome": "timeout", "started_at": at, "finished_at": at, "rows": 1}
        ],
        "failure_logs": [{**shared, "ask": "", "outcome": "timeout", "error": name, "failed_at": at}],
    }


@pytest.mark.parametrize(
    ("ahead", "newest"), [(AHEAD, "of now"), (CLOCK_TOLERANCE - timedelta(minutes=1), "of a clock that was ahead")]
)
def test_a_run_of_a_clock_that_was_ahead_is_not_the_last_one(
    warehouse: DuckDBWarehouse, ahead: timedelta, newest: str
) -> None:
    now = datetime.now(timezone.utc)
    warehouse.merge(run("of now", now))
    warehouse.merge(run("of a clock that was ahead", now + ahead))
    numbers = read_numbers(warehouse)
    assert numbers.statistics["total_historical_collections"] == 2
    assert numbers.statistics["last_historical_collection"] == now + (ahead if newest != "of now" else timedelta())
    assert numbers.last_collections[HISTORICAL_JOB]["run_id"] == newest
    assert numbers.errors[0]["error"] == newest


def test_a_source_that_was_not_asked_is_no_recent_error(warehouse: DuckDBWarehouse) -> None:
    now = datetime.now(timezone.utc)
    rows = run("asked", now)
    rows["failure_logs"].append(
        {**rows["failure_logs"][0], "ask": "BTC", "outcome": "no_budget", "error": "its budget is used up"}
    )
    warehouse.merge(rows)
    assert [one["error"] for one in read_numbers(warehouse).errors] == ["asked"]


def test_each_job_is_counted_by_itself_over_all_of_its_runs(warehouse: DuckDBWarehouse) -> None:
    now = datetime.now(timezone.utc)

    def source(run_id: str, endpoint: str, job: str, hours: float, rows: int, outcome: str = "ok") -> dict[str, Any]:
        at = now - timedelta(hours=hours)
        moments = {"started_at": at, "finished_at": at}
        return {"run_id": run_id, "endpoint": endpoint, "job": job, "rows": rows, "outcome": outcome, **moments}

    rows = [
        source("first", "a", UI_JOB, 3, 10),
        source("first", "b", UI_JOB, 3, 20, "timeout"),
        source("second", "a", UI_JOB, 2, 40),
        source("second", "b", UI_JOB, 2, 0, "not_modified"),
        source("second", "c", UI_JOB, 2, 0, "blocked"),
        source("second", "d", UI_JOB, 2, 0, "not_due"),
        source("third", "a", HISTORICAL_JOB, 1, 100),
    ]
    warehouse.merge({"data_collections": rows})
    numbers = read_numbers(warehouse)
    assert numbers.statistics == {
        "total_ui_collections": 2,
        "total_historical_collections": 1,
        "total_records_saved": 170,
        "last_ui_collection": now - timedelta(hours=2),
        "last_historical_collection": now - timedelta(hours=1),
        "average_records_per_ui_collection": 35,
        "average_records_per_historical_collection": 100,
    }
    assert numbers.last_collections == {
        UI_JOB: {"job": UI_JOB, "run_id": "second", "ok": 2, "failed": 1},
        HISTORICAL_JOB: {"job": HISTORICAL_JOB, "run_id": "third", "ok": 1, "failed": 0},
    }


def test_the_recent_errors_are_the_ten_newest_each_with_the_job_of_its_run(warehouse: DuckDBWarehouse) -> None:
    now = datetime.now(timezone.utc)
    for number in range(12):
        warehouse.merge(run(f"{number:02}", now - timedelta(minutes=number)))
    of_a_page = {"run_id": "page", "endpoint": "b.candles", "ask": "BTC", "outcome": "timeout"}
    warehouse.merge({"failure_logs": [{**of_a_page, "error": "page", "failed_at": now + timedelta(minutes=1)}]})
    errors = read_numbers(warehouse).errors
    assert [one["error"] for one in errors] == ["page", *(f"{number:02}" for number in range(9))]
    assert {one["job"] for one in errors} == {None, HISTORICAL_JOB}


def test_before_there_is_a_database_nothing_is_counted(tmp_path: Path) -> None:
    numbers = read_numbers(DuckDBWarehouse(tmp_path / "none.duckdb"))
    assert set(numbers.statistics.values()) == {0, None}
    assert (numbers.errors, numbers.last_collections) == ([], {})
