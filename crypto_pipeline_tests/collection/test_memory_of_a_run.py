"""However much all sources send together, the process that asks them stays small."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterable
from itertools import chain

import pytest

from crypto_pipeline.collection.http.bodies import MAX_BODY
from crypto_pipeline.replay.faults import FaultPlan, faulty
from crypto_pipeline.replay.server import App, ServedResponse, running_server
from crypto_pipeline_tests.collection import slow_run
from crypto_pipeline_tests.collection.collected import usual_answers

pytestmark = pytest.mark.slow

MEGABYTE = 1024**2
HOSTS = 45
"""Together they send 600 MB of usable answers, or 9 GB."""
LARGEST = MAX_BODY - MEGABYTE
BOMB = gzip.compress(b"{" + b" " * LARGEST + b'"BTC-USD": "90500"}', compresslevel=1)
"""A good answer that is nearly as large as is read, in a few kilobytes."""


def slowly(body: bytes) -> Iterable[bytes]:
    """The body in pieces, so that many are under way at once."""
    return chain((body[:1000],), (body[start : start + 10_000] for start in range(1000, len(body), 10_000)))


@pytest.mark.parametrize(
    ("app", "outcome"),
    [
        (lambda request: ServedResponse(200, {"content-encoding": "gzip"}, slowly(BOMB), pace=0.02), "ok"),
        (faulty(usual_answers, FaultPlan(["*=gzip_bomb:200"])), "too_large"),
    ],
    ids=["large answers", "bombs"],
)
def test_large_answers_of_all_hosts_at_once_take_no_more_than_a_bounded_memory(app: App, outcome: str) -> None:
    with running_server(app) as gateway, slow_run.about_to_ask(gateway, 600, HOSTS) as (_, line):
        result = line.recv()
    exchanges = {name: was for name, was in result["outcomes"].items() if name.startswith("exchange")}
    assert Counter(exchanges.values()) == {outcome: len(exchanges)}
    assert result["peak_bytes"] < 450 * MEGABYTE
