"""The parts of the answers that need no system: words for cadences, signs of life."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import dagster as dg
import pytest

from crypto_pipeline.api.cadences import every, next_tick, short
from crypto_pipeline.api.history import is_ticking, last_ended

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("cron", "long", "brief"),
    [
        ("*/5 * * * *", "Every 5 minutes", "5 min"),
        ("*/15 * * * *", "Every 15 minutes", "15 min"),
        ("*/7 * * * *", "At '*/7 * * * *' (UTC)", "*/7 * * * *"),
        ("0 * * * *", "At '0 * * * *' (UTC)", "0 * * * *"),
        (" */20  * * *  * ", "Every 20 minutes", "20 min"),
        ("*/60 * * * *", "Every 60 minutes", "60 min"),
        ("*/1 * * * *", "At '*/1 * * * *' (UTC)", "*/1 * * * *"),
        ("*/5 * * * 1", "At '*/5 * * * 1' (UTC)", "*/5 * * * 1"),
    ],
)
def test_a_cadence_in_words(cron: str, long: str, brief: str) -> None:
    assert (every(cron), short(cron)) == (long, brief)


def test_the_next_tick_is_later_than_now_and_in_utc() -> None:
    assert next_tick("*/5 * * * *", NOON) == NOON + timedelta(minutes=5)
    assert next_tick("*/5 * * * *", NOON - timedelta(seconds=1)) == NOON
    assert next_tick("*/15 * * * *", NOON + timedelta(seconds=1)).isoformat() == "2026-11-24T12:15:00+00:00"


@pytest.mark.parametrize(
    ("ages", "ticking"),
    [
        ({"SCHEDULER": 60, "SENSOR": 20}, True),
        ({}, False),
        ({"SENSOR": 1}, False),
        ({"SCHEDULER": 100, "SENSOR": 95}, False),
        ({"SCHEDULER": 200, "SENSOR": 5}, False),
        ({"SCHEDULER": 150, "SENSOR": 90}, True),
        ({"SCHEDULER": 150, "SENSOR": 91}, False),
        ({"SCHEDULER": 151, "SENSOR": 5}, False),
    ],
    ids=["alive", "never_started", "no_scheduler", "dead", "scheduler_stuck", "just_alive", "just_dead", "just_stuck"],
)
def test_a_daemon_ticks_when_it_and_its_scheduler_gave_a_sign_of_late(ages: dict[str, float], ticking: bool) -> None:
    beats = {part: NOON - timedelta(seconds=age) for part, age in ages.items()}
    assert is_ticking(beats, NOON) is ticking


@dg.op
def ends_well() -> None: ...


@dg.op
def ends_badly() -> None:
    raise dg.Failure("as it should")


@dg.graph
def one() -> None:
    ends_well()


@dg.graph
def other() -> None:
    ends_badly()


def test_the_last_run_of_a_job_is_the_newest_that_went_through_to_its_end() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        assert last_ended(instance, "a") is None
        failed = other.to_job("a").execute_in_process(instance=instance, raise_on_error=False)
        one.to_job("b").execute_in_process(instance=instance)
        found = last_ended(instance, "a")
        assert found
        assert (found.run_id, found.succeeded) == (failed.run_id, False)
        well = one.to_job("a").execute_in_process(instance=instance)
        for status in (dg.DagsterRunStatus.CANCELED, dg.DagsterRunStatus.STARTED):
            instance.create_run_for_job(one.to_job("a"), status=status)
        found = last_ended(instance, "a")
        assert found
        assert (found.run_id, found.succeeded) == (well.run_id, True)
        assert found.started_at
        assert found.ended_at
        assert found.started_at.tzinfo is timezone.utc
        assert found.started_at <= found.ended_at
