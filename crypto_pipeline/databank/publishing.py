"""Tables as Parquet files in a folder that any web server, bucket or rclone can serve.

Belongs here: which files there are, their versioned names, the pointer to those that belong together.
Does not belong here: when (orchestration/collection_run.py, cli/publish.py), serving, the archive of old months (warehouse/archive.py).

::

    published/latest.json                                           the pointer, replaced last and in one step
    published/exchange_rates/20261129T061500Z.parquet               a table of states, whole
    published/market_prices/2026-11-28.20261129T020300Z.parquet     the rows of a day, by collected_at, in UTC

A file is never changed: a newer version has another name, and the one before stays for a while, for those who have the pointer
already. A day that is over is written once more and then left alone. A row that was corrected later is in the day of its
correction: of rows with one key the one that was collected last counts.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import duckdb

from crypto_pipeline.databank.files import PARQUET
from crypto_pipeline.foundation.file_locks import only_one
from crypto_pipeline.schema.declare import Table
from crypto_pipeline.schema.tables import DATA_TABLES, TABLES
from crypto_pipeline.settings import Settings, words_in
from crypto_pipeline.version import VERSION
from crypto_pipeline.warehouse.connection import Connection, in_utc
from crypto_pipeline.warehouse.engines import file_for
from crypto_pipeline.warehouse.errors import WarehouseError, no_database

POINTER = "latest.json"
LATE = timedelta(hours=2)
"""After midnight the day before is still written: rows that waited in the spool come late."""
MANY_ROWS = 200_000
SELDOM = timedelta(hours=1)
"""How often the running day is written of a table with more rows than that."""
KEPT = timedelta(hours=6)
"""How long a version stays that a newer one has replaced."""
_STAMP = "%Y%m%dT%H%M%SZ"
_BOUNDS: dict[str, str | bool | int | float | list[str]] = {"threads": 1, "memory_limit": "256MB"}


class PublishingBusyError(WarehouseError):
    """Another process is publishing at this moment; it does the same."""


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """One file of the pointer."""

    file: str
    """Its path from the pointer."""
    rows: int
    bytes: int
    day: str | None
    """The day of its rows; None for a table that is published whole."""
    made_at: str


@dataclass(frozen=True, slots=True)
class Published:
    """What was published."""

    folder: Path
    version: str
    tables: dict[str, list[PublishedFile]]
    written: int
    """Files that are new."""


def tables_to_publish(settings: Settings) -> list[str]:
    """The tables that the setting means, in the order of their declarations."""
    wanted = words_in(settings.publish)
    return [name for name in TABLES if name in wanted or ("data" in wanted and name in DATA_TABLES)]


def publish(settings: Settings, now: datetime) -> Published:
    """Write what has changed, then the pointer, then remove what nobody needs. The database is held while rows are read.

    Raises PublishingBusyError, NoDatabase, DatabaseBusy, DatabaseUnusable, OSError.
    """
    if not settings.database.exists():
        raise no_database(settings.database)
    folder = settings.published
    folder.mkdir(parents=True, exist_ok=True)
    busy = PublishingBusyError("Another process is publishing at this moment; it does the same.")
    with only_one(folder / ".lock", timeout_seconds=0, otherwise=busy):
        before = _before(folder)
        with duckdb.connect(":memory:", config={**_BOUNDS, "temp_directory": str(folder / ".spill")}) as connection:
            in_utc(connection)
            with file_for(settings).attached(connection, "bank"):
                publishing = _Publishing(connection, folder, now, before)
                tables = {
                    name: list(publishing.files_of(TABLES[name], settings.publish_days))
                    for name in tables_to_publish(settings)
                }
        version = now.strftime(_STAMP)
        _point(folder, version, tables, demo=settings.demo)
        _remove_old(folder, tables, now)
        return Published(folder, version, tables, publishing.written)


class _Publishing:
    def __init__(
        self, connection: Connection, folder: Path, now: datetime, before: dict[str, list[PublishedFile]]
    ) -> None:
        self._connection, self._folder, self._now, self._before = connection, folder, now, before
        self.written = 0

    def files_of(self, table: Table, days: int) -> Iterator[PublishedFile]:
        """The files of a table, those that are as they were among them."""
        if not table.may_lose_rows:
            self.written += 1
            yield self._file(table, None)
            return
        today = self._now.date()
        for day in (today - timedelta(days=number) for number in reversed(range(days))):
            found = next((one for one in self._before.get(table.name, ()) if one.day == day.isoformat()), None)
            if found and self._may_stay(day, found):
                yield found
            else:
                made = self._file(table, day)
                if made.rows:
                    self.written += 1
                    yield made
                else:
                    (self._folder / made.file).unlink()

    def _may_stay(self, day: date, found: PublishedFile) -> bool:
        made, ends = datetime.fromisoformat(found.made_at), _midnight(day + timedelta(days=1))
        return made >= ends + LATE or (found.rows > MANY_ROWS and self._now - made < SELDOM)

    def _file(self, table: Table, day: date | None) -> PublishedFile:
        stamp = self._now.strftime(_STAMP)
        name = f"{table.name}/{f'{day}.' if day else ''}{stamp}.parquet"
        path = self._folder / name
        path.parent.mkdir(exist_ok=True)
        part = path.with_suffix(".part")
        query = f"SELECT * FROM main.{table.name}{_of(day) if day else ''} ORDER BY {', '.join(table.key)}"
        try:
            PARQUET.write(self._connection, query, part, "iso")
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
        ((rows,),) = self._connection.execute(
            "SELECT num_rows FROM parquet_file_metadata($path)", {"path": str(path)}
        ).fetchall()
        return PublishedFile(
            name, int(rows), path.stat().st_size, day.isoformat() if day else None, self._now.isoformat()
        )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=timezone.utc)


def _of(day: date) -> str:
    since, until = _midnight(day), _midnight(day + timedelta(days=1))
    return f" WHERE collected_at >= '{since.isoformat()}' AND collected_at < '{until.isoformat()}'"


def _before(folder: Path) -> dict[str, list[PublishedFile]]:
    """What the pointer says, as far as its files are there."""
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        said: dict[str, Any] = json.loads((folder / POINTER).read_text("utf-8"))
        return {
            name: [one for one in (PublishedFile(**file) for file in files) if (folder / one.file).is_file()]
            for name, files in said["tables"].items()
        }
    return {}


def _point(folder: Path, version: str, tables: dict[str, list[PublishedFile]], *, demo: bool) -> None:
    said = {
        "version": version,
        "made_by": f"crypto_pipeline {VERSION}",
        "demo": demo,
        "tables": {name: [asdict(file) for file in files] for name, files in tables.items()},
    }
    part = folder / f"{POINTER}.part"
    part.write_text(json.dumps(said, indent=1), "utf-8")
    os.replace(part, folder / POINTER)


def _remove_old(folder: Path, tables: dict[str, list[PublishedFile]], now: datetime) -> None:
    """Versions that the pointer has not had for a while, and parts that a process left that was killed."""
    current = {file.file for files in tables.values() for file in files}
    for path in (*folder.glob("*/*.parquet"), *folder.glob("*/*.part")):
        age = now.timestamp() - path.stat().st_mtime
        if path.relative_to(folder).as_posix() not in current and age > KEPT.total_seconds():
            path.unlink(missing_ok=True)
