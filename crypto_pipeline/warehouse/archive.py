"""Old months of long tables as Parquet files beside the database, and a view over both.

Belongs here: which rows move, moving a month so that it can be cut off at any point, the views.
Does not belong here: whether months move at all (settings), how long the files are kept for (warehouse/maintenance.py asks for that).

::

    archive/market_prices/2026-01.parquet     rows of January 2026, by their own time, in UTC; each key once

Only tables whose key has the time of the data move: a row of one of them belongs to one month for good. Articles and
transfers are known by another name, and a repeat of one could not be told any more if the first were not in the table.

A month moves when it is over for ``months`` months, and of its rows those that were collected that long ago. The second
condition is for sources that tell their whole history each time: their rows come back into the table with the next
collection, as the merge does not look into files. There they stay until they are old again, and then the month's file is
written anew with both. Meanwhile the view shows the row of the table and hides the one in the file.

A month is written under another name, flushed, compared with the table and renamed; then its rows are removed from the
table in one transaction. A process that dies in between leaves rows in both places: the view shows them once, and the next
maintenance does the month again.
"""

from __future__ import annotations

import calendar
import glob
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from crypto_pipeline.schema.declare import Table
from crypto_pipeline.schema.tables import DATA_TABLES, TABLES
from crypto_pipeline.warehouse import archive_sql, sql
from crypto_pipeline.warehouse.connection import Connection, transaction
from crypto_pipeline.warehouse.errors import WarehouseError, first_line
from crypto_pipeline.warehouse.files import flush
from crypto_pipeline.warehouse.interface import FileWarehouse

ARCHIVED = tuple(name for name in DATA_TABLES if TABLES[name].write == "history" and "timestamp" in TABLES[name].key)
"""Tables whose old months may move."""


def before(now: datetime, months: int) -> datetime:
    """The first moment that does not move yet: the beginning of the month ``months`` months ago."""
    count = now.year * 12 + now.month - 1 - months
    return now.replace(year=count // 12, month=count % 12 + 1, day=1, hour=0, minute=0, second=0, microsecond=0)


def due(warehouse: FileWarehouse, table: str, limit: datetime) -> list[tuple[datetime, int]]:
    """The months that move, by their first moment, with the number of their rows."""
    return [(month, rows) for month, rows in warehouse.query(archive_sql.months(TABLES[table]), [limit, limit]).rows]


def move(warehouse: FileWarehouse, table: str, month: datetime, limit: datetime, archive: Path) -> int:
    """Move a month of one table; says how many rows left it. Raises WarehouseError, and removes nothing, when the file
    does not have all of them."""
    declared = TABLES[table]
    folder = archive / table
    folder.mkdir(parents=True, exist_ok=True)
    flush(archive)
    file = folder / f"{month:%Y-%m}.parquet"
    draft = file.with_suffix(".parquet.writing")
    bounds = [month, _next(month), limit]
    with warehouse.merging() as connection:
        rows = _write(connection, declared, file, draft, bounds)
        draft.replace(file)
        flush(folder)
        with transaction(connection):
            _show(connection, declared, folder)
            removed = _one(connection, f"DELETE FROM {archive_sql.month_rows(declared)}", bounds)
            if removed != rows:
                raise WarehouseError(f"{file} was written, but {table} has changed since; nothing was removed from it.")
    return removed


def show(warehouse: FileWarehouse, archive: Path, *, every_table: bool = False) -> None:
    """Make the views fit the files that there are: new columns, another folder, months that are gone.

    :param every_table: also of tables of which nothing has moved yet.
    :raises WarehouseError: a file of a month cannot be read.
    """
    views = {name for (name,) in warehouse.query("SELECT view_name FROM duckdb_views() WHERE NOT internal").rows}
    tables = [TABLES[name] for name in ARCHIVED if every_table or (archive / name).is_dir() or f"{name}_all" in views]
    if tables:
        with warehouse.merging() as connection, transaction(connection):
            for table in tables:
                _show(connection, table, archive / table.name)


def older(archive: Path, table: str, limit: datetime) -> Iterator[Path]:
    """Files of a table whose every row is older than ``limit``."""
    for file in sorted((archive / table).glob("[0-9][0-9][0-9][0-9]-[0-9][0-9].parquet")):
        year, month = map(int, file.stem.split("-"))
        if _next(limit.replace(year=year, month=month, day=1, hour=0, minute=0, second=0, microsecond=0)) <= limit:
            yield file


def size(archive: Path) -> int:
    """Bytes of all files of the archive."""
    return sum(file.stat().st_size for file in archive.glob("*/*.parquet")) if archive.is_dir() else 0


def _write(connection: Connection, table: Table, file: Path, draft: Path, bounds: list[datetime]) -> int:
    """Fill ``draft`` with the month, and with what ``file`` already has of it; says how many rows the table has."""
    earlier = _pattern(file) if file.exists() else None
    present = _columns(connection, earlier) if earlier else set()
    content = archive_sql.month_with_archive(table, earlier, present)
    connection.execute(f"COPY ({content}) TO {sql.literal(str(draft))} (FORMAT parquet, COMPRESSION zstd)", bounds)
    flush(draft)
    written = _one(connection, f"SELECT count(*) FROM read_parquet({sql.literal(_pattern(draft))})")
    expected = _one(connection, f"SELECT count(*) FROM ({content})", bounds)
    missing = _one(connection, archive_sql.month_missing_from(table, _pattern(draft)), bounds)
    if written != expected or missing:
        raise WarehouseError(f"{draft} is not complete; nothing was removed from {table.name}.")
    return _one(connection, f"SELECT count(*) FROM {archive_sql.month_rows(table)}", bounds)


def _show(connection: Connection, table: Table, folder: Path) -> None:
    ours = f"{table.name}, and what moved to "
    for (comment,) in connection.execute(
        "SELECT comment FROM duckdb_views() WHERE schema_name = 'main' AND view_name = ?", [f"{table.name}_all"]
    ).fetchall():
        if not (comment or "").startswith(ours):
            raise WarehouseError(f"The database has another view {table.name}_all; rename it. Nothing was changed.")
    files = f"{glob.escape(str(folder))}/*.parquet" if any(folder.glob("*.parquet")) else None
    present = _columns(connection, files) if files else set()
    connection.execute(archive_sql.create_with_archive(table, files, present))
    connection.execute(f"COMMENT ON VIEW {archive_sql.with_archive(table)} IS {sql.literal(f'{ours}{folder}')}")


def _columns(connection: Connection, files: str) -> set[str]:
    try:
        described = connection.execute("SELECT * FROM read_parquet(?, union_by_name = true) LIMIT 0", [files])
    except duckdb.Error as error:
        raise WarehouseError(
            f"The archive {files} cannot be read ({first_line(error)}); move the damaged file away. Nothing was changed."
        ) from error
    return {name for name, *_ in described.description or ()}


def _pattern(file: Path) -> str:
    return glob.escape(str(file))  # DuckDB takes a path for a pattern


def _next(month: datetime) -> datetime:
    return month + timedelta(days=calendar.monthrange(month.year, month.month)[1])


def _one(connection: Connection, query: str, parameters: list[datetime] | None = None) -> int:
    ((value,),) = connection.execute(query, parameters or []).fetchall()
    return int(value)
