"""What whoever watches asks the tables, and how the file is held for several questions."""

from __future__ import annotations

from typing import Any

import pytest

from crypto_pipeline.warehouse import DatabaseBusy, health_queries
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.warehouse.conftest import AnotherProgram
from crypto_pipeline_tests.warehouse.facts import NOON, minutes, price


@pytest.fixture
def warehouse(held: DuckDBWarehouse) -> DuckDBWarehouse:
    return held


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


def test_of_a_region_that_is_no_more_is_told_what_it_knew_but_for_its_refusals(warehouse: DuckDBWarehouse) -> None:
    def state(endpoint: str, region: str, outcome: str | None = "ok", asked: float = -60) -> dict[str, Any]:
        return {"endpoint": endpoint, "region": region, "outcome": outcome, "asked_at": minutes(asked)}

    rows = [
        state("mine", "eu"),
        state("mine", "gone", asked=-1),
        state("left", "gone", None, -9),
        state("left", "gone too", "timeout", -5),
        state("refused", "gone", "blocked"),
        state("of another", "us"),
        state("old", "eu", asked=-3.1 * 1440),
    ]
    warehouse.merge({"source_health": rows})
    assert [row["endpoint"] for row in health_queries.source_states(warehouse, NOON, "eu")] == ["mine"]
    found = health_queries.source_states(warehouse, NOON, "eu", ["eu", "us"])
    assert [(row["endpoint"], row["asked_at"]) for row in found] == [("left", minutes(-5)), ("mine", minutes(-60))]


def test_alerts_that_are_not_over_are_told_the_oldest_first_also_those_of_a_region_that_is_no_more(
    warehouse: DuckDBWarehouse,
) -> None:
    def alert(condition: str, seen: float, region: str = "eu", over: float | None = None) -> dict[str, Any]:
        times = {"first_seen_at": minutes(seen), "resolved_at": None if over is None else minutes(over)}
        return {"condition": condition, "region": region, **times}

    rows = [alert("b", 1), alert("a", 1), alert("c", 0), alert("over", 2, over=3)]
    warehouse.merge({"alerts": [*rows, alert("theirs", 4, "us"), alert("left", 5, "gone")]})
    assert [row["condition"] for row in health_queries.open_alerts(warehouse, "eu")] == ["c", "a", "b"]
    found = health_queries.open_alerts(warehouse, "eu", ["eu", "us"])
    assert [row["condition"] for row in found] == ["c", "a", "b", "left"]
    everything = [row["condition"] for row in health_queries.all_alerts(warehouse)]
    assert everything == ["left", "theirs", "over", "a", "b", "c"]


def test_of_each_job_the_newest_collection_is_summed_up_and_all_are_counted(warehouse: DuckDBWarehouse) -> None:
    def ended(run: str, endpoint: str, outcome: str, job: str = "ui", *, at: float = -1, **more: Any) -> dict[str, Any]:
        sums = {"requests": 2, "bytes": 10, "rows": 3, "rejected": 1}
        return {**collected(run, endpoint, at - 1, at, None), "job": job, "outcome": outcome, **sums, **more}

    rows = [
        ended("new", "a", "ok"),
        ended("new", "b", "not_modified", at=-0.5),
        ended("new", "c", "timeout"),
        ended("new", "d", "not_due", requests=0),
        ended("old", "a", "timeout", at=-6),
        ended("past", "a", "ok", "historical", at=-9),
    ]
    warehouse.merge({"data_collections": rows})
    found = health_queries.newest_collections(warehouse, ["ok", "not_modified"], ["not_due"])
    newest = {"collections": 2, "finished_at": minutes(-0.5), "seconds": 90, "requests": 6, "bytes": 40, "rows": 12}
    assert [one["job"] for one in found] == ["historical", "ui"]
    assert found[1] == {"job": "ui", **newest, "rejected": 4, "ok": 2, "failed": 1}


def test_of_each_endpoint_the_newest_outcome_of_a_day_that_was_no_wait_is_told(warehouse: DuckDBWarehouse) -> None:
    day = 24 * 60

    def ended(endpoint: str, outcome: str, at: float) -> dict[str, Any]:
        more = {"outcome": outcome, "table_names": f"{endpoint} {at}", "milliseconds": -at}
        return {**collected(f"{at}", endpoint, at - 1, at, None), **more}

    rows = [ended("b", "timeout", -9), ended("b", "ok", -99), ended("b", "not_due", -1), ended("a", "ok", 10)]
    warehouse.merge({"data_collections": [*rows, ended("ahead", "ok", 11), ended("old", "ok", -day)]})
    assert health_queries.newest_outcomes(warehouse, NOON, ["not_due"]) == [
        {"endpoint": "a", "table_names": "a 10", "outcome": "ok", "milliseconds": -10.0},
        {"endpoint": "b", "table_names": "b -9", "outcome": "timeout", "milliseconds": 9.0},
    ]


def test_rows_are_counted_of_every_table(warehouse: DuckDBWarehouse) -> None:
    warehouse.merge({"market_prices": [price("BTC"), price("ETH")]})
    found = {row["name"]: row["rows"] for row in health_queries.row_counts(warehouse)}
    assert {name: count for name, count in found.items() if count} == {"market_prices": 2}
    assert found["news_articles"] == 0
    assert health_queries.row_count(warehouse, "market_prices") == 2


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
                attempt(5, at=1),
                {**attempt(6, at=-1), "region": "elsewhere"},
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
    ticks = [("ui", 0, 9.0), ("ui", 5, 2.0), ("ui", 10, None), ("ui", 22, 7.0), ("old", 11 - 24 * 60, 1.0)]
    ticks += [("b", 21, 3.0), ("a", 12 - 24 * 60, 4.0)]
    rows = [{"schedule": name, "expected_at": minutes(at), "lag_seconds": lag} for name, at, lag in ticks]
    warehouse.merge({"schedule_compliance": [*rows, {**rows[1], "lag_seconds": 1.0, "region": "elsewhere"}]})
    lags = health_queries.schedule_lags(warehouse, minutes(11))
    assert list(lags.items()) == [("a", 4.0), ("b", 3.0), ("ui", 2.0)]
    assert health_queries.schedule_lags(warehouse, minutes(11), "elsewhere") == {"ui": 1.0}


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
    rows += [{**collected("theirs", "okx.tickers", -2, -1, 60_000), "region": "elsewhere"}]
    rows += [collected("of a version without it", "okx.tickers", -2, -1, None)]
    warehouse.merge({"data_collections": rows})
    assert health_queries.newest_lag(warehouse, NOON) == ("new", 120, 30)
    assert health_queries.newest_lag(warehouse, minutes(55)) == ("ahead", 60, 90)
    assert health_queries.newest_lag(warehouse, minutes(67)) is None


def test_a_file_of_an_older_version_knows_no_lag(own_file: DuckDBWarehouse) -> None:
    warehouse = own_file
    warehouse.merge({"data_collections": [collected("r", "kraken.ticker", -5, -4, 1_000)]})
    with warehouse.connection() as connection:
        connection.execute("ALTER TABLE data_collections DROP COLUMN lag_milliseconds")
    assert health_queries.newest_lag(warehouse, NOON) is None


def test_a_file_that_is_held_for_several_questions_answers_all_of_them_and_is_free_afterwards(
    own_file: DuckDBWarehouse, another_program: AnotherProgram
) -> None:
    warehouse = own_file
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
