"""What the clocks of hosts say of ours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone

import pytest

from crypto_pipeline.collection.http.clocks import seconds_ahead, seconds_ahead_of_all
from crypto_pipeline.collection.http.messages import Attempt
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline_tests.collection.http.asked import answering, ask

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


def attempt(host: str, ahead: float | None) -> Attempt:
    return Attempt(1, NOON, 0, 1, "GET", host, f"https://{host}/", Outcome.OK, clock_ahead_seconds=ahead)


@pytest.mark.parametrize(
    ("headers", "ahead"),
    [
        ({"date": "Mon, 23 Nov 2026 12:00:00 GMT"}, 0),
        ({"date": "Mon, 23 Nov 2026 11:00:00 GMT"}, 3600),
        ({"date": "Mon, 23 Nov 2026 12:00:30 GMT"}, -30),
        ({"date": "Monday, 23-Nov-26 11:59:00 GMT"}, 60),
        ({"date": "Mon Nov 23 11:59:00 2026"}, 60),
        ({"date": "Mon, 23 Nov 2026 11:00:00 GMT", "age": "3500"}, 100),  # it lay in a cache
        ({"date": "Mon, 23 Nov 2026 11:00:00 GMT", "age": "-7, 3"}, 3600),
        ({"date": "Mon, 23 Nov 2026 11:00:00 GMT", "age": "9" * 400}, 3600),
        ({"date": "Mon, 23 Nov 2026 11:00:00 GMT", "age": "9" * 9}, 3600 - 999_999_999),
        ({"date": "Mon, 23 Nov 2026 11:00:00 GMT", "age": "9" * 10}, 3600),
        ({"date": "Mon, 23 Nov 2026 14:00:00 +0200"}, 0),
        ({"date": "yesterday"}, None),
        ({"date": ""}, None),
        ({}, None),
    ],
)
def test_the_date_of_an_answer_says_how_far_our_clock_is_ahead(headers: Mapping[str, str], ahead: float | None) -> None:
    assert seconds_ahead(headers, NOON) == ahead


@pytest.mark.anyio
async def test_each_attempt_keeps_what_its_answer_said() -> None:
    began = datetime.now(timezone.utc)
    (dated,) = (await ask(answering(200, {"date": "Mon, 23 Nov 2026 12:00:00 GMT"}, b"{}"))).attempts
    assert dated.clock_ahead_seconds is not None
    assert dated.clock_ahead_seconds >= (began - NOON).total_seconds()
    (without,) = (await ask(answering(200, {}, b"{}"))).attempts
    assert without.clock_ahead_seconds is None


def test_five_hosts_are_believed_and_each_has_one_voice() -> None:
    four = [attempt(f"{number}.example", 3600 + number) for number in range(4)]
    silent = attempt("silent.example", None)
    often = [attempt("0.example", 0)] * 50
    assert seconds_ahead_of_all([*four, silent]) is None
    assert seconds_ahead_of_all([*four, silent, *often]) is None
    assert seconds_ahead_of_all([*four, attempt("wrong.example", -9e9)]) == 3601
    assert seconds_ahead_of_all([*four, *often, attempt("4.example", 3604)]) == 3602
