"""The SQL of archives: months of a table that are copied into files, and the view that shows a table with its files.

Belongs here: which of two rows of one key counts, the table's or the file's.
Does not belong here: writing and replacing the files (warehouse/archive.py).
"""

from __future__ import annotations

from collections.abc import Collection

from crypto_pipeline.schema.declare import Table
from crypto_pipeline.warehouse.sql import columns_in_file, earlier_value, in_file, literal, qualified, quoted


def month_rows(table: Table) -> str:
    """Rows of a month, from the first parameter to the second, that were collected before the third."""
    return f"{qualified(table)} AS stored WHERE timestamp >= ? AND timestamp < ? AND collected_at < ?"


def months(table: Table) -> str:
    """Months of rows whose time, and whose collection, lie before the parameters, with the number of their rows."""
    return (
        f"SELECT date_trunc('month', timestamp) AS month, count(*) FROM {qualified(table)} "
        "WHERE timestamp < ? AND collected_at < ? GROUP BY month ORDER BY month"
    )


def month_with_archive(table: Table, file: str | None, present: Collection[str]) -> str:
    """month_rows() and what an earlier file has of the same month, each key once: the newer of two, else the table's."""
    names, key = (", ".join(map(quoted, columns)) for columns in (table.column_names, table.key))
    if file is None:
        return f"SELECT {names} FROM {month_rows(table)} ORDER BY {key}"
    age = quoted(table.newer_by or "collected_at")
    return (
        f"SELECT {names} FROM (SELECT {names}, 1 AS is_stored FROM {month_rows(table)} "
        f"UNION ALL SELECT {columns_in_file(table, present)}, 0 FROM read_parquet({literal(file)})) "
        f"QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY {age} DESC NULLS LAST, is_stored DESC) = 1 "
        f"ORDER BY {key}"
    )


def month_missing_from(table: Table, file: str) -> str:
    """How many of month_rows() a file does not have."""
    return (
        f"SELECT count(*) FROM {month_rows(table)} "
        f"AND NOT EXISTS (SELECT 1 FROM read_parquet({literal(file)}) AS archived WHERE {_same_key(table)})"
    )


def with_archive(table: Table) -> str:
    """The view that shows a table together with its archive."""
    return f"main.{quoted(f'{table.name}_all')}"


def create_with_archive(table: Table, files: str | None, present: Collection[str]) -> str:
    """A row that is in the table hides the one of the same key in the files, a pattern."""
    names = ", ".join(map(quoted, table.column_names))
    view = f"CREATE OR REPLACE VIEW {with_archive(table)} AS SELECT {names} FROM {qualified(table)}"
    if files is None:
        return view
    return (
        f"{view} UNION ALL SELECT {_columns_in_files(table, present)} "
        f"FROM read_parquet({literal(files)}, union_by_name = true) AS archived "
        f"WHERE NOT EXISTS (SELECT 1 FROM {qualified(table)} AS stored WHERE {_same_key(table)})"
    )


def _columns_in_files(table: Table, present: Collection[str]) -> str:
    """The same of several files, of which those of an older version show NULL in a column that only others have."""
    return ", ".join(
        f"CAST({in_file(column, present)} AS {column.type}) AS {quoted(column.name)}"
        if column.before is None
        else f"coalesce({in_file(column, present)}, {earlier_value(column)}) AS {quoted(column.name)}"
        for column in table.columns
    )


def _same_key(table: Table) -> str:
    return " AND ".join(f"stored.{name} = archived.{name}" for name in map(quoted, table.key))
