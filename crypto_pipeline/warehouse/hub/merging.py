"""Merging batches into the hub: new ones, and those that waited in a spool.

Belongs here: one transaction for all tables of a call, doing it again when another writer was in the way, counts.
Does not belong here: connecting (warehouse/hub/connecting.py), what happens when it fails (warehouse/hub/shared.py).

Tables are merged in one order, by everybody, so that two writers seldom wait for each other crosswise. Where they do, or
insert the same key at the same moment, PostgreSQL refuses one of them, and the whole of it is done again.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Any

from crypto_pipeline.schema.declare import TEXT, TIME, Column, Table
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse import merge_sql, spool
from crypto_pipeline.warehouse.batches import EPOCH, MICROSECOND, Batch, Misfit
from crypto_pipeline.warehouse.errors import first_line
from crypto_pipeline.warehouse.hub import statements
from crypto_pipeline.warehouse.hub.connecting import Connection, transaction
from crypto_pipeline.warehouse.hub.failures import AGAIN, FAULT_OF_THE_BATCH
from crypto_pipeline.warehouse.results import Written
from crypto_pipeline.warehouse.spooled import batches_in

ATTEMPTS = 10
_PAUSE = 0.01
"""Seconds before the second attempt, by chance somewhat more or less; each further one waits for twice as long."""

SINCE_2000 = int((datetime(2000, 1, 1, tzinfo=timezone.utc) - EPOCH) // MICROSECOND)
"""Between the year from which we count microseconds and the one from which PostgreSQL does."""

LONGEST_KEY_BYTES = 2_600
"""Of the texts in a key, together: PostgreSQL's index takes no more than a third of a page."""

_ORDER = {name: place for place, name in enumerate(TABLES)}


def merge(
    connection: Connection,
    batches: Sequence[Batch],
    seconds: float,
    entry: str = "",
    *,
    transactions: list[str] | None = None,
) -> dict[str, Written]:
    """Merge all batches or none.

    :param seconds: to wait for rows that another transaction holds.
    :param entry: the name of an entry of a spool, which is known for merged from the same moment on.
    :param transactions: gets the number of the one that merged.
    :raises psycopg.Error: it cannot be done; other writers were in the way each time, where it is one of AGAIN.
    """
    ordered = sorted(batches, key=lambda batch: _ORDER[batch.table.name])
    attempt = 1
    while True:
        try:
            with transaction(connection, seconds):
                written = _merge_all(connection, ordered, entry)
                if transactions is not None:
                    ((number,),) = connection.execute("SELECT pg_current_xact_id()::text").fetchall()
        except AGAIN:
            if attempt == ATTEMPTS:
                raise
            time.sleep(_PAUSE * 2**attempt * random.uniform(0.5, 1.5))
            attempt += 1
            continue
        if transactions is not None:
            transactions.append(number)
        return written


def without_long_keys(batches: Sequence[Batch]) -> tuple[list[Batch], list[Misfit]]:
    """The rows whose key an index can hold, and the others."""
    fitting, misfits = [], []
    for batch in batches:
        long = _long_keys(batch)
        if long:
            names = batch.table.column_names
            misfits += [
                Misfit(
                    batch.table.name,
                    {name: batch.columns[name][place] for name in names},
                    f"{batch.table.name}: its key has more than the {LONGEST_KEY_BYTES} bytes that PostgreSQL can find again.",
                )
                for place in sorted(long)
            ]
            kept = {name: [v for i, v in enumerate(batch.columns[name]) if i not in long] for name in names}
            batch = Batch(batch.table, kept)
        if len(batch):
            fitting.append(batch)
    return fitting, misfits


def _long_keys(batch: Batch) -> set[int]:
    texts: list[Sequence[Any]] = [
        batch.columns[column.name]
        for column in batch.table.columns
        if column.type == TEXT and column.name in batch.table.key
    ]
    longest = sum(max(map(len, values), default=0) for values in texts)
    if longest * 4 <= LONGEST_KEY_BYTES:  # a letter has at most 4 bytes
        return set()
    rows = enumerate(zip(*texts, strict=True))
    return {place for place, key in rows if sum(len(text.encode()) for text in key) > LONGEST_KEY_BYTES}


def drain(connection: Connection, folder: Path, limit_seconds: float, seconds: float) -> list[Path]:
    """Merge what waits in the spool, for so long; what is done with.

    The files are for the caller to remove; then forget() removes what the hub remembers of them.

    :param limit_seconds: after this long the rest is left to the next one.
    """

    def merged_before(names: list[str]) -> set[str]:
        asked = "SELECT batch FROM meta.spooled_batches WHERE batch = ANY(%s)"
        return {name for (name,) in connection.execute(asked, [names]).fetchall()}

    return spool.merge_waiting(folder, limit_seconds, merged_before, partial(_merge_entry, connection, seconds))


def _merge_entry(connection: Connection, seconds: float, entry: Path) -> str | None:
    """Why it can never be merged; None when it is."""
    try:
        merge(connection, batches_in(entry), seconds, entry.name)
    except AGAIN:
        raise
    except FAULT_OF_THE_BATCH as error:
        return first_line(error)
    return None


def forget(connection: Connection, entries: Sequence[Path]) -> None:
    """These entries have no files any more: nobody will ask whether they are merged."""
    if entries:
        connection.execute(
            "DELETE FROM meta.spooled_batches WHERE batch = ANY(%s)", [[entry.name for entry in entries]]
        )


def _merge_all(connection: Connection, batches: Sequence[Batch], entry: str) -> dict[str, Written]:
    if batches:
        connection.execute("; ".join(statements.stage(batch.table) for batch in batches))
    written = {}
    for batch in batches:
        _copy(connection, batch)
        written[batch.table.name] = _merge_staged(connection, batch.table, len(batch))
    if entry:
        connection.execute("INSERT INTO meta.spooled_batches VALUES (%s)", [entry])
    return written


def _copy(connection: Connection, batch: Batch) -> None:
    with connection.cursor() as cursor, cursor.copy(statements.copy_in(batch.table)) as copy:
        copy.set_types(statements.wire_types(batch.table))
        for row in _wire_rows(batch):
            copy.write_row(row)


def _wire_rows(batch: Batch) -> Iterator[tuple[object, ...]]:
    """The rows as they travel. PostgreSQL has no NUL in a text."""
    columns = [_on_the_wire(column, batch.columns[column.name]) for column in batch.table.columns]
    return zip(*columns, strict=True)


def _on_the_wire(column: Column, values: Sequence[Any]) -> Sequence[Any]:
    if column.type == TIME:
        return [None if value is None else value - SINCE_2000 for value in values]
    if column.type == TEXT and any("\0" in value for value in values if value):
        return [value and value.replace("\0", "\N{REPLACEMENT CHARACTER}") for value in values]
    return values


def _merge_staged(connection: Connection, table: Table, rows: int) -> Written:
    if table.write == "replace" and connection.execute(
        merge_sql.staged_is_older(table, merge_sql.POSTGRESQL)
    ).fetchone() == (True,):
        return Written(table.name, unchanged=rows)
    return Written.counted(table.name, rows, dict(connection.execute(statements.merge(table)).fetchall()))
