"""Rows go when they are too old, by the time of their collection, and nothing else does."""

from __future__ import annotations

import subprocess
import time
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest

from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse import DatabaseBusy, retention
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.warehouse.conftest import AnotherProgram
from crypto_pipeline_tests.warehouse.facts import NOON, failure, minutes, price

DAY = 24 * 60


@pytest.fixture
def logged(warehouse: DuckDBWarehouse) -> DuckDBWarehouse:
    """A failure a day for ten days, the newest at noon."""
    rows = [{**failure(run=f"run-{day}"), "collected_at": minutes(-day * DAY)} for day in range(10)]
    warehouse.merge({"failure_logs": [*rows, failure(run="of unknown time")]})
    return warehouse


def runs(warehouse: DuckDBWarehouse) -> Any:
    return {row["run_id"] for row in warehouse.read("failure_logs")}


def test_rows_that_were_collected_before_the_limit_go(logged: Any) -> None:
    limit = NOON - timedelta(days=3)
    assert retention.count_older(logged, "failure_logs", limit) == 6
    assert retention.remove_older(logged, "failure_logs", limit) == 6
    assert runs(logged) == {"run-0", "run-1", "run-2", "run-3", "of unknown time"}
    assert retention.remove_older(logged, "failure_logs", limit) == 0


def test_an_old_fact_that_was_collected_today_is_young(warehouse: DuckDBWarehouse) -> None:
    warehouse.merge({"market_prices": [price(at=-1_000 * DAY, fetched=0)]})
    assert retention.remove_older(warehouse, "market_prices", NOON - timedelta(days=3)) == 0


def test_many_rows_go_a_slice_at_a_time_and_others_get_the_file_in_between(
    logged: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "SLICE", 2)
    monkeypatch.setattr(time, "sleep", lambda seconds: logged.merge({"market_prices": [price()]}))
    assert retention.remove_older(logged, "failure_logs", NOON - timedelta(days=3)) == 6
    assert len(logged.read("market_prices")) == 1


def test_what_is_removed_before_somebody_else_takes_the_file_stays_removed(
    logged: Any, monkeypatch: pytest.MonkeyPatch, another_program: AnotherProgram
) -> None:
    monkeypatch.setattr(retention, "SLICE", 2)
    with pytest.MonkeyPatch.context() as patch:
        taken: list[AbstractContextManager[subprocess.Popen[str]]] = []

        def take(seconds: float) -> None:
            if not taken:
                taken.append(another_program(logged))
                taken[0].__enter__()

        patch.setattr(
            time,
            "sleep",
            take,
        )
        with pytest.raises(DatabaseBusy, match="open in another program"):
            retention.remove_older(logged, "failure_logs", NOON - timedelta(days=3))
        taken[0].__exit__(None, None, None)
    assert retention.count_older(logged, "failure_logs", NOON - timedelta(days=3)) == 4


def test_states_and_registries_never_lose_rows() -> None:
    assert not any(TABLES[name].may_lose_rows for name in ("cached_market_data", "source_health", "providers"))
    assert all(table.may_lose_rows for table in TABLES.values() if table.keep_days)
