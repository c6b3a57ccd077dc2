"""What one evaluation leaves behind for the next."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from crypto_pipeline.monitoring.alerts import Alert, AlertChanges
from crypto_pipeline.monitoring.state import (
    AWAKE,
    Fate,
    MonitorState,
    known_alerts,
    next_state,
    state_from,
    state_text,
)
from crypto_pipeline.schema.clock import CLOCK_TOLERANCE
from crypto_pipeline_tests.monitoring.moments import NOON, WELL, minutes

YEAR = timedelta(days=365)
WATCHING = MonitorState(looked_at=NOON, awake_since=minutes(-60))
SECOND = timedelta(seconds=1)


def test_evaluations_one_after_the_other_are_one_time_awake() -> None:
    assert WATCHING.awake(NOON + AWAKE) == minutes(-60)


@pytest.mark.parametrize("pause", [AWAKE + SECOND, timedelta(minutes=20), timedelta(days=1)])
def test_a_machine_that_slept_in_between_is_awake_since_it_woke(pause: timedelta) -> None:
    assert WATCHING.awake(NOON + pause) == NOON + pause


def test_a_pause_between_two_evaluations_in_a_row_is_no_sleep_and_one_of_twenty_minutes_is() -> None:
    assert timedelta(minutes=2) < AWAKE < timedelta(minutes=20)


@pytest.mark.parametrize(
    ("behind", "is_new"), [(CLOCK_TOLERANCE, False), (CLOCK_TOLERANCE + timedelta(seconds=1), True), (YEAR, True)]
)
def test_after_a_clock_that_was_ahead_it_is_awake_from_now_on(behind: timedelta, is_new: bool) -> None:
    now = NOON - behind
    since = MonitorState(looked_at=NOON, awake_since=NOON).awake(now)
    assert since == (now if is_new else NOON)


@pytest.mark.parametrize("state", [MonitorState(), MonitorState(looked_at=NOON), MonitorState(awake_since=NOON)])
def test_whoever_looks_first_is_awake_from_then_on(state: MonitorState) -> None:
    assert state.awake(minutes(1)) == minutes(1)


FULL = Alert("disk_nearly_full", "error", "0.5 GB are free", minutes(-60), NOON)
OVER = Alert("run_failed.ui", "error", "it failed", minutes(-30), NOON, resolved_at=NOON)
EARLIER = Alert("spool_waits", "warning", "3 batches", minutes(-90), minutes(-80), resolved_at=minutes(-80))
BEFORE = MonitorState(
    looked_at=minutes(-5),
    awake_since=minutes(-600),
    measured_at=minutes(-5),
    accounted={"ui": minutes(-5)},
    alerts=(EARLIER,),
    all_is_stored=False,
)
CHANGE = AlertChanges(resolved=(OVER,), lasting=(FULL,))


def after(fate: Fate) -> MonitorState:
    return next_state(BEFORE, WELL, {"ui": NOON}, CHANGE, fate)


def test_when_all_was_stored_only_open_alerts_are_remembered() -> None:
    assert after(Fate.STORED) == MonitorState(NOON, minutes(-600), NOON, {"ui": NOON}, (FULL,), all_is_stored=True)


def test_what_waits_in_the_spool_is_measured_and_accounted_for_and_not_called_stored() -> None:
    assert after(Fate.SPOOLED) == MonitorState(
        NOON, minutes(-600), NOON, {"ui": NOON}, (EARLIER, FULL, OVER), all_is_stored=False
    )


def test_what_was_lost_is_measured_and_accounted_for_once_more() -> None:
    assert after(Fate.LOST) == MonitorState(
        NOON, minutes(-600), minutes(-5), {"ui": minutes(-5)}, (EARLIER, FULL, OVER), all_is_stored=False
    )


def test_an_alert_that_was_open_and_is_no_more_among_those_of_an_evaluation_is_not_remembered() -> None:
    before = replace(BEFORE, alerts=(EARLIER, replace(FULL, region="gone")))
    assert next_state(before, WELL, {"ui": NOON}, CHANGE, Fate.SPOOLED).alerts == (EARLIER, FULL, OVER)


@pytest.mark.parametrize("fate", Fate)
def test_a_state_is_the_same_after_it_was_written_and_read(fate: Fate) -> None:
    assert state_from(state_text(after(fate))) == after(fate)


@pytest.mark.parametrize("text", [None, "", "{", "[]", "{}", '{"looked_at": 3}', "null"])
def test_a_state_that_cannot_be_read_is_an_empty_one(text: str | None) -> None:
    assert state_from(text) == MonitorState()


def test_alerts_that_the_database_does_not_know_are_known_all_the_same() -> None:
    waiting = after(Fate.SPOOLED)
    assert known_alerts(waiting, stored=[]) == [FULL]
    assert known_alerts(waiting, stored=None) == [FULL]
    elsewhere = Alert("spool_waits", "warning", "9 batches", minutes(-9), NOON)
    assert known_alerts(waiting, stored=[elsewhere]) == [elsewhere, FULL]
    assert known_alerts(after(Fate.STORED), stored=[]) == []
    assert known_alerts(after(Fate.STORED), stored=None) == [FULL]
