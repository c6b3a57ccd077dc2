"""What became of each tick that was due."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crypto_pipeline.monitoring.ticks import DID_NOT_COME, NOBODY_WAS_THERE, Accounted, Tick, account, expected
from crypto_pipeline_tests.monitoring.moments import NOON, minutes

MOST = 2500

CRON = "*/5 * * * *"


def accounted(ticks: list[Tick], *, after: float, now: float, awake: float = -600) -> Accounted:
    return account("ui", CRON, ticks, minutes(after), minutes(now), awake_since=minutes(awake))


def outcomes(done: Accounted) -> list[tuple[object, object]]:
    return [(row["expected_at"], row["outcome"]) for row in done.rows]


def test_ticks_are_expected_after_one_moment_and_up_to_another() -> None:
    assert expected(CRON, NOON, minutes(10)) == [minutes(5), minutes(10)]
    assert expected(CRON, NOON, minutes(4)) == []


def test_a_tick_that_started_a_run_says_how_late_that_began() -> None:
    began = minutes(5) + timedelta(seconds=3.5)
    done = accounted([Tick(minutes(5), "started", began)], after=0, now=6)
    assert done.rows == (
        {
            "schedule": "ui",
            "expected_at": minutes(5),
            "actual_at": began,
            "lag_seconds": 3.5,
            "outcome": "started",
            "reason": None,
        },
    )
    assert done.until == minutes(5)


def test_a_skipped_tick_says_why() -> None:
    (row,) = accounted([Tick(minutes(5), "skipped", reason="still under way")], after=0, now=6).rows
    assert (row["outcome"], row["reason"], row["actual_at"], row["lag_seconds"]) == (
        "skipped",
        "still under way",
        None,
        None,
    )


def test_a_tick_that_has_only_just_been_due_is_not_missed_yet() -> None:
    done = accounted([], after=0, now=7)
    assert (done.rows, done.until) == ((), NOON)


def test_a_tick_that_did_not_come_is_missed() -> None:
    assert outcomes(accounted([], after=0, now=9)) == [(minutes(5), "missed")]


def test_ticks_of_a_night_without_a_scheduler_are_missed_once_and_not_again() -> None:
    ticks = [Tick(minutes(120), "started", minutes(121))]
    done = accounted(ticks, after=0, now=124, awake=121)
    assert [outcome for _, outcome in outcomes(done)] == ["missed"] * 23 + ["started"]
    assert done.until == minutes(120)
    assert accounted(ticks, after=120, now=124, awake=121).rows == ()


def test_a_scheduler_that_has_just_come_back_may_still_make_up_for_its_last_tick() -> None:
    assert outcomes(accounted([], after=0, now=6, awake=5)) == []
    assert outcomes(accounted([], after=0, now=60, awake=59)) == []
    assert len(outcomes(accounted([], after=0, now=63, awake=59))) == 12


def test_a_run_that_waits_in_the_queue_is_waited_for_and_nothing_overtakes_it() -> None:
    ticks = [Tick(minutes(5), "started"), Tick(minutes(10), "skipped", reason="still under way")]
    assert accounted(ticks, after=0, now=14).rows == ()
    assert outcomes(accounted(ticks, after=0, now=15)) == [(minutes(5), "started"), (minutes(10), "skipped")]


@pytest.mark.parametrize(
    ("tick", "reason"),
    [
        (Tick(minutes(5), "failed", reason="the code location is broken"), "the code location is broken"),
        (Tick(minutes(5), "under_way"), "the scheduler did not finish it"),
    ],
)
def test_a_tick_that_failed_is_missed_with_a_reason(tick: Tick, reason: str) -> None:
    (row,) = accounted([tick], after=0, now=16).rows[:1]
    assert (row["outcome"], row["reason"]) == ("missed", reason)


def test_after_a_year_of_silence_one_look_accounts_for_the_newest_ticks_only() -> None:
    done = accounted([], after=-365 * 1440, now=0)
    assert len(done.rows) == MOST - 1  # the very newest is not known to be missed yet
    assert done.until == minutes(-5)
    assert done.rows[0]["expected_at"] == minutes(-5 * (MOST - 1))


def test_a_tick_that_never_came_is_missed_with_a_reason() -> None:
    slept = accounted([], after=0, now=30, awake=26).rows
    assert [row["reason"] for row in slept] == [NOBODY_WAS_THERE] * 5
    (awake,) = accounted([], after=0, now=9, awake=0).rows
    assert awake["reason"] == DID_NOT_COME


def test_a_tick_that_was_due_at_the_moment_of_waking_was_due_while_awake() -> None:
    (row,) = accounted([], after=0, now=9, awake=5).rows
    assert (row["expected_at"], row["reason"]) == (minutes(5), DID_NOT_COME)
