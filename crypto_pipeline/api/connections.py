"""How long a connection may take: to send a request, and to be answered and take the answer.

Belongs here: time limits of connections, which uvicorn has only for those that are idle after an answer.
Does not belong here: how many requests are answered at once (api/admission.py), the server's other limits (api/serving.py).
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_SECONDS = 10.0
"""For a whole request, from the connection or from the answer before it. Who sends less is no client that we know."""
ANSWER_SECONDS = 130.0
"""For the answer and for taking it. Most are made within two seconds; without Dagster's UI a forced collection of both jobs
takes two of Dagster's commands (api/dagster_commands.py), which on a busy machine are slow to load."""


class BoundedConnection(H11Protocol):
    """HTTP/1.1 over a connection that is cut when its client takes too long."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._limit: asyncio.TimerHandle | None = None
        self._answering: object = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has connected and has yet to say what it wants."""
        super().connection_made(cast(asyncio.Transport, transport))  # a server gives its protocols no other kind
        self._within(REQUEST_SECONDS)

    def data_received(self, data: bytes) -> None:
        """A part of a request, whole or not."""
        super().data_received(data)
        if self.cycle is not None and self.cycle is not self._answering:
            self._answering = self.cycle
            self._within(ANSWER_SECONDS)

    def on_response_complete(self) -> None:
        """The answer is out; there may be another request."""
        self._within(REQUEST_SECONDS)
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is left to be cut."""
        if self._limit:
            self._limit.cancel()
        super().connection_lost(exc)

    def _within(self, seconds: float) -> None:
        if self._limit:
            self._limit.cancel()
        self._limit = self.loop.call_later(seconds, self.transport.abort)
