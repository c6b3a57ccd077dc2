"""The warehouse in one DuckDB file.

Belongs here: what callers do, and what is asked of the file.
Does not belong here: what becomes of rows, also while the file cannot be written (warehouse/storing.py), how the file is
opened (warehouse/file_access.py), SQL (warehouse/sql.py), value types (warehouse/batches.py).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from crypto_pipeline.schema.columns import Columns
from crypto_pipeline.schema.declare import TIME
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse import layout, merging, safety, spool, sql
from crypto_pipeline.warehouse.batches import Rows, batches_of
from crypto_pipeline.warehouse.connection import Connection, interrupted_after
from crypto_pipeline.warehouse.errors import (
    QueryLimitExceeded,
    WarehouseError,
    cannot_be_run,
    no_database,
    no_table,
)
from crypto_pipeline.warehouse.fetching import columns_of_answer
from crypto_pipeline.warehouse.file_access import FileAccess
from crypto_pipeline.warehouse.files import log_of, size_of
from crypto_pipeline.warehouse.memory_bound import MemoryBound
from crypto_pipeline.warehouse.parsed import parsed
from crypto_pipeline.warehouse.results import Result, ResultColumn, Written
from crypto_pipeline.warehouse.statements import only_reading
from crypto_pipeline.warehouse.storing import Storing

T = TypeVar("T")
log = logging.getLogger(__name__)


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
        self._memory = MemoryBound(read_memory)
        self._file = FileAccess(path, lock_seconds=lock_seconds, demo=demo, memory=self._memory)
        self._spool = spool.folder_of(path, demo=demo)
        self._storing = Storing(self._file, self._spool)
        self._region = region
        self.path = self._file.path

    def exists(self) -> bool:
        """Whether there is a file yet."""
        return self._file.exists()

    def prepare(self) -> None:
        """Make the folder and the file, or bring an older file up to date; cheap when there is nothing to do.

        When another program holds the file nothing is done now; the next merge that gets the file does it.
        Raises DatabaseUnusable, WrongDatabase.
        """
        self._file.prepare()

    def require_place(self) -> None:
        """Prepare, and see to it that rows can be kept: in the file or, while it is unusable, in the spool.

        Raises DatabaseUnusable when they could be kept in neither, WrongDatabase when the file is not ours to write.
        """
        self._storing.require_place()

    def waiting_once(self) -> AbstractContextManager[None]:
        """In the block a file that another program holds is waited for once; after that each attempt is made once."""
        return self._file.database.waiting_once()

    def bounded(self, memory: str) -> AbstractContextManager[None]:
        """In the block DuckDB takes no more memory in this process, such as ``"96MB"``; what needs more spills to disk
        beside the file, and only what could not be done otherwise gets what is usual. For a process in which nobody else uses the file, as the open file is the process'."""
        return self._memory.lowered(memory)

    @contextmanager
    def open(self) -> Iterator[DuckDBWarehouse]:
        """Hold the file for several merges that are ready together: opening and closing cost more than merging.

        When the file cannot be had, or not be written, each merge inside puts its rows in safety, without waiting again.
        Make no HTTP request inside.
        """
        with self._storing.held():
            yield self

    def merge(self, batches: Mapping[str, Rows]) -> dict[str, Written]:
        """Write the batches, all or none, in one transaction; into the spool when that cannot be done now, whatever the reason.

        Rows that their table cannot take are set aside, counted and reported by damaged(); the others are stored.
        Raises NoSuchTable, DemoMismatch, and RowsLost when the spool could not be written either.
        """
        ready, misfits = batches_of(batches, self._region)
        written = {name: Written(name) for name in batches}
        if ready:
            written |= self._storing.merge(ready)
        return safety.with_misfits(self._spool, written, misfits) if misfits else written

    def problem(self) -> WarehouseError | None:
        """What kept this process from storing rows when it last tried; None when they were stored or the file was in use.

        Or that the file which was there at require_place() is there no more: rows are stored, and others are gone.
        """
        return self._storing.problem()

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
        with self._file.reading():
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
            return self._asked(lambda connection: columns_of_answer(connection, table, query, parameters))
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
            with self._file.merging() as connection:
                return self._memory.with_room(
                    connection,
                    lambda: merging.merge_answer(
                        connection, TABLES[table], query, parameters, is_sparing=self._memory.is_lowered
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
        return self._file.mark()

    def info(self) -> dict[str, str]:
        """What the file says of itself: schema_version, created_by, created_at, demo; empty when there is no file yet.

        Raises DatabaseBusy, DatabaseUnusable.
        """
        if not self.path.exists():
            return {}
        with self._file.reading() as connection:
            return layout.info(connection)

    def size(self) -> int:
        """Bytes of the file and its log."""
        return size_of(self.path) + size_of(log_of(self.path))

    def connection(self) -> AbstractContextManager[Connection]:
        """A connection that may write, for what merge() does not do, such as a person's own assets. Be brief.

        Raises DatabaseBusy, DatabaseUnusable, WrongDatabase.
        """
        return self._file.merging(by_person=True)

    def merging(self) -> AbstractContextManager[Connection]:
        """The same for our own work, which leaves nothing behind in the DuckDB that has the file open. Raises the same."""
        return self._file.merging()

    @contextmanager
    def attached(self, to: Connection, name: str) -> Iterator[None]:
        """Another database of this process has the file under ``name`` in the block, for reading; ``to`` uses it.

        Raises NoDatabase, DatabaseBusy, DatabaseUnusable.
        """
        if not self.path.exists():
            raise no_database(self.path)
        with self._file.attached(to, name):
            yield

    def closed(self) -> AbstractContextManager[None]:
        """Nobody in this program has the file open in the block: for putting a better copy in its place (warehouse/compaction.py).

        Raises DatabaseBusy when somebody stays.
        """
        return self._file.closed()

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
        return self._storing.drain()

    def _answer(
        self, query: str, parameters: Sequence[object] | Mapping[str, object], seconds: float | None = None
    ) -> Result:
        def answer(connection: Connection) -> Result:
            with interrupted_after(connection, seconds):
                cursor = connection.execute(parsed(connection, query), parameters)
                columns = tuple(ResultColumn(name, str(kind)) for name, kind, *_ in cursor.description or ())
                rows = cursor.fetchall()
            return Result(columns, _in_utc(columns, rows))

        try:
            return self._asked(answer)
        except duckdb.InterruptException as error:
            raise QueryLimitExceeded(
                f"The query was given up after {seconds:.1f} s; ask for less at a time."
            ) from error
        except duckdb.OutOfMemoryException as error:
            if not self._memory.at_most:
                raise cannot_be_run(error) from error
            raise QueryLimitExceeded(
                f"The query needs more memory than {self._memory.at_most}; ask for less at a time."
            ) from error
        except duckdb.Error as error:
            raise cannot_be_run(error, self.path) from error

    def _asked(self, work: Callable[[Connection], T]) -> T:
        return self._memory.with_room_to_read(self._file.reading_unexplained, work)


def _in_utc(columns: Sequence[ResultColumn], rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """DuckDB gives times in a zone object of some library; callers get the standard one."""
    if not any(column.type == TIME for column in columns):
        return rows
    return [
        tuple(v.astimezone(timezone.utc) if isinstance(v, datetime) and v.tzinfo else v for v in row) for row in rows
    ]
