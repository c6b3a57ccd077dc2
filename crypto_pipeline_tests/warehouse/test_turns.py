"""Whose turn it is with a file inside this process, without any file."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from crypto_pipeline.warehouse.errors import DatabaseBusy
from crypto_pipeline.warehouse.turns import REST, FileTurns

LONG = 600.0
"""Seconds that no test waits."""


@pytest.fixture
def turns() -> FileTurns:
    return FileTurns("crypto.duckdb")


class Attempts:
    """An attempt at the file that counts how often it is made, and succeeds from some time on."""

    def __init__(self, succeeds_at: int | None = None) -> None:
        self.made = 0
        self._succeeds_at = succeeds_at

    def __call__(self) -> str | None:
        self.made += 1
        return "got" if self._succeeds_at is not None and self.made >= self._succeeds_at else None


def waits_no_more(turns: FileTurns) -> bool:
    """Whether who may wait for long tries once."""
    again = Attempts()
    with turns, pytest.raises(DatabaseBusy):
        turns.wait_for(again, LONG)
    return again.made == 1


def test_an_attempt_is_made_again_until_it_gives_something(turns: FileTurns) -> None:
    attempt = Attempts(succeeds_at=3)
    with turns:
        assert turns.wait_for(attempt, LONG) == "got"
    assert attempt.made == 3


def test_who_may_not_wait_tries_once(turns: FileTurns) -> None:
    attempt = Attempts()
    with turns, pytest.raises(DatabaseBusy, match=r"crypto\.duckdb is in use in this program; try again in a moment"):
        turns.wait_for(attempt, 0)
    assert attempt.made == 1


def test_the_reason_of_the_last_attempt_is_what_is_told(turns: FileTurns) -> None:
    def held() -> None:
        raise DatabaseBusy("held by a notebook")

    with turns, pytest.raises(DatabaseBusy, match="held by a notebook"):
        turns.wait_for(held, 0)


def test_another_error_is_not_waited_for(turns: FileTurns) -> None:
    def broken() -> None:
        raise ValueError("broken")

    with turns, pytest.raises(ValueError, match="broken"):
        turns.wait_for(broken, LONG)


def test_after_a_wait_in_vain_nobody_waits_again_until_somebody_gets_the_file(turns: FileTurns) -> None:
    with turns.waiting_once():
        with turns, pytest.raises(DatabaseBusy):
            turns.wait_for(Attempts(), 0)
        assert waits_no_more(turns)
        with turns:
            assert turns.wait_for(Attempts(succeeds_at=1), LONG) == "got"
            assert turns.wait_for(Attempts(succeeds_at=2), LONG) == "got"


def test_when_the_block_is_over_the_file_is_waited_for_as_before(turns: FileTurns) -> None:
    with turns.waiting_once(), turns, pytest.raises(DatabaseBusy):
        turns.wait_for(Attempts(), 0)
    with turns:
        assert turns.wait_for(Attempts(succeeds_at=2), LONG) == "got"


def test_a_block_within_a_block_ends_nothing(turns: FileTurns) -> None:
    with turns.waiting_once():
        with turns.waiting_once(), turns, pytest.raises(DatabaseBusy):
            turns.wait_for(Attempts(), 0)
        assert waits_no_more(turns)
    with turns:
        assert turns.wait_for(Attempts(succeeds_at=2), LONG) == "got"


def test_outside_such_a_block_each_one_waits(turns: FileTurns) -> None:
    with turns, pytest.raises(DatabaseBusy):
        turns.wait_for(Attempts(), 0)
    with turns:
        assert turns.wait_for(Attempts(succeeds_at=2), LONG) == "got"


def test_readers_see_that_a_writer_waits_and_only_as_long_as_it_does(turns: FileTurns) -> None:
    with turns:
        assert not turns.writer_waits
        with turns.as_writer(), turns.as_writer():
            assert turns.writer_waits
        assert not turns.writer_waits


def test_one_has_the_file_alone_and_the_next_gets_it_when_it_is_given_back(turns: FileTurns) -> None:
    with turns:
        turns.take_alone(lambda: True, 0)
        assert not turns.may_join
        with pytest.raises(DatabaseBusy):
            turns.take_alone(lambda: True, 0)
    got = threading.Event()

    def take() -> None:
        with turns:
            turns.take_alone(lambda: True, LONG)
        got.set()

    other = threading.Thread(target=take)
    other.start()
    turns.give_back()
    assert got.wait(LONG)
    other.join()


@pytest.mark.parametrize(("rests", "at_least"), [(True, REST), (False, 0.0)])
def test_who_asks_again_and_again_lets_others_go_first(turns: FileTurns, rests: bool, at_least: float) -> None:
    slept: list[float] = []
    with turns:
        turns.take_alone(lambda: True, 0)
    turns.give_back(rest=rests)
    began = time.monotonic()
    sleep: Callable[[float], None] = slept.append
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(time, "sleep", sleep)
        turns.rest()
    (seconds,) = slept
    assert max(0.0, at_least - (time.monotonic() - began) - 0.05) <= seconds <= at_least
