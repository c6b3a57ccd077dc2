"""What the API counts, after a run whose clock was ahead."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from crypto_pipeline.api.numbers import read_numbers
from crypto_pipeline.schema.clock import CLOCK_TOLERANCE
from crypto_pipeline.schema.jobs import HISTORICAL_JOB
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse

AHEAD = CLOCK_TOLERANCE + timedelta(minutes=1)


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
def test_a_run_of_a_clock_that_was_ahead_is_not_the_last_one(tmp_path: Path, ahead: timedelta, newest: str) -> None:
    now = datetime.now(timezone.utc)
    warehouse = DuckDBWarehouse(tmp_path / "crypto.duckdb")
    warehouse.merge(run("of now", now))
    warehouse.merge(run("of a clock that was ahead", now + ahead))
    numbers = read_numbers(warehouse)
    assert numbers.statistics["total_historical_collections"] == 2
    assert numbers.statistics["last_historical_collection"] == now + (ahead if newest != "of now" else timedelta())
    assert numbers.last_collections[HISTORICAL_JOB]["run_id"] == newest
    assert numbers.errors[0]["error"] == newest


def test_a_source_that_was_not_asked_is_no_recent_error(tmp_path: Path) -> None:
    now = datetime.now(timezone.utc)
    warehouse = DuckDBWarehouse(tmp_path / "crypto.duckdb")
    rows = run("asked", now)
    rows["failure_logs"].append(
        {**rows["failure_logs"][0], "ask": "BTC", "outcome": "no_budget", "error": "its budget is used up"}
    )
    warehouse.merge(rows)
    assert [one["error"] for one in read_numbers(warehouse).errors] == ["asked"]
