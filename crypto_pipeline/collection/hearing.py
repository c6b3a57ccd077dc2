"""Pauses that hosts want of other processes, heard of while this one asks.

Belongs here: how often is listened, and telling those who ask.
Does not belong here: where it is read (orchestration/heard_pauses.py), what those who ask do then (collection/collector.py,
collection/backfill/walk.py, collection/http/client.py).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime

import anyio

LISTENS_EVERY = 3.0
"""Seconds after which a pause that a host wanted of another process is heeded at the latest."""

Hear = Callable[[], Mapping[str, datetime]]
"""What any process was told: by host, until when it is left alone. Called in a thread of its own."""
Heed = Callable[[Mapping[str, datetime]], None]


@asynccontextmanager
async def hearing(hear: Hear | None, *heed: Heed) -> AsyncIterator[None]:
    """In the block these are told, every few seconds, what is heard; nothing where nobody listens.

    The end of the block waits for who is listening at that moment: a thread that is inside DuckDB when Python ends takes the
    whole process down (std::terminate), whatever its exit code was to be.
    """
    async with anyio.create_task_group() as group:
        if hear:
            group.start_soon(_listen, hear, heed)
        yield
        group.cancel_scope.cancel()


async def _listen(hear: Hear, heed: tuple[Heed, ...]) -> None:
    while True:
        await anyio.sleep(LISTENS_EVERY)
        pauses = await anyio.to_thread.run_sync(hear)
        for one in heed:
            one(pauses)
