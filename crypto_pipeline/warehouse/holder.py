"""The file as this process has it open: once, in one way, for everybody who needs it at that moment.

Belongs here: opening the file and refusing one that is not sound, cursors, the last one out, the log that must go into the file.
Does not belong here: who may come in (warehouse/turns.py). Whoever calls these methods holds that lock.

DuckDB refuses to open one file twice in different ways inside a process. The file is opened by DuckDB alone: opening or
copying it by other means inside a process that has it open would drop its lock (POSIX).
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from crypto_pipeline.warehouse.connection import CONFIGURATION, Connection
from crypto_pipeline.warehouse.errors import DatabaseBusy, damaged, not_a_database, vanished
from crypto_pipeline.warehouse.files import holds_something, identity, log_of
from crypto_pipeline.warehouse.opening import OpenFile, open_for_reading, open_for_writing

_WHERE_IT_IS = "SELECT path FROM duckdb_databases() WHERE database_name = current_database()"
_USED = (
    "SELECT (total_blocks - free_blocks) * block_size FROM pragma_database_size() "
    "WHERE database_name = current_database()"
)


class Holder:
    """The open file, if it is open."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: OpenFile | None = None
        self._users = 0
        self._writers = 0
        self.is_writable = False
        self._is_broken = False

    @property
    def is_open(self) -> bool:
        """Whether somebody in this process has the file."""
        return self._file is not None

    def open(self, *, read_only: bool) -> bool:
        """Open the file; not when another process has put a compacted copy in its place meanwhile.

        What we would hold then is the file that was there before, and what is written to that is lost.
        Raises duckdb.Error, DatabaseDamaged, NotADatabase, and DatabaseUnusable when the file is gone: DuckDB would make
        one, in place, where whoever is killed meanwhile leaves half of it (warehouse/layout.py makes ours).
        """
        opened = identity(self._path)
        if opened is None:
            raise vanished(self._path)
        has_log = holds_something(log_of(self._path))
        file = open_for_reading(self._path) if read_only else open_for_writing(self._path)
        try:
            if identity(self._path) != opened:
                file.close()
                return False
            self._require_a_database(file.connection)
            if not has_log:
                self._require_all_of_it(file.connection)
            elif not read_only:
                file.connection.execute(
                    "CHECKPOINT"
                )  # where that fails, nothing may be added to a log that nobody can store
        except BaseException:
            file.close()
            raise
        self._file, self.is_writable, self._is_broken = file, not read_only, False
        return True

    def join(self, *, as_writer: bool) -> Connection:
        """A cursor of the open file; leave() gives it back. Raises DatabaseBusy when DuckDB has given the open file up."""
        if self._is_broken or self._file is None:
            raise DatabaseBusy(
                f"{self._path} failed and must be opened anew; try again when its last user in this program is gone."
            )
        cursor = self._file.cursor()
        self._users += 1
        self._writers += as_writer
        return cursor

    def leave(self, *, as_writer: bool) -> None:
        """One user less; the last one closes the file, the last writer puts the log into it.

        Raises duckdb.Error when the log cannot be put into the file: what was committed is in the log alone then.
        """
        self._users -= 1
        self._writers -= as_writer
        try:
            if as_writer and not self._writers and not self._is_broken:
                self._settle()
        finally:
            if not self._users and self._file is not None:
                file, self._file = self._file, None
                file.close()

    @property
    def is_settled(self) -> bool:
        """Whether nobody is writing, and all that was committed is in the file."""
        return not self._writers and not holds_something(log_of(self._path))

    @property
    def is_broken(self) -> bool:
        """Whether DuckDB has given up the file as it was opened last."""
        return self._is_broken

    def end_with_file(self) -> None:
        """The DuckDB in which the file is open may be nobody else's afterwards."""
        if self._file is not None:
            self._file.ends_with_it = True

    def give_up(self) -> None:
        """DuckDB has invalidated the open file: nobody joins it any more, and whoever comes next opens it anew, in another DuckDB."""
        self._is_broken = True
        self.end_with_file()

    def _settle(self) -> None:
        """Closing would do it too, without a word when it fails. A log that stays would grow with every run."""
        if self._file is None or not holds_something(log_of(self._path)):
            return
        try:
            self._checkpoint(self._file.connection)
        except duckdb.TransactionException:
            return  # somebody reads at this moment; the last one out closes the file, which does it
        except duckdb.Error:
            self.give_up()
            raise

    def _checkpoint(self, connection: Connection) -> None:
        """Where it needs more memory than whoever wrote was bounded to, it gets what is usual: rows that are committed must not stay in the log."""
        try:
            connection.execute("CHECKPOINT")
        except duckdb.OutOfMemoryException:
            connection.execute("SET memory_limit = ?", [CONFIGURATION["memory_limit"]])
            connection.execute("CHECKPOINT")

    def _require_a_database(self, connection: Connection) -> None:
        """DuckDB opens a CSV, Parquet or JSON file as a database in memory, which takes rows and forgets them."""
        if connection.execute(_WHERE_IT_IS).fetchone() == (None,):
            raise not_a_database(self._path)

    def _require_all_of_it(self, connection: Connection) -> None:
        """A file that was cut short opens like any other, and takes rows, until somebody asks for what is gone."""
        used = connection.execute(_USED).fetchone()
        size = self._path.stat().st_size
        if used and used[0] > size:
            raise damaged(self._path, f"{used[0]:,} bytes are in use, and the file has {size:,}")
