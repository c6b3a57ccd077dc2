"""Giving back the room that removed rows left behind: the file is copied without it, and the copy takes its place.

Belongs here: whether that pays, the copy, the order of its rows, what must be true before it takes the file's name.
Does not belong here: removing rows (warehouse/retention.py, warehouse/archive.py).

CHECKPOINT and VACUUM leave a DuckDB file as long as it is. While the copy is made the file is attached for reading: others
may read it, and nobody can write to it. Batches that come meanwhile go to the spool. Whoever had the file open for reading
goes on with the old one, which is gone when the last of them closes it. A process that dies on the way leaves the file as
it was, and a draft beside it that the next compaction removes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse import sql
from crypto_pipeline.warehouse.connection import Connection, heeding_signals, memory_beside_files
from crypto_pipeline.warehouse.errors import WarehouseError
from crypto_pipeline.warehouse.files import flush, log_of
from crypto_pipeline.warehouse.interface import FileWarehouse

PAYS_FROM_SHARE = 0.2
PAYS_FROM_BYTES = 1 << 20
"""Room that is given back is soon needed again: less than this is not worth a copy of everything."""
SPARE = 1.1
"""The copy gets this many times the room that it should need."""

LEAST_OUT_OF_ORDER = 200_000
"""Rows of series that have come since they were last put together: fewer are not worth a copy of everything."""
SORTED_AT_ONCE = 2_000_000
"""Rows of a table that are put in order together, or those of one year: what must be sorted at once is bounded."""
_IN_ORDER = "rows_in_order"
"""What the file says of itself: how many rows of series it had when they were last put together."""
_SERIES = [table for table in TABLES.values() if table.series]

_BLOCKS = (
    "SELECT free_blocks * block_size, total_blocks * block_size FROM pragma_database_size() "
    "WHERE database_name = current_database()"
)
_TABLES = (
    "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = ? AND NOT temporary ORDER BY table_oid"
)


@dataclass(frozen=True, slots=True)
class Gain:
    """What a compaction would give back, in bytes. Rows that are removed count after the next CHECKPOINT."""

    free: int
    total: int
    out_of_order: int = 0
    """Rows of series that have come since these were last put together."""
    in_series: int = 0
    """All rows of series."""

    @property
    def pays(self) -> bool:
        """Whether enough is free, in bytes and as a share of the file, or enough out of order, to be worth a copy."""
        if self.out_of_order >= max(LEAST_OUT_OF_ORDER, self.in_series * PAYS_FROM_SHARE):
            return True
        return self.free >= max(PAYS_FROM_BYTES, self.total * PAYS_FROM_SHARE)

    def __str__(self) -> str:
        free = f"{self.free / self.total if self.total else 0:.0%} of the file is free"
        return f"{free}, candles out of order: {self.out_of_order}" if self.out_of_order else free


def gain(warehouse: FileWarehouse) -> Gain:
    """How much of the file is free, and out of order. Raises DatabaseBusy when it cannot be read now."""
    with warehouse.reading():
        ((free, total),) = warehouse.query(_BLOCKS).rows
        in_series = sum(warehouse.query(f"SELECT count(*) FROM {sql.qualified(table)}").rows[0][0] for table in _SERIES)
        in_order = int(warehouse.info().get(_IN_ORDER, 0))
    return Gain(free, total, max(in_series - in_order, 0), in_series)


def compact(warehouse: FileWarehouse) -> None:
    """Put a compact copy in the place of the file. Only one process at a time may do this (warehouse/maintenance.py sees to it).

    Raises DatabaseBusy when a writer holds the file, WarehouseError when the copy cannot be made; the file is untouched then.
    """
    path = Path(os.path.realpath(warehouse.path))  # a symbolic link stays one
    draft = path.with_name(f".{path.name}.compacting")
    _remove(draft)
    _require_room(path, gain(warehouse))
    try:
        with heeding_signals(), warehouse.closed(), memory_beside_files() as connection:
            connection.execute(f"ATTACH {sql.literal(str(path))} AS stored (READ_ONLY)")
            if log_of(path).exists():
                raise WarehouseError(
                    f"{path} was not compacted: {log_of(path).name} holds rows that are not in it yet."
                )
            complete_copy(connection, path, draft, in_order=True)
            draft.replace(path)
            flush(path.parent)
    finally:
        _remove(draft)


def complete_copy(connection: Connection, path: Path, draft: Path, *, in_order: bool = False) -> dict[str, int]:
    """A complete copy of what is attached as ``stored``, the file at ``path``, that would survive a power cut; gives its rows by table.

    Raises WarehouseError when it is not complete.

    :param in_order: put the rows of each series together, which takes longer.
    """
    connection.execute(f"ATTACH {sql.literal(str(draft))} AS compact")
    in_order = in_order and _copied_in_order(connection, draft)
    if not in_order:
        connection.execute("COPY FROM DATABASE stored TO compact")
    counts = _counts(connection, "compact")
    if _counts(connection, "stored") != counts:
        raise WarehouseError(f"{path} was not copied: its copy is not complete.")
    if in_order:
        _remember_order(connection, sum(counts.get(("main", table.name), 0) for table in _SERIES))
    connection.execute("CHECKPOINT compact")
    connection.execute("DETACH compact")
    if log_of(draft).exists():
        raise WarehouseError(f"{path} was not copied: its copy was not written to the end.")
    _same_owner(path, draft)
    flush(draft)
    return {table: count for (schema, table), count in counts.items() if schema == "main"}


def _copied_in_order(connection: Connection, draft: Path) -> bool:
    """Whether everything could be copied, series year by year: docs/decisions/order-of-candles.md says why.

    It could not where a person's own table cannot be filled from its own rows, as one with generated columns.
    """
    try:
        _copy_in_order(connection, draft)
    except (duckdb.BinderException, duckdb.ConstraintException):
        connection.execute("DETACH compact")
        _remove(draft)
        connection.execute(f"ATTACH {sql.literal(str(draft))} AS compact")
        return False
    return True


def _copy_in_order(connection: Connection, draft: Path) -> None:
    """Tables of people's own are copied as they are, in the order in which they were made: one may refer to an earlier one."""
    connection.execute(f"SET temp_directory = {sql.literal(str(_spill(draft)))}")
    connection.execute("COPY FROM DATABASE stored TO compact (SCHEMA)")
    for schema, name in connection.execute(_TABLES, ["stored"]).fetchall():
        table = TABLES.get(name) if schema == "main" else None
        if table in _SERIES and table is not None:
            for first, last in _together(connection.execute(sql.years(table, "stored")).fetchall()):
                connection.execute(sql.copy_years(table, "stored", "compact"), [first, last])
        else:
            whole = f"{sql.quoted(schema)}.{sql.quoted(name)}"
            connection.execute(f"INSERT INTO compact.{whole} SELECT * FROM stored.{whole}")


def _together(years: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Years that are copied at once, the first and the last: each copy begins a group of rows, which smaller ones share badly."""
    first: int | None = None
    last = held = 0
    for year, rows in years:
        if first is not None and held + rows > SORTED_AT_ONCE:
            yield first, last
            first, held = None, 0
        first = year if first is None else first
        last, held = year, held + rows
    if first is not None:
        yield first, last


def _remember_order(connection: Connection, rows: int) -> None:
    connection.execute("DELETE FROM compact.meta.warehouse_info WHERE name = ?", [_IN_ORDER])
    if rows:
        connection.execute("INSERT INTO compact.meta.warehouse_info VALUES (?, ?)", [_IN_ORDER, str(rows)])


def _spill(draft: Path) -> Path:
    return draft.with_name(f"{draft.name}.tmp")


def _counts(connection: Connection, database: str) -> dict[tuple[str, str], int]:
    """Rows of every table, a person's own included."""
    counts = {}
    for schema, table in connection.execute(_TABLES, [database]).fetchall():
        name = f"{database}.{sql.quoted(schema)}.{sql.quoted(table)}"
        ((counts[schema, table],),) = connection.execute(f"SELECT count(*) FROM {name}").fetchall()
    return counts


def _same_owner(path: Path, draft: Path) -> None:
    shutil.copymode(path, draft)
    owner = path.stat()
    with suppress(PermissionError):  # only root may give files away
        os.chown(draft, owner.st_uid, owner.st_gid)


def _require_room(path: Path, expected: Gain) -> None:
    needed, there = (expected.total - expected.free) * SPARE, shutil.disk_usage(path.parent).free
    if there < needed:
        raise WarehouseError(
            f"{path} was not compacted: its copy needs {needed / 1e6:.0f} MB, and {there / 1e6:.0f} MB are free."
        )


def _remove(draft: Path) -> None:
    for remains in (draft, log_of(draft)):
        remains.unlink(missing_ok=True)
    shutil.rmtree(_spill(draft), ignore_errors=True)
