"""Time as far as this process was there to see it.

Belongs here: noticing that the process did not run (stopped, starved of CPU, the machine asleep), and deadlines that
stand still meanwhile.
Does not belong here: which deadlines there are (collection/http/client.py, collection/collector.py), what a failure
beside a lag is called (collection/http/inflight.py).
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

import anyio

BEAT_SECONDS = 0.05
"""Between two beats; a deadline is kept to this."""
GRACE_SECONDS = 0.05
"""By which a beat may come late before the rest counts as lost: reading a large answer takes about as long."""

_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
"""The one that goes on while the machine sleeps, as Linux's usual one does not."""


def passing_seconds() -> float:
    """Seconds that pass whatever this process and this machine do."""
    return time.clock_gettime(_CLOCK)


class Timeout:
    """A scope that ends after so many seconds of attention."""

    def __init__(self, ends_at: float) -> None:
        self.ends_at = ends_at
        self.expired = False
        """Whether it is this deadline that ended the scope."""
        self.scope = anyio.CancelScope()


class Attention:
    """A clock that stands still while this process does not run: an asynchronous context manager.

    A beat on the event loop should come every 50 ms. What it is late by, beyond a little grace, nobody here could have
    seen an answer in: that time is lost, and counts against no deadline. Deadlines are looked at by the beat itself, so
    that a process that wakes up late does not find them all over before it has read what came meanwhile.

    :param work: seconds of CPU that the thread of the loop has used, where what it works counts as attended although no
        beat came meanwhile. So it does for a whole collection: what costs long to read must not lengthen it without end.
        It does not for a request, whose answer nobody could have seen meanwhile.
    """

    def __init__(self, clock: Callable[[], float] = passing_seconds, work: Callable[[], float] = lambda: 0.0) -> None:
        self._clock = clock
        self._work = work
        self._timeouts: set[Timeout] = set()
        self._attended = self._lost = 0.0
        self._last, self._last_work = clock(), work()
        self._next: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Attention:
        self._last, self._last_work = self._clock(), self._work()
        self._schedule()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._next:
            self._next.cancel()

    @property
    def seconds(self) -> float:
        """Seconds that were attended to."""
        return self._attended + self._elapsed()[0]

    @property
    def lost_seconds(self) -> float:
        """Seconds in which this process did not run."""
        return self._lost + self._elapsed()[1]

    @contextmanager
    def timeout(self, seconds: float = math.inf) -> Iterator[Timeout]:
        """A scope that is cancelled after so many attended seconds; ``expired`` then says so. Raises nothing."""
        timeout = Timeout(self.seconds + seconds)
        self._timeouts.add(timeout)
        try:
            with timeout.scope:
                yield timeout
        finally:
            self._timeouts.discard(timeout)

    def beat(self) -> None:
        """Account for the time since the last beat, and end what is over."""
        attended, lost = self._elapsed()
        self._attended += attended
        self._lost += lost
        self._last, self._last_work = self._clock(), self._work()
        for timeout in self._timeouts:
            if timeout.ends_at <= self._attended and not timeout.expired:
                timeout.expired = True
                timeout.scope.cancel()

    def _elapsed(self) -> tuple[float, float]:
        """Attended and lost seconds since the last beat."""
        passed = max(self._clock() - self._last, 0.0)
        if passed <= BEAT_SECONDS + GRACE_SECONDS:
            return passed, 0.0
        attended = min(passed, max(BEAT_SECONDS + GRACE_SECONDS, self._work() - self._last_work))
        return attended, passed - attended

    def _schedule(self) -> None:
        self._next = asyncio.get_running_loop().call_later(BEAT_SECONDS, self._again)

    def _again(self) -> None:
        self.beat()
        self._schedule()
