"""What whoever watches asks the tables, and how the file is held for several questions."""

from __future__ import annotations

from typing import Any

import pytest

from crypto_pipeline.warehouse import DatabaseBusy, health_queries
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.warehouse.conftest import AnotherProgram
from crypto_pipeline_tests.warehouse.facts import NOON, minutes, price


def attempt(number: int, outcome: str = "ok", *, at: float, milliseconds: float = 100.0) -> dict[str, Any]:
    return {
        "run_id": "r",
        "endpoint": "kraken.ticker",
        "ask": "",
        "attempt": number,
        "started_at": minutes(at),
        "milliseconds": milliseconds,
        "outcome": outcome,
    }


def test_sources_that_nobody_has_asked_for_days_are_left_out(warehouse: DuckDBWarehouse) -> None:
    asked = {"asked": minutes(-60), "rests": minutes(-2.9 * 1440), "off": minutes(-3.1 * 1440)}
    warehouse.merge({"source_health": [{"endpoint": name, "asked_at": at} for name, at in asked.items()]})
    assert [row["endpoint"] for row in health_queries.source_states(warehouse, NOON)] == ["asked", "rests"]


def test_only_requests_of_the_last_hour_count_and_only_those_that_went_well_have_a_latency(
    warehouse: DuckDBWarehouse,
) -> None:
    warehouse.merge(
        {
            "connection_attempts": [
                attempt(1, at=-1, milliseconds=10),
                attempt(2, at=-59, milliseconds=30),
                attempt(3, "timeout", at=-5, milliseconds=20_000),
                attempt(4, at=-61),
            ]
        }
    )
    assert health_queries.last_hour(warehouse, NOON, ["ok"]) == {
        "requests": 3,
        "failures": 1,
        "median_milliseconds": 20,
        "p95_milliseconds": 29,
    }


def test_an_hour_without_requests_has_no_latency(warehouse: DuckDBWarehouse) -> None:
    assert health_queries.last_hour(warehouse, NOON, ["ok"]) == {
        "requests": 0,
        "failures": 0,
        "median_milliseconds": None,
        "p95_milliseconds": None,
    }


def test_the_lag_of_a_schedule_is_that_of_its_newest_tick_that_started_a_run(warehouse: DuckDBWarehouse) -> None:
    ticks = [(0, 9.0), (5, 2.0), (10, None)]
    warehouse.merge(
        {
            "schedule_compliance": [
                {"schedule": "ui", "expected_at": minutes(at), "lag_seconds": lag} for at, lag in ticks
            ]
        }
    )
    assert health_queries.schedule_lags(warehouse, minutes(11)) == {"ui": 2.0}


def collected(run: str, endpoint: str, begin: Any, end: Any, lag: Any) -> dict[str, Any]:
    return {
        "run_id": run,
        "endpoint": endpoint,
        "started_at": minutes(begin),
        "finished_at": minutes(end),
        "lag_milliseconds": lag,
    }


def test_the_lag_of_the_newest_collection_is_the_longest_of_its_endpoints(warehouse: DuckDBWarehouse) -> None:
    assert health_queries.newest_lag(warehouse, NOON) is None
    rows = [
        collected("old", "kraken.ticker", -20, -19, 50_000),
        collected("new", "kraken.ticker", -5, -4, 1_000),
        collected("new", "gate.tickers", -5, -3, 30_000),
        collected("new", "okx.tickers", -3, -3, None),
        collected("ahead", "okx.tickers", 5, 6, 90_000),
    ]
    warehouse.merge({"data_collections": rows})
    assert health_queries.newest_lag(warehouse, NOON) == ("new", 120, 30)
    assert health_queries.newest_lag(warehouse, minutes(55)) == ("ahead", 60, 90)
    assert health_queries.newest_lag(warehouse, minutes(67)) is None


def test_a_file_of_an_older_version_knows_no_lag(warehouse: DuckDBWarehouse) -> None:
    warehouse.merge({"data_collections": [collected("r", "kraken.ticker", -5, -4, 1_000)]})
    with warehouse.connection() as connection:
        connection.execute("ALTER TABLE data_collections DROP COLUMN lag_milliseconds")
    assert health_queries.newest_lag(warehouse, NOON) is None


def test_a_file_that_is_held_for_several_questions_answers_all_of_them_and_is_free_afterwards(
    warehouse: DuckDBWarehouse, another_program: AnotherProgram
) -> None:
    warehouse.merge({"market_prices": [price()]})
    with warehouse.reading():
        assert len(warehouse.read("market_prices")) == 1
        assert warehouse.query("SELECT count(*) FROM market_prices").rows == [(1,)]
    with another_program(warehouse), pytest.raises(DatabaseBusy), warehouse.reading():
        pass


def test_of_the_clocks_of_hosts_what_each_said_last_within_an_hour_counts(warehouse: DuckDBWarehouse) -> None:
    def said(host: str, ahead: float | None, at: float) -> dict[str, Any]:
        return {**attempt(1, at=at), "endpoint": host, "host": host, "clock_ahead_seconds": ahead}

    def ahead() -> float | None:
        return health_queries.clock_ahead(warehouse, NOON, 5)

    assert ahead() is None
    four = [said(f"{number}.example", 3600.0 + number, -59) for number in range(4)]
    warehouse.merge({"connection_attempts": [*four, said("old.example", 0.0, -61), said("silent.example", None, -1)]})
    assert ahead() is None
    warehouse.merge({"connection_attempts": [said("4.example", 3604.0, -59)]})
    assert ahead() == 3602
    right = [{**said(f"{number}.example", 0.5, -1), "attempt": 2} for number in range(3)]
    warehouse.merge({"connection_attempts": right})
    assert ahead() == 0.5
    assert health_queries.clock_ahead(warehouse, NOON, 5, "elsewhere") is None
