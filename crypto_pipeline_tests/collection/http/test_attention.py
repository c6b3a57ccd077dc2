"""A clock that stands still while the process does not run, and deadlines that keep to it."""

from __future__ import annotations

import asyncio
import time

import anyio
import pytest

from crypto_pipeline.collection.http.attention import BEAT_SECONDS, GRACE_SECONDS, Attention


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def after(attention: Attention, clock: Clock, *seconds: float) -> None:
    """Let beats come after so many seconds each."""
    for passed in seconds:
        clock.now += passed
        attention.beat()


def test_time_that_beats_come_late_by_is_lost() -> None:
    attention = Attention(clock := Clock())
    after(attention, clock, 0.05, 0.05, 120.0, 0.05)
    assert attention.seconds == pytest.approx(0.05 + 0.05 + 0.1 + 0.05)
    assert attention.lost_seconds == pytest.approx(119.9)


@pytest.mark.parametrize(("late", "lost"), [(GRACE_SECONDS, 0.0), (GRACE_SECONDS + 0.01, 0.01)])
def test_a_beat_may_be_a_little_late(late: float, lost: float) -> None:
    attention = Attention(clock := Clock())
    after(attention, clock, BEAT_SECONDS + late)
    assert attention.lost_seconds == pytest.approx(lost)


@pytest.mark.parametrize(("worked", "attended"), [(0.05, 0.1), (0.1, 0.1), (2.0, 2.0), (30.0, 10.0)])
def test_what_the_loop_works_counts_where_it_shall_although_no_beat_comes(worked: float, attended: float) -> None:
    clock, work = Clock(), Clock()
    attention = Attention(clock, work)
    clock.now, work.now = clock.now + 10, work.now + worked
    assert attention.seconds == pytest.approx(attended)
    attention.beat()
    assert attention.seconds == pytest.approx(attended)
    assert attention.lost_seconds == pytest.approx(10 - attended)
    after(attention, clock, 10)
    assert attention.seconds == pytest.approx(attended + 0.1)


def test_what_is_lost_shows_before_the_next_beat() -> None:
    attention = Attention(clock := Clock())
    clock.now += 60
    assert attention.seconds == pytest.approx(0.1)
    assert attention.lost_seconds == pytest.approx(59.9)


def test_a_clock_that_goes_backwards_takes_nothing_away() -> None:
    attention = Attention(clock := Clock())
    after(attention, clock, 0.05, -100, 0.05)
    assert attention.seconds == pytest.approx(0.1)
    assert attention.lost_seconds == 0


@pytest.mark.anyio
async def test_a_deadline_ends_when_its_attended_seconds_are_over_and_not_before() -> None:
    attention = Attention(clock := Clock())
    with attention.timeout(1.0) as timeout:
        after(attention, clock, 600.0, *[0.05] * 17)
        assert not timeout.expired
        after(attention, clock, 0.05, 0.05)
        assert timeout.expired
        await anyio.sleep(30)
    assert timeout.expired


@pytest.mark.anyio
async def test_a_deadline_that_is_not_reached_does_nothing() -> None:
    async with Attention() as attention:
        with attention.timeout(60) as timeout:
            await anyio.sleep(0)
    assert not timeout.expired


@pytest.mark.anyio
async def test_a_deadline_can_be_moved() -> None:
    attention = Attention(clock := Clock())
    with attention.timeout(0.05) as timeout:
        timeout.ends_at += 0.1
        after(attention, clock, 0.05, 0.05)
        assert not timeout.expired
    with attention.timeout(0.05) as over:
        after(attention, clock, 0.06)
        await anyio.sleep(30)
    assert over.expired


@pytest.mark.anyio
async def test_what_came_while_the_process_was_away_is_read_before_its_deadline_ends() -> None:
    """The event loop wakes with an answer and with deadlines that are over by the clock: the answer counts."""
    async with Attention() as attention:
        arrived = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(0.3, arrived.set_result, "an answer")
        with attention.timeout(0.5) as timeout:
            await anyio.sleep(0)
            time.sleep(1)  # what SIGSTOP does to a process, and a loop that is busy to its requests
            assert await arrived == "an answer"
        assert not timeout.expired
        assert attention.lost_seconds >= 0.5


@pytest.mark.anyio
async def test_one_that_is_cancelled_from_outside_has_not_expired() -> None:
    async with Attention() as attention:
        with anyio.CancelScope() as outside:
            outside.cancel()
            with attention.timeout(60) as timeout:
                await anyio.sleep(60)
    assert outside.cancelled_caught
    assert not timeout.expired
