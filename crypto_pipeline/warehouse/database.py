"""One database file in this process: who may write it, read it, attach it or replace it, and when.

Belongs here: putting together the turns, the open file and the attachment.
Does not belong here: each of them (warehouse/turns.py, warehouse/holder.py, warehouse/attachment.py), rows (warehouse/duckdb.py).

DuckDB lets either one process write or many read, and a person with a notebook is a process. So every connection here is
brief, and everybody in this process who needs the file at the same moment shares one.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeVar

import duckdb

from crypto_pipeline.warehouse import attachment, sql
from crypto_pipeline.warehouse.connection import Connection, heeding_signals, in_utc
from crypto_pipeline.warehouse.errors import WarehouseError, explained, no_file
from crypto_pipeline.warehouse.holder import Holder
from crypto_pipeline.warehouse.turns import FileTurns
from crypto_pipeline.warehouse.unsettled import Unsettled

T = TypeVar("T")


class Database:
    """One file, as this process holds it. Get it from database_at(), so that there is one for each file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.merging = threading.RLock()
        """Held by whoever has a transaction open that writes: two at once could only conflict."""
        self.unsettled = Unsettled()
        self.problem: WarehouseError | None = None
        """What kept this process from storing rows when it last tried."""
        self._turns = FileTurns(path)
        self._holder = Holder(path)

    @contextmanager
    def writing(self, seconds: float, *, by_person: bool = False) -> Iterator[Connection]:
        """A connection that may write. What was committed in the block is in the file when the last writer leaves it.

        :param by_person: who may leave anything behind in the DuckDB that has the file open.

        Raises DatabaseBusy when the file cannot be had within ``seconds``, DatabaseUnusable, and duckdb.Error for what
        fails in the block.
        """
        with heeding_signals(), self._turns as turns, turns.as_writer():
            cursor = self._had(turns, self._join_for_writing, seconds)
            if by_person:
                self._holder.end_with_file()
        try:
            with heeding_signals(cursor):
                yield in_utc(cursor)
        except (duckdb.FatalException, duckdb.InternalException):
            with self._turns:
                self._holder.give_up()
            raise
        finally:
            try:
                cursor.close()
            finally:
                self._leave_writing()

    @contextmanager
    def reading(self, seconds: float) -> Iterator[Connection]:
        """A connection whose transaction can only read. Raises DatabaseBusy when the file cannot be had within ``seconds``, DatabaseUnusable."""
        with heeding_signals(), self._turns as turns:
            cursor = self._had(turns, self._join_for_reading, seconds)
        try:
            with heeding_signals(cursor):
                # Enforced by the file's mode as well, unless this process is writing at the same moment.
                in_utc(cursor).execute("BEGIN TRANSACTION READ ONLY")
                yield cursor
        finally:
            try:
                cursor.close()
            finally:
                with self._turns as turns:
                    self._holder.leave(as_writer=False)
                    turns.tell()

    @contextmanager
    def closed(self, seconds: float) -> Iterator[None]:
        """Nobody in this process has the file open in the block, or can open it: for replacing it by a better copy.

        Raises DatabaseBusy when somebody still has it after ``seconds``.
        """
        with self._turns as turns:
            turns.take_alone(lambda: True if not self._holder.is_open else None, seconds)
        try:
            yield
        finally:
            self._turns.give_back()

    @contextmanager
    def attached(self, to: Connection, name: str, seconds: float) -> Iterator[None]:
        """Another database of this process has the file under ``name`` in the block, for reading; ``to`` uses it.

        Nobody else in this process has it open then: of two that have, the first to close it would drop the lock of
        both. Raises DatabaseBusy when the file cannot be had within ``seconds``, DatabaseUnusable.
        """
        self._turns.rest()
        with self._turns as turns:
            turns.take_alone(self._explaining(lambda: self._attach(turns, to, name)), seconds)
        try:
            to.execute(f"USE {sql.quoted(name)}")
            yield
        finally:
            try:
                attachment.detach(to, name)
            finally:
                self._turns.give_back(rest=True)

    def waiting_once(self) -> AbstractContextManager[None]:
        """See FileTurns.waiting_once()."""
        return self._turns.waiting_once()

    def _had(self, turns: FileTurns, attempt: Callable[[], Connection | None], seconds: float) -> Connection:
        return turns.wait_for(self._explaining(attempt), seconds)

    def _explaining(self, attempt: Callable[[], T]) -> Callable[[], T]:
        def explaining() -> T:
            if problem := no_file(self.path):
                raise problem
            try:
                return attempt()
            except duckdb.Error as error:
                raise explained(self.path, error) from error

        return explaining

    def _join_for_writing(self) -> Connection | None:
        if not self._turns.may_join:
            return None
        if not self._holder.is_open and not self._holder.open(read_only=False):
            return None
        return self._holder.join(as_writer=True) if self._holder.is_writable else None

    def _join_for_reading(self) -> Connection | None:
        if not self._turns.may_join:
            return None
        if not self._holder.is_open:
            return self._holder.join(as_writer=False) if self._holder.open(read_only=True) else None
        if self._holder.is_writable or not self._turns.writer_waits:
            return self._holder.join(as_writer=False)
        return None

    def _attach(self, turns: FileTurns, to: Connection, name: str) -> bool | None:
        if self._holder.is_open or turns.writer_waits:
            return None
        return attachment.attach(to, self.path, name) or None

    def _leave_writing(self) -> None:
        with self._turns as turns:
            try:
                with heeding_signals():
                    self._holder.leave(as_writer=True)
            except duckdb.Error as error:
                self.unsettled.rescue()
                raise explained(self.path, error) from error
            finally:
                turns.tell()
            if self._holder.is_settled:
                self.unsettled.settle()
            elif self._holder.is_broken:
                self.unsettled.rescue()


_databases: dict[str, Database] = {}
_databases_lock = threading.Lock()


def database_at(path: Path) -> Database:
    """The one Database of a file in this process, however its path is spelled."""
    with _databases_lock:
        return _databases.setdefault(os.path.realpath(path), Database(path.absolute()))
