"""The first "too often" quiets a host; the second ends it for a run."""

from __future__ import annotations

import math

from crypto_pipeline.collection.http.hosts import Host
from crypto_pipeline.sources.kit import Budget

FIRST_PER_HOST = 6
MAX_PER_HOST = 64

FREE = Budget(1000, 60)


def test_a_host_gets_more_at_once_as_it_answers() -> None:
    host = Host(FREE)
    assert host.gate.limit == FIRST_PER_HOST
    host.answered(sent_at=0)
    assert host.gate.limit == FIRST_PER_HOST + 2
    for _ in range(100):
        host.answered(sent_at=0)
    assert host.gate.limit == MAX_PER_HOST


def test_after_a_refusal_nothing_leaves_before_the_pause_is_over_and_then_one_at_a_time() -> None:
    host = Host(FREE)
    host.refused(sent_at=0, now=1, until=10)
    assert host.window.reserve(1, 2, latest=9) is None
    assert host.window.reserve(1, 2, latest=20) == 10
    assert host.gate.limit == 1
    assert not host.is_done_with


def test_requests_that_were_out_together_are_refused_once_and_the_longest_pause_counts() -> None:
    host = Host(FREE)
    host.refused(sent_at=0, now=1, until=10)
    host.refused(sent_at=0.5, now=1.5, until=5)
    assert host.window.paused_until == 10
    host.refused(sent_at=0.9, now=2, until=30)
    assert host.window.paused_until == 30
    assert not host.is_done_with


def test_a_second_refusal_ends_the_host_for_the_run() -> None:
    host = Host(FREE)
    host.refused(sent_at=0, now=1, until=10)
    host.refused(sent_at=10, now=11, until=12)
    assert host.is_done_with
    assert host.window.reserve(1, 12, latest=10**9) is None
    assert host.window.paused_until == math.inf


def test_an_answer_after_the_pause_opens_the_host_again_and_one_from_before_does_not() -> None:
    host = Host(FREE)
    host.refused(sent_at=0, now=1, until=10)
    host.answered(sent_at=0.9)
    assert host.gate.limit == 1
    host.answered(sent_at=10)
    assert host.gate.limit == 3


def test_a_pause_that_somebody_else_was_told_is_kept_and_is_no_refusal() -> None:
    host = Host(FREE)
    host.leave_alone(1, 10)
    assert host.window.reserve(1, 2, latest=9) is None
    assert host.gate.limit == 1
    host.answered(sent_at=11)
    host.leave_alone(12, 10)
    assert host.gate.limit == 3
    host.refused(sent_at=12, now=13, until=20)
    assert not host.is_done_with


def test_a_host_that_turns_away_whoever_asks_at_first_is_asked_no_more() -> None:
    host = Host(FREE)
    for _ in range(FIRST_PER_HOST - 1):
        host.turned_away(now=1)
    assert host.window.reserve(1, 1, latest=10) == 1
    host.turned_away(now=1)
    assert host.is_done_with
    assert not host.serves_us


def test_a_host_that_has_answered_one_request_may_turn_away_others() -> None:
    host = Host(FREE)
    host.answered(sent_at=0)
    for _ in range(100):
        host.turned_away(now=1)
    assert not host.is_done_with
