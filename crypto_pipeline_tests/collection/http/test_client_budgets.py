"""A host gets no more requests than its budget, and a pause when it asks for one."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone

import anyio
import pytest

from crypto_pipeline.collection.http.client import Client
from crypto_pipeline.collection.http.messages import Request
from crypto_pipeline.replay.server import ServedResponse, serving
from crypto_pipeline.schema.outcomes import Outcome, SourceError
from crypto_pipeline.sources.kit import Budget
from crypto_pipeline_tests.collection.http.asked import AGENT, URL, answering, ask, ignore, prices

pytestmark = pytest.mark.anyio


async def test_a_request_that_would_wait_too_long_for_its_budget_is_not_sent():
    attempts = []
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


async def test_a_request_that_can_wait_for_its_budget_does():
    arrivals = []

    def app(request):
        arrivals.append(time.monotonic())
        return prices(request)

    request = Request(URL, budget=Budget(1, 0.15))
    async with (
        serving(app) as url,
        Client(gateway_url=url, user_agent=AGENT) as client,
        anyio.create_task_group() as together,
    ):
        for _ in range(2):
            together.start_soon(client.fetch, request, ignore)
    assert arrivals[1] - arrivals[0] >= 0.1


async def test_a_retry_without_budget_leaves_the_failure_as_it_is():
    asked = await ask(prices, Request(URL, budget=Budget(1, 60)), "*=503")
    assert asked.error.outcome is Outcome.SERVER_ERROR
    assert asked.outcomes == [Outcome.SERVER_ERROR]


async def test_requests_of_earlier_runs_count_against_the_budget():
    def ago(seconds):
        return datetime.now(timezone.utc) - timedelta(seconds=seconds)

    attempts = []
    request = Request(URL, budget=Budget(10, 60))
    async with serving(prices) as url, Client(gateway_url=url, user_agent=AGENT, request_seconds=5) as client:
        client.goes_on_from({"api.example.com": [(ago(90), 10), (ago(30), 4), (ago(-3600), 5)]})
        await client.fetch(request, attempts.append)
        with pytest.raises(SourceError) as caught:
            await client.fetch(request, attempts.append)
    assert caught.value.outcome is Outcome.NO_BUDGET
    assert len(attempts) == 1


async def test_when_a_host_has_had_too_many_requests_those_that_have_not_gone_out_stay_at_home():
    attempts = []
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


async def test_a_short_pause_that_a_host_asks_for_is_waited_for_by_all_its_requests():
    arrivals = []

    def app(request):
        arrivals.append((time.monotonic(), request.path))
        return prices(request) if len(arrivals) > 1 else ServedResponse(429, {"retry-after": "0.2"})

    async with (
        serving(app) as url,
        Client(gateway_url=url, user_agent=AGENT, back_off_seconds=0) as client,
        anyio.create_task_group() as together,
    ):
        together.start_soon(client.fetch, Request(f"{URL}/first"), ignore)
        while not arrivals:
            await anyio.sleep(0.01)
        await anyio.sleep(0.05)
        together.start_soon(client.fetch, Request(f"{URL}/second"), ignore)
    assert sorted(path[-6:] for _, path in arrivals) == ["/first", "/first", "second"]
    assert min(moment for moment, _ in arrivals[1:]) - arrivals[0][0] >= 0.15


async def test_a_promise_that_a_pause_overtook_does_not_count():
    arrivals = []

    def app(request):
        arrivals.append(request.path)
        return ServedResponse(429, {"retry-after": "60"}) if len(arrivals) > 1 else prices(request)

    request = Request(URL, budget=Budget(1, 0.2), retries=False)
    outcomes = []

    async def fetch():
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


async def test_a_probe_is_one_request():
    asked = await ask(prices, Request(URL, retries=False), "*=503")
    assert asked.outcomes == [Outcome.SERVER_ERROR]


async def test_a_request_that_weighs_more_than_the_budget_is_sent_alone():
    asked = await ask(prices, Request(URL, budget=Budget(2, 60), weight=5))
    assert asked.outcomes == [Outcome.OK]
