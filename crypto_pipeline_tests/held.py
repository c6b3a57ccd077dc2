"""A data bank that many tests have open, one after another, and that is empty for each: to open one costs more than most of
what they ask.

Belongs here: what tests need that are about rows: what a merge makes of them, what a question answers.
Does not belong here: what is about the file, its tables, its lock or another process: such a test has a file of its own.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crypto_pipeline.warehouse import spool
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse

_SIZES = "SELECT table_name, estimated_size FROM duckdb_tables() WHERE schema_name = 'main' AND NOT temporary"
_left: dict[tuple[Path, str], int] = {}
"""The size of each table when it was emptied last: DuckDB goes on counting rows that are removed, so one that has grown is used."""


@contextmanager
def held_open(empty_database: Path, folder: Path) -> Iterator[DuckDBWarehouse]:
    """A copy of the empty database in this folder, open until the block ends."""
    with DuckDBWarehouse(Path(shutil.copy(empty_database, folder))).open() as warehouse:
        yield warehouse


def emptied(warehouse: DuckDBWarehouse) -> DuckDBWarehouse:
    """The same, without what the test before has stored or set aside."""
    with warehouse.connection() as connection:
        for name, size in connection.execute(_SIZES).fetchall():
            if size != _left.get((warehouse.path, name), 0):
                connection.execute(f"DELETE FROM main.{name}")
                _left[warehouse.path, name] = size
    shutil.rmtree(spool.folder_of(warehouse.path), ignore_errors=True)
    return warehouse
