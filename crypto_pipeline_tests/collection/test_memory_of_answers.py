"""What one answer may hold of memory and of time while others wait."""

from __future__ import annotations

import gc
import gzip
import weakref
from datetime import datetime, timezone
from types import FrameType

import pytest

from crypto_pipeline.collection import reading
from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.garbage import search_young, seldom_searched
from crypto_pipeline.collection.http.bodies import MAX_BODY
from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.collection.room import WAITING_BYTES
from crypto_pipeline.replay.server import ServedRequest, ServedResponse
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.schema.rows import Metric
from crypto_pipeline.sources.kit import ONE_REQUEST, Endpoint, Payload, Provider, Rows, SubRequest, together
from crypto_pipeline_tests.collection.collected import collect, exchange

LARGE = gzip.compress(b'{"value": 20' + b" " * (MAX_BODY - 1024) + b"}", compresslevel=1)
AT_ONCE = WAITING_BYTES // MAX_BODY
MOST_TEXT_BYTES = 32 * 2**20
MOST_SECONDS = 3.0
ENTRIES_BETWEEN_LOOKS = 1_000


def in_parts(*, parts: int, optional: bool = False) -> Endpoint:
    """A source whose figure is the sum of several answers that are read together."""
    provider = Provider("venue", "https://venue.example")
    members = [SubRequest(f"p{number}", path=f"/p{number}", optional=optional) for number in range(parts)]

    @provider.endpoint(Metric, together(*members), name="total")
    def parser(payload: Payload) -> Rows:
        return [Metric("total", sum(part["value"] for part in payload.values()), "count")]

    return provider.endpoints[0]


def large(request: ServedRequest) -> ServedResponse:
    return ServedResponse(200, {"content-type": "application/json", "content-encoding": "gzip"}, LARGE)


def test_large_answers_that_are_read_together_are_held_while_there_is_room_for_them() -> None:
    assert collect([in_parts(parts=AT_ONCE)], large).outcomes == {"venue.total": Outcome.OK}
    collected = collect([in_parts(parts=AT_ONCE + 1)], large)
    assert collected.outcomes == {"venue.total": Outcome.TOO_LARGE}
    assert "no room for an answer of" in (collected.result("venue.total").error or "")


@pytest.mark.parametrize("character", ["\N{PILE OF POO}".encode(), rb"\ud83d\udca9"])
def test_an_answer_whose_characters_take_four_bytes_in_memory_may_be_half_as_large(character: bytes) -> None:
    most = MOST_TEXT_BYTES // 4
    narrow, wide = b'["' + b"e" * (most + 1) + b'"]', b'["' + character + b"e" * (most - 4 - len(character)) + b'"]'
    assert len(reading.decode(narrow, "json")[0]) == most + 1
    assert len(reading.decode(wide, "json")[0]) == most - 3 - len(character)
    with pytest.raises(SourceError, match="wide characters") as refused:
        reading.decode(wide + b" ", "json")
    assert refused.value.outcome is Outcome.TOO_LARGE


@pytest.mark.parametrize(
    ("response", "optional", "outcome"),
    [
        (ServedResponse(200, {}, b"no JSON"), True, Outcome.UNPARSEABLE),
        (ServedResponse(200, {}, b"no JSON"), False, Outcome.UNPARSEABLE),
        (ServedResponse(404), False, Outcome.CLIENT_ERROR),
    ],
)
def test_answers_are_not_held_by_the_errors_that_say_why_they_cannot_be_read(
    response: ServedResponse, optional: bool, outcome: Outcome
) -> None:
    """An error holds the frames that it came through, and one that they keep is held by them: such circles wait for the collector."""
    gc.disable()
    gc.collect(0)
    try:
        collected = collect([in_parts(parts=2, optional=optional)], lambda request: response)
        # What is made while nobody collects is young.
        held = {one.f_code.co_name for one in gc.get_objects(generation=0) if isinstance(one, FrameType)}
    finally:
        gc.enable()
    assert collected.outcomes == {"venue.total": outcome}
    assert not held & {"decode", "values_of", "_decoded", "_answers_of", "one"}


@pytest.mark.parametrize(("seconds", "is_refused"), [(MOST_SECONDS, False), (MOST_SECONDS + 0.1, True)])
def test_an_answer_may_take_so_much_time_to_read(
    seconds: float, is_refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter([100.0, 100.0 + seconds])
    monkeypatch.setattr("time.thread_time", lambda: next(moments))
    payload = {f"C{number}-USD": 1.5 for number in range(ENTRIES_BETWEEN_LOOKS)}
    context = NormalisationContext(datetime(2026, 11, 23, 12, tzinfo=timezone.utc))
    if is_refused:
        with pytest.raises(SourceError, match=r"takes more than 3 s") as refused:
            reading.parse(exchange("one"), payload, ONE_REQUEST[0], context)
        assert refused.value.outcome is Outcome.TOO_LARGE
    else:
        assert reading.parse(exchange("one"), payload, ONE_REQUEST[0], context).entries == len(payload)


def test_a_cycle_that_is_young_is_found_at_once() -> None:
    class Node:
        """Refers to itself."""

        def __init__(self) -> None:
            self.own = self

    with seldom_searched():
        node = weakref.ref(Node())
        search_young()
        assert node() is None
