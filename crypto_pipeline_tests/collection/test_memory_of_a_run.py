"""However much all sources send together, the process that asks them stays small."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Iterable

import pytest

from crypto_pipeline.collection.http.bodies import MAX_BODY
from crypto_pipeline.replay.faults import FaultPlan, faulty
from crypto_pipeline.replay.server import App, ServedResponse, running_server
from crypto_pipeline_tests.collection import slow_run
from crypto_pipeline_tests.collection.collected import usual_answers

pytestmark = pytest.mark.slow

MEGABYTE = 1024**2
HOSTS = 16
"""Together they send 240 MB of usable answers, or 3 GB."""
MOST = 320 * MEGABYTE
"""An idle run has a hundred, four large answers at once and the text of one of them a hundred more; all at once, 400."""
LARGEST = MAX_BODY - MEGABYTE
BOMB = gzip.compress(b"{" + b" " * LARGEST + b'"BTC-USD": "90500"}', compresslevel=1)
"""A good answer that is nearly as large as is read, in a few kilobytes."""


def but_for_its_end(body: bytes) -> Iterable[bytes]:
    """The body in pieces: all hosts have sent most of theirs when the first of them ends."""
    return body[:1000], body[1000:-100], body[-100:]


@pytest.mark.parametrize(
    ("app", "outcome"),
    [
        (lambda request: ServedResponse(200, {"content-encoding": "gzip"}, but_for_its_end(BOMB), pace=0.4), "ok"),
        (faulty(usual_answers, FaultPlan(["*=gzip_bomb:200"])), "too_large"),
    ],
    ids=["large answers", "bombs"],
)
def test_large_answers_of_all_hosts_at_once_take_no_more_than_a_bounded_memory(app: App, outcome: str) -> None:
    with running_server(app) as gateway, slow_run.about_to_ask(gateway, 600, HOSTS) as (_, line):
        result = line.recv()
    exchanges = {name: was for name, was in result["outcomes"].items() if name.startswith("exchange")}
    assert Counter(exchanges.values()) == {outcome: len(exchanges)}
    assert result["peak_bytes"] < MOST
