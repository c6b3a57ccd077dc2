"""Merging batches over an open connection: new ones, and those that waited in the spool.

Belongs here: transactions, counts.
Does not belong here: getting a connection, deciding what happens when there is none (warehouse/storing.py), what a spooled
batch needs before it can be merged (warehouse/spooled.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

import duckdb

from crypto_pipeline.foundation.memory import give_back
from crypto_pipeline.schema.declare import Table
from crypto_pipeline.warehouse import merge_sql, spool
from crypto_pipeline.warehouse.batches import Batch
from crypto_pipeline.warehouse.connection import Connection, transaction
from crypto_pipeline.warehouse.errors import first_line
from crypto_pipeline.warehouse.parsed import parsed
from crypto_pipeline.warehouse.results import Written
from crypto_pipeline.warehouse.spooled import stage_file
from crypto_pipeline.warehouse.staging import stage

_FAULT_OF_THE_BATCH = (duckdb.DataError, duckdb.IntegrityError, duckdb.ProgrammingError)
"""What DuckDB raises because of the rows themselves, whenever they are merged; anything else may be over tomorrow."""


MANY = 10_000
"""Rows of a batch from which on memory is worth sparing: DuckDB's MERGE holds on to all that it has seen, a kilobyte a row. It
takes three times as long as an INSERT of rows that are all new, and half as long where none is."""

AsMerge = Callable[..., str]
"""The MERGE of a table, of staged() or of the rows that ``batch`` names: merge_sql.merge, or merge_sql.mirror."""


def merge(connection: Connection, batches: Sequence[Batch], *, is_sparing: bool = False) -> dict[str, Written]:
    """Merge all batches or none.

    :param is_sparing: with little memory, and quickly where most rows are new.
    """
    for batch in batches:
        stage(connection, batch.table, batch.columns)
    if is_sparing:
        give_back()
    with transaction(connection):
        written = {batch.table.name: _merge_staged(connection, batch.table, is_sparing=is_sparing) for batch in batches}
    if is_sparing:
        _forget_staged(connection, [batch.table for batch in batches])
    return written


def merge_answer(
    connection: Connection, table: Table, query: str, parameters: Mapping[str, object], *, is_sparing: bool = False
) -> int:
    """Merge the answer to a query, whose columns are columns of the table, one row a key; how many rows it has.

    :param is_sparing: as in merge().
    """
    connection.execute(merge_sql.stage_nothing(table))
    connection.execute(merge_sql.stage_answer(table, query), dict(parameters))
    with transaction(connection):
        _merge_staged(connection, table, is_sparing=is_sparing)
    count = _count(connection, f"SELECT count(*) FROM {merge_sql.staged(table)}")
    if is_sparing:
        _forget_staged(connection, [table])
    return count


def _forget_staged(connection: Connection, tables: Iterable[Table]) -> None:
    """What was staged lies in the file's log now; the memory is for the CHECKPOINT that follows."""
    for table in tables:
        for statement in merge_sql.forget_staged(table):
            connection.execute(statement)
    give_back()


def drain(connection: Connection, folder: Path, seconds: float, *, is_sparing: bool = False) -> list[Path]:
    """Merge what waits in the spool, for so long; what is done with, whose files are for the caller to remove.

    :param is_sparing: as in merge().
    """

    def merged_before(names: list[str]) -> set[str]:
        connection.execute("DELETE FROM meta.spooled_batches WHERE NOT list_contains(?::VARCHAR[], batch)", [names])
        return {name for (name,) in connection.execute("SELECT batch FROM meta.spooled_batches").fetchall()}

    merge_entry = partial(_merge_entry, connection, is_sparing=is_sparing)
    return spool.merge_waiting(folder, seconds, merged_before, merge_entry)


def _merge_entry(connection: Connection, entry: Path, *, is_sparing: bool) -> str | None:
    """Why it can never be merged; None when it is."""
    try:
        tables = [table for file in sorted(entry.glob("*.parquet")) if (table := stage_file(connection, file))]
        with transaction(connection):
            for table in tables:
                _merge_staged(connection, table, is_sparing=is_sparing)
            connection.execute("INSERT INTO meta.spooled_batches VALUES (?)", [entry.name])
    except _FAULT_OF_THE_BATCH as error:
        return first_line(error)
    if is_sparing:
        _forget_staged(connection, tables)
    return None


def _merge_staged(connection: Connection, table: Table, *, is_sparing: bool = False) -> Written:
    rows = _count(connection, f"SELECT count(*) FROM {merge_sql.staged(table)}")
    if table.write == "replace" and _count(connection, merge_sql.staged_is_older(table)):
        return Written(table.name, unchanged=rows)
    return put_staged(connection, table, rows, merge_sql.merge, is_sparing=is_sparing)


def put_staged(connection: Connection, table: Table, rows: int, as_merge: AsMerge, *, is_sparing: bool) -> Written:
    """Merge the rows of staged() in the open transaction.

    :param is_sparing: as in merge(). Of a ``replace`` table all rows are merged at once nevertheless.
    """
    if is_sparing and rows >= MANY and table.write != "replace":
        connection.execute(merge_sql.stage_known(table))
        known = _count(connection, f"SELECT count(*) FROM {merge_sql.known(table)}")
        if known * 2 < rows:
            return _insert_most(connection, table, rows, known, as_merge)
    done = _done(connection, as_merge(table))
    return Written.counted(table.name, rows, done)


def _insert_most(connection: Connection, table: Table, rows: int, known: int, as_merge: AsMerge) -> Written:
    """The same, where the keys of most rows are not stored: these are inserted, and only the others are merged."""
    if not known:
        return Written(table.name, _count(connection, merge_sql.insert_staged(table)))
    updated = _done(connection, as_merge(table, batch=merge_sql.known(table)))["UPDATE"]
    inserted = _count(connection, merge_sql.insert_unknown(table))
    return Written(table.name, inserted, updated, rows - inserted - updated)


def _done(connection: Connection, merge: str) -> Counter[str]:
    return Counter(action for (action,) in connection.execute(parsed(connection, merge)).fetchall())


def _count(connection: Connection, query: str) -> int:
    row = connection.execute(parsed(connection, query)).fetchone()
    return int(row[0] or 0) if row else 0
