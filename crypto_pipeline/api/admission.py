"""How many requests are answered at the same moment, and how long the others wait for their turn.

Belongs here: the queue before the threads that answer; what somebody gets for whom there is no room.
Does not belong here: how long a connection may take (api/connections.py), how long an answer may (api/data/query_session.py).

Each answer needs a thread. Fifty threads that wait for two turns at the database cost memory that is not given back, and their
callers learn late that there is no room for them. So the queue stands before the threads, and who leaves it learns at once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import anyio
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from crypto_pipeline.api.errors import Overloaded

AT_ONCE = 4
"""Requests in threads at the same moment: those that the database answers, and as many that are remembered or about the worker."""
WAIT_SECONDS = 0.8
"""For a thread. The answer itself has what is left of two seconds."""
RETRY_SECONDS = 1
ARRIVED = "arrived"
"""Where in the scope of a request the moment of its arrival is, on the monotonic clock."""
QUEUES = ("/api/data/", "/api/worker/", "/api/tables/", "/api/sql")
"""Paths that have a queue of their own: a question to Dagster may wait for longer than one to the database, and a
file may be large."""
IDLE_SECONDS = 5.0
"""Without a request; then memory is given back."""


class Admission:
    """ASGI middleware: lets a few requests in at a time and answers 503 to those that waited too long."""

    def __init__(
        self,
        app: ASGIApp,
        at_once: int = AT_ONCE,
        wait_seconds: float = WAIT_SECONDS,
        when_idle: Callable[[], None] = lambda: None,
    ) -> None:
        self._app = app
        self._turns = {path: anyio.Semaphore(at_once) for path in QUEUES}
        self._wait_seconds = wait_seconds
        self._when_idle = when_idle
        self._idle: asyncio.TimerHandle | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass when it is its turn, or refuse it when that has taken too long; what goes through no queue passes at once."""
        path = scope["path"] if scope["type"] == "http" else ""
        turns = next((turns for queue, turns in self._turns.items() if path.startswith(queue)), None)
        if turns is None:
            await self._app(scope, receive, send)
            return
        scope[ARRIVED] = time.monotonic()
        with anyio.move_on_after(self._wait_seconds) as waiting:
            await turns.acquire()
        if waiting.cancelled_caught:
            sentence = "Too many questions are being answered at the moment; try again in a second."
            overloaded = JSONResponse({"detail": sentence}, Overloaded.status, {"Retry-After": str(RETRY_SECONDS)})
            await overloaded(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        finally:
            turns.release()
            self._note_idle()

    def _note_idle(self) -> None:
        """Each answer puts off what is done when there are none."""
        if self._idle:
            self._idle.cancel()
        self._idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._when_idle)
