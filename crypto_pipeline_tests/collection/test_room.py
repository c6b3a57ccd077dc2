"""A collection holds so much and no more, whatever its sources send."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from crypto_pipeline.collection.http.messages import Attempt
from crypto_pipeline.collection.results import EndpointResult, Quarantined
from crypto_pipeline.collection.room import BEGINNING, ROWS_AT_FIRST, ROWS_OF_A_REQUEST, Room, WaitingRoom
from crypto_pipeline.schema.outcomes import Outcome, SourceError
from crypto_pipeline_tests.collection.collected import exchange

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
ATTEMPT = (
    "",
    Attempt(
        number=1,
        started_at=NOON,
        queued_milliseconds=0.0,
        milliseconds=5.0,
        method="GET",
        host="one.example",
        url="https://one.example/",
        outcome=Outcome.OK,
    ),
)


def result(rows: int = 0, requests: int = 1, bodies: tuple[str, ...] = ()) -> EndpointResult:
    return EndpointResult(
        exchange("one"),
        Outcome.OK,
        NOON,
        NOON,
        rows={"market_prices": [{}] * rows},
        attempts=[ATTEMPT] * requests,
        quarantined=[Quarantined("", "why", "text/plain", body, len(body), NOON) for body in bodies],
    )


def test_rows_are_kept_until_there_are_more_than_the_requests_can_have_been_for() -> None:
    room, most = Room(), ROWS_AT_FIRST + ROWS_OF_A_REQUEST
    assert room.kept_of(result(most)).row_count == most
    assert room.kept_of(result(ROWS_OF_A_REQUEST)).row_count == ROWS_OF_A_REQUEST
    full = room.kept_of(result(ROWS_OF_A_REQUEST + 1))
    assert (full.outcome, full.row_count) == (Outcome.TOO_LARGE, 0)
    assert full.error == f"the collection has no room for its {ROWS_OF_A_REQUEST + 1} rows"
    assert full.remembered == full.before


def test_bodies_are_kept_whole_while_there_is_room_and_then_their_beginnings() -> None:
    room = Room(quarantine=5_000)
    assert [len(body.body) for body in room.kept_of(result(bodies=("x" * 2_500,) * 2)).quarantined] == [2_500, 2_500]
    assert [len(body.body) for body in room.kept_of(result(bodies=("x" * 2_500, "y"))).quarantined] == [BEGINNING, 1]
    assert room.kept_of(result(bodies=("x" * 2_500,))).quarantined[0].size == 2_500


def test_bodies_wait_while_there_is_room_for_them_and_give_it_back() -> None:
    room = WaitingRoom(left=10)
    with room.place() as one, room.place() as other:
        one.take(b"1234567")
        other.take(b"123")
        with pytest.raises(SourceError, match="no room for an answer of 1 bytes that has to wait") as refused:
            one.take(b"1")
        assert refused.value.outcome is Outcome.TOO_LARGE
    assert room.left == 10
    with pytest.raises(SourceError), room.place() as place:
        place.take(b"1" * 11)
    assert room.left == 10
