"""A list of markets that is replayed has every coin whose candles are, since the moment of their first one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.request import urlopen

import pytest

from crypto_pipeline.replay.app import Replay, running_replay
from crypto_pipeline.replay.trading import Trading

ADDRESS = "www.okx.com/api/v5/public/instruments?instType="


@pytest.fixture(scope="module")
def replay() -> Iterator[Replay]:
    with running_replay() as running:
        yield running


@pytest.mark.parametrize(
    ("kind", "market", "source"), [("SPOT", "-USDT", "okx"), ("SWAP", "-USDT-SWAP", "okx_perpetual")]
)
def test_markets_opened_when_their_candles_begin(kind: str, market: str, source: str, replay: Replay) -> None:
    with urlopen(f"{replay.base_url}/{ADDRESS}{kind}") as answer:
        listed = {one["instId"]: one for one in json.load(answer)["data"]}
    for coin in ("BTC", "JUP", "ONDO"):
        since = Trading().listed_at(source, coin)
        assert since is not None
        assert listed[f"{coin}{market}"]["listTime"] == str(since * 1000)
    assert f"XMR{market}" not in listed or source != "okx"
    assert f"WIN{market}" not in listed
    assert f"NEWCOIN{market}" in listed or kind == "SWAP"
