"""Queries that were written for SQLite run as they are."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from crypto_pipeline.warehouse import WarehouseError
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.warehouse.facts import minutes, price

DUCKDB = Path(sys.executable).with_name("duckdb")


@pytest.fixture
def warehouse(held: DuckDBWarehouse) -> DuckDBWarehouse:
    return held


def one(warehouse: DuckDBWarehouse, query: str) -> Any:
    ((value,),) = warehouse.query(query).rows
    return value


@pytest.mark.parametrize(
    ("expression", "same_as"),
    [
        ("datetime('now')", "now()"),
        ("datetime('now', '-24 hours')", "now() - INTERVAL 24 HOURS"),
        ("datetime('now', '-7 days')", "now() - INTERVAL 7 DAYS"),
        ("datetime('now', '+1 hour')", "now() + INTERVAL 1 HOUR"),
        ("datetime('now', '-90 minutes')", "now() - INTERVAL 90 MINUTES"),
        ("datetime('now', 'start of day')", "date_trunc('day', now())"),
        ("datetime('now', 'start of month', '-1 day')", "date_trunc('month', now()) - INTERVAL 1 DAY"),
        (
            "datetime('now', '-1 month', 'start of month', '+2 days')",
            "date_trunc('month', now() - INTERVAL 1 MONTH) + INTERVAL 2 DAYS",
        ),
        ("datetime('2026-11-24 12:00:00', '-1 month')", "TIMESTAMPTZ '2026-10-24 12:00:00+00'"),
        ("datetime('2026-11-24')", "TIMESTAMPTZ '2026-11-24 00:00:00+00'"),
        ("datetime('2026-11-24T12:00:00+03:30')", "TIMESTAMPTZ '2026-11-24 08:30:00+00'"),
        ("datetime('2026-11-24T12:00:00Z')", "TIMESTAMPTZ '2026-11-24 12:00:00+00'"),
        ("datetime(TIMESTAMPTZ '2026-11-24 12:00:00+03:30')", "TIMESTAMPTZ '2026-11-24 08:30:00+00'"),
        ("datetime(TIMESTAMP '2026-11-24 12:00:00')", "TIMESTAMPTZ '2026-11-24 12:00:00+00'"),
        ("datetime(DATE '2026-11-24', '-1 second')", "TIMESTAMPTZ '2026-11-23 23:59:59+00'"),
        ("datetime('no time', '-1 day')", "NULL"),
        ("datetime(NULL)", "NULL"),
    ],
)
def test_datetime_is_sqlites(warehouse: DuckDBWarehouse, expression: str, same_as: str) -> None:
    assert one(warehouse, f"SELECT ({expression}) IS NOT DISTINCT FROM ({same_as})")


def test_a_modifier_that_is_not_known_is_named(warehouse: DuckDBWarehouse) -> None:
    with pytest.raises(WarehouseError, match="Could not convert string 'weekday 0' to INTERVAL"):
        warehouse.query("SELECT datetime('now', 'weekday 0')")


def at(hours_ago: Any) -> Any:
    return datetime.now(timezone.utc) - timedelta(hours=hours_ago)


def fill(warehouse: DuckDBWarehouse) -> DuckDBWarehouse:
    """Two prices of the last day, one of the day before; one article of today and one of a month ago."""
    prices = [
        price("BTC", 100.0, timestamp=at(1)),
        price("BTC", 300.0, timestamp=at(5)),
        price("BTC", 9.0, timestamp=at(30)),
    ]
    articles = [
        {"url": f"https://x/{age}", "title": "t", "published_at": at(age), "fetched_at": minutes(0)} for age in (2, 720)
    ]
    warehouse.merge({"market_prices": prices, "news_articles": articles})
    return warehouse


SAMPLES = [
    ("SELECT count(*) FROM (SELECT * FROM market_prices WHERE timestamp > datetime('now', '-24 hours'))", 2),
    (
        "SELECT AVG(price_usd) FROM market_prices WHERE symbol = 'BTC' AND timestamp >= datetime('now', '-1 day') "
        "GROUP BY symbol",
        200.0,
    ),
    ("SELECT COUNT(*) FROM news_articles WHERE published_at > datetime('now', '-7 days')", 1),
    ("SELECT COUNT(*) FROM market_prices WHERE timestamp BETWEEN datetime('now', '-2 days') AND datetime('now')", 3),
    ("SELECT count(DISTINCT strftime('%Y-%m-%d %H', timestamp)) FROM market_prices", 3),
    ("SELECT count(DISTINCT strftime(timestamp, '%Y-%m-%d %H')) FROM market_prices", 3),
    ("SELECT max(date(timestamp)) <= current_date FROM market_prices", True),
]


@pytest.mark.parametrize(("query", "answer"), SAMPLES)
def test_sample_queries_give_what_they_gave_there(warehouse: DuckDBWarehouse, query: Any, answer: Any) -> None:
    assert one(fill(warehouse), query) == answer


@pytest.fixture(scope="module")
def filled_file(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(DuckDBWarehouse(Path(shutil.copy(empty_database, tmp_path_factory.mktemp("filled"))))).path


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tehran", "America/New_York"])
def test_the_duckdb_command_answers_them_alike_whatever_its_zone(filled_file: Path, zone: str) -> None:
    queries = [query for query, _ in SAMPLES] + [
        "SELECT datetime('2026-11-24 12:00:00', 'start of day') = TIMESTAMPTZ '2026-11-24 00:00:00+00'",
        "SELECT datetime('2026-03-21 12:00:00', '-1 day') = TIMESTAMPTZ '2026-03-20 12:00:00+00'",
        "SELECT strftime('%H', TIMESTAMPTZ '2026-11-24 12:00:00+00') = '12'",
    ]
    run = subprocess.run(
        [DUCKDB, "-readonly", "-noheader", "-list", filled_file, "-c", "; ".join(queries)],
        env={"TZ": zone, "HOME": str(filled_file.parent)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split() == ["2", "200.0", "1", "3", "3", "3", "true", "true", "true", "true"]


def test_the_scan_of_a_long_table_is_still_bounded_by_it(warehouse: DuckDBWarehouse) -> None:
    asked = "EXPLAIN FROM market_prices WHERE timestamp > datetime('now', '-24 hours')"
    ((_, plan),) = fill(warehouse).query(asked).rows
    assert re.search(r"timestamp ?> ?'20", " ".join(plan.split()))


def test_a_file_that_was_made_before_gets_it_too(own_file: DuckDBWarehouse) -> None:
    warehouse = own_file
    with warehouse.connection() as connection:
        connection.execute("DROP MACRO main.datetime")
        connection.execute("UPDATE meta.warehouse_info SET value = 'older' WHERE name = 'layout'")
    warehouse.prepare()
    assert one(warehouse, "SELECT datetime('now', 'start of day', '+1 hour') > datetime('now', '-1 day')")
