"""Machines that share a hub, and whether all of them have the same rows."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline.warehouse.engines import Storage, shared_for
from crypto_pipeline.warehouse.hub.shared import SharedWarehouse
from crypto_pipeline.warehouse.interface import Warehouse


def machine(
    folder: Path, hub: str, name: str = "here", *, lock_seconds: float = 10, demo: bool = False, region: str = ""
) -> SharedWarehouse:
    """A machine with a file of its own."""
    path = file_of(folder, name)
    if not path.exists() and not demo:
        _copy_whole(_empty_file(), path)
        if _kept_open is not None:
            _kept_open.enter_context(DuckDBWarehouse(path).open())
    return shared_for(Storage(path, lock_seconds, demo, hub, region))


_kept_open: ExitStack | None = None


@contextmanager
def files_kept_open() -> Iterator[None]:
    """This process has the files of new machines open until the block ends: each merge, each look and each time that a file
    follows opens it otherwise, which takes longer than what is done with it."""
    global _kept_open
    with ExitStack() as _kept_open:
        yield
    _kept_open = None


def _copy_whole(file: Path, path: Path) -> None:
    """All of it or nothing, as the product makes its files: a writer that is killed here leaves no half of one."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    shutil.copy(file, draft)
    draft.replace(path)


def _empty_file() -> Path:
    from crypto_pipeline_tests.templates import empty_database  # not in a writer, which loads no Dagster

    return empty_database()


def file_of(folder: Path, name: str = "here") -> Path:
    return folder / f"{name}.duckdb"


def plain(folder: Path, name: str) -> DuckDBWarehouse:
    """One file and no hub."""
    path = file_of(folder, name)
    if not path.exists():
        _copy_whole(_empty_file(), path)
        if _kept_open is not None:
            _kept_open.enter_context(DuckDBWarehouse(path).open())
    return DuckDBWarehouse(path, lock_seconds=10)


def rows_of(hub: str, table: str) -> list[tuple[Any, ...]]:
    """The rows that the hub has of one table."""
    return all_rows_of(hub, [table])[table]


def all_rows_of(hub: str, tables: Iterable[str] = TABLES) -> dict[str, list[tuple[Any, ...]]]:
    """The rows that the hub has, by table."""
    with psycopg.connect(hub, options="-c timezone=UTC") as connection:
        some = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM main.\"{table}\")" for table in tables)
        filled = {name for (name,) in connection.execute(some).fetchall()}
        return {
            table: _sorted(connection.execute(_select(table)).fetchall()) if table in filled else [] for table in tables
        }


def all_rows_in(warehouse: Warehouse, tables: Iterable[str] = TABLES) -> dict[str, list[tuple[Any, ...]]]:
    """The rows that a machine has, by table."""
    with warehouse.reading() as held:
        filled = {
            name for (name,) in held.query("SELECT table_name FROM duckdb_tables() WHERE estimated_size > 0").rows
        }
        return {table: _sorted(held.query(_select(table)).rows) if table in filled else [] for table in tables}


def different(hub: str, *warehouses: Warehouse, tables: Iterable[str] = TABLES) -> list[str]:
    """The tables in which somebody has other rows than the hub: those of all machines are read, whole."""
    there = all_rows_of(hub, tables)
    return [table for one in warehouses for table, rows in all_rows_in(one, tables).items() if rows != there[table]]


def _select(table: str) -> str:
    columns = ", ".join(f'"{name}"' for name in TABLES[table].column_names)
    return f'SELECT {columns} FROM main."{table}"'


def _sorted(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted(rows, key=repr)
