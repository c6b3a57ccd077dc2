"""Which endpoint may be asked now, and what is remembered of it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.collection.health import (
    LONGEST_PAUSE,
    NOTHING,
    EndpointState,
    Event,
    Validators,
    after_nothing_was_reachable,
    answered_elsewhere,
    host_pauses,
    in_order,
    is_well,
    next_state,
    reason_not_to_ask,
)
from crypto_pipeline.schema.outcomes import BLAMELESS, NOT_ASKED, SUCCESSES, Outcome
from crypto_pipeline.schema.rows import Metric
from crypto_pipeline.sources.kit import Endpoint, Payload, PoolMember, Provider, Rows

OPENS_AFTER = 5
SPREAD = 0.2

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


def endpoint(name: str = "index", cadence: int = 5, priority: int = 0) -> Endpoint:
    provider = Provider("somebody", "https://somebody.example")

    @provider.endpoint(Metric, "/", name=name, cadence=cadence, pool=PoolMember("pool", priority))
    def parser(payload: Payload) -> Rows:
        return []

    return provider.endpoints[0]


def test_a_source_that_changes_daily_is_left_alone_until_its_interval_is_over() -> None:
    daily = endpoint(cadence=1440)
    state = EndpointState(succeeded_at=NOON)
    outcome, reason = reason_not_to_ask(daily, state, NOON + timedelta(hours=23)) or (None, "")
    assert outcome is Outcome.NOT_DUE
    assert "every 1440 minutes" in reason
    assert reason_not_to_ask(daily, state, NOON + timedelta(hours=24)) is None


def test_a_tick_that_comes_a_moment_early_does_not_cost_a_whole_interval() -> None:
    state = EndpointState(succeeded_at=NOON)
    assert reason_not_to_ask(endpoint(cadence=60), state, NOON + timedelta(minutes=58)) is None
    outcome, _ = reason_not_to_ask(endpoint(cadence=60), state, NOON + timedelta(minutes=57.9)) or (None, "")
    assert outcome is Outcome.NOT_DUE


def test_a_failure_does_not_count_as_having_been_asked() -> None:
    failed = next_state(NOTHING, Event(Outcome.TIMEOUT, NOON))
    assert reason_not_to_ask(endpoint(cadence=1440), failed, NOON + timedelta(minutes=15)) is None


def test_sources_of_the_two_cadences_are_always_due() -> None:
    for cadence in (5, 15):
        assert reason_not_to_ask(endpoint(cadence=cadence), EndpointState(succeeded_at=NOON), NOON) is None


def test_a_source_asked_less_often_than_the_slower_cadence_waits_for_its_own_interval() -> None:
    outcome, _ = reason_not_to_ask(endpoint(cadence=16), EndpointState(succeeded_at=NOON), NOON) or (None, "")
    assert outcome is Outcome.NOT_DUE


@pytest.mark.parametrize(("hours", "is_due"), [(-1, False), (24, True)], ids=["an hour ago", "of tomorrow"])
def test_an_answer_of_another_region_counts_unless_its_clock_was_ahead(hours: int, is_due: bool) -> None:
    reason = reason_not_to_ask(endpoint(cadence=1440), NOTHING, NOON, None, NOON + timedelta(hours=hours))
    assert (reason is None) is is_due


def test_of_several_regions_the_newest_answer_of_an_endpoint_counts() -> None:
    early, late = (EndpointState(succeeded_at=NOON + timedelta(hours=hours)) for hours in (0, 1))
    never = {"somebody.other": EndpointState(asked_at=NOON)}
    for others in (
        [{"somebody.index": early}, {"somebody.index": late}],
        [{"somebody.index": late, **never}, {"somebody.index": early}],
    ):
        assert answered_elsewhere(others) == {"somebody.index": NOON + timedelta(hours=1)}


def test_retry_after_is_honoured_by_the_next_run() -> None:
    until = NOON + timedelta(minutes=40)
    state = next_state(NOTHING, Event(Outcome.RATE_LIMITED, NOON, retry_after=until))
    assert state.not_before == until
    outcome, _ = reason_not_to_ask(endpoint(), state, until - timedelta(seconds=1)) or (None, "")
    assert outcome is Outcome.BACKING_OFF
    assert reason_not_to_ask(endpoint(), state, until) is None


@pytest.mark.parametrize(
    ("outcome", "minutes"),
    [
        (Outcome.BLOCKED, [60, 120, 240, 480, 960, 1440, 1440, 1440]),
        (Outcome.RATE_LIMITED, [5, 10, 20, 40, 80, 160, 320, 360, 360]),
    ],
)
def test_a_refusal_pauses_for_long_and_longer_each_time(outcome: Outcome, minutes: list[int]) -> None:
    state, pauses = NOTHING, []
    for _ in minutes:
        state = next_state(state, Event(outcome, NOON))
        assert state.not_before
        pauses.append((state.not_before - NOON) / timedelta(minutes=1))
    assert pauses == minutes


def test_a_success_forgets_failures_and_keeps_the_new_validators() -> None:
    failed = next_state(NOTHING, Event(Outcome.BLOCKED, NOON))
    well = next_state(failed, Event(Outcome.OK, NOON, validators=Validators("etag", None, "hash")))
    assert (well.consecutive_failures, well.not_before, well.etag, well.body_hash) == (0, None, "etag", "hash")


def test_nothing_new_keeps_the_validators_and_a_failure_does_too() -> None:
    state = EndpointState(etag="etag", body_hash="hash")
    assert next_state(state, Event(Outcome.NOT_MODIFIED, NOON)).etag == "etag"
    assert next_state(state, Event(Outcome.TIMEOUT, NOON)).body_hash == "hash"


def test_a_pause_that_came_with_part_of_an_answer_is_honoured_too() -> None:
    until = NOON + timedelta(minutes=40)
    state = next_state(NOTHING, Event(Outcome.OK, NOON, retry_after=until, host_not_before=until))
    assert reason_not_to_ask(endpoint(), state, NOON + timedelta(minutes=5))
    assert host_pauses([endpoint()], {endpoint().id: state}) == {"somebody.example": until}


def test_a_refusal_after_many_other_failures_begins_with_the_first_pause() -> None:
    state = failed(4, Outcome.TIMEOUT)
    rejected = next_state(state, Event(Outcome.RATE_LIMITED, NOON))
    assert rejected.not_before == NOON + timedelta(minutes=5)


def test_too_many_requests_at_one_endpoint_pause_the_others_of_its_host() -> None:
    until = NOON + timedelta(minutes=40)
    state = next_state(NOTHING, Event(Outcome.RATE_LIMITED, NOON, retry_after=until, host_not_before=until))
    pauses = host_pauses([endpoint("greedy"), endpoint("quiet")], {"somebody.greedy": state})
    reason = reason_not_to_ask(endpoint("quiet"), NOTHING, NOON, pauses["somebody.example"])
    assert reason == (
        Outcome.BACKING_OFF,
        "somebody.example had too many requests and is not asked before 2026-11-23 12:40 UTC",
    )
    assert reason_not_to_ask(endpoint("quiet"), NOTHING, until, pauses["somebody.example"]) is None


def test_of_several_pauses_of_a_host_the_longest_counts() -> None:
    soon, late = (EndpointState(host_not_before=NOON + timedelta(minutes=minutes)) for minutes in (10, 40))
    members = [endpoint("a"), endpoint("b"), endpoint("c")]
    for states in ([soon, late, NOTHING], [late, soon, NOTHING]):
        remembered = {member.id: state for member, state in zip(members, states, strict=True)}
        assert host_pauses(members, remembered) == {"somebody.example": NOON + timedelta(minutes=40)}


def test_a_refusal_of_another_kind_than_the_last_begins_with_its_own_first_pause() -> None:
    limited = next_state(NOTHING, Event(Outcome.RATE_LIMITED, NOON, retry_after=NOON + timedelta(hours=3)))
    blocked = next_state(limited, Event(Outcome.BLOCKED, NOON))
    assert blocked.not_before == NOON + timedelta(hours=1)


def test_an_endpoint_that_was_not_asked_is_remembered_as_before() -> None:
    state = EndpointState(succeeded_at=NOON)
    assert next_state(state, Event(Outcome.STANDBY, NOON + timedelta(hours=1))) is state


def test_members_of_a_pool_are_asked_by_priority_those_that_failed_last() -> None:
    first, second, third = (endpoint(f"m{number}", priority=number) for number in range(3))
    states = {first.id: next_state(NOTHING, Event(Outcome.TIMEOUT, NOON))}
    assert [member.id for member in in_order([third, second, first], states)] == [second.id, third.id, first.id]


def test_one_that_failed_has_its_usual_place_again_after_a_while() -> None:
    first, second = endpoint("first"), endpoint("second", priority=1)
    states = {first.id: next_state(NOTHING, Event(Outcome.TIMEOUT, NOON))}

    def asked_first(minutes: int) -> str:
        return in_order([first, second], states, now=NOON + timedelta(minutes=minutes))[0].name

    assert (asked_first(3), asked_first(5)) == ("second", "first")


def test_one_that_wants_a_pause_is_passed_over_until_the_pause_ends() -> None:
    until = NOON + timedelta(minutes=40)
    states = {"somebody.index": next_state(NOTHING, Event(Outcome.OK, NOON, retry_after=until))}
    assert not is_well("somebody.index", states, until - timedelta(seconds=1))
    assert is_well("somebody.index", states, until)


def test_the_fields_of_the_newest_answer_are_remembered_and_those_of_before_where_it_has_none() -> None:
    state = EndpointState(fields="before")
    assert next_state(state, Event(Outcome.OK, NOON, fields="now")).fields == "now"
    assert next_state(state, Event(Outcome.TIMEOUT, NOON)).fields == "before"


# The circuit breaker


def failed(times: int, outcome: Outcome = Outcome.SERVER_ERROR, name: str = "somebody.index") -> EndpointState:
    state = NOTHING
    for _ in range(times):
        state = next_state(state, Event(outcome, NOON, endpoint=name))
    return state


def end_of_pause(state: EndpointState) -> datetime:
    assert state.not_before
    return state.not_before


def test_a_breaker_opens_after_five_failures_in_a_row_and_no_earlier() -> None:
    assert reason_not_to_ask(endpoint(), failed(4), NOON) is None
    outcome, reason = reason_not_to_ask(endpoint(), failed(5), NOON) or (None, "")
    assert outcome is Outcome.BREAKER_OPEN
    assert reason.startswith("it failed 5 times in a row, the last time as server_error; not asked before")


def test_its_pause_grows_from_minutes_to_two_hours() -> None:
    pauses = [end_of_pause(failed(times)) - NOON for times in range(5, 14)]
    for pause, full in zip(pauses, (5, 10, 20, 40, 80, 120, 120, 120, 120), strict=True):
        assert (1 - SPREAD) * full <= pause / timedelta(minutes=1) <= full


def test_those_that_failed_together_do_not_come_back_together_but_each_always_at_the_same_time() -> None:
    ends = [end_of_pause(failed(5, name=f"source{number}.ticker")) for number in range(20)]
    assert len(set(ends)) == 20
    assert ends == [end_of_pause(failed(5, name=f"source{number}.ticker")) for number in range(20)]


def test_after_the_pause_the_next_request_is_a_probe() -> None:
    opened = failed(5)
    later = end_of_pause(opened)
    assert reason_not_to_ask(endpoint(), opened, later) is None
    assert next_state(opened, Event(Outcome.STANDBY, later)).breaker == "half_open"
    assert next_state(opened, Event(Outcome.OUT_OF_TIME, later)).breaker == "half_open"
    assert next_state(opened, Event(Outcome.BREAKER_OPEN, later - timedelta(seconds=1))).breaker == "open"


def test_a_probe_that_succeeds_closes_it_and_one_that_fails_opens_it_for_longer() -> None:
    opened = failed(5)
    later = end_of_pause(opened)
    closed = next_state(opened, Event(Outcome.OK, later))
    assert (closed.breaker, closed.consecutive_failures, closed.not_before) == ("closed", 0, None)
    again = next_state(opened, Event(Outcome.TIMEOUT, later, endpoint="somebody.index"))
    assert again.breaker == "open"
    assert end_of_pause(again) - later > later - NOON


def test_a_machine_that_was_offline_has_nobody_to_blame() -> None:
    before = failed(4)
    remembered = after_nothing_was_reachable(
        before, next_state(before, Event(Outcome.UNREACHABLE, NOON + timedelta(minutes=5)))
    )
    assert (remembered.breaker, remembered.consecutive_failures, remembered.not_before) == ("closed", 4, None)
    assert (remembered.outcome, remembered.asked_at) == ("unreachable", NOON + timedelta(minutes=5))
    probed = after_nothing_was_reachable(
        failed(5), next_state(failed(5), Event(Outcome.TIMEOUT, NOON + timedelta(hours=1)))
    )
    assert (probed.breaker, probed.not_before) == ("half_open", failed(5).not_before)


runs = st.lists(st.tuples(st.sampled_from(Outcome), st.integers(0, 24 * 60)), max_size=60)


@given(runs)
def test_whatever_happens_a_breaker_keeps_its_rules(runs: list[tuple[Outcome, int]]) -> None:
    """Outcomes with the minutes before each. What was not to be asked stays unasked, as in a collection."""
    source = endpoint()
    state, now, in_a_row = NOTHING, NOON, 0
    for outcome, minutes in runs:
        now += timedelta(minutes=minutes)
        reason = reason_not_to_ask(source, state, now)
        before, outcome = state, reason[0] if reason else outcome
        state = next_state(before, Event(outcome, now, endpoint=source.id))
        if outcome in SUCCESSES:
            in_a_row = 0
        elif outcome not in {*NOT_ASKED, *BLAMELESS}:
            in_a_row += 1
        assert state.consecutive_failures == in_a_row
        assert (state.breaker == "closed") == (in_a_row < OPENS_AFTER)
        if state.breaker == "open":
            assert state.not_before
        if state.breaker == "half_open":
            assert reason_not_to_ask(source, state, now) is None
        if state.breaker == "open" and outcome not in (*NOT_ASKED, Outcome.RATE_LIMITED, Outcome.BLOCKED):
            assert timedelta(minutes=4) <= end_of_pause(state) - now <= LONGEST_PAUSE
        if reason:
            assert state is before or (state.breaker, before.breaker) == ("half_open", "open")
