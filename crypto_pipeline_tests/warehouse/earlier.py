"""Files as earlier versions left them, with two rows in each of their tables.

layouts/ holds the tables of each version that was published, as DuckDB itself writes them down; that of a version that is
tagged is added there (``SELECT sql FROM duckdb_tables() ORDER BY schema_name DESC, table_name``) and never changed again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, TypeAlias

import duckdb

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

Rows: TypeAlias = dict[str, list[dict[str, Any]]]


def make_earlier_file(path: Path, layout: Path) -> Rows:
    """A file of that version, in which each table has two rows, and those rows."""
    with duckdb.connect(str(path), config={"storage_compatibility_version": "v1.5.0"}) as connection:
        connection.execute("SET TimeZone = 'UTC'; CREATE SCHEMA meta")
        connection.execute(layout.read_text("utf-8"))
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
            marks = f"({', '.join('?' * len(named))})"
            values = [value for row in rows[table] for value in row.values()]
            connection.execute(f"INSERT INTO {table} VALUES {marks}, {marks}", values)
    return rows
