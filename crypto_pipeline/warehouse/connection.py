"""Who may have the database file open, when, and with which settings.

Belongs here: the one place that opens the file; waiting for its lock; sharing it between the threads of a process.
Does not belong here: what is done with a connection.

DuckDB lets either one process write or many read, and a person with a notebook is a process. So every connection here is
brief. Inside a process DuckDB refuses to open one file twice in different ways; so a process holds it once, in one
way, and everybody who needs it at the same moment gets a cursor of that. The file is opened by DuckDB alone: opening or
copying it by other means inside a process that has it open would drop its lock (POSIX).
"""

from __future__ import annotations

import os
import random
import secrets
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeAlias, TypeVar

import duckdb

from crypto_pipeline.warehouse import sql
from crypto_pipeline.warehouse.errors import DatabaseBusy, explained, not_a_database

T = TypeVar("T")

Connection: TypeAlias = duckdb.DuckDBPyConnection

_CONFIGURATION: dict[str, str | bool | int | float | list[str]] = {
    # The data bank is a guest on its machine, and several of its processes may run at once. A merge of some thousand rows
    # gains nothing from more; a large query of a person spills to disk beside the file instead of failing.
    "threads": 2,
    "memory_limit": "1GB",
    # What is needed (time zones, JSON, Parquet) is linked into DuckDB's wheel; nothing is fetched from the network.
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
"""Not an argument anywhere: two configurations of one file in one process are refused by DuckDB."""

_NEW_FILE: dict[str, str | bool | int | float | list[str]] = {
    **_CONFIGURATION,
    "storage_compatibility_version": "v1.5.0",
}
"""A file in DuckDB 2.0's own format could not be opened by the 1.5 tools that people have."""

_WHERE_IT_IS = "SELECT path FROM duckdb_databases() WHERE database_name = current_database()"

_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.01, 0.05
_REST = 2 * _LONGEST_PAUSE
"""Between two questions of a person the file is free for this long, so that a writer who waits always finds a moment."""


def memory() -> Connection:
    """A database in memory, with the same settings."""
    return in_utc(duckdb.connect(":memory:", config=_CONFIGURATION))


def new_file(path: Path) -> Connection:
    """A database in a file that nobody else knows of yet."""
    return in_utc(duckdb.connect(path, config=_NEW_FILE))


def memory_beside_files() -> Connection:
    """A database in memory to which files are attached; one that does not exist yet is made as new_file() makes it."""
    return in_utc(duckdb.connect(":memory:", config=_NEW_FILE))


def for_answers() -> Connection:
    """A database in memory for the answers that a person gets: with DuckDB's own limits, for it is the person's program.

    What does not fit into memory spills into the machine's folder for temporary files, not into the person's.
    """
    spill = Path(tempfile.gettempdir()) / f"crypto-pipeline-{os.getpid()}-{secrets.token_hex(4)}"
    offline = {name: value for name, value in _CONFIGURATION.items() if name.startswith("auto")}
    return in_utc(duckdb.connect(":memory:", config={**offline, "temp_directory": str(spill)}))


def in_utc(connection: Connection) -> Connection:
    connection.execute("SET TimeZone = 'UTC'")
    return connection


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """All of what the block does, or nothing."""
    connection.execute("BEGIN")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # A COMMIT that failed has already ended the transaction; the first error is the one to tell.
        with suppress(duckdb.Error):
            connection.execute("ROLLBACK")
        raise


@contextmanager
def interrupted_after(connection: Connection, seconds: float | None) -> Iterator[None]:
    """Interrupt what the connection does in the block when it takes longer: DuckDB raises InterruptException then."""
    if seconds is None:
        yield
        return
    timer = threading.Timer(seconds, connection.interrupt)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()  # it must not interrupt what comes after the block


class Database:
    """One file, as this process holds it. Get it from database_at(), so that there is one for each file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.merging = threading.RLock()
        """Held by whoever has a transaction open that writes: two at once could only conflict."""
        self._changed = threading.Condition()
        self._connection: Connection | None = None
        self._writable = False
        self._broken = False
        self._users = 0
        self._waiting_writers = 0
        self._without = 0
        self._closed = False
        self._rests_until = 0.0

    @contextmanager
    def writing(self, seconds: float) -> Iterator[Connection]:
        """A connection that may write. Raises DatabaseBusy when the file cannot be had within ``seconds``."""
        with self._changed:
            self._waiting_writers += 1
            try:
                cursor = self._wait_for(self._join_or_open_for_writing, seconds)
                self._users += 1
            finally:
                self._waiting_writers -= 1
        with self._used(cursor):
            yield cursor

    @contextmanager
    def reading(self, seconds: float) -> Iterator[Connection]:
        """A connection whose transaction can only read. Raises DatabaseBusy when the file cannot be had within ``seconds``."""
        with self._changed:
            cursor = self._wait_for(self._join_or_open_for_reading, seconds)
            self._users += 1
        with self._used(cursor):
            # Enforced by the file's mode as well, unless this process is writing at the same moment.
            cursor.execute("BEGIN TRANSACTION READ ONLY")
            yield cursor

    @contextmanager
    def closed(self, seconds: float) -> Iterator[None]:
        """Nobody in this process has the file open in the block, or can open it: for replacing it by a better copy.

        Raises DatabaseBusy when somebody still has it after ``seconds``.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self._connection is None and not self._closed, seconds):
                raise self._in_use_here()
            self._closed = True
        try:
            yield
        finally:
            with self._changed:
                self._closed = False
                self._changed.notify_all()

    @contextmanager
    def attached(self, to: Connection, name: str, seconds: float) -> Iterator[None]:
        """Another database of this process has the file under ``name`` in the block, for reading; ``to`` uses it.

        Nobody else in this process has it open then: of two that have, the first to close it would drop the lock of
        both. Raises DatabaseBusy when the file cannot be had within ``seconds``.
        """
        time.sleep(max(0.0, self._rests_until - time.monotonic()))
        with self._changed:
            self._wait_for(lambda: self._attach(to, name), seconds)
            self._closed = True
        try:
            to.execute(f"USE {sql.quoted(name)}")
            yield
        finally:
            try:
                to.execute("USE memory")
                to.execute(f"DETACH {sql.quoted(name)}")
            finally:
                with self._changed:
                    self._closed = False
                    self._rests_until = time.monotonic() + _REST
                    self._changed.notify_all()

    @contextmanager
    def out_of_reach(self) -> Iterator[None]:
        """Let everybody in this process go on without the file: somebody has waited for it in vain, once is enough."""
        with self._changed:
            self._without += 1
        try:
            yield
        finally:
            with self._changed:
                self._without -= 1

    @property
    def is_out_of_reach(self) -> bool:
        return self._without > 0

    def give_up(self) -> None:
        """DuckDB has invalidated the open database: nobody joins it any more, and whoever comes next opens it anew."""
        with self._changed:
            self._broken = True

    def _in_use_here(self) -> DatabaseBusy:
        return DatabaseBusy(f"{self.path} is in use in this program; try again in a moment.")

    def _join_or_open_for_writing(self) -> Connection | None:
        if self._closed:
            return None
        if self._connection is None:
            return self._open(read_only=False)
        self._refuse_if_broken()
        return self._connection.cursor() if self._writable else None

    def _join_or_open_for_reading(self) -> Connection | None:
        if self._closed:
            return None
        if self._connection is None:
            return self._open(read_only=True)
        self._refuse_if_broken()
        may_join = self._writable or not self._waiting_writers  # an unbroken chain of readers would keep a writer out
        return self._connection.cursor() if may_join else None

    def _refuse_if_broken(self) -> None:
        if self._broken:
            raise DatabaseBusy(
                f"{self.path} failed and must be opened anew; try again when its last user in this program is gone."
            )

    def _open(self, *, read_only: bool) -> Connection | None:
        opened = _identity(self.path)
        connection = duckdb.connect(self.path, read_only=read_only, config=_CONFIGURATION)
        if _identity(self.path) != opened:
            # Another process has put a compacted copy in its place meanwhile: what we hold may be the file that was
            # there before, and what is written to that is lost.
            connection.close()
            return None
        if connection.execute(_WHERE_IT_IS).fetchone() == (None,):
            # DuckDB opens a CSV, Parquet or JSON file as a database in memory, which takes rows and forgets them.
            connection.close()
            raise not_a_database(self.path)
        cursor = connection.cursor()
        self._connection, self._writable, self._broken = connection, not read_only, False
        return cursor

    def _attach(self, to: Connection, name: str) -> bool | None:
        if self._closed or self._connection is not None or self._waiting_writers:
            return None
        opened = _identity(self.path)
        to.execute(f"ATTACH {sql.literal(str(self.path))} AS {sql.quoted(name)} (READ_ONLY, TYPE duckdb)")
        if _identity(self.path) != opened:
            to.execute(f"DETACH {sql.quoted(name)}")
            return None
        return True

    def _wait_for(self, attempt: Callable[[], T | None], seconds: float) -> T:
        """Try until ``attempt`` gives something. Called with ``_changed`` held."""
        deadline = time.monotonic() + seconds
        busy = self._in_use_here()
        while True:
            try:
                got = attempt()
            except duckdb.Error as error:
                problem = explained(self.path, error)
                if not isinstance(problem, DatabaseBusy):
                    raise problem from error
                busy, got = problem, None
            if got is not None:
                return got
            left = deadline - time.monotonic()
            if left <= 0:
                raise busy
            # Jitter: processes that lost the same race must not meet again.
            self._changed.wait(min(left, random.uniform(_SHORTEST_PAUSE, _LONGEST_PAUSE)))

    @contextmanager
    def _used(self, cursor: Connection) -> Iterator[None]:
        try:
            in_utc(cursor)  # a cursor does not inherit it
            yield
        finally:
            try:
                cursor.close()
            finally:
                self._leave()

    def _leave(self) -> None:
        with self._changed:
            self._users -= 1
            self._changed.notify_all()
            if self._users == 0 and self._connection is not None:
                connection, self._connection = self._connection, None
                connection.close()  # still under the lock: nobody may open the file before it is closed


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file has this name now. Asked without opening it."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


_databases: dict[str, Database] = {}
_databases_lock = threading.Lock()


def database_at(path: Path) -> Database:
    """The one Database of a file in this process, however its path is spelled."""
    with _databases_lock:
        return _databases.setdefault(os.path.realpath(path), Database(path.absolute()))
