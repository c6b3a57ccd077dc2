"""What the client makes of a failure before anything else goes out: whether it is tried again and when, and what the host's others do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import anyio
import pytest

from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.http.client import Client, _not_let_out
from crypto_pipeline.collection.http.hosts import Host
from crypto_pipeline.collection.http.inflight import InFlight
from crypto_pipeline.collection.http.messages import Request
from crypto_pipeline.collection.http.trouble import SCOUTS
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.sources.kit import Budget
from crypto_pipeline_tests.collection.http.asked import AGENT, URL, ignore

pytestmark = pytest.mark.anyio

REQUEST_SECONDS = 20.0
LEFT_FOR_AN_ANSWER = 5.0
"""A quarter of a request's time: with less than that it is not tried again."""
TURNED_AWAY_AT_LEAST = 6
MAY_PASS = {Outcome.SERVER_ERROR, Outcome.UNREACHABLE}


class UnderWay:
    """A client with one request under way that was sent once."""

    def __init__(self, *, number: int = 1, seconds_left: float = REQUEST_SECONDS, **request: Any) -> None:
        self.client = Client(
            user_agent=AGENT, gateway_url="http://127.0.0.1:9", request_seconds=REQUEST_SECONDS, back_off_seconds=0
        )
        self.request = InFlight(Request(URL, **request), ignore, self.client._attention, REQUEST_SECONDS)
        self.request.begin(anyio.current_time())
        self.request.number, self.request.seconds_left = number, seconds_left
        self.host = self.client._host_of(self.request)

    def pause(self, outcome: Outcome, retry_after: float | None = None) -> float | None:
        at = None if retry_after is None else utc_now() + timedelta(seconds=retry_after)
        self.request.failure = SourceError(outcome, "it failed", retry_after=at)
        return self.client._pause(self.request, self.request.failure)

    def heeds(self, outcome: Outcome, retry_after: float | None = None) -> SourceError:
        at = None if retry_after is None else utc_now() + timedelta(seconds=retry_after)
        return self.client._heed(self.request, self.host, SourceError(outcome, "it failed", retry_after=at))


@pytest.mark.parametrize("outcome", sorted(Outcome))
async def test_a_failure_that_may_pass_is_tried_again_twice_and_no_other(outcome: Outcome) -> None:
    may_help = outcome in {*MAY_PASS, Outcome.RATE_LIMITED}
    for number in (1, 2, 3):
        again = UnderWay(number=number).pause(outcome)
        if outcome is Outcome.OUT_OF_TIME:
            assert again == 0, "this machine was away"
        else:
            assert (again is not None) is (may_help and number < 3)
    assert (UnderWay(retries=False).pause(outcome) is not None) is (outcome is Outcome.OUT_OF_TIME)


async def test_what_failed_because_this_machine_was_away_has_all_its_time_once_more_and_not_twice() -> None:
    under_way = UnderWay(number=3, seconds_left=1)
    assert under_way.pause(Outcome.OUT_OF_TIME) == 0
    assert under_way.request.seconds_left == REQUEST_SECONDS
    assert under_way.pause(Outcome.OUT_OF_TIME) is None


async def test_a_pause_that_a_source_wants_is_kept_when_there_is_time_for_an_answer_after_it() -> None:
    for seconds, is_kept in ((14.9, True), (18, False)):
        pause = UnderWay().pause(Outcome.SERVER_ERROR, retry_after=seconds)
        assert (pause is not None) is is_kept
        assert pause is None or 5 < pause <= seconds
    assert UnderWay(seconds_left=LEFT_FOR_AN_ANSWER).pause(Outcome.SERVER_ERROR) == 0
    assert UnderWay(seconds_left=LEFT_FOR_AN_ANSWER - 0.1).pause(Outcome.SERVER_ERROR) is None
    assert UnderWay().pause(Outcome.SERVER_ERROR, retry_after=-60) == 0, "a moment that is over"


async def test_a_pause_before_another_try_is_drawn_from_one_that_doubles() -> None:
    under_way = UnderWay(number=2)
    under_way.client._back_off_seconds = 3
    drawn = [under_way.pause(Outcome.SERVER_ERROR) or 0 for _ in range(50)]
    assert 0 <= min(drawn) < 3 < max(drawn) <= 6


async def test_a_request_that_was_not_sent_yet_may_wait_as_long_as_it_may_take() -> None:
    under_way = UnderWay(seconds_left=3)
    assert under_way.client._patience(under_way.request) == REQUEST_SECONDS
    under_way.request.failure = SourceError(Outcome.SERVER_ERROR, "it failed")
    assert under_way.client._patience(under_way.request) == 3 - LEFT_FOR_AN_ANSWER


async def test_the_first_too_often_quiets_its_host_and_the_second_names_a_moment_where_the_host_names_none() -> None:
    under_way, now = UnderWay(), anyio.current_time()
    first = under_way.heeds(Outcome.RATE_LIMITED)
    assert first.retry_after is None
    assert now + 5 <= under_way.host.window.paused_until <= anyio.current_time() + 5
    under_way.request.sent_at = anyio.current_time() + 1
    second = under_way.heeds(Outcome.RATE_LIMITED)
    assert under_way.host.is_done_with
    assert second.retry_after
    assert timedelta(minutes=4) < second.retry_after - utc_now() <= timedelta(minutes=5)
    said = UnderWay()
    assert said.heeds(Outcome.RATE_LIMITED, retry_after=3600).retry_after
    assert 3000 < said.host.window.paused_until - anyio.current_time() <= 3600
    said.request.sent_at = anyio.current_time() + 1
    kept = said.heeds(Outcome.RATE_LIMITED, retry_after=5400)
    assert kept.retry_after
    assert kept.retry_after - utc_now() < timedelta(seconds=5400), "what the host says counts"


async def test_other_failures_quiet_no_host_but_who_turns_everybody_away_is_asked_no_more() -> None:
    under_way = UnderWay()
    for outcome in sorted(set(Outcome) - {Outcome.RATE_LIMITED, Outcome.BLOCKED}):
        under_way.heeds(outcome, retry_after=60)
    assert (under_way.host.window.paused_until < anyio.current_time(), under_way.host.serves_us) == (True, True)
    for number in range(TURNED_AWAY_AT_LEAST):
        assert under_way.host.serves_us, number
        under_way.heeds(Outcome.BLOCKED)
    assert not under_way.host.serves_us


async def test_a_few_requests_of_a_host_in_trouble_find_out_and_an_answer_of_any_kind_ends_it() -> None:
    under_way = UnderWay(seconds_left=LEFT_FOR_AN_ANSWER)
    under_way.request.failure = SourceError(Outcome.SERVER_ERROR, "it failed")

    async def is_worth_it(outcome: Outcome = Outcome.SERVER_ERROR) -> bool:
        return await under_way.client._is_worth_a_try(
            under_way.request, under_way.host, SourceError(outcome, "it failed")
        )

    for other in range(SCOUTS):
        assert await under_way.host.trouble.is_over(other, 0)
    assert not await is_worth_it()
    for outcome in sorted(set(Outcome) - MAY_PASS):
        assert await is_worth_it(outcome), "its own failure, and not its host's"
    for other in range(SCOUTS):
        under_way.host.trouble.gave_up(other)
    assert under_way.host.trouble.is_lasting
    under_way.heeds(Outcome.SERVER_ERROR)
    assert under_way.host.trouble.is_lasting
    under_way.heeds(Outcome.CLIENT_ERROR)
    assert not under_way.host.trouble.is_lasting
    assert await is_worth_it()


async def test_the_time_in_which_a_request_waits_for_others_to_find_out_is_its_own() -> None:
    under_way = UnderWay(seconds_left=LEFT_FOR_AN_ANSWER + 0.02)
    failure = under_way.request.failure = SourceError(Outcome.SERVER_ERROR, "it failed")
    for other in range(SCOUTS):
        await under_way.host.trouble.is_over(other, 0)
    assert not await under_way.client._is_worth_a_try(under_way.request, under_way.host, failure)
    assert under_way.request.seconds_left < LEFT_FOR_AN_ANSWER + 0.01


async def test_why_a_request_did_not_go_out_is_said() -> None:
    name, now = "api.example.com", anyio.current_time()
    busy, paused, closed = (Host(Budget(3, 60)) for _ in range(3))
    busy.window.pause(now, now + 30)
    paused.window.pause(now, now + 31)
    for _ in range(TURNED_AWAY_AT_LEAST):
        closed.turned_away(now)
    under_way = UnderWay(budget=Budget(3, 60)).request
    for host, outcome, sentence in (
        (busy, Outcome.NO_BUDGET, f"{name} is not asked: its budget of 3 requests in 60 s is used up"),
        (paused, Outcome.BACKING_OFF, f"{name} had too many requests and wants a pause; it is not asked"),
        (closed, Outcome.BACKING_OFF, f"{name} turned away all requests before this one; it is not asked"),
    ):
        failure = _not_let_out(under_way, host, now + 30)
        assert (failure.outcome, str(failure)) == (outcome, sentence)


async def test_what_others_were_told_of_a_host_counts_before_and_after_it_is_first_asked() -> None:
    client = UnderWay().client
    name = UnderWay().request.host
    for seconds in (3600, 1800):
        client.leave_alone({name: utc_now() + timedelta(seconds=seconds), "other.example": utc_now()})
        assert 3000 < client._hosts[name].window.paused_until - anyio.current_time() <= 3600
    fresh = Client(user_agent=AGENT, gateway_url="http://127.0.0.1:9", request_seconds=REQUEST_SECONDS)
    for seconds in (3600, 1800):
        fresh.leave_alone({name: utc_now() + timedelta(seconds=seconds)})
    host = fresh._host_of(InFlight(Request(URL), ignore, fresh._attention, REQUEST_SECONDS))
    assert 3000 < host.window.paused_until - anyio.current_time() <= 3600
