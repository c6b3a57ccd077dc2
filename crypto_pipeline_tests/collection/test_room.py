"""A collection holds so much and no more, whatever its sources send."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from crypto_pipeline.collection import collector, room
from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.results import EndpointResult, Quarantined
from crypto_pipeline.collection.room import QuarantineRoom, RowRoom, WaitingRoom
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.sources.kit import RequestSpec
from crypto_pipeline_tests.collection.collected import collect, exchange

BEGINNING = 2**10
ROWS_AT_FIRST = 50_000
ROWS_OF_AN_ANSWER = 100

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


def result(bodies: tuple[str, ...]) -> EndpointResult:
    return EndpointResult(
        exchange("one"),
        Outcome.UNPARSEABLE,
        NOON,
        NOON,
        quarantined=[Quarantined("", "why", "text/plain", body, len(body), NOON) for body in bodies],
    )


def test_rows_are_kept_until_there_are_more_than_the_answers_can_have_been_for() -> None:
    left = RowRoom()
    left.take(ROWS_AT_FIRST + ROWS_OF_AN_ANSWER)
    left.take(ROWS_OF_AN_ANSWER)
    with pytest.raises(SourceError, match=f"no room for its {ROWS_OF_AN_ANSWER + 1} rows") as refused:
        left.take(ROWS_OF_AN_ANSWER + 1)
    assert refused.value.outcome is Outcome.TOO_LARGE
    left.take(2 * ROWS_OF_AN_ANSWER)


def test_what_there_is_no_room_for_is_refused_answer_by_answer_and_nobody_is_blamed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An endpoint may have hundreds of requests: until it is done all their rows would be held."""
    rows_of_an_answer = collect([exchange("one")]).result("one.ticker").row_count
    monkeypatch.setattr(room, "ROWS_OF_AN_ANSWER", 0)
    monkeypatch.setattr(collector, "RowRoom", lambda: RowRoom(left=2 * rows_of_an_answer))
    asked = exchange("one", requests=lambda context: [RequestSpec(str(number)) for number in range(3)])
    result = collect([asked]).result("one.ticker")
    assert (result.outcome, result.row_count) == (Outcome.OK, 2 * rows_of_an_answer)
    assert [failure.outcome for failure in result.failures] == [Outcome.TOO_LARGE]
    assert result.remembered == result.before


def test_bodies_are_kept_whole_while_there_is_room_and_then_their_beginnings() -> None:
    place = QuarantineRoom(left=5_000)
    assert [len(body.body) for body in place.kept_of(result(("x" * 2_500,) * 2)).quarantined] == [2_500, 2_500]
    assert [len(body.body) for body in place.kept_of(result(("x" * 2_500, "y"))).quarantined] == [BEGINNING, 1]
    assert place.kept_of(result(("x" * 2_500,))).quarantined[0].size == 2_500


def test_bodies_wait_while_there_is_room_for_them_and_give_it_back() -> None:
    waiting = WaitingRoom(left=10)
    with waiting.place() as one, waiting.place() as other:
        one.take(b"1234567")
        other.take(b"123")
        with pytest.raises(SourceError, match="no room for an answer of 1 bytes that has to wait") as refused:
            one.take(b"1")
        assert refused.value.outcome is Outcome.TOO_LARGE
    assert waiting.left == 10
    with pytest.raises(SourceError), waiting.place() as place:
        place.take(b"1" * 11)
    assert waiting.left == 10


def test_a_collection_has_room_for_so_many_megabytes() -> None:
    with WaitingRoom().place() as place:
        place.take(bytes(32 * 2**20))
        with pytest.raises(SourceError):
            place.take(b"1")
    assert [len(one.body) for one in QuarantineRoom().kept_of(result(("x" * 8 * 2**20,))).quarantined] == [8 * 2**20]
    assert [len(one.body) for one in QuarantineRoom().kept_of(result(("x" * (8 * 2**20 + 1),))).quarantined] == [
        BEGINNING
    ]
