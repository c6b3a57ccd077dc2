"""Storing: batches go into the file, or into the spool while it cannot be written, and from there into the file.

Belongs here: when the spool is needed and when it is emptied, and what is remembered of a file that could not be written.
Does not belong here: the spool's files (warehouse/spool.py), bringing rows into it (warehouse/safety.py), the transactions of a
merge (warehouse/merging.py), what callers hand over (warehouse/duckdb.py).
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from crypto_pipeline.warehouse import merging, safety, spool
from crypto_pipeline.warehouse.batches import Batch
from crypto_pipeline.warehouse.connection import Connection
from crypto_pipeline.warehouse.errors import (
    DatabaseUnusable,
    DemoMismatch,
    WarehouseError,
    not_writable,
    problem_of,
)
from crypto_pipeline.warehouse.file_access import FileAccess
from crypto_pipeline.warehouse.results import Written

log = logging.getLogger(__name__)


class Storing:
    """A file with its spool, for whoever has rows.

    :param folder: the spool.
    """

    def __init__(self, file: FileAccess, folder: Path) -> None:
        self._file = file
        self._folder = folder

    def require_place(self) -> None:
        """Prepare the file, and see to it that rows can be kept there or, while it is unusable, in the spool.

        Raises DatabaseUnusable when they could be kept in neither, WrongDatabase when the file is not ours to write.
        """
        path = self._file.path
        try:
            self._file.prepare()
            if path.exists() and not (_may_write(path) and _may_write(path.parent)):
                raise not_writable(path)
        except DatabaseUnusable as problem:
            if not spool.can_be_written(self._folder):
                raise
            self._file.database.problem = problem
            log.warning("%s", problem)
        self._file.expect()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the file for several merges. Where it cannot be had, each of them puts its rows in safety, without waiting again."""
        with self._file.database.waiting_once():
            held = ExitStack()
            try:
                held.enter_context(self._file.writing())
            except WarehouseError as error:
                log.info("%s", error)
            try:
                yield
            finally:
                try:
                    held.close()
                except WarehouseError as problem:  # what was merged inside is in the spool by now
                    self._note(problem)

    def merge(self, ready: Sequence[Batch]) -> dict[str, Written]:
        """Merge all batches or none; into the spool when that cannot be done now, whatever the reason.

        Raises DemoMismatch, and RowsLost when the spool could not be written either.
        """
        file, is_merged = self._file, False
        try:
            with file.merging() as connection:
                with safety.drained_if_possible(self._folder):
                    self._drain(connection, spool.DRAINS_BEFORE_A_MERGE)
                written = file.memory.with_room(
                    connection, lambda: merging.merge(connection, ready, is_sparing=file.memory.is_lowered)
                )
                is_merged = True
                file.database.unsettled.merged(self._folder, ready)
        except DemoMismatch:
            raise  # in no spool either: that of the other kind is merged into the other kind of file
        except BaseException as error:
            # Whatever it is, a full disk, a damaged file, a defect of ours or the end of this process: no batch is nowhere.
            self._note(error)
            if not is_merged:
                safety.into_spool(self._folder, ready, error)
            if not isinstance(error, Exception):
                raise
            return safety.spooled(ready)
        file.database.problem = None
        return written

    def drain(self) -> int:
        """Merge what waits, for some seconds at most, and say how many batches that were.

        Raises DatabaseBusy, DatabaseUnusable, WrongDatabase.
        """
        if not spool.waiting(self._folder):
            return 0
        try:
            with self._file.merging() as connection:
                done = self._drain(connection, spool.DRAINS_BY_ITSELF)
        except WarehouseError as error:
            self._note(error)
            raise
        self._file.database.problem = None
        return done

    def problem(self) -> WarehouseError | None:
        """What kept this process from storing rows when it last tried, or that the file is not the one that was there."""
        return self._file.vanished or self._file.database.problem

    def _drain(self, connection: Connection, seconds: float) -> int:
        """Merge what waits, also batches of others, which may need more memory than this process is bounded to."""
        memory = self._file.memory
        done = memory.with_room(
            connection, lambda: merging.drain(connection, self._folder, seconds, is_sparing=memory.is_lowered)
        )
        self._file.database.unsettled.drained(done)
        return len(done)

    def _note(self, error: BaseException) -> None:
        if problem := problem_of(error, str(self._file.path)):
            self._file.database.problem = problem


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)
