"""Ready questions about how the data bank itself does; the answers are worked out here, by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from crypto_pipeline.schema.freshness import usual_age
from crypto_pipeline.schema.outcomes import NOT_ASKED, SUCCESSES
from crypto_pipeline.schema.tables import DATA_TABLES, feed_of
from crypto_pipeline.settings import Settings
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.questions.bank import (
    Ask,
    ago,
    called,
    candle,
    collection,
    now,
    today,
)


def test_failing_sources_are_counted_among_those_that_were_asked(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    warehouse.merge(
        {
            "data_collections": [
                collection("a.x", "timeout", run="1", minutes=30, error="slow"),
                collection("a.x", "timeout", run="2", minutes=20, error="slow again"),
                collection("a.x", "blocked", run="3", minutes=10, error="go away"),
                collection("a.x", "ok", run="4", minutes=5),
                collection("a.x", "breaker_open", run="5", minutes=4),
                collection("b.y", "empty", run="1", error="nothing"),
                collection("c.z", "ok", run="1"),
                collection("c.z", "not_due", run="2"),
                collection("c.z", "timeout", run="old", minutes=8 * 24 * 60),
            ]
        }
    )
    columns = ("endpoint", "failures", "asked", "failed_percent", "usual_outcome", "said_last", "last_success")
    assert ask("failing-sources", *columns) == [
        ("a.x", 3, 4, 75.0, "timeout", "go away", ago(minutes=5) + timedelta(seconds=1)),
        ("b.y", 1, 1, 100.0, "empty", "nothing", None),
    ]
    assert len(ask("failing-sources", days="9")) == 3


@pytest.mark.parametrize("name", ["failing-sources", "runs"])
def test_the_outcomes_that_are_no_failure_are_those_of_the_collection(name: str) -> None:
    named = {outcome for outcome in SUCCESSES | NOT_ASKED if f"'{outcome}'" in called(name).sql}
    assert named == SUCCESSES | NOT_ASKED


def test_runs_are_summed_up_the_newest_first(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    warehouse.merge(
        {
            "data_collections": [
                collection("a", "ok", run="1", minutes=20, rows=5, job="ui"),
                collection("b", "timeout", run="1", minutes=19, rows=0, job="ui"),
                collection("c", "standby", run="1", minutes=20, rows=0, job="ui"),
                collection("a", "not_modified", run="2", minutes=5, rows=0, job="both"),
                collection("a", "ok", run="old", minutes=25 * 60, rows=1, job="both"),
            ]
        }
    )
    assert ask("runs", "run_id", "job", "ok", "failed", "not_asked", "rows", "seconds") == [
        ("2", "both", 1, 0, 0, 0, 1.0),
        ("1", "ui", 1, 1, 1, 5, 61.0),
    ]


def test_budgets_are_full_by_what_the_host_allows_in_the_time(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    def use(
        run: str,
        host: Any,
        requests: Any,
        budget: Any,
        seconds: Any,
        *,
        lasted: int = 0,
        limited: int = 0,
        hours: float = 1,
    ) -> dict[str, Any]:
        end = ago(hours=hours)
        return {
            "run_id": run,
            "host": host,
            "requests": requests,
            "budget_requests": budget,
            "budget_seconds": seconds,
            "rate_limited": limited,
            "window_start": end - timedelta(seconds=lasted),
            "window_end": end,
        }

    warehouse.merge(
        {
            "rate_limit_usage": [
                use("1", "a", 30, 60, 60.0),
                use("2", "a", 90, 60, 60.0, lasted=120, limited=2),
                use("1", "b", 12, 1, 3600.0),
                use("1", "old", 12, 1, 3600.0, hours=25),
                use("1", "unbounded", 3, None, None),
            ]
        }
    )
    assert ask("budgets", "host", "requests", "allowed", "used_percent", "fullest_run_percent", "rate_limited") == [
        ("b", 12, 24.0, 50.0, 1200.0, 0),
        ("a", 120, 86_400.0, 100 * 120 / 86_400, 75.0, 2),
        ("unbounded", 3, None, None, None, 0),
    ]


def test_latency_is_over_the_requests_that_were_answered(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    def attempt(
        number: int, host: Any, milliseconds: Any, status: int | None = 200, hours: float = 1
    ) -> dict[str, Any]:
        return {
            "run_id": "1",
            "endpoint": host,
            "ask": "",
            "attempt": number,
            "host": host,
            "milliseconds": milliseconds,
            "status_code": status,
            "started_at": ago(hours=hours),
        }

    warehouse.merge(
        {
            "connection_attempts": [
                *(attempt(number, "fast", float(number)) for number in range(1, 102)),
                attempt(1, "slow", 900.0),
                attempt(2, "slow", 1_100.0, status=500),
                attempt(3, "slow", 20_000.0, status=None),
                attempt(4, "slow", 30_000.0, hours=25),
            ]
        }
    )
    assert ask("latency", "host", "p50_ms", "p95_ms", "slowest_ms", "answers") == [
        ("slow", 1000.0, 1090.0, 1100.0, 2),
        ("fast", 51.0, 96.0, 101.0, 101),
    ]


def test_open_alerts_are_those_that_are_not_over(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    def alert(condition: Any, hours: float, **more: Any) -> dict[str, Any]:
        return {
            "condition": condition,
            "first_seen_at": ago(hours=hours),
            "last_seen_at": now(),
            "severity": "error",
            "message": "It is late.",
            **more,
        }

    warehouse.merge({"alerts": [alert("b", 2), alert("a", 5), alert("over", 9, resolved_at=now())]})
    assert ask("open-alerts", "condition", "message") == [("a", "It is late."), ("b", "It is late.")]
    assert [round(hours) for (hours,) in ask("open-alerts", "hours")] == [5, 2]


def test_changes_of_apis_come_newest_first(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    def change(path: str, days: float) -> dict[str, Any]:
        return {"endpoint": "kraken.ticker", "path": path, "change": "appeared", "seen_at": ago(days=days)}

    warehouse.merge({"schema_drift": [change("a", 3), change("b", 1), change("c", 31)]})
    assert ask("api-changes", "path", "change") == [("b", "appeared"), ("a", "appeared")]


def test_stale_tables_are_those_without_a_row_for_longer_than_usual(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    warehouse.merge(
        {
            "market_prices": [
                {"source": "a", "symbol": "B", "timestamp": now(), "collected_at": ago(minutes=30)},
                {"source": "a", "symbol": "C", "timestamp": now(), "collected_at": ago(minutes=45)},
            ],
            "gas_prices": [{"source": "a", "blockchain": "b", "timestamp": now(), "collected_at": ago(minutes=3)}],
            "cached_ohlc": [candle("a", 1.0, collected_at=ago(days=8))],
        }
    )
    tables = {row[0]: row[1:] for row in ask("stale-tables", "table_name", "newest_row", "is_stale", "usual_minutes")}
    assert tables["market_prices"] == (ago(minutes=30), True, 15)
    assert tables["gas_prices"] == (ago(minutes=3), False, 15)
    assert tables["cached_ohlc"] == (None, True, 45)
    ages = dict(ask("stale-tables", "table_name", "percent_of_usual"))
    assert ages["market_prices"] == pytest.approx(200, abs=10)


def test_what_is_usual_for_a_table_is_what_the_rest_of_the_program_finds_usual(
    warehouse: DuckDBWarehouse, ask: Ask
) -> None:
    settings = Settings(_env_file=None)
    assert dict(ask("stale-tables", "table_name", "usual_minutes")) == {
        table: usual_age(table, settings).total_seconds() / 60 for table in DATA_TABLES
    }


@pytest.mark.parametrize("table", DATA_TABLES)
def test_a_table_is_as_stale_as_what_its_declaration_takes_for_new(table: str) -> None:
    """What a back-fill brings of the past makes no table fresh."""
    feed = feed_of(table)
    hours = feed.new_for / timedelta(hours=1) if feed.new_for else 0
    span = f"{hours / 24:.0f} DAY" if hours >= 24 else f"{hours:.0f} HOUR"
    is_new = f"{feed.time_column} > now() - INTERVAL {span} AND " if feed.new_for else ""
    lately = "collected_at > now() - INTERVAL 7 DAY AND collected_at <= now() + INTERVAL 10 MINUTE"
    newest = (
        f"SELECT '{table}' AS table_name, max(collected_at) AS newest\n    FROM {table}\n    WHERE {is_new}{lately}\n"
    )
    assert newest in called("stale-tables").sql


def test_rows_of_every_table_are_counted_alike() -> None:
    counted = called("rows-per-day").sql.split("FROM (\n", 1)[1].rsplit("\n)", 1)[0].split("\n    UNION ALL\n")
    names = [part.split("'")[1] for part in counted]
    assert len(set(names)) == len(names)
    assert {part.replace(name, "...") for part, name in zip(counted, names, strict=True)} == {
        "    SELECT '...' AS table_name, epoch_us(collected_at) // 86400000000 AS day, count(*) AS row_count\n"
        "    FROM ...\n"
        "    WHERE collected_at > now() - to_days($days) AND collected_at <= now() + INTERVAL 10 MINUTE\n"
        "    GROUP BY day"
    }


def test_rows_are_counted_by_table_and_day(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    def stored(symbol: str, at: datetime) -> dict[str, Any]:
        return {"source": "a", "symbol": symbol, "timestamp": now(), "collected_at": at}

    yesterday = today() - timedelta(hours=1)
    failure = {"run_id": "1", "endpoint": "a", "ask": "", "collected_at": yesterday}
    prices = [stored("A", today()), stored("B", yesterday), stored("C", yesterday), stored("D", ago(days=8))]
    warehouse.merge({"market_prices": prices, "failure_logs": [failure]})
    assert ask("rows-per-day", "table_name", "day", "row_count") == [
        ("failure_logs", yesterday.date(), 1),
        ("market_prices", yesterday.date(), 2),
        ("market_prices", today().date(), 1),
    ]


def test_rows_are_counted_for_every_table_that_collections_fill() -> None:
    assert [table for table in DATA_TABLES if f"FROM {table}\n" not in called("rows-per-day").sql] == []
