"""However a host says that it was asked too often, it is understood, and the pause is bounded."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.collection.http.too_often import (
    LONGEST_PAUSE,
    LONGEST_SAYING,
    NOT_UNDERSTOOD,
    means_too_often,
    nothing_remains,
    says_too_often,
    wanted_pause,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
EPOCH = int(NOW.timestamp())
FAR = int(LONGEST_PAUSE.total_seconds())


def pause(**headers: str | list[str]) -> float | None:
    """Seconds until the moment that these headers name."""
    given_headers = {
        name.replace("_", "-"): values if isinstance(values, list) else [values] for name, values in headers.items()
    }
    moment = wanted_pause(given_headers, NOW)
    return None if moment is None else (moment - NOW).total_seconds()


@given(st.integers(0, FAR))
def test_seconds_are_seconds(seconds: int) -> None:
    assert pause(retry_after=str(seconds)) == seconds
    assert pause(x_ratelimit_reset=str(seconds)) == seconds


@given(st.integers(0, FAR), st.timedeltas(timedelta(days=-3000), timedelta(days=3000)))
def test_a_date_is_the_same_pause_whatever_the_source_thinks_the_time_is(seconds: int, wrong_by: timedelta) -> None:
    theirs = (NOW + wrong_by).replace(microsecond=0)
    moment = format_datetime(theirs + timedelta(seconds=seconds), usegmt=True)
    assert pause(retry_after=moment, date=format_datetime(theirs, usegmt=True)) == seconds


@given(st.dictionaries(st.sampled_from(["retry-after", "ratelimit-reset", "date", "ratelimit"]), st.lists(st.text())))
def test_whatever_the_headers_say_the_pause_is_none_or_bounded(headers: dict[str, list[str]]) -> None:
    moment = wanted_pause(headers, NOW)
    assert moment is None or NOW <= moment <= NOW + LONGEST_PAUSE


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("60", 60),
        (" 60 ", 60),
        ('"60"', 60),
        ("0.5", 0.5),
        ("6e1", 60),
        ("-5", 0),
        ("0", 0),
        ("60, 120", 120),
        ("120, 60", 120),
        ("60,rubbish", 60),
        ("Monday, 23-Nov-26 12:01:00 GMT", 60),
        ("Mon Nov 23 12:01:00 2026", 60),
        ("1m30s", 90),
        ("250ms", 0.25),
        ("2h", 7200),
        (str(EPOCH + 30), 30),
        (str((EPOCH + 30) * 1000), 30),
        (str(EPOCH - 30), 0),
        ("1" + "0" * 30, FAR),
        (str(FAR + 1), FAR),
        ("Mon, 23 Nov 2026 12:01:00 GMT", 60),
        ("Mon, 23 Nov 2026 12:01:00 GMT, Mon, 23 Nov 2026 12:02:00 GMT", 120),
        ("Mon, 23 Nov 2026 11:00:00 GMT", 0),
        ("2026-11-23T12:01:00Z", 60),
        ("2026-11-23 12:01:00", 60),
        ("2026-11-23T14:01:00+02:00", 60),
        ("soon", NOT_UNDERSTOOD.total_seconds()),
        ("nan", NOT_UNDERSTOOD.total_seconds()),
        ("inf", NOT_UNDERSTOOD.total_seconds()),
        ("", None),
    ],
)
def test_retry_after_is_read_however_it_is_written(said: str, seconds: float | None) -> None:
    assert pause(retry_after=said) == seconds


def test_of_two_headers_the_longer_pause_counts() -> None:
    assert pause(retry_after=["30", "90"]) == 90
    assert pause(x_ratelimit_reset="30", ratelimit_reset="90") == 90


@pytest.mark.parametrize(
    "name",
    [
        "ratelimit-reset",
        "x-ratelimit-reset",
        "x-rate-limit-reset",
        "x-ratelimit-reset-after",
        "x-gate-ratelimit-reset-timestamp",
    ],
)
@pytest.mark.parametrize("said", ["90", str(EPOCH + 90), str((EPOCH + 90) * 1000), "2026-11-23T12:01:30Z"])
def test_the_reset_of_a_limit_is_a_pause_in_seconds_or_a_moment(name: str, said: str) -> None:
    assert wanted_pause({name: [said]}, NOW) == NOW + timedelta(seconds=90)


def test_from_a_billion_on_a_number_is_a_moment() -> None:
    assert pause(retry_after="999999999") == FAR
    for moment in (10**9, 10**11):  # in 2001, and in milliseconds in 1973
        assert pause(retry_after=str(moment)) in (None, 0)


def test_retry_after_counts_before_the_reset_of_a_limit_unless_nobody_can_read_it() -> None:
    assert pause(retry_after="5", x_ratelimit_reset="60") == 5
    assert pause(retry_after="soon", x_ratelimit_reset="60") == 60


def test_a_limit_of_which_something_remains_is_not_the_one_that_was_met() -> None:
    headers = {
        "x_ratelimit_reset_minute": "20",
        "x_ratelimit_remaining_minute": "0",
        "x_ratelimit_reset_day": "80000",
        "x_ratelimit_remaining_day": "900",
    }
    assert pause(**headers) == 20
    assert pause(**{**headers, "x_ratelimit_remaining_day": "0"}) == 80000


def test_limits_in_one_header_are_read_in_both_drafts() -> None:
    assert pause(ratelimit="limit=100, remaining=0, reset=50") == 50
    assert pause(ratelimit='"default";r=0;t=40') == 40
    assert nothing_remains({"ratelimit": ["limit=100, remaining=0, reset=50"]})
    assert nothing_remains({"ratelimit": ['"default";r=0;t=40']})
    assert not nothing_remains({"ratelimit": ["limit=100, remaining=3, reset=50"]})


def test_no_header_names_no_pause() -> None:
    assert pause(content_type="text/plain", x_ratelimit_limit="100") is None


@pytest.mark.parametrize(
    ("status", "headers", "body", "is_meant"),
    [
        (429, {}, b"", True),
        (418, {}, b"", True),
        (403, {}, b"", False),
        (403, {"x-ratelimit-remaining": ["0"]}, b"", True),
        (403, {"x-ratelimit-remaining": ["1"]}, b"", False),
        (403, {"x-ratelimit-remaining": ["none"]}, b"", False),
        (403, {"x-ratelimit-remaining": ["5", "0"]}, b"", True),
        (420, {}, b"rate limited", True),
        (420, {}, b"", False),
        (509, {}, b"rate limited", True),
        (401, {"ratelimit-remaining": ["0"]}, b"", True),
        (400, {}, b'{"error": "Too Many Requests"}', True),
        (400, {}, b'{"msg": "Request frequency exceeds the limit"}', True),
        (403, {}, b'{"message": "Daily request limit reached"}', True),
        (403, {}, b'{"message": "Request was throttled. Expected available in 5 seconds."}', True),
        (400, {}, b'{"message": "block range limit exceeded"}', False),
        (400, {}, b'{"code": -1003}', True),
        (400, {}, b'{"code": -10030}', False),
        (404, {"x-ratelimit-remaining": ["0"]}, b"too many requests", False),
        (503, {"x-ratelimit-remaining": ["0"]}, b"", False),
    ],
)
def test_an_error_answer_says_so_by_its_code_its_headers_or_its_text(
    status: int, headers: dict[str, list[str]], body: bytes, is_meant: bool
) -> None:
    assert means_too_often(status, headers, body, ('"code":-1003',)) is is_meant


def test_a_mark_is_found_however_the_answer_is_spaced_and_spelled() -> None:
    marks = ("EAPI:Rate limit exceeded", '"retCode":10006')
    assert says_too_often(b'{"error": ["EAPI:Rate limit exceeded"]}', marks)
    assert says_too_often(b'{\n  "retCode" : 10006,\n "result": {}}', marks)
    assert not says_too_often(b'{"retCode":100061}', marks)
    assert says_too_often(b'{"retCode":100061, "x": {"retCode": 10006}}', marks)
    assert not says_too_often(b'{"error":[],"result":{}}', marks)
    assert not says_too_often(b'{"retCode":10006}', ())


@pytest.mark.parametrize(("length", "is_said"), [(LONGEST_SAYING, True), (LONGEST_SAYING + 1, False)])
def test_only_a_short_answer_is_a_saying(length: int, is_said: bool) -> None:
    assert says_too_often(b"limit".ljust(length), ("limit",)) is is_said


@pytest.mark.parametrize(("days", "counts_as"), [(6.9, 6.9), (7, 7), (8, 7), (400, 7)])
def test_nobody_is_left_alone_for_more_than_a_week(days: float, counts_as: float) -> None:
    headers = {"retry-after": [f"{days * 86_400:.0f}"]}
    assert wanted_pause(headers, NOW) == NOW + timedelta(days=counts_as)


@pytest.mark.parametrize(("length", "says_so"), [(8 * 1024, True), (8 * 1024 + 1, False)])
def test_only_a_short_answer_says_that_it_was_too_often(length: int, says_so: bool) -> None:
    body = b"too many requests"
    assert says_too_often(body + b" " * (length - len(body)), ["too many requests"]) is says_so


def test_a_pause_that_nobody_can_read_is_a_quarter_of_an_hour() -> None:
    assert pause(retry_after="in a while") == 15 * 60
