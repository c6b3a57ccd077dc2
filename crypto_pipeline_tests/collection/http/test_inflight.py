"""Whose failure it is: the source's, or that of a machine that was away."""

from __future__ import annotations

import pytest

from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.http.attention import BEAT_SECONDS, GRACE_SECONDS, Attention
from crypto_pipeline.collection.http.inflight import InFlight
from crypto_pipeline.collection.http.messages import Attempt, Request
from crypto_pipeline.schema.outcomes import Outcome

PER_BEAT = BEAT_SECONDS + GRACE_SECONDS


@pytest.fixture(autouse=True, scope="module")
def _this_machine_is_never_away() -> None:
    """Here it may be: its time is moved by hand."""


class Machine:
    """A request under way on a machine whose time is moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0
        self.attempts: list[Attempt] = []
        self.attention = Attention(lambda: self.now)
        self.under_way = InFlight(Request("https://api.example.com/"), self.attempts.append, self.attention, 20)
        self.under_way.begin(0)

    def is_there(self, seconds: float) -> None:
        for _ in range(round(seconds / BEAT_SECONDS)):
            self.now += BEAT_SECONDS
            self.attention.beat()

    def is_away(self, seconds: float) -> None:
        self.now += seconds + PER_BEAT
        self.attention.beat()

    def blames(self, outcome: Outcome, *, is_certain: bool = False) -> Outcome:
        return self.under_way.blamed(SourceError(outcome, "it failed", is_certain=is_certain)).outcome


@pytest.mark.parametrize(("seconds", "outcome"), [(0.98, Outcome.UNREACHABLE), (1.02, Outcome.OUT_OF_TIME)])
def test_a_lag_of_a_second_may_be_why_a_connection_broke(seconds: float, outcome: Outcome) -> None:
    machine = Machine()
    machine.is_away(seconds)
    assert machine.blames(Outcome.UNREACHABLE) is outcome


@pytest.mark.parametrize(("there", "outcome"), [(11.8, Outcome.OUT_OF_TIME), (12.0, Outcome.TIMEOUT)])
def test_a_lag_that_is_less_than_a_quarter_of_the_attempt_is_no_reason(there: float, outcome: Outcome) -> None:
    machine = Machine()
    machine.is_there(there)
    machine.is_away(3 - 0.001)
    assert machine.blames(Outcome.TIMEOUT) is outcome


@pytest.mark.parametrize(
    "outcome", [Outcome.SERVER_ERROR, Outcome.RATE_LIMITED, Outcome.BLOCKED, Outcome.TOO_LARGE, Outcome.BAD_REDIRECT]
)
def test_what_a_source_has_said_is_its_own_however_slow_this_machine_is(outcome: Outcome) -> None:
    machine = Machine()
    machine.is_away(100)
    assert machine.blames(outcome) is outcome


def test_a_refused_connection_is_certain() -> None:
    machine = Machine()
    machine.is_away(100)
    assert machine.blames(Outcome.UNREACHABLE, is_certain=True) is Outcome.UNREACHABLE


def test_the_sentence_says_for_how_long_this_machine_was_away() -> None:
    machine = Machine()
    machine.is_away(119.94)
    error = machine.under_way.blamed(machine.under_way.timeout())
    assert str(error) == (
        "this machine was too slow: it was away for 119.9 s while api.example.com was asked "
        "(api.example.com did not answer within 20 s)"
    )


@pytest.mark.parametrize(("outcome", "again"), [(Outcome.UNREACHABLE, True), (Outcome.TIMEOUT, False)])
def test_what_broke_is_asked_again_and_what_had_all_its_time_is_not(outcome: Outcome, again: bool) -> None:
    machine = Machine()
    machine.is_away(100)
    machine.blames(outcome)
    assert machine.under_way.can_be_repeated is again


def test_a_lag_of_the_attempt_before_does_not_excuse_this_one() -> None:
    machine = Machine()
    machine.is_away(100)
    machine.under_way.end(Outcome.SERVER_ERROR)
    machine.under_way.begin(101)
    assert machine.blames(Outcome.UNREACHABLE) is Outcome.UNREACHABLE


def test_an_attempt_lasts_as_long_as_it_was_attended_to_and_takes_that_from_its_request() -> None:
    machine = Machine()
    machine.is_there(2)
    machine.is_away(100)
    machine.under_way.end(Outcome.SERVER_ERROR, "broken")
    (attempt,) = machine.attempts
    assert attempt.milliseconds == pytest.approx((2 + PER_BEAT) * 1000)
    assert machine.under_way.seconds_left == pytest.approx(18 - PER_BEAT)
