"""A file of any earlier version is opened by this one, and nothing in it is lost or reads otherwise.

layouts/ holds the tables of each version that was published, as DuckDB itself writes them down; that of a version that is
tagged is added there (``SELECT sql FROM duckdb_tables() ORDER BY schema_name DESC, table_name``) and never changed again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import duckdb
import pytest

from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse

LAYOUTS = sorted((Path(__file__).parent / "layouts").glob("*.sql"))
VALUES: Mapping[str, tuple[Any, Any]] = {
    "VARCHAR": ("gwei", "satoshi"),
    "BIGINT": (7, 8),
    "DOUBLE": (0.5, 250.25),
    "BOOLEAN": (True, False),
    "TIMESTAMP WITH TIME ZONE": (
        datetime(2025, 3, 1, 12, tzinfo=timezone.utc),
        datetime(2025, 3, 2, 13, 30, tzinfo=timezone.utc),
    ),
}
"""Two rows of each table: a value of each type in either."""
CORRECTED = {"gas_prices": {"gas_price", "gas_price_gwei"}}
"""Columns whose older values are set right on purpose (test_layout.py says how)."""

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(params=LAYOUTS, ids=[layout.stem for layout in LAYOUTS])
def older(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[DuckDBWarehouse, Rows]:
    """A file in which each table of that version has two rows, and those rows."""
    path = tmp_path / "crypto.duckdb"
    with duckdb.connect(str(path), config={"storage_compatibility_version": "v1.5.0"}) as connection:
        connection.execute("SET TimeZone = 'UTC'; CREATE SCHEMA meta")
        connection.execute(request.param.read_text("utf-8"))
        connection.execute(
            "INSERT INTO meta.warehouse_info VALUES ('created_by', 'an earlier version'), ('schema_version', '1'), "
            "('demo', 'false'), ('layout', 'of that version')"
        )
        columns: dict[str, list[tuple[str, str]]] = {}
        for table, column, kind in connection.execute(
            "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE schema_name = 'main' AND NOT internal"
        ).fetchall():
            columns.setdefault(table, []).append((column, kind))
        rows: Rows = {}
        for table, named in columns.items():
            rows[table] = [{column: VALUES[kind][row] for column, kind in named} for row in (0, 1)]
            marks = ", ".join("?" * len(named))
            connection.executemany(f"INSERT INTO {table} VALUES ({marks})", [list(row.values()) for row in rows[table]])
    return DuckDBWarehouse(path), rows


def test_there_are_layouts_of_earlier_versions() -> None:
    assert len(LAYOUTS) >= 3


def test_every_row_of_an_earlier_version_is_there_and_reads_as_before(older: tuple[DuckDBWarehouse, Rows]) -> None:
    warehouse, before = older
    warehouse.prepare()
    for table, rows in before.items():
        kept = warehouse.read(table)
        assert len(kept) == len(rows), table
        for column in rows[0].keys() - CORRECTED.get(table, set()):
            assert {row[column] for row in kept} == {row[column] for row in rows}, f"{table}.{column}"


def test_what_this_version_has_and_the_earlier_one_had_not_is_added(older: tuple[DuckDBWarehouse, Rows]) -> None:
    warehouse, before = older
    warehouse.prepare()
    for name, table in TABLES.items():
        new = [column for column in table.columns if name not in before or column.name not in before[name][0]]
        kept = warehouse.read(name)
        assert kept == [] if name not in before else all(column.name in row for row in kept for column in new)
        told = {"gas_price"} if name == "gas_prices" else set()
        assert all(row[column.name] == column.before for row in kept for column in new if column.name not in told)


def test_an_earlier_file_goes_on_being_filled(older: tuple[DuckDBWarehouse, Rows]) -> None:
    warehouse, before = older
    row = before["market_prices"][0]
    newer = {**row, "price_usd": 1.25, "fetched_at": datetime(2025, 3, 3, tzinfo=timezone.utc)}
    written = warehouse.merge({"market_prices": [newer, {**row, "symbol": "ETH"}]})["market_prices"]
    assert (written.inserted, written.updated) == (1, 1)
    assert len(warehouse.read("market_prices")) == 3
