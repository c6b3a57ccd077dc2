"""How many requests may be in flight, and which goes next.

Belongs here: a gate that lets so many through at once, in order of rank; the bounds of a process and of a host.
Does not belong here: budgets, which count requests in a period (collection/http/budgets.py).
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio

MAX_IN_FLIGHT = 128
"""Requests of a process that are out at once, whatever their hosts; docs/decisions/in-flight.md has the figures.

Each costs one to two milliseconds of CPU, so that the last of them waits 0.2 s for this process at most, on one quiet core.
"""
MAX_PER_HOST = 64
"""Requests that a host has to answer at once."""
FIRST_PER_HOST = 6
"""Before it has answered any, as browsers do: a host that refuses was asked no more than this. Each good answer makes room
for two more."""


class Gate:
    """So many are inside at once. Of those that wait, the smallest rank goes first; among equals, who came first."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.inside = 0
        self._waiting: list[tuple[float, int, anyio.Event]] = []
        self._arrivals = itertools.count()

    @asynccontextmanager
    async def passing(self, rank: float) -> AsyncIterator[None]:
        """Wait for one's turn, and be inside until the block ends."""
        await self._enter(rank)
        try:
            yield
        finally:
            self.inside -= 1
            self._let_in()

    def widen(self, by: int, limit: int) -> None:
        """Let more in than before, up to ``limit``."""
        self.limit = min(self.limit + by, limit)
        self._let_in()

    async def _enter(self, rank: float) -> None:
        turn = anyio.Event()
        waiting = (rank, next(self._arrivals), turn)
        heapq.heappush(self._waiting, waiting)
        self._let_in()
        if turn.is_set():
            return
        try:
            await turn.wait()
        except BaseException:
            if turn.is_set():
                self.inside -= 1
                self._let_in()
            else:
                self._waiting.remove(waiting)
                heapq.heapify(self._waiting)
            raise

    def _let_in(self) -> None:
        while self._waiting and self.inside < self.limit:
            *_, turn = heapq.heappop(self._waiting)
            self.inside += 1
            turn.set()
