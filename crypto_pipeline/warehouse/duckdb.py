"""The warehouse in one DuckDB file.

Belongs here: what callers do (prepare, open, merge, read, query, drain) and what happens to rows when the file cannot be had.
Does not belong here: who may open the file (warehouse/connection.py), SQL (warehouse/sql.py), value types (warehouse/batches.py), the spool's files.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import duckdb

from crypto_pipeline.schema.declare import TIME
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse import layout, merging, spool, sql
from crypto_pipeline.warehouse.batches import Batch, Rows, batches_of
from crypto_pipeline.warehouse.connection import Connection, database_at, interrupted_after
from crypto_pipeline.warehouse.errors import (
    DatabaseBusy,
    DemoMismatch,
    DiskFull,
    QueryLimitExceeded,
    WarehouseError,
    cannot_be_run,
    explained,
    first_line,
    no_database,
)
from crypto_pipeline.warehouse.results import Result, ResultColumn, Written
from crypto_pipeline.warehouse.statements import only_reading

log = logging.getLogger(__name__)


class Warehouse:
    """One database file with its spool. Holds no connection between calls; threads may share it.

    :param lock_seconds: how long a write or a read waits for the file before it spools, or raises DatabaseBusy.
    :param demo: written into a new file. Replayed and real answers never share one: the other kind is refused.
    :param read_memory: how much DuckDB may use in this process for reading, such as ``"96MB"``; what needs more spills
        to disk beside the file. For a process that does nothing but read: the limit is the process', as the open file is.
    """

    def __init__(
        self, path: Path, *, lock_seconds: float = 3.0, demo: bool = False, read_memory: str | None = None
    ) -> None:
        self.path = path.absolute()
        self._lock_seconds = lock_seconds
        self._read_memory = read_memory
        self._demo = demo
        self._database = database_at(path)
        self._spool = spool.folder_of(path, demo=demo)

    def prepare(self) -> None:
        """Make the folder and the file, or bring an older file up to date; cheap when there is nothing to do.

        When another program holds the file nothing is done now; the next merge that gets the file does it.
        """
        try:
            if self.path.exists():
                with self._reading() as connection:
                    if layout.is_up_to_date(connection, self.path, demo=self._demo):
                        return
            with self._writing():
                pass
        except DatabaseBusy as busy:
            log.info("%s It is prepared by the next merge.", busy)

    @contextmanager
    def open(self) -> Iterator[Warehouse]:
        """Hold the file for several merges that are ready together: opening and closing cost more than merging.

        When the file cannot be had, the merges inside go to the spool without waiting again. Whatever else is wrong with
        it, each merge inside says itself, when it has put its rows in safety. Make no HTTP request inside.
        """
        with ExitStack() as held:
            try:
                held.enter_context(self._writing())
            except (DatabaseBusy, DiskFull):
                held.enter_context(self._database.out_of_reach())
            except WarehouseError as error:
                log.warning("%s", error)
            yield self

    def merge(self, batches: Mapping[str, Rows]) -> dict[str, Written]:
        """Write the batches, all or none, in one transaction; when the file cannot be had, into the spool.

        Raises WarehouseError for rows that do not fit their table (then nothing is written), and when the file could not
        be written for another reason than that it is in use; the message says where the rows are then.
        """
        ready = batches_of(batches)
        written = {name: Written(name) for name in batches}
        if not ready:
            return written
        if self._database.is_out_of_reach:
            return written | self._spooled(ready, reason="the file is in use")
        try:
            with self._writing() as connection, self._database.merging:
                self._drain_first(connection)
                return written | merging.merge(connection, ready)
        except (DatabaseBusy, DiskFull) as obstacle:
            return written | self._spooled(ready, reason=str(obstacle))
        except DemoMismatch:
            raise
        except WarehouseError as error:
            self._spooled(ready, reason=str(error))
            raise WarehouseError(f"{error} The {_total(ready)} wait in {self._spool}.") from error

    def read(
        self,
        table: str,
        *,
        columns: Sequence[str] | None = None,
        where: str = "",
        parameters: Sequence[object] = (),
        limit: int | None = None,
    ) -> list[dict[str, Any]]:
        """Rows of one table as dicts; none when there is no file yet.

        :param where: a condition in SQL, with ``?`` for each of ``parameters``; an ORDER BY may follow it.
        """
        if table not in TABLES:
            raise WarehouseError(f"There is no table {table!r}; the tables are declared in schema/tables/.")
        if not self.path.exists():
            return []
        names = TABLES[table].column_names if columns is None else columns
        return self._answer(sql.select(TABLES[table], names, where, limit), parameters).dicts()

    @contextmanager
    def reading(self) -> Iterator[Warehouse]:
        """Hold the file for several questions: opening it costs more than most of them. Raises DatabaseBusy. Be brief."""
        with self._reading():
            yield self

    def query(
        self,
        query: str,
        parameters: Sequence[object] | Mapping[str, object] = (),
        *,
        seconds: float | None = None,
    ) -> Result:
        """The answer to one statement that only reads. Raises WarehouseError with DuckDB's own words when it cannot be run.

        :param seconds: how long it may run, waiting for the file not counted; then QueryLimitExceeded is raised, as it is when the
            query needs more than ``read_memory``.
        """
        only_reading(query)
        if not self.path.exists():
            raise no_database(self.path)
        return self._answer(query, parameters, seconds)

    def mark(self) -> str:
        """Another one after each write, told without opening the file; empty when there is no file yet."""
        marks = []
        for file in (self.path, layout.log_of(self.path)):
            with suppress(FileNotFoundError):
                is_ = file.stat()
                marks.append(f"{is_.st_dev}.{is_.st_ino}.{is_.st_size}.{is_.st_mtime_ns}")
        return "-".join(marks)

    def info(self) -> dict[str, str]:
        """What the file says of itself: schema_version, created_by, created_at, demo; empty when there is no file yet."""
        if not self.path.exists():
            return {}
        with self._reading() as connection:
            return layout.info(connection)

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection that may write, for what merge() does not do: maintenance, a person's own assets. Be brief.

        Raises DatabaseBusy when the file cannot be had.
        """
        with self._writing() as connection, self._database.merging:
            yield connection

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Nobody in this program has the file open in the block: for putting a better copy in its place (warehouse/compaction.py).

        Raises DatabaseBusy when somebody stays.
        """
        with self._explained(), self._database.closed(self._lock_seconds):
            yield

    def spooled(self) -> list[Path]:
        """The batches that wait for the file, oldest first."""
        return spool.waiting(self._spool)

    def damaged(self) -> list[Path]:
        """Spooled batches, or parts of them, that could not be merged and were set aside for a person."""
        return spool.damaged(self._spool)

    def drain(self) -> int:
        """Merge what waits in the spool, and say how many batches that were. Raises DatabaseBusy when the file cannot be had."""
        if not self.spooled():
            return 0
        with self._writing() as connection, self._database.merging:
            return merging.drain(connection, self._spool)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._explained(), self._open_for_reading() as connection:
            yield connection

    @contextmanager
    def _open_for_reading(self) -> Iterator[Connection]:
        with self._database.reading(self._lock_seconds) as connection:
            if self._read_memory:
                connection.execute(f"SET memory_limit = {sql.literal(self._read_memory)}")
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        if not self.path.exists():
            layout.create_file(self.path, demo=self._demo)
        with self._explained(), self._database.writing(self._lock_seconds) as connection:
            try:
                with self._database.merging:
                    layout.bring_up_to_date(connection, self.path, demo=self._demo)
                yield connection
            except (duckdb.FatalException, duckdb.InternalException):
                self._database.give_up()
                raise

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except duckdb.Error as error:
            raise explained(self.path, error) from error

    def _answer(
        self, query: str, parameters: Sequence[object] | Mapping[str, object], seconds: float | None = None
    ) -> Result:
        with self._open_for_reading() as connection:
            try:
                with interrupted_after(connection, seconds):
                    cursor = connection.execute(query, parameters)
                    columns = tuple(ResultColumn(name, str(kind)) for name, kind, *_ in cursor.description or ())
                    rows = cursor.fetchall()
                return Result(columns, _in_utc(columns, rows))
            except duckdb.InterruptException as error:
                raise QueryLimitExceeded(
                    f"The query was given up after {seconds:.1f} s; ask for less at a time."
                ) from error
            except duckdb.OutOfMemoryException as error:
                if not self._read_memory:
                    raise cannot_be_run(error) from error
                raise QueryLimitExceeded(
                    f"The query needs more memory than {self._read_memory}; ask for less at a time."
                ) from error
            except duckdb.Error as error:
                raise cannot_be_run(error) from error

    def _spooled(self, batches: Sequence[Batch], *, reason: str) -> dict[str, Written]:
        try:
            entry = spool.write(self._spool, batches)
        except (OSError, duckdb.Error) as error:
            raise WarehouseError(
                f"The {_total(batches)} are lost: the database could not be written ({reason}), "
                f"nor the spool ({first_line(error)})."
            ) from error
        log.warning("The %s wait in %s: %s", _total(batches), entry, reason)
        return {batch.table.name: Written(batch.table.name, spooled=len(batch)) for batch in batches}

    def _drain_first(self, connection: Connection) -> None:
        try:
            merging.drain(connection, self._spool)
        except OSError as error:  # files that cannot be listed or moved must not keep the new rows out
            log.warning("The spool %s could not be emptied: %s", self._spool, error)


def _total(batches: Sequence[Batch]) -> str:
    return f"{sum(map(len, batches))} rows of {', '.join(batch.table.name for batch in batches)}"


def _in_utc(columns: Sequence[ResultColumn], rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """DuckDB gives times in a zone object of some library; callers get the standard one."""
    if not any(column.type == TIME for column in columns):
        return rows
    return [
        tuple(v.astimezone(timezone.utc) if isinstance(v, datetime) and v.tzinfo else v for v in row) for row in rows
    ]
