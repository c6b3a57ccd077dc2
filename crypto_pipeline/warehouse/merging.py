"""Merging batches over an open connection: new ones, and those that waited in the spool.

Belongs here: transactions, counts.
Does not belong here: getting a connection, deciding what happens when there is none (warehouse/duckdb.py), what a spooled
batch needs before it can be merged (warehouse/spooled.py).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from crypto_pipeline.schema.declare import Table
from crypto_pipeline.warehouse import spool, sql
from crypto_pipeline.warehouse.batches import Batch
from crypto_pipeline.warehouse.connection import Connection, transaction
from crypto_pipeline.warehouse.errors import first_line
from crypto_pipeline.warehouse.results import Written
from crypto_pipeline.warehouse.spooled import stage_file
from crypto_pipeline.warehouse.staging import stage

_FAULT_OF_THE_BATCH = (duckdb.DataError, duckdb.IntegrityError, duckdb.ProgrammingError)
"""What DuckDB raises because of the rows themselves, whenever they are merged; anything else may be over tomorrow."""


def merge(connection: Connection, batches: Sequence[Batch]) -> dict[str, Written]:
    """Merge all batches or none."""
    for batch in batches:
        stage(connection, batch.table, batch.columns)
    with transaction(connection):
        return {batch.table.name: _merge_staged(connection, batch.table) for batch in batches}


def merge_answer(connection: Connection, table: Table, query: str, parameters: Mapping[str, object]) -> int:
    """Merge the answer to a query, whose columns are columns of the table, one row a key; how many rows it has."""
    connection.execute(sql.stage_nothing(table))
    connection.execute(sql.stage_answer(table, query), dict(parameters))
    with transaction(connection):
        _merge_staged(connection, table)
    return _count(connection, f"SELECT count(*) FROM {sql.staged(table)}")


def drain(connection: Connection, folder: Path, seconds: float) -> list[Path]:
    """Merge what waits in the spool, oldest first, each entry in its own transaction and exactly once; what is done with.

    That an entry is merged is written in the same transaction as its rows. So a process that dies before it has removed
    the files leaves an entry that the next one recognises; merging it again could bring old states back. The files are for
    the caller to remove, when the rows are in the file for good.

    :param seconds: after this long the rest is left to the next one: a long spool must not keep new rows waiting.
    """
    deadline = time.monotonic() + seconds
    entries = spool.waiting(folder)
    if not entries:
        return []
    names = [entry.name for entry in entries]
    connection.execute("DELETE FROM meta.spooled_batches WHERE NOT list_contains(?::VARCHAR[], batch)", [names])
    merged = {name for (name,) in connection.execute("SELECT batch FROM meta.spooled_batches").fetchall()}
    done = []
    for entry in entries:
        if entry.name not in merged:
            try:
                _drain_entry(connection, entry)
            except _FAULT_OF_THE_BATCH as error:
                spool.set_aside(entry, first_line(error))
        done.append(entry)
        if time.monotonic() >= deadline:
            break
    spool.sweep(folder)
    return done


def _drain_entry(connection: Connection, entry: Path) -> None:
    tables = [table for file in sorted(entry.glob("*.parquet")) if (table := stage_file(connection, file))]
    with transaction(connection):
        for table in tables:
            _merge_staged(connection, table)
        connection.execute("INSERT INTO meta.spooled_batches VALUES (?)", [entry.name])


def _merge_staged(connection: Connection, table: Table) -> Written:
    rows = _count(connection, f"SELECT count(*) FROM {sql.staged(table)}")
    if table.write == "replace" and _count(connection, sql.staged_is_older(table)):
        return Written(table.name, unchanged=rows)
    done = Counter(action for (action,) in connection.execute(sql.merge(table)).fetchall())
    inserted, updated, removed = done["INSERT"], done["UPDATE"], done["DELETE"]
    return Written(table.name, inserted, updated, rows - inserted - updated, removed)


def _count(connection: Connection, query: str) -> int:
    row = connection.execute(query).fetchone()
    return int(row[0] or 0) if row else 0
