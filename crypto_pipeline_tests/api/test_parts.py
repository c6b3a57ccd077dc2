"""The parts of the answers that need no system: words for cadences, signs of life."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from crypto_pipeline.api.cadences import every, next_tick, short
from crypto_pipeline.api.history import is_ticking

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("cron", "long", "brief"),
    [
        ("*/5 * * * *", "Every 5 minutes", "5 min"),
        ("*/15 * * * *", "Every 15 minutes", "15 min"),
        ("*/7 * * * *", "At '*/7 * * * *' (UTC)", "*/7 * * * *"),
        ("0 * * * *", "At '0 * * * *' (UTC)", "0 * * * *"),
    ],
)
def test_a_cadence_in_words(cron: str, long: str, brief: str) -> None:
    assert (every(cron), short(cron)) == (long, brief)


def test_the_next_tick_is_later_than_now_and_in_utc() -> None:
    assert next_tick("*/5 * * * *", NOON) == NOON + timedelta(minutes=5)
    assert next_tick("*/15 * * * *", NOON + timedelta(seconds=1)).isoformat() == "2026-11-24T12:15:00+00:00"


@pytest.mark.parametrize(
    ("ages", "ticking"),
    [
        ({"SCHEDULER": 60, "SENSOR": 20}, True),
        ({}, False),
        ({"SENSOR": 1}, False),
        ({"SCHEDULER": 100, "SENSOR": 95}, False),
        ({"SCHEDULER": 200, "SENSOR": 5}, False),
    ],
    ids=["alive", "never_started", "no_scheduler", "dead", "scheduler_stuck"],
)
def test_a_daemon_ticks_when_it_and_its_scheduler_gave_a_sign_of_late(ages: dict[str, float], ticking: bool) -> None:
    beats = {part: NOON - timedelta(seconds=age) for part, age in ages.items()}
    assert is_ticking(beats, NOON) is ticking
