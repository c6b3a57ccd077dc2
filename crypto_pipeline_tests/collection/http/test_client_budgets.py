"""A host gets no more requests than its budget, and a pause when it asks for one."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import anyio
import pytest

from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.http.client import Client
from crypto_pipeline.collection.http.messages import Attempt, Request
from crypto_pipeline.replay.server import App, ServedRequest, ServedResponse, serving
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.sources.kit import Budget
from crypto_pipeline_tests.collection.http.asked import AGENT, LONG, URL, answering, ask, ignore, prices

FIRST_PER_HOST = 6

pytestmark = pytest.mark.anyio


async def test_a_request_that_would_wait_too_long_for_its_budget_is_not_sent() -> None:
    attempts: list[Attempt] = []
    request = Request(URL, budget=Budget(2, 60))
    async with serving(prices) as url, Client(gateway_url=url, user_agent=AGENT, request_seconds=5) as client:
        for _ in range(2):
            await client.fetch(request, attempts.append)
        with pytest.raises(SourceError) as caught:
            await client.fetch(request, attempts.append)
        await client.fetch(Request("https://api.example.org/", budget=Budget(2, 60)), attempts.append)
    assert caught.value.outcome is Outcome.NO_BUDGET
    assert str(caught.value) == "api.example.com is not asked: its budget of 2 requests in 60 s is used up"
    assert len(attempts) == 3


async def test_a_request_that_can_wait_for_its_budget_does() -> None:
    arrivals: list[Any] = []

    def app(request: ServedRequest) -> ServedResponse:
        arrivals.append(time.monotonic())
        return prices(request)

    request = Request(URL, budget=Budget(1, 0.15))
    began = time.monotonic()  # the first may take long to arrive, and the second no time at all
    async with (
        serving(app) as url,
        Client(gateway_url=url, user_agent=AGENT) as client,
        anyio.create_task_group() as together,
    ):
        for _ in range(2):
            together.start_soon(client.fetch, request, ignore)
    assert arrivals[1] - began >= 0.15


async def test_a_retry_without_budget_leaves_the_failure_as_it_is() -> None:
    asked = await ask(prices, Request(URL, budget=Budget(1, 60)), "*=503")
    assert asked.error.outcome is Outcome.SERVER_ERROR
    assert asked.outcomes == [Outcome.SERVER_ERROR]


async def test_requests_of_earlier_runs_count_against_the_budget() -> None:
    def ago(seconds: float) -> datetime:
        return datetime.now(timezone.utc) - timedelta(seconds=seconds)

    attempts: list[Attempt] = []
    request = Request(URL, budget=Budget(10, 60))
    async with serving(prices) as url, Client(gateway_url=url, user_agent=AGENT, request_seconds=5) as client:
        client.goes_on_from({"api.example.com": [(ago(90), 10), (ago(30), 4), (ago(-3600), 5)]})
        await client.fetch(request, attempts.append)
        with pytest.raises(SourceError) as caught:
            await client.fetch(request, attempts.append)
    assert caught.value.outcome is Outcome.NO_BUDGET
    assert len(attempts) == 1


async def test_when_a_host_has_had_too_many_requests_those_that_have_not_gone_out_stay_at_home() -> None:
    attempts: list[Attempt] = []
    too_many = answering(429, {"retry-after": "60"})
    async with serving(too_many) as url, Client(gateway_url=url, user_agent=AGENT, request_seconds=5) as client:
        for expected in (Outcome.RATE_LIMITED, Outcome.BACKING_OFF):
            with pytest.raises(SourceError) as caught:
                await client.fetch(Request(URL), attempts.append)
            assert caught.value.outcome is expected
        with pytest.raises(SourceError) as caught:
            await client.fetch(Request("https://api.example.org/"), attempts.append)
    assert caught.value.outcome is Outcome.RATE_LIMITED
    assert [attempt.host for attempt in attempts] == ["api.example.com", "api.example.org"]


async def test_a_short_pause_that_a_host_asks_for_is_waited_for_by_all_its_requests() -> None:
    arrivals: list[Any] = []
    attempts: list[Attempt] = []

    def app(request: ServedRequest) -> ServedResponse:
        arrivals.append((time.monotonic(), request.path))
        return prices(request) if len(arrivals) > 1 else ServedResponse(429, {"retry-after": "0.2"})

    async with (
        serving(app) as url,
        Client(gateway_url=url, user_agent=AGENT, back_off_seconds=0) as client,
        anyio.create_task_group() as together,
    ):
        together.start_soon(client.fetch, Request(f"{URL}/first"), attempts.append)
        while not attempts:  # then the pause is known
            await anyio.sleep(0.01)
        together.start_soon(client.fetch, Request(f"{URL}/second"), ignore)
    assert sorted(path[-6:] for _, path in arrivals) == ["/first", "/first", "second"]
    assert min(moment for moment, _ in arrivals[1:]) - arrivals[0][0] >= 0.15


async def test_a_promise_that_a_pause_overtook_does_not_count() -> None:
    arrivals: list[Any] = []

    def app(request: ServedRequest) -> ServedResponse:
        arrivals.append(request.path)
        return ServedResponse(429, {"retry-after": "60"}) if len(arrivals) > 1 else prices(request)

    request = Request(URL, budget=Budget(1, 0.2), retries=False)
    outcomes: list[Outcome] = []

    async def fetch() -> None:
        try:
            await client.fetch(request, ignore)
        except SourceError as error:
            outcomes.append(error.outcome)

    async with (
        serving(app) as url,
        Client(gateway_url=url, user_agent=AGENT, request_seconds=5) as client,
        anyio.create_task_group() as together,
    ):
        for _ in range(4):
            together.start_soon(fetch)
    assert len(arrivals) == 2
    assert sorted(outcomes) == [Outcome.BACKING_OFF, Outcome.BACKING_OFF, Outcome.RATE_LIMITED]


async def test_a_probe_is_one_request() -> None:
    asked = await ask(prices, Request(URL, retries=False), "*=503")
    assert asked.outcomes == [Outcome.SERVER_ERROR]


async def test_a_request_that_weighs_more_than_the_budget_is_sent_alone() -> None:
    asked = await ask(prices, Request(URL, budget=Budget(2, 60), weight=5))
    assert asked.outcomes == [Outcome.OK]


# "Too often", however it is said


def counting(*answers: ServedResponse) -> tuple[App, list[str]]:
    """An app that gives these answers in turn and the last of them for ever, and the hosts that it was asked for."""
    asked: list[str] = []

    def app(request: ServedRequest) -> ServedResponse:
        asked.append(request.host)
        return answers[min(len(asked), len(answers)) - 1]

    return app, asked


async def outcomes_of(app: App, requests: list[Request], **options: Any) -> Counter[Outcome]:
    """What became of requests that are all made at once."""
    outcomes: Counter[Outcome] = Counter()

    async def fetch(request: Request) -> None:
        try:
            await client.fetch(request, ignore)
            outcomes[Outcome.OK] += 1
        except SourceError as error:
            outcomes[error.outcome] += 1

    options = {"user_agent": AGENT, "back_off_seconds": 0, "pause_seconds": 0.1, **options}
    async with (
        serving(app) as url,
        Client(gateway_url=url, **options) as client,
        anyio.create_task_group() as together,
    ):
        for request in requests:
            together.start_soon(fetch, request)
    return outcomes


MANY = [Request(f"https://api.binance.com/{number}", budget=Budget(6000, 60)) for number in range(480)]
TOO_OFTEN = ServedResponse(
    429, {"content-type": "application/json"}, b'{"code":-1003,"msg":"Too much request weight used"}'
)


@pytest.mark.parametrize("refusal", [TOO_OFTEN, replace(TOO_OFTEN, status=418), replace(TOO_OFTEN, status=200)])
async def test_a_host_that_refuses_for_ever_is_asked_a_handful_of_times_by_hundreds_of_requests(
    refusal: ServedResponse,
) -> None:
    app, asked = counting(refusal)
    outcomes = await outcomes_of(app, [replace(one, too_often=('"code":-1003',)) for one in MANY])
    assert len(asked) == FIRST_PER_HOST + 1
    assert outcomes[Outcome.RATE_LIMITED] <= FIRST_PER_HOST + 1
    assert outcomes[Outcome.RATE_LIMITED] + outcomes[Outcome.BACKING_OFF] == len(MANY)


@pytest.mark.parametrize("status", [451, 403, 401])
async def test_a_host_that_serves_nobody_here_is_asked_a_handful_of_times_by_hundreds_of_requests(status: int) -> None:
    app, asked = counting(ServedResponse(status))
    outcomes = await outcomes_of(app, MANY)
    assert len(asked) == FIRST_PER_HOST
    assert outcomes == {Outcome.BLOCKED: FIRST_PER_HOST, Outcome.BACKING_OFF: len(MANY) - FIRST_PER_HOST}


async def test_a_host_that_refuses_some_paths_is_asked_for_the_others() -> None:
    def app(request: ServedRequest) -> ServedResponse:
        return prices(request) if request.path.endswith("3") else ServedResponse(403)

    outcomes = await outcomes_of(app, MANY[:100])
    assert outcomes == {Outcome.OK: 10, Outcome.BLOCKED: 90}


async def test_a_host_whose_pause_nobody_understands_is_not_asked_again() -> None:
    app, asked = counting(ServedResponse(429, {"retry-after": "when the cows come home"}))
    await outcomes_of(app, MANY[:100])
    assert len(asked) <= FIRST_PER_HOST


async def test_when_the_one_that_tries_again_is_answered_all_others_follow() -> None:
    app, asked = counting(*[ServedResponse(429)] * FIRST_PER_HOST, ServedResponse(body=b"well"))
    outcomes = await outcomes_of(app, MANY[:60])
    assert outcomes == {Outcome.OK: 60}
    assert len(asked) == 60 + FIRST_PER_HOST


async def test_a_host_that_refuses_costs_another_nothing() -> None:
    def app(request: ServedRequest) -> ServedResponse:
        return ServedResponse(429) if request.host == "api.example.com" else prices(request)

    others = [Request(f"https://api{number}.example.org/") for number in range(30)]
    outcomes = await outcomes_of(app, [Request(URL), *others])
    assert outcomes == {Outcome.OK: 30, Outcome.RATE_LIMITED: 1}


async def test_a_second_refusal_without_a_word_lets_the_host_rest_for_the_next_run_too() -> None:
    asked = await ask(answering(429))
    assert asked.outcomes == [Outcome.RATE_LIMITED] * 2
    pause = asked.retry_after - datetime.now(timezone.utc)
    assert timedelta(minutes=4) < pause <= timedelta(minutes=5)


async def test_a_limit_inside_a_200_is_a_refusal_and_no_answer() -> None:
    body = b'{"error": ["EAPI:Rate limit exceeded"]}'
    asked = await ask(answering(200, {}, body), Request(URL, too_often=("EAPI:Rate limit exceeded",), retries=False))
    assert asked.outcomes == [Outcome.RATE_LIMITED]
    assert str(asked.error) == 'api.example.com answered 200 OK: {"error": ["EAPI:Rate limit exceeded"]}'


# In flight


async def test_the_smallest_rank_goes_first_and_no_more_than_the_limit_are_out() -> None:
    order: list[str] = []
    out = most = 0

    async def fetch(rank: float) -> None:
        nonlocal out
        await client.fetch(Request(f"https://api{rank}.example.com/", rank=rank), ignore)
        out -= 1

    def app(request: ServedRequest) -> ServedResponse:
        nonlocal out, most
        order.append(request.host)
        out += 1
        most = max(most, out)
        return ServedResponse(body=b"well", delay=0.02)

    async with (
        serving(app) as url,
        Client(gateway_url=url, user_agent=AGENT, max_in_flight=3) as client,
        anyio.create_task_group() as together,
    ):
        for rank in (30, 20, 15, 5, 10, 0):
            together.start_soon(fetch, rank)
    assert set(order[:3]) == {"api30.example.com", "api20.example.com", "api15.example.com"}
    assert order[3:] == ["api0.example.com", "api5.example.com", "api10.example.com"]
    assert most <= 3


async def test_of_a_process_128_requests_are_out_at_once_whatever_their_hosts() -> None:
    out, may_end = 0, anyio.Event()

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal out
        out += 1
        await may_end.wait()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nwell")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(hold, "127.0.0.1", 0, backlog=200)
    gateway = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with (
        server,
        Client(user_agent=AGENT, gateway_url=gateway, request_seconds=LONG) as client,
        anyio.create_task_group() as together,
    ):
        for number in range(130):
            together.start_soon(client.fetch, Request(f"https://api{number}.example.com/"), ignore)
        while out < 128:
            await anyio.sleep(0.01)
        assert (out, client._gate.inside) == (128, 128)
        may_end.set()
    assert out == 130


async def test_the_wait_for_ones_turn_is_counted_apart_and_costs_no_time_of_the_request() -> None:
    attempts: list[Attempt] = []
    async with (
        serving(answering(200, {}, b"well", delay=0.3)) as url,
        Client(gateway_url=url, user_agent=AGENT, max_in_flight=1, request_seconds=10) as client,
        anyio.create_task_group() as together,
    ):
        for number in range(4):
            together.start_soon(client.fetch, Request(f"https://api{number}.example.com/"), attempts.append)
    waited = sorted(attempt.queued_milliseconds for attempt in attempts)
    assert [attempt.outcome for attempt in attempts] == [Outcome.OK] * 4
    assert waited[0] < waited[1] < waited[2] < waited[3]
    assert waited[3] >= 850
