"""The file as DuckDB has it open: for writing or for reading, in a DuckDB that runs already where there is one.

Belongs here: opening and closing one file, and the DuckDBs that are kept until the next one is opened.
Does not belong here: which file is opened when (warehouse/holder.py), files under a name in a connection of others
(warehouse/attachment.py).

To start DuckDB takes five times as long as to open a file: its functions are made anew each time. So the one in which a file was
open is kept when the file is closed. It is one file's at a time, and of no file in between: what is kept has no lock of the file,
and nothing of it in memory. One that nobody has used for some seconds ends, for it takes 12 MB: a process that rests gives them back.
Two are not kept: one that has failed, and one in which a person could write. What they do with such a connection (settings,
extensions, other files) is theirs, and ends with it.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from crypto_pipeline.warehouse import sql
from crypto_pipeline.warehouse.connection import CONFIGURATION, Connection, heeding_signals, in_utc, started

_MOST_KEPT = 2
"""A process seldom has more files open at once."""
_KEPT_SECONDS = 5.0
"""Without a file."""
_OF_DUCKDB = {"memory", "system", "temp"}
"""Names that no file can be attached under."""

_kept: list[tuple[Connection, float]] = []
"""Each with the moment at which it was kept, on the monotonic clock; the oldest first."""
_lock = threading.Lock()
_timer: threading.Timer | None = None
"""Ends what has been kept for long enough; there is one as long as anything is kept."""


class OpenFile:
    """One file, open in one DuckDB."""

    def __init__(self, connection: Connection, attached_as: str) -> None:
        self.connection = connection
        """The one that opened it."""
        self.ends_with_it = False
        """Whether nobody else may have this DuckDB afterwards."""
        self._attached_as = attached_as

    def cursor(self) -> Connection:
        """Another connection to the file."""
        cursor = self.connection.cursor()
        cursor.execute(f"USE {sql.quoted(self._attached_as)}.main")
        return cursor

    def close(self) -> None:
        """Let go of the file. Its cursors are closed by then."""
        if self.ends_with_it or not self._is_detached():
            self.connection.close()
        else:
            _keep(self.connection)

    def _is_detached(self) -> bool:
        try:
            self.connection.execute("USE memory")
            self.connection.execute(f"DETACH {sql.quoted(self._attached_as)}")
        except duckdb.Error:  # it has given itself up: closing it lets go of everything
            return False
        return True


def open_for_writing(path: Path) -> OpenFile:
    """Under the name that DuckDB would give to the database. Raises duckdb.Error and NoAddressSpace."""
    return _opened(path, "READ_WRITE")


def open_for_reading(path: Path) -> OpenFile:
    """The same. Raises duckdb.Error and NoAddressSpace."""
    return _opened(path, "READ_ONLY")


def _opened(path: Path, mode: str) -> OpenFile:
    name = f"{path.stem}_file" if path.stem.lower() in _OF_DUCKDB else path.stem
    connection = _started(spill=path.with_name(f"{path.name}.tmp"))
    try:
        connection.execute(f"ATTACH {sql.literal(str(path))} AS {sql.quoted(name)} ({mode})")
        connection.execute(f"USE {sql.quoted(name)}.main")
    except duckdb.IOException:  # another program has the file: who waits for it tries again, thirty times a second
        _keep(connection)
        raise
    except BaseException:
        connection.close()
        raise
    return OpenFile(connection, name)


@contextmanager
def without_file(spill: Path) -> Iterator[Connection]:
    """A connection of a DuckDB that is kept, where there is one; whatever fails in the block ends it.

    Raises duckdb.Error and NoAddressSpace.
    """
    connection = _started(spill)
    try:
        with heeding_signals(), connection.cursor() as cursor:
            yield in_utc(cursor)
    except BaseException:
        connection.close()
        raise
    _keep(connection)


def _started(spill: Path) -> Connection:
    """A DuckDB without a file, set up as a new one is; what does not fit into memory goes to ``spill``."""
    if connection := _taken():
        try:
            _set_up(connection, spill)
        except duckdb.Error:  # one that has spilled keeps its folder
            connection.close()
        else:
            return connection
    connection = started(":memory:", CONFIGURATION)
    _set_up(connection, spill)
    return connection


def _set_up(connection: Connection, spill: Path) -> None:
    for name in ("memory_limit", "threads"):  # whoever had it before may have been bounded
        connection.execute(f"SET {name} = {sql.literal(str(CONFIGURATION[name]))}")
    connection.execute(f"SET temp_directory = {sql.literal(str(spill))}")


def _taken() -> Connection | None:
    with _lock:
        return _kept.pop()[0] if _kept else None


def _keep(connection: Connection) -> None:
    with _lock:
        if len(_kept) < _MOST_KEPT:
            _kept.append((connection, time.monotonic()))
            if _timer is None:
                _look_in(_KEPT_SECONDS)
            return
    connection.close()


def _look_in(seconds: float) -> None:
    """End after so long what has been kept for long enough by then. With the lock held."""
    global _timer
    _timer = threading.Timer(seconds, _end_the_old)
    _timer.daemon = True
    _timer.start()


def _end_the_old() -> None:
    global _timer
    with _lock:
        latest = time.monotonic() - _KEPT_SECONDS
        old = [connection for connection, since in _kept if since <= latest]
        del _kept[: len(old)]
    for connection in old:
        connection.close()
    with _lock:
        _timer = None
        if _kept:
            _look_in(_KEPT_SECONDS + _kept[0][1] - time.monotonic())


def end_kept() -> None:
    """End what is kept, and look for it no longer: the next file is opened in a DuckDB that is started for it."""
    global _timer
    with _lock:
        timer, _timer = _timer, None
        kept = _kept[:]
        _kept.clear()
    if timer:
        timer.cancel()
        timer.join()  # a thread that is still there when the interpreter ends keeps DuckDB's types from being taken apart
    for connection, _ in kept:
        connection.close()


atexit.register(end_kept)  # before the interpreter is taken apart
# Neither its threads nor the timer's would be there in the child, which would wait for them.
os.register_at_fork(before=end_kept)
