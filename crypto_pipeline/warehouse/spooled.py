"""Batches of the spool on their way back: Parquet files, made rows of exact types again.

Belongs here: what a spooled batch needs before it can be merged, and setting aside what cannot be.
Does not belong here: the files (warehouse/spool.py), merging (warehouse/merging.py, warehouse/hub/merging.py).
"""

from __future__ import annotations

import glob
from pathlib import Path

import duckdb

from crypto_pipeline.schema.declare import Table
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse import merge_sql, spool
from crypto_pipeline.warehouse.batches import Batch
from crypto_pipeline.warehouse.connection import Connection, heeding_signals, in_memory
from crypto_pipeline.warehouse.errors import first_line


def stage_file(connection: Connection, file: Path) -> Table | None:
    """The table whose rows are now staged; None when the file is gone or had to be set aside.

    A file of an older version has fewer columns; the others are what they say of such rows. One with more is kept for the
    version that knows them.
    """
    path = glob.escape(str(file))  # DuckDB takes a path for a pattern
    table = TABLES.get(file.stem)
    if table is None:
        spool.set_aside(file, "there is no such table")
        return None
    try:
        description = connection.execute("SELECT * FROM read_parquet(?) LIMIT 0", [path]).description or []
        present = {column[0] for column in description}
        if unknown := present - set(table.column_names):
            spool.set_aside(file, f"{table.name} has no column {', '.join(sorted(unknown))}")
            return None
        connection.execute(merge_sql.stage_file(table, present), [path])
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:  # DuckDB has no one class for a file that is cut short or overwritten
        if not file.exists():
            return None
        spool.set_aside(file, first_line(error))
        return None
    found = connection.execute(merge_sql.staged_without_key(table)).fetchone()
    if found and found[0]:
        spool.set_aside(file, "some of its rows have no key")
        return None
    return table


def batches_in(entry: Path) -> list[Batch]:
    """What an entry holds, for an engine that does not read Parquet. Raises duckdb.OutOfMemoryException."""
    batches = []
    with heeding_signals(), in_memory() as connection:
        for file in sorted(entry.glob("*.parquet")):
            table = stage_file(connection, file)
            if table:
                query = f"SELECT {merge_sql.as_batch(table)} FROM {merge_sql.staged(table)}"
                batches.append(batch_from(table, connection.execute(query).fetchall()))
    return batches


def batch_from(table: Table, rows: list[tuple[object, ...]]) -> Batch:
    """Rows that were asked for as merge_sql.as_batch() says, of which no two have the same key."""
    columns = list(zip(*rows, strict=True)) or [()] * len(table.columns)
    return Batch(table, {name: list(values) for name, values in zip(table.column_names, columns, strict=True)})
