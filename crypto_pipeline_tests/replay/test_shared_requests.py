"""Requests that two endpoints of a host send alike, each with a recording of its own."""

from __future__ import annotations

from datetime import timedelta

import httpx

from crypto_pipeline.replay.app import running_replay
from crypto_pipeline.replay.recorded import RECORDED_AT
from crypto_pipeline.sources.kit import discover


def test_the_blocks_of_mempool_space_are_those_of_the_endpoint_that_is_on_and_follow_the_clock() -> None:
    """Its large transfers, which are off, begin with the same request; their recording has other blocks, whose time stands."""
    on = {endpoint.id: endpoint.on_by_default for endpoint in discover()}
    assert (on["mempool_space.state"], on["mempool_space.block_transactions"]) == (True, False)
    later = RECORDED_AT + timedelta(days=3)
    with running_replay(clock=lambda: later) as replay:
        blocks = httpx.get(f"{replay.base_url}/mempool.space/api/v1/blocks", trust_env=False).json()
    assert later.timestamp() - 3600 < blocks[0]["timestamp"] <= later.timestamp()


def test_the_list_that_prices_and_names_are_read_from_follows_the_clock() -> None:
    later = RECORDED_AT + timedelta(days=3)
    with running_replay(clock=lambda: later) as replay:
        url = f"{replay.base_url}/api.coinlore.net/api/tickers/?start=0&limit=100"
        made_at = httpx.get(url, trust_env=False).json()["info"]["time"]
    assert later.timestamp() - 3600 < made_at <= later.timestamp()
