"""A budget is kept exactly, in every period of any position."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.collection.http.budgets import SlidingWindow
from crypto_pipeline.sources.kit import Budget


def reserved(window: SlidingWindow, now: float) -> float:
    """The moment of a request that can wait for ever."""
    moment = window.reserve(1, now, latest=10**6)
    assert moment is not None
    return moment


@given(
    st.integers(1, 10),
    st.integers(1, 100),
    st.lists(st.tuples(st.integers(1, 12), st.integers(0, 30)), max_size=40),
)
def test_no_period_of_any_position_holds_more_than_the_budget(
    requests: int, seconds: int, asked: list[tuple[int, int]]
) -> None:
    window = SlidingWindow(Budget(requests, seconds))
    now = 0
    granted: list[tuple[float, int]] = []
    for weight, later in asked:
        now += later
        moment = window.reserve(weight, now, latest=now + 50)
        if moment is not None:
            assert now <= moment <= now + 50
            granted.append((moment, min(weight, requests)))
    assert granted == sorted(granted, key=lambda grant: grant[0])
    for end, _ in granted:
        assert sum(weight for moment, weight in granted if end - seconds < moment <= end) <= requests


@given(
    st.integers(1, 5),
    st.integers(1, 50),
    st.lists(st.integers(0, 100), max_size=5),
    st.lists(st.tuples(st.integers(0, 30), st.sampled_from((None, 0, 5, 40))), max_size=30),
)
def test_neither_a_pause_nor_what_earlier_runs_asked_lets_more_out(
    requests: int, seconds: int, ages: list[int], events: list[tuple[int, int | None]]
) -> None:
    """Each event comes some seconds after the one before: a request, or a pause that the host asks for."""
    gone: list[tuple[float, int]] = sorted((float(-age), 1) for age in ages)[-requests:]
    window = SlidingWindow(Budget(requests, seconds), gone)
    now, pauses = 0, []
    for later, pause in events:
        now += later
        if pause is None:
            gone.append((reserved(window, now), 1))
            continue
        window.pause(now, now + pause)
        pauses.append((now, now + pause))
        asked_again = [grant for grant in gone if now < grant[0] < now + pause]
        gone = [grant for grant in gone if grant not in asked_again]
        gone += [(reserved(window, now), 1) for _ in asked_again]
    for end, _ in gone:
        assert sum(weight for moment, weight in gone if end - seconds < moment <= end) <= requests
    assert not [moment for moment, _ in gone for begin, end in pauses if begin < moment < end]


def test_a_budget_lets_its_requests_out_at_once_and_the_next_when_the_first_is_a_period_old() -> None:
    window = SlidingWindow(Budget(2, 60))
    assert [window.reserve(1, now, latest=1000) for now in (0, 10, 20, 20)] == [0, 10, 60, 70]


def test_a_request_that_was_refused_for_its_budget_costs_nothing() -> None:
    window = SlidingWindow(Budget(1, 60))
    assert window.reserve(1, 0, latest=20) == 0
    assert window.reserve(1, 30, latest=50) is None
    assert window.reserve(1, 60, latest=80) == 60


@given(st.integers(1, 5), st.integers(1, 20), st.lists(st.tuples(st.integers(0, 10), st.integers(0, 15)), max_size=25))
def test_whatever_leaves_late_the_budget_holds_for_what_really_left(
    requests: int, seconds: int, asked: list[tuple[int, int]]
) -> None:
    """Each asks some seconds after the one before, and gets its place among those in flight so many seconds late."""
    window = SlidingWindow(Budget(requests, seconds))
    now, waiting, left = 0, [], []
    for later, delay in asked:
        now += later
        waiting.append((window.reserve(1, now, latest=10**6), delay))
    clock = now
    while waiting:
        waiting.sort(key=lambda one: (one[0] or 0) + one[1])
        promised, delay = waiting.pop(0)
        clock = max(clock, int(promised or 0) + delay)
        if window.depart(promised or 0, 1, clock):
            left.append(clock)
        else:
            waiting.append((window.reserve(1, clock, latest=10**6), 0))
    assert len(left) == len(asked)
    for end in left:
        assert sum(end - seconds < moment <= end for moment in left) <= requests


def test_a_request_leaves_late_when_those_before_it_did() -> None:
    window = SlidingWindow(Budget(1, 10))
    first, second = window.reserve(1, 0, latest=100), window.reserve(1, 0, latest=100)
    assert (first, second) == (0, 10)
    assert window.depart(0, 1, now=5)
    assert not window.depart(10, 1, now=14.9)
    assert window.reserve(1, 14.9, latest=100) == 15
    assert window.depart(15, 1, now=15)


def test_nothing_leaves_in_a_pause() -> None:
    window = SlidingWindow(Budget(10, 10))
    assert window.reserve(1, 0, latest=100) == 0
    window.pause(0, 30)
    assert not window.depart(0, 1, now=29.9)
    assert window.depart(30, 1, now=30)


def test_requests_leave_in_the_order_in_which_they_ask() -> None:
    window = SlidingWindow(Budget(2, 10))
    assert [window.reserve(weight, 0, latest=100) for weight in (1, 2, 1, 1)] == [0, 10, 20, 20]


def test_who_asks_once_more_gets_no_earlier_moment_than_those_who_asked_before() -> None:
    window = SlidingWindow(Budget(2, 10))
    first, second, third = (window.reserve(1, 0, latest=100) for _ in range(3))
    assert (first, second, third) == (0, 0, 10)
    window.pause(1, 5)
    assert not window.depart(0, 1, now=2)
    assert not window.depart(0, 1, now=2)
    assert [window.reserve(1, 2, latest=100) for _ in range(2)] == [10, 20], "there would be room at 5"


def test_a_request_may_go_out_at_the_last_moment_that_it_can_wait_for_and_no_later() -> None:
    window = SlidingWindow(Budget(1, 60), [(0, 1)])
    assert window.reserve(1, 30, latest=59.9) is None
    assert window.reserve(1, 30, latest=60) == 60


def test_what_earlier_runs_asked_counts_in_whatever_order_it_is_told() -> None:
    for spent in ([(0.0, 1), (5.0, 1)], [(5.0, 1), (0.0, 1)]):
        window = SlidingWindow(Budget(2, 10), spent)
        assert [window.reserve(1, 6, latest=100) for _ in range(2)] == [10, 15]
        assert window.depart(10, 1, now=12), "what is a period old does not count, and what is younger leaves room"


def test_a_request_that_weighs_more_than_the_budget_has_a_period_of_its_own() -> None:
    window = SlidingWindow(Budget(2, 10))
    assert [window.reserve(weight, 0, latest=100) for weight in (5, 1)] == [0, 10]
    assert window.depart(0, 5, now=0)
    assert not window.depart(10, 1, now=9.9)
    assert window.reserve(1, 9.9, latest=100) == 10


def test_of_what_waits_only_that_asks_again_whose_moment_a_pause_has_taken() -> None:
    def next_after_pause(promised: int, until: int) -> float | None:
        """When the next request may go out, after one that was promised a moment and a pause that was heard of at 5."""
        window = SlidingWindow(Budget(1, 20))
        assert window.reserve(1, promised, latest=100) == promised
        window.pause(5, until)
        return window.reserve(1, 5, latest=100)

    assert next_after_pause(promised=5, until=15) == 25, "it is on its way out"
    assert next_after_pause(promised=6, until=15) == 15
    assert next_after_pause(promised=14, until=15) == 15
    assert next_after_pause(promised=15, until=15) == 35


def test_who_asks_once_more_stands_behind_all_that_still_wait() -> None:
    window = SlidingWindow(Budget(3, 10))
    assert [window.reserve(1, 0, latest=100) for _ in range(4)] == [0, 0, 0, 10]
    assert window.depart(0, 1, now=0)
    window.pause(1, 5)
    assert not window.depart(0, 1, now=2)
    assert not window.depart(0, 1, now=2)
    assert window.reserve(1, 2, latest=100) == 10, "there would be room at 5"


def test_a_promise_that_is_overdue_takes_its_place_before_what_has_left_since() -> None:
    window = SlidingWindow(Budget(2, 10))
    assert [window.reserve(1, 0, latest=100) for _ in range(4)] == [0, 0, 10, 10]
    for promised, leaves in ((0, 5), (0, 9), (10, 16)):
        assert window.depart(promised, 1, now=leaves)
    assert window.reserve(1, 16, latest=100) == 20
