"""A walk in a thread of its own, and what it brings, batch by batch, in the thread that stores it.

Belongs here: handing batches from one thread to the other, a polite end on a signal.
Does not belong here: the walk (collection/backfill/walk.py), storing.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager

import anyio
from anyio.from_thread import start_blocking_portal

from crypto_pipeline.collection.backfill.walk import Walk, WalkedPages
from crypto_pipeline.collection.garbage import seldom_searched
from crypto_pipeline.collection.hearing import Hear, hearing
from crypto_pipeline.collection.http.client import Client


def stream(
    walk: Walk, open_client: Callable[[], AbstractAsyncContextManager[Client]], hear: Hear | None = None
) -> Iterator[WalkedPages]:
    """Run a walk and give what it brings. After ``walk.stop()`` what has come is given, and then nothing more.

    While one batch is stored the next one is brought, and no third: a walk that is faster than the disk waits, instead of filling
    the memory.

    Closing the iterator ends the walk at once; what was not given then is asked for again the next time.

    :param hear: what other processes are told of pauses meanwhile.
    """
    brought: queue.Queue[WalkedPages | None] = queue.Queue()

    async def deliver(batch: WalkedPages) -> None:
        brought.put(batch)
        await anyio.to_thread.run_sync(brought.join)

    def taken() -> WalkedPages | None:
        batch = brought.get()
        brought.task_done()
        return batch

    async def run() -> None:
        try:
            async with open_client() as client, hearing(hear, walk.heed, client.leave_alone):
                with seldom_searched():
                    await walk.run(client.fetch, deliver)
        finally:
            brought.put(None)

    with start_blocking_portal() as portal:
        running = portal.start_task_soon(run)
        try:
            while (batch := taken()) is not None:
                given = [batch]
                del batch  # it is its receiver's alone: once that has stored it, or copied it, nobody needs its rows
                yield given.pop()
        except GeneratorExit:
            walk.stop()
            while taken() is not None:
                pass
            raise
        running.result()
