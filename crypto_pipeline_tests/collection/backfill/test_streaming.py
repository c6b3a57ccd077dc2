"""A walk in a thread of its own: what holds while it goes on."""

from __future__ import annotations

import gc

import anyio
import pytest

from crypto_pipeline.collection.backfill import streaming
from crypto_pipeline.collection.backfill.walk import Walk
from crypto_pipeline.collection.http.client import Client
from crypto_pipeline_tests.collection.backfill.walked import exchange, plan, series


def test_garbage_is_searched_for_seldom_while_a_walk_goes_on_and_as_before_when_it_is_over(
    monkeypatch: pytest.MonkeyPatch, usual_search: tuple[int, int, int]
) -> None:
    seen = []

    async def run(*_: object) -> None:
        await anyio.sleep(0)
        seen.append(gc.get_threshold())

    walk = Walk(plan(series([exchange()], since="2026-01-01", until="2026-01-02", intervals="1h")))
    monkeypatch.setattr(walk, "run", run)
    assert list(streaming.stream(walk, lambda: Client(user_agent="test"))) == []
    assert seen[0] > usual_search
    assert gc.get_threshold() == usual_search
