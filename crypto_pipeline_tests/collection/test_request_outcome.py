"""What became of one request, and what is kept of a body that could not be used."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from crypto_pipeline.collection.errors import NoRoom, SourceError
from crypto_pipeline.collection.http.messages import Answer
from crypto_pipeline.collection.request_outcome import failed, pause_of
from crypto_pipeline.schema.outcomes import Outcome

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
LATER = NOON + timedelta(minutes=40)


def answer(body: bytes, content_type: str = "text/html") -> Answer:
    return Answer(200, body, content_type, NOON)


@pytest.mark.parametrize("outcome", Outcome)
def test_a_body_is_kept_for_a_person_when_it_was_not_understood(outcome: Outcome) -> None:
    kept = failed("BTC", SourceError(outcome, "why"), NOON, answer(b"busy")).quarantined
    assert (kept is not None) == (outcome in {Outcome.UNPARSEABLE, Outcome.BLOCKED, Outcome.ERROR_IN_BODY})
    assert kept is None or (kept.ask, kept.reason, kept.body, kept.size) == ("BTC", "why", "busy", 4)


def test_what_a_source_makes_long_is_kept_short() -> None:
    body, words = b"b" * (64 * 1024 + 1), "w" * 501
    error = SourceError(Outcome.UNPARSEABLE, words)
    one = failed("", error, NOON, answer(body, content_type="c" * 201))
    assert one.quarantined
    assert (len(one.quarantined.body), one.quarantined.size) == (64 * 1024, 64 * 1024 + 1)
    assert one.quarantined.content_type == "c" * 197 + "..."
    assert one.failure
    assert one.failure.error == one.quarantined.reason == "w" * 497 + "..."
    short = failed("", SourceError(Outcome.UNPARSEABLE, "w" * 500), NOON, answer(b"b", content_type="c" * 200))
    assert short.quarantined
    assert (short.quarantined.reason, short.quarantined.content_type) == ("w" * 500, "c" * 200)


def test_a_body_that_is_empty_or_one_too_many_is_not_kept() -> None:
    error = SourceError(Outcome.UNPARSEABLE, "why")
    assert failed("", error, NOON, answer(b"")).quarantined is None
    assert failed("", error, NOON).quarantined is None
    assert failed("", error, NOON, answer(b"busy"), keep_body=False).quarantined is None


@pytest.mark.parametrize(("outcome", "whole_host"), [(Outcome.RATE_LIMITED, LATER), (Outcome.SERVER_ERROR, None)])
def test_a_pause_is_the_whole_hosts_when_it_had_too_many_requests(
    outcome: Outcome, whole_host: datetime | None
) -> None:
    pause = pause_of(SourceError(outcome, "later", retry_after=LATER))
    assert (pause.retry_after, pause.host_not_before) == (LATER, whole_host)


def test_a_failure_has_the_status_of_its_error_else_of_its_answer() -> None:
    refusal = SourceError(Outcome.BLOCKED, "no", status_code=403)
    for error, status_code in ((refusal, 403), (SourceError(Outcome.UNPARSEABLE, "why"), 200)):
        failure = failed("", error, NOON, answer(b"busy")).failure
        assert failure
        assert failure.status_code == status_code


def test_a_collection_without_room_is_no_fault_of_the_source() -> None:
    assert failed("", NoRoom(Outcome.TOO_LARGE, "no room"), NOON).lacked_room
    assert not failed("", SourceError(Outcome.TOO_LARGE, "too large"), NOON).lacked_room
