"""Moving a data bank: everything of a file into a hub, and back.

Belongs here: reading the file piece by piece, counts, where the file stands afterwards.
Does not belong here: merging (warehouse/hub/merging.py), following (warehouse/hub/following.py), the command (cli/hub.py).

Rows are merged by key as any others are: what is there already is counted as unchanged, and a move that was cut off is
begun again. The file stays, and follows the hub from then on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from crypto_pipeline.schema.declare import Table
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse import merge_sql, safety, spool, sql
from crypto_pipeline.warehouse.batches import Batch
from crypto_pipeline.warehouse.hub import following, layout, merging
from crypto_pipeline.warehouse.hub.connecting import Hub
from crypto_pipeline.warehouse.hub.following import Followed, Progress, silent
from crypto_pipeline.warehouse.hub.shared import SharedWarehouse
from crypto_pipeline.warehouse.interface import FileWarehouse, Warehouse
from crypto_pipeline.warehouse.results import Written
from crypto_pipeline.warehouse.spooled import batch_from

ROWS_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True)
class TableToMove:
    """How many rows a table of the file has, and the numbers that DuckDB gives them."""

    rows: int
    end: int


def move_to_hub(
    file: FileWarehouse, hub: Hub, *, demo: bool, seconds: float, progress: Progress = silent
) -> dict[str, Written]:
    """Merge all rows of the file into the hub, and say what became of them. Nobody writes to the file meanwhile: batches wait.

    Raises HubAway, HubRefused, WrongDatabase, DatabaseBusy, DatabaseUnusable; what is merged by then stays merged.
    """
    file.prepare()
    while file.spooled():
        file.drain()
    moving = _Moving(hub, spool.folder_of(file.path, demo=demo, hub=True), seconds, progress)
    with hub.held():
        with hub.connected(seconds) as connection:
            layout.bring_up_to_date(connection, hub.name, demo=demo)
        with file.reading() as held:
            written = {name: moving.table(held, table) for name, table in TABLES.items()}
        with file.merging() as local, hub.connected(seconds) as connection:
            following.stand_behind(local, connection, moving.transactions, hub.name, demo=demo)
    return written


def move_to_file(shared: SharedWarehouse, file: FileWarehouse, progress: Progress = silent) -> Followed:
    """Bring the file to where the hub is, with all that waits for the hub, and let it follow nobody from then on.

    Raises HubAway, HubRefused, WrongDatabase, DatabaseBusy, DatabaseUnusable.
    """
    file.prepare()
    shared.empty_spool()
    followed = shared.follow(progress)
    with file.merging() as local:
        following.forget_hub(local)
    return followed


@dataclass(frozen=True, slots=True)
class _Moving:
    """One move into a hub."""

    hub: Hub
    spool_folder: Path
    """Where rows are set aside that the hub cannot take."""
    seconds: float
    progress: Progress
    transactions: list[str] = field(default_factory=list)
    """Those of the hub that merged a piece."""

    def table(self, held: Warehouse, table: Table) -> Written:
        """Merge all rows of a table, piece by piece."""
        ((rows, end),) = held.query(f"SELECT count(*), coalesce(max(rowid) + 1, 0) FROM {sql.qualified(table)}").rows
        total = Written(table.name)
        done = 0
        for batch in _pieces(held, table, TableToMove(rows, end)):
            total = _sum(total, self._merged(batch))
            done += len(batch)
            self.progress(table.name, done, rows)
        return total

    def _merged(self, batch: Batch) -> Written:
        fitting, misfits = merging.without_long_keys([batch])
        with self.hub.connected(self.seconds) as connection:
            merged = merging.merge(connection, fitting, self.seconds, transactions=self.transactions)
        written = {batch.table.name: Written(batch.table.name), **merged}
        if misfits:
            written = safety.with_misfits(self.spool_folder, written, misfits)
        return written[batch.table.name]


def _pieces(held: Warehouse, table: Table, source: TableToMove) -> Iterator[Batch]:
    """A table that is the whole truth is one piece: of a part of it the hub would take the rest for gone."""
    at_once = source.end if table.write == "replace" else ROWS_AT_ONCE
    for first in range(0, source.end, max(1, at_once)):
        query = f"SELECT {merge_sql.as_batch(table)} FROM {sql.qualified(table)} WHERE rowid >= ? AND rowid < ?"
        rows = held.query(query, [first, first + at_once]).rows
        if rows:
            yield batch_from(table, rows)


def _sum(one: Written, other: Written) -> Written:
    return Written(
        one.table,
        one.inserted + other.inserted,
        one.updated + other.updated,
        one.unchanged + other.unchanged,
        one.removed + other.removed,
        set_aside=one.set_aside + other.set_aside,
    )
