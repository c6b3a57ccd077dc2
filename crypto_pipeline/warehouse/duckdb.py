"""The warehouse in one DuckDB file.

Belongs here: what callers do (prepare, open, merge, read, query, drain) and what happens to rows when the file cannot be written.
Does not belong here: who may open the file (warehouse/database.py), SQL (warehouse/sql.py), value types (warehouse/batches.py), the spool's files.
"""

from __future__ import annotations

import logging
import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from crypto_pipeline.schema.columns import Columns
from crypto_pipeline.schema.declare import TIME
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse import layout, merging, older, safety, spool, sql
from crypto_pipeline.warehouse.batches import Batch, Rows, batches_of
from crypto_pipeline.warehouse.connection import CONFIGURATION, Connection, interrupted_after
from crypto_pipeline.warehouse.database import database_at
from crypto_pipeline.warehouse.errors import (
    DatabaseBusy,
    DatabaseUnusable,
    DemoMismatch,
    QueryLimitExceeded,
    WarehouseError,
    cannot_be_run,
    explained,
    first_line,
    no_database,
    no_table,
    not_writable,
    vanished,
)
from crypto_pipeline.warehouse.fetching import columns_of_answer
from crypto_pipeline.warehouse.files import log_of, size_of
from crypto_pipeline.warehouse.results import Result, ResultColumn, Written
from crypto_pipeline.warehouse.statements import only_reading

T = TypeVar("T")
log = logging.getLogger(__name__)

DRAINS_BEFORE_A_MERGE = 2.0
"""Seconds of a merge that go to what waits in the spool. A collection merges some seven times."""
DRAINS_BY_ITSELF = 10.0
"""Seconds that drain() takes at most."""
MOST_MEGABYTES = 1000
"""Who was bounded to less and needs more than this gets no bound but the usual one."""


class DuckDBWarehouse:
    """One database file with its spool: a FileWarehouse (warehouse/interface.py says what its methods promise).

    :param lock_seconds: how long a write or a read waits for the file before it spools, or raises DatabaseBusy.
    :param demo: written into a new file. Replayed and real answers never share one: the other kind is refused.
    :param read_memory: how much DuckDB may use in this process for reading, such as ``"96MB"``; what needs more spills
        to disk beside the file. For a process that does nothing but read: the limit is the process', as the open file is.
    :param region: of rows that do not say theirs.
    """

    def __init__(
        self,
        path: Path,
        *,
        lock_seconds: float = 3.0,
        demo: bool = False,
        read_memory: str | None = None,
        region: str = "",
    ) -> None:
        self.path = path.absolute()
        self._lock_seconds = lock_seconds
        self._read_memory = read_memory
        self._memory = read_memory
        self._demo = demo
        self._region = region
        self._database = database_at(path)
        self._spool = spool.folder_of(path, demo=demo)
        self._was_there = False
        self._vanished: DatabaseUnusable | None = None
        self._shown: tuple[str, older.Shown] = ("", older.Shown())
        """What the file lacked when it was last looked at, and its mark then."""

    def exists(self) -> bool:
        """Whether there is a file yet."""
        return self.path.exists()

    def prepare(self) -> None:
        """Make the folder and the file, or bring an older file up to date; cheap when there is nothing to do.

        When another program holds the file nothing is done now; the next merge that gets the file does it.
        Raises DatabaseUnusable, WrongDatabase.
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

    def require_place(self) -> None:
        """Prepare, and see to it that rows can be kept: in the file or, while it is unusable, in the spool.

        Raises DatabaseUnusable when they could be kept in neither, WrongDatabase when the file is not ours to write.
        """
        try:
            self.prepare()
            if self.path.exists() and not (_may_write(self.path) and _may_write(self.path.parent)):
                raise not_writable(self.path)
        except DatabaseUnusable as problem:
            if not spool.can_be_written(self._spool):
                raise
            self._database.problem = problem
            log.warning("%s", problem)
        self._was_there = self.exists()

    def waiting_once(self) -> AbstractContextManager[None]:
        """In the block a file that another program holds is waited for once; after that each attempt is made once."""
        return self._database.waiting_once()

    @contextmanager
    def bounded(self, memory: str) -> Iterator[None]:
        """In the block DuckDB takes no more memory in this process, such as ``"96MB"``; what needs more spills to disk
        beside the file, and only what could not be done otherwise gets what is usual. For a process in which nobody else uses the file, as the open file is the process'."""
        with self._bounded_as_before():
            self._memory = memory
            yield

    @contextmanager
    def open(self) -> Iterator[DuckDBWarehouse]:
        """Hold the file for several merges that are ready together: opening and closing cost more than merging.

        When the file cannot be had, or not be written, each merge inside puts its rows in safety, without waiting again.
        Make no HTTP request inside.
        """
        with self.waiting_once():
            held = ExitStack()
            try:
                held.enter_context(self._writing())
            except WarehouseError as error:
                log.info("%s", error)
            try:
                yield self
            finally:
                try:
                    held.close()
                except WarehouseError as problem:  # what was merged inside is in the spool by now
                    self._note(problem)

    def merge(self, batches: Mapping[str, Rows]) -> dict[str, Written]:
        """Write the batches, all or none, in one transaction; into the spool when that cannot be done now, whatever the reason.

        Rows that their table cannot take are set aside, counted and reported by damaged(); the others are stored.
        Raises NoSuchTable, DemoMismatch, and RowsLost when the spool could not be written either.
        """
        ready, misfits = batches_of(batches, self._region)
        written = {name: Written(name) for name in batches}
        if ready:
            written |= self._merge(ready)
        return safety.with_misfits(self._spool, written, misfits) if misfits else written

    def problem(self) -> WarehouseError | None:
        """What kept this process from storing rows when it last tried; None when they were stored or the file was in use.

        Or that the file which was there at require_place() is there no more: rows are stored, and others are gone.
        """
        return self._vanished or self._database.problem

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

        Raises DatabaseBusy, DatabaseUnusable, NoSuchTable, InvalidQuery.

        :param where: a condition in SQL, with ``?`` for each of ``parameters``; an ORDER BY may follow it.
        """
        if table not in TABLES:
            raise no_table(table)
        if not self.path.exists():
            return []
        names = TABLES[table].column_names if columns is None else columns
        return self._answer(sql.select(TABLES[table], names, where, limit), parameters).dicts()

    @contextmanager
    def reading(self) -> Iterator[DuckDBWarehouse]:
        """Hold the file for several questions: opening it costs more than most of them. Be brief.

        Raises DatabaseBusy, DatabaseUnusable.
        """
        with self._reading():
            yield self

    def query(
        self,
        query: str,
        parameters: Sequence[object] | Mapping[str, object] = (),
        *,
        seconds: float | None = None,
    ) -> Result:
        """The answer to one statement that only reads.

        Raises NoDatabase, DatabaseBusy, DatabaseUnusable, and InvalidQuery with DuckDB's own words.

        :param seconds: how long it may run, waiting for the file not counted; then QueryLimitExceeded is raised, as it is when the
            query needs more than ``read_memory``.
        """
        only_reading(query)
        if not self.path.exists():
            raise no_database(self.path)
        return self._answer(query, parameters, seconds)

    def columns(self, table: str, query: str, parameters: Mapping[str, object]) -> Columns:
        """The answer to one statement that only reads, as rows of a table: its columns are that table's.

        Raises NoDatabase, DatabaseBusy, DatabaseUnusable, and InvalidQuery with DuckDB's own words.
        """
        only_reading(query)
        if not self.path.exists():
            raise no_database(self.path)
        try:
            return self._reading_with_room(lambda connection: columns_of_answer(connection, table, query, parameters))
        except duckdb.Error as error:
            raise cannot_be_run(error, self.path) from error

    def merge_answer(self, table: str, query: str, parameters: Mapping[str, object]) -> int:
        """Merge the answer to one statement that only reads into its table; how many rows it has.

        They do not leave DuckDB, unless the file can be read and not be written: then they wait in the spool.
        Raises NoDatabase, DatabaseBusy, DatabaseUnusable, InvalidQuery with DuckDB's own words, and RowsLost.
        """
        only_reading(query)
        if not self.path.exists():
            raise no_database(self.path)
        try:
            with self._writing() as connection, self._database.merging:
                return self._with_room(
                    connection,
                    lambda: merging.merge_answer(
                        connection, TABLES[table], query, parameters, is_sparing=self._is_bounded
                    ),
                )
        except WarehouseError as error:
            log.info("%s The answer is read, and waits in the spool.", error)
        rows = self.columns(table, query, parameters)
        self.merge({table: rows})
        return len(rows)

    def clock_off_seconds(self) -> float | None:
        """None: a file has no clock."""
        return None

    def mark(self) -> str:
        """Another one after each write, found without opening the file; empty when there is no file yet."""
        marks = []
        for file in (self.path, log_of(self.path)):
            with suppress(FileNotFoundError):
                is_ = file.stat()
                marks.append(f"{is_.st_dev}.{is_.st_ino}.{is_.st_size}.{is_.st_mtime_ns}")
        return "-".join(marks)

    def info(self) -> dict[str, str]:
        """What the file says of itself: schema_version, created_by, created_at, demo; empty when there is no file yet.

        Raises DatabaseBusy, DatabaseUnusable.
        """
        if not self.path.exists():
            return {}
        with self._reading() as connection:
            return layout.info(connection)

    def size(self) -> int:
        """Bytes of the file and its log."""
        return size_of(self.path) + size_of(log_of(self.path))

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection that may write, for what merge() does not do: maintenance, a person's own assets. Be brief.

        Raises DatabaseBusy, DatabaseUnusable, WrongDatabase.
        """
        with self._writing() as connection, self._database.merging:
            yield connection

    @contextmanager
    def attached(self, to: Connection, name: str) -> Iterator[None]:
        """Another database of this process has the file under ``name`` in the block, for reading; ``to`` uses it.

        Raises NoDatabase, DatabaseBusy, DatabaseUnusable.
        """
        if not self.path.exists():
            raise no_database(self.path)
        with self._database.attached(to, name, self._lock_seconds):
            shown = self._lacking(to)
            older.show(to, shown)
            try:
                yield
            finally:
                older.hide(to, shown)

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
        """Spooled batches, parts of them, and rows that could not be merged and were set aside for a person."""
        return spool.damaged(self._spool)

    def drain(self) -> int:
        """Merge what waits in the spool, for some seconds at most, and say how many batches that were.

        Raises DatabaseBusy, DatabaseUnusable, WrongDatabase.
        """
        if not self.spooled():
            return 0
        try:
            with self._writing() as connection, self._database.merging:
                done = self._drain(connection, DRAINS_BY_ITSELF)
        except WarehouseError as error:
            self._note(error)
            raise
        self._database.problem = None
        return done

    def _merge(self, ready: Sequence[Batch]) -> dict[str, Written]:
        is_merged = False
        try:
            with self._writing() as connection, self._database.merging:
                self._drain_first(connection)
                written = self._with_room(
                    connection, lambda: merging.merge(connection, ready, is_sparing=self._is_bounded)
                )
                is_merged = True
                self._database.unsettled.merged(self._spool, ready)
        except DemoMismatch:
            raise  # in no spool either: that of the other kind is merged into the other kind of file
        except BaseException as error:
            # Whatever it is, a full disk, a damaged file, a defect of ours or the end of this process: no batch is nowhere.
            self._note(error)
            if not is_merged:
                safety.into_spool(self._spool, ready, error)
            if not isinstance(error, Exception):
                raise
            return {batch.table.name: Written(batch.table.name, spooled=len(batch)) for batch in ready}
        self._database.problem = None
        return written

    def _note(self, error: BaseException) -> None:
        """A file that is in use is no problem; what waits in the spool says so itself."""
        if not isinstance(error, Exception) or isinstance(error, DatabaseBusy):
            return
        problem = error if isinstance(error, WarehouseError) else DatabaseUnusable(f"{self.path}: {first_line(error)}")
        self._database.problem = problem

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._explained(), self._open_for_reading() as connection:
            yield connection

    @contextmanager
    def _open_for_reading(self) -> Iterator[Connection]:
        with self._database.reading(self._lock_seconds) as connection:
            self._bound(connection)
            older.show(connection, self._lacking(connection))
            yield connection

    def _lacking(self, connection: Connection) -> older.Shown:
        """What a file of an earlier version lacks; said once."""
        mark = self.mark()
        seen, shown = self._shown
        if mark != seen:
            with self._explained():
                found = older.lacking(connection)
            if found.names and found != shown:
                log.warning(
                    "%s was written by an earlier version; until the next collection this reads as empty: %s.",
                    self.path,
                    found.names,
                )
            self._shown = mark, found
        return self._shown[1]

    def _bound(self, connection: Connection) -> None:
        """Each thread works in memory of its own: who has little of it gets one."""
        if self._memory:
            connection.execute(f"SET memory_limit = {sql.literal(self._memory)}")
        if self._is_bounded:
            connection.execute("SET threads = 1")

    @property
    def _is_bounded(self) -> bool:
        return self._memory != self._read_memory

    def _with_room(self, connection: Connection, work: Callable[[], T]) -> T:
        """What it gives; where it needs more memory than it was bounded to, and cannot spill, it gets half as much again, and so on."""
        with self._bounded_as_before():
            while True:
                try:
                    return work()
                except duckdb.OutOfMemoryException as error:
                    self._allow_more(error)
                    self._bound(connection)

    def _reading_with_room(self, work: Callable[[Connection], T]) -> T:
        """The same of a connection that reads: its transaction is over after such an error, so that it begins anew."""
        with self._bounded_as_before():
            while True:
                try:
                    with self._open_for_reading() as connection:
                        return work(connection)
                except duckdb.OutOfMemoryException as error:
                    self._allow_more(error)

    def _allow_more(self, error: duckdb.OutOfMemoryException) -> None:
        """Raises the error where DuckDB has what is usual already, or is not to have more."""
        if not self._memory or self._memory in {self._read_memory, CONFIGURATION["memory_limit"]}:
            raise error
        log.info("More than %s is needed: %s", self._memory, first_line(error))
        more = math.ceil(int(self._memory.removesuffix("MB")) * 1.5)
        self._memory = f"{more}MB" if more < MOST_MEGABYTES else str(CONFIGURATION["memory_limit"])

    @contextmanager
    def _bounded_as_before(self) -> Iterator[None]:
        before = self._memory
        try:
            yield
        finally:
            self._memory = before

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        if not self.path.exists():
            if self._was_there:
                self._vanished = vanished(self.path)
                log.error("%s", self._vanished)
            layout.create_file(self.path, demo=self._demo)
        with self._explained(), self._database.writing(self._lock_seconds) as connection:
            self._bound(connection)
            with self._database.merging:
                layout.bring_up_to_date(connection, self.path, demo=self._demo)
            yield connection

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except duckdb.Error as error:
            raise explained(self.path, error) from error

    def _answer(
        self, query: str, parameters: Sequence[object] | Mapping[str, object], seconds: float | None = None
    ) -> Result:
        def answer(connection: Connection) -> Result:
            with interrupted_after(connection, seconds):
                cursor = connection.execute(query, parameters)
                columns = tuple(ResultColumn(name, str(kind)) for name, kind, *_ in cursor.description or ())
                rows = cursor.fetchall()
            return Result(columns, _in_utc(columns, rows))

        try:
            return self._reading_with_room(answer)
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
            raise cannot_be_run(error, self.path) from error

    def _drain(self, connection: Connection, seconds: float) -> int:
        """Merge what waits, and say how many batches that were: also those of others, which may need more than this process is bounded to."""
        done = self._with_room(
            connection, lambda: merging.drain(connection, self._spool, seconds, is_sparing=self._is_bounded)
        )
        self._database.unsettled.drained(done)
        return len(done)

    def _drain_first(self, connection: Connection) -> None:
        try:
            self._drain(connection, DRAINS_BEFORE_A_MERGE)
        except OSError as error:  # files that cannot be listed or moved must not keep the new rows out
            log.warning("The spool %s could not be emptied: %s", self._spool, error)


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _in_utc(columns: Sequence[ResultColumn], rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """DuckDB gives times in a zone object of some library; callers get the standard one."""
    if not any(column.type == TIME for column in columns):
        return rows
    return [
        tuple(v.astimezone(timezone.utc) if isinstance(v, datetime) and v.tzinfo else v for v in row) for row in rows
    ]
