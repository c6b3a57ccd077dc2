"""When an article was published."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.collection.normalise.news.dates import published

NOW = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("raw", "utc"),
    [
        ("Fri, 20 Nov 2026 17:33:11 -0500", "2026-11-20T22:33:11"),
        ("Fri, 20 Nov 2026 17:33:11 GMT", "2026-11-20T17:33:11"),
        ("Fri, 20 Nov 2026 17:33 GMT", "2026-11-20T17:33:00"),
        ("Fri, 20 Nov 2026 17:33:11 EST", "2026-11-20T22:33:11"),
        ("Fri, 20 Nov 2026 17:33:11 PDT", "2026-11-21T00:33:11"),
        ("Fri, 20 Nov 2026 17:33:11 CET", "2026-11-20T16:33:11"),
        ("Fri, 20 Nov 2026 17:33:11 IST", "2026-11-20T12:03:11"),
        ("Fri, 20 Nov 2026 17:33:11 KST", "2026-11-20T08:33:11"),
        ("Fri, 20 Nov 2026 17:33:11 +0000 (UTC)", "2026-11-20T17:33:11"),
        ("  Fri, 20 Nov 2026 17:33:11 +0800\n ", "2026-11-20T09:33:11"),
        ("2026-11-20T17:33:11Z", "2026-11-20T17:33:11"),
        ("2026-11-20T17:33:11.500+01:00", "2026-11-20T16:33:11.500000"),
        ("20261120T101500Z", "2026-11-20T10:15:00"),
        ("1795174391", "2026-11-20T11:33:11"),
        (1795174391000, "2026-11-20T11:33:11"),
    ],
)
def test_a_date_with_a_zone_becomes_utc_without_a_note(raw: object, utc: str) -> None:
    assert published(raw, NOW) == (datetime.fromisoformat(utc).replace(tzinfo=timezone.utc), None)


@pytest.mark.parametrize("raw", ["Fri, 20 Nov 2026 17:33:11", "2026-11-20T17:33:11", "2026/11/20 17:33:11"])
def test_a_date_without_a_zone_is_taken_as_utc_and_says_so(raw: str) -> None:
    assert published(raw, NOW) == (
        datetime(2026, 11, 20, 17, 33, 11, tzinfo=timezone.utc),
        f"no zone, taken as UTC: {raw}",
    )


@pytest.mark.parametrize(
    "raw",
    [
        "20 ноемврі 2026",
        "03/04/2026 10:00",
        "Fri, 32 Nov 2026 10:00:00 GMT",
        "2026-11-20T10:00:61Z",
        "soon",
        "9" * 90,
    ],
)
def test_a_date_that_cannot_be_read_is_none_and_never_now(raw: str) -> None:
    assert published(raw, NOW) == (None, f"unreadable date: {raw}")


@pytest.mark.parametrize("raw", ["Fri, 20 Nov 2026 17:33:11 XYZ", "2026-11-20T17:33:11 America/Nowhere"])
def test_a_date_in_a_zone_that_nobody_knows_is_none_and_not_taken_as_utc(raw: str) -> None:
    assert published(raw, NOW) == (None, f"unknown zone: {raw}")


def test_a_weekday_that_contradicts_the_day_is_noted() -> None:
    raw = "Mon, 20 Nov 2026 17:33:11 GMT"
    assert published(raw, NOW) == (
        datetime(2026, 11, 20, 17, 33, 11, tzinfo=timezone.utc),
        f"another weekday than that day's: {raw}",
    )


@pytest.mark.parametrize("raw", [None, "", "  ", "n/a", "0"])
def test_a_missing_date_is_none_and_never_now(raw: object) -> None:
    assert published(raw, NOW) == (None, "no date")


def test_a_clock_that_is_a_little_ahead_is_set_back_and_a_date_in_the_future_is_not_believed() -> None:
    assert published((NOW + timedelta(minutes=10)).isoformat(), NOW) == (NOW, None)
    assert published((NOW + timedelta(minutes=11)).isoformat(), NOW) == (None, "in the future: 2026-11-23 12:11")


def test_a_day_of_the_persian_calendar_is_one_in_iran_and_noted() -> None:
    at, note = published("شنبه، ۳۰ آبان ۱۴۰۵", NOW)
    assert (at and at.isoformat(), note) == (
        "2026-11-20T20:30:00+00:00",
        "no zone, taken as Asia/Tehran: شنبه، ۳۰ آبان ۱۴۰۵",
    )


def test_nothing_was_written_about_crypto_before_there_was_any() -> None:
    assert published("Thu, 01 Jan 1970 00:00:01 GMT", NOW) == (None, "before 2009: 1970-01-01")
    assert published("2009-01-02T23:59:59Z", NOW) == (None, "before 2009: 2009-01-02")
    assert published("2009-01-03T00:00:00Z", NOW) == (datetime(2009, 1, 3, tzinfo=timezone.utc), None)


@given(st.text() | st.integers() | st.floats())
def test_whatever_stands_in_the_place_of_a_date_gives_a_past_moment_or_none_with_a_note(raw: object) -> None:
    when, note = published(raw, NOW)
    assert (when is None and note is not None) or (when is not None and when <= NOW)
