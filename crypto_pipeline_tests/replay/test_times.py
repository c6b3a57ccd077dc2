"""Times move in the form in which they are written, and stay on their grid."""

from __future__ import annotations

import doctest
from datetime import datetime, timedelta, timezone

import pytest

from crypto_pipeline.replay import market, times
from crypto_pipeline.replay.recorded import RECORDED_AT

HOUR_AND_A_BIT = 3600 + 60 + 1


def test_the_examples_are_true() -> None:
    assert doctest.testmod(times).failed == doctest.testmod(market).failed == 0


@pytest.mark.parametrize(
    ("recorded", "later"),
    [
        (1795431600, 1795435261),
        (1795431600.25, 1795435261.25),
        ("1795431600", "1795435261"),
        ("1795431600.118204", "1795435261.118204"),
        (1795431600118, 1795435261118),
        ("1795431600118", "1795435261118"),
        (1795431600118204, 1795435261118204),
        ("1795431600118204411", "1795435261118204411"),
        ("0x6b0303f0", "0x6b03123d"),
        ("2026-11-23T10:59:59Z", "2026-11-23T12:01:00Z"),
        ("2026-11-23T10:59:59.118204411Z", "2026-11-23T12:01:00.118204411Z"),
        ("2026-11-23T10:59:59+08:00", "2026-11-23T12:01:00+08:00"),
        ("2026-11-23T10:59:59-05:00", "2026-11-23T12:01:00-05:00"),
        ("2026-11-23 10:59:59", "2026-11-23 12:01:00"),
        ("2026-11-23 10:59:59.118 UTC", "2026-11-23 12:01:00.118 UTC"),
        ("2026-Nov-23 10:59:59.118 UTC", "2026-Nov-23 12:01:00.118 UTC"),
        ("2026-12-31T23:30", "2027-01-01T00:31"),
        ("Mon, 23 Nov 2026 23:59:59 +0000", "Tue, 24 Nov 2026 01:01:00 +0000"),
        ("23 Nov 2026 10:59:59 GMT", "23 Nov 2026 12:01:00 GMT"),
        ("2026112310", "2026112311"),
        ("20261123105959", "20261123120100"),
    ],
)
def test_a_time_moves_in_its_own_form(recorded: object, later: object) -> None:
    assert times.moved(recorded, HOUR_AND_A_BIT) == later
    assert type(later) is type(recorded)


@pytest.mark.parametrize(
    "value", [None, True, "", "n/a", "soon", "2026-13-45T00:00:00Z", "شنبه، ۳۰ آبان ۱۴۰۵", -5, [], {}]
)
def test_what_is_no_time_is_left_alone(value: object) -> None:
    assert times.moved(value, 60) is None


@pytest.mark.parametrize(
    ("recorded", "later"),
    [
        ("2026-11-23", "2027-03-04"),
        ("2026-11-22T00:00:00Z", "2027-03-03T00:00:00Z"),
        (1795431600, 1804136400),  # 11:00, an hour before the recording, and 05:00, an hour before 06:00
        ("2026-11-23T11:55:00Z", "2027-03-04T06:30:00Z"),
        ("2026-11-23T11:59:41Z", "2027-03-04T06:36:41Z"),
    ],
    ids=["date", "midnight", "hour", "five minutes", "second"],
)
def test_a_time_on_a_grid_stays_on_it(recorded: object, later: object) -> None:
    now = datetime(2027, 3, 4, 6, 37, tzinfo=timezone.utc)
    assert times.moved(recorded, times.on_grid(now, RECORDED_AT)) == later


@pytest.mark.parametrize("hours", [-30, -1, 0, 1, 11, 13, 24, 1000])
def test_what_was_not_in_the_future_never_is(hours: int) -> None:
    now = RECORDED_AT + timedelta(hours=hours, minutes=17)
    for shift in (times.on_grid(now, RECORDED_AT), times.in_steps(now, RECORDED_AT, times.DAY)):
        for recorded in (1795435200, 1795435199, 1795431600, 1795392000):
            assert times.moved(recorded, shift) <= now.timestamp()


def test_a_day_as_americans_write_it_stays_one_and_lines_stay_apart() -> None:
    assert times.moved("12/31/2026", times.DAY) == "01/01/2027"
    assert times.moved("31/12/2026", times.DAY) is None
    found = times.IN_TEXT.findall('Date,"1 Mo"\n11/20/2026,3.81\n')
    assert [one.strip() for one in found] == ["11/20/2026"]
