"""Who listens for pauses in a thread of its own is waited for: nothing of it is under way when a run is over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from threading import Event

import anyio
import pytest

from crypto_pipeline.collection.hearing import hearing


def test_the_end_of_a_run_waits_for_who_is_reading_the_database_at_that_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread inside DuckDB when Python ends takes the process down: a back-fill whose disk was full ended with 134, not 3."""
    monkeypatch.setattr("crypto_pipeline.collection.hearing.LISTENS_EVERY", 0.0)
    begun, may_end, ended = Event(), Event(), Event()

    def hear() -> Mapping[str, datetime]:
        begun.set()
        may_end.wait()
        ended.set()
        return {}

    has_ended = []

    async def run() -> None:
        async with anyio.create_task_group() as outside:
            async with hearing(hear):
                while not begun.is_set():
                    await anyio.sleep(0.01)
                outside.start_soon(_soon, may_end)
            has_ended.append(ended.is_set())

    anyio.run(run)
    assert has_ended == [True]


async def _soon(event: Event) -> None:
    await anyio.sleep(0.05)
    event.set()
