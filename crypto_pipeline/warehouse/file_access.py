"""The file as whoever asks or merges gets it: there, of this version, within its bound of memory, its errors in sentences.

Belongs here: what has to be so before a connection is handed out, for reading, for writing or attached elsewhere.
Does not belong here: whose turn it is (warehouse/database.py), laying a file out (warehouse/layout.py), what is asked of it
(warehouse/duckdb.py), what is put into it (warehouse/storing.py).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from crypto_pipeline.warehouse import layout, older
from crypto_pipeline.warehouse.connection import Connection
from crypto_pipeline.warehouse.database import database_at
from crypto_pipeline.warehouse.errors import DatabaseBusy, DatabaseUnusable, explained, vanished
from crypto_pipeline.warehouse.files import log_of
from crypto_pipeline.warehouse.memory_bound import MemoryBound

log = logging.getLogger(__name__)


class FileAccess:
    """How one database file is opened in this process. Holds nothing open between calls; threads may share it.

    :param lock_seconds: how long a write or a read waits for the file before DatabaseBusy is raised.
    :param demo: written into a new file, and required of one that is there.
    """

    def __init__(self, path: Path, *, lock_seconds: float, demo: bool, memory: MemoryBound) -> None:
        self.path = path.absolute()
        self.database = database_at(path)
        self.memory = memory
        self.vanished: DatabaseUnusable | None = None
        """That the file which was there at expect() is there no more: what was made since is another one."""
        self._lock_seconds = lock_seconds
        self._demo = demo
        self._is_expected = False
        self._shown: tuple[str, older.Shown] = ("", older.Shown())
        """What the file lacked when it was last looked at, and its mark then."""

    def exists(self) -> bool:
        """Whether there is a file yet."""
        return self.path.exists()

    def expect(self) -> None:
        """From now on a file that is there may not be gone without a word."""
        self._is_expected = self.exists()

    def mark(self) -> str:
        """Another one after each write, found without opening the file; empty when there is no file yet."""
        marks = []
        for file in (self.path, log_of(self.path)):
            with suppress(FileNotFoundError):
                is_ = file.stat()
                marks.append(f"{is_.st_dev}.{is_.st_ino}.{is_.st_size}.{is_.st_mtime_ns}")
        return "-".join(marks)

    def prepare(self) -> None:
        """Make the file, or bring an older one up to date; not while another program holds it.

        Raises DatabaseUnusable, WrongDatabase.
        """
        try:
            if self.exists():
                with self.reading() as connection:
                    if layout.is_up_to_date(connection, self.path, demo=self._demo):
                        return
            with self.writing():
                pass
        except DatabaseBusy as busy:
            log.info("%s It is prepared by the next merge.", busy)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that can only read. Raises DatabaseBusy, DatabaseUnusable."""
        with self._explained(), self.reading_unexplained() as connection:
            yield connection

    @contextmanager
    def reading_unexplained(self) -> Iterator[Connection]:
        """The same for whoever knows better what an error means: what fails in the block is raised as duckdb.Error."""
        with self.database.reading(self._lock_seconds) as connection:
            self.memory.apply(connection)
            older.show(connection, self._lacking(connection))
            yield connection

    @contextmanager
    def writing(self, *, by_person: bool = False) -> Iterator[Connection]:
        """A connection that may write to a file of this version. Raises DatabaseBusy, DatabaseUnusable, WrongDatabase."""
        if not self.exists():
            if self._is_expected:
                self.vanished = vanished(self.path)
                log.error("%s", self.vanished)
            layout.create_file(self.path, demo=self._demo)
        with self._explained(), self.database.writing(self._lock_seconds, by_person=by_person) as connection:
            self.memory.apply(connection)
            with self.database.merging:
                layout.bring_up_to_date(connection, self.path, demo=self._demo)
            yield connection

    @contextmanager
    def merging(self, *, by_person: bool = False) -> Iterator[Connection]:
        """The same, and nobody else in this process has a transaction open that writes. Be brief."""
        with self.writing(by_person=by_person) as connection, self.database.merging:
            yield connection

    @contextmanager
    def attached(self, to: Connection, name: str) -> Iterator[None]:
        """Another database of this process has the file under ``name`` in the block, for reading; ``to`` uses it.

        Raises DatabaseBusy, DatabaseUnusable.
        """
        with self.database.attached(to, name, self._lock_seconds):
            shown = self._lacking(to)
            older.show(to, shown)
            try:
                yield
            finally:
                older.hide(to, shown)

    @contextmanager
    def closed(self) -> Iterator[None]:
        """Nobody in this program has the file open in the block. Raises DatabaseBusy when somebody stays."""
        with self._explained(), self.database.closed(self._lock_seconds):
            yield

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

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except duckdb.Error as error:
            raise explained(self.path, error) from error
