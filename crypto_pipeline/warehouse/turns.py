"""Whose turn it is with a file inside this process: the lock, which knows nothing of DuckDB.

Belongs here: waiting for the file, writers before readers, having it alone, and not waiting in vain twice.
Does not belong here: opening the file (warehouse/holder.py, warehouse/attachment.py), what either of them means (warehouse/database.py).
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from crypto_pipeline.warehouse.errors import DatabaseBusy

T = TypeVar("T")

_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.01, 0.05
REST = 2 * _LONGEST_PAUSE
"""Between two questions of a person the file is free for this long, so that a writer who waits always finds a moment."""


class FileTurns:
    """The turns of one file. Use it as a context manager around whatever reads or changes who has the file.

    :param name: how the file is called in a message.
    """

    def __init__(self, name: object) -> None:
        self._name = name
        self._changed = threading.Condition()
        self._waiting_writers = 0
        self._alone = False
        self._rests_until = 0.0
        self._hasty = 0
        self._in_vain = False

    def __enter__(self) -> FileTurns:
        self._changed.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self._changed.release()

    @property
    def may_join(self) -> bool:
        """Whether nobody has the file alone."""
        return not self._alone

    @property
    def writer_waits(self) -> bool:
        """An unbroken chain of readers would keep a writer out: while one waits no other reader joins."""
        return self._waiting_writers > 0

    @contextmanager
    def as_writer(self) -> Iterator[None]:
        """Readers who come in the block let this one go first. With the lock held."""
        self._waiting_writers += 1
        try:
            yield
        finally:
            self._waiting_writers -= 1

    @contextmanager
    def waiting_once(self) -> Iterator[None]:
        """After a wait in vain everybody in this process tries once and does not wait, until the block ends or somebody gets the file."""
        with self:
            self._hasty += 1
        try:
            yield
        finally:
            with self:
                self._hasty -= 1
                if not self._hasty:
                    self._in_vain = False

    def wait_for(self, attempt: Callable[[], T | None], seconds: float) -> T:
        """Try until ``attempt`` gives something. With the lock held, which is let go between two attempts.

        Raises the DatabaseBusy of the last attempt, or one of its own, when it gave nothing in ``seconds``.
        """
        deadline = time.monotonic() + (0 if self._in_vain else seconds)
        busy = self._in_use_here()
        while True:
            try:
                got = attempt()
            except DatabaseBusy as error:
                busy, got = error, None
            if got is not None:
                self._in_vain = False
                return got
            left = deadline - time.monotonic()
            if left <= 0:
                self._in_vain = self._hasty > 0
                raise busy
            # Jitter: processes that lost the same race must not meet again.
            self._changed.wait(min(left, random.uniform(_SHORTEST_PAUSE, _LONGEST_PAUSE)))

    def take_alone(self, attempt: Callable[[], bool | None], seconds: float) -> None:
        """Nobody else in this process gets the file from here on, until give_back(). With the lock held. Raises DatabaseBusy."""
        self.wait_for(lambda: attempt() if not self._alone else None, seconds)
        self._alone = True

    def give_back(self, *, rest: bool = False) -> None:
        """Others may have the file again.

        :param rest: whether this one lets others go first when it comes back.
        """
        with self:
            self._alone = False
            if rest:
                self._rests_until = time.monotonic() + REST
            self._changed.notify_all()

    def rest(self) -> None:
        """Let others go first. Without the lock."""
        time.sleep(max(0.0, self._rests_until - time.monotonic()))

    def tell(self) -> None:
        """Somebody has let go of the file. With the lock held."""
        self._changed.notify_all()

    def _in_use_here(self) -> DatabaseBusy:
        return DatabaseBusy(f"{self._name} is in use in this program; try again in a moment.")
