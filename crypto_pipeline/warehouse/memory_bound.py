"""How much memory DuckDB may take in this process, and what happens when something needs more.

Belongs here: the bound, for now or for a while, and doing a piece of work again with more of it.
Does not belong here: what is usual (warehouse/connection.py), what the work is (warehouse/duckdb.py, warehouse/storing.py).
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

import duckdb

from crypto_pipeline.warehouse import sql
from crypto_pipeline.warehouse.connection import CONFIGURATION, Connection
from crypto_pipeline.warehouse.errors import first_line

T = TypeVar("T")
log = logging.getLogger(__name__)

MOST_MEGABYTES = 1000
"""Who was bounded to less and needs more than this gets no bound but the usual one."""


class MemoryBound:
    """What DuckDB may take, such as ``"96MB"``; what needs more spills to disk beside the file.

    The bound is the process', as the open file is: two of them in one process would take it in turns.

    :param at_most: for as long as the process lives; None where what is usual will do.
    """

    def __init__(self, at_most: str | None) -> None:
        self.at_most = at_most
        self._now = at_most

    @property
    def is_lowered(self) -> bool:
        """Whether memory is worth more than time just now."""
        return self._now != self.at_most

    @contextmanager
    def lowered(self, memory: str) -> Iterator[None]:
        """In the block this is the bound; only what could not be done otherwise gets more."""
        with self._restored():
            self._now = memory
            yield

    def apply(self, connection: Connection) -> None:
        """Each thread works in memory of its own: who has little of it gets one."""
        if self._now:
            connection.execute(f"SET memory_limit = {sql.literal(self._now)}")
        if self.is_lowered:
            connection.execute("SET threads = 1")

    def with_room(self, connection: Connection, work: Callable[[], T]) -> T:
        """What it gives; where it needs more memory than the bound, and cannot spill, it gets half as much again, and so on.

        Raises duckdb.OutOfMemoryException where it may not have more.
        """
        with self._restored():
            while True:
                try:
                    return work()
                except duckdb.OutOfMemoryException as error:
                    self._raise_after(error)
                    self.apply(connection)

    def with_room_to_read(
        self, opened: Callable[[], AbstractContextManager[Connection]], work: Callable[[Connection], T]
    ) -> T:
        """The same of a connection that reads: its transaction is over after such an error, so that it begins anew."""
        with self._restored():
            while True:
                try:
                    with opened() as connection:
                        return work(connection)
                except duckdb.OutOfMemoryException as error:
                    self._raise_after(error)

    def _raise_after(self, error: duckdb.OutOfMemoryException) -> None:
        """Raises the error where DuckDB has what is usual already, or is not to have more."""
        if not self._now or self._now in {self.at_most, CONFIGURATION["memory_limit"]}:
            raise error
        log.info("More than %s is needed: %s", self._now, first_line(error))
        more = math.ceil(int(self._now.removesuffix("MB")) * 1.5)
        self._now = f"{more}MB" if more < MOST_MEGABYTES else str(CONFIGURATION["memory_limit"])

    @contextmanager
    def _restored(self) -> Iterator[None]:
        before = self._now
        try:
            yield
        finally:
            self._now = before
