"""What one evaluation leaves behind for the next."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crypto_pipeline.monitoring.state import AWAKE, MonitorState
from crypto_pipeline_tests.monitoring.moments import NOON, minutes

WATCHING = MonitorState(looked_at=NOON, awake_since=minutes(-60))
SECOND = timedelta(seconds=1)


def test_evaluations_one_after_the_other_are_one_time_awake() -> None:
    assert WATCHING.awake(NOON + AWAKE) == minutes(-60)


@pytest.mark.parametrize("pause", [AWAKE + SECOND, timedelta(minutes=20), timedelta(days=1)])
def test_a_machine_that_slept_in_between_is_awake_since_it_woke(pause: timedelta) -> None:
    assert WATCHING.awake(NOON + pause) == NOON + pause


def test_a_pause_between_two_evaluations_in_a_row_is_no_sleep_and_one_of_twenty_minutes_is() -> None:
    assert timedelta(minutes=2) < AWAKE < timedelta(minutes=20)


@pytest.mark.parametrize("state", [MonitorState(), MonitorState(looked_at=NOON), MonitorState(awake_since=NOON)])
def test_whoever_looks_first_is_awake_from_then_on(state: MonitorState) -> None:
    assert state.awake(minutes(1)) == minutes(1)
