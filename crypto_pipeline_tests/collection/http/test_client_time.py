"""No request outlives its deadline, and a retry is made only where it can help."""

from __future__ import annotations

import asyncio
import itertools
import time
from datetime import datetime, timedelta, timezone

import anyio
import pytest

from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.http.client import Client
from crypto_pipeline.collection.http.inflight import InFlight
from crypto_pipeline.collection.http.messages import Attempt, Request
from crypto_pipeline.replay.server import ServedRequest, ServedResponse, serving
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline_tests.collection.http.asked import (
    AGENT,
    SHORT,
    URL,
    answering,
    ask,
    ignore,
    one_after_another,
    prices,
)

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("fault", ["hang", "slow:30", "drip:0.01"])
async def test_nothing_outlives_the_deadline_of_its_request(fault: str) -> None:
    asked = await ask(prices, None, f"*={fault}", request_seconds=SHORT)
    assert asked.error.outcome is Outcome.TIMEOUT
    assert asked.outcomes == [Outcome.TIMEOUT]
    assert asked.attempts[0].error == str(asked.error)
    assert asked.attempts[0].milliseconds >= SHORT * 1000 * 0.9


async def test_a_timeout_tells_silence_from_an_answer_without_end() -> None:
    silent = await ask(prices, None, "*=hang", request_seconds=SHORT)
    endless = await ask(prices, None, "*=drip:0.01", request_seconds=SHORT)
    assert str(silent.error) == "api.example.com did not answer within 0.4 s"
    assert str(endless.error) == "api.example.com did not finish its answer within 0.4 s"
    assert endless.attempts[0].status_code == 200
    assert (endless.attempts[0].bytes or 0) > 0


async def test_an_error_answer_that_drips_is_an_error_and_no_timeout() -> None:
    endless = ServedResponse(451, {"content-type": "text/plain"}, itertools.repeat(b"no "), pace=0.01)
    asked = await ask(lambda request: endless, request_seconds=1)
    assert asked.outcomes == [Outcome.BLOCKED]
    assert str(asked.error).startswith("api.example.com answered 451 Unavailable For Legal Reasons: no no")


async def test_the_deadline_holds_over_all_attempts_together() -> None:
    asked = await ask(one_after_another(ServedResponse(500), ServedResponse(delay=30)), request_seconds=2)
    assert asked.error.outcome is Outcome.TIMEOUT
    assert asked.outcomes == [Outcome.SERVER_ERROR, Outcome.TIMEOUT]
    assert sum(attempt.milliseconds for attempt in asked.attempts) < 10_000


async def test_a_retry_without_time_to_be_answered_is_not_made() -> None:
    asked = await ask(answering(503, {"retry-after": "9"}), request_seconds=10)
    assert asked.error.outcome is Outcome.SERVER_ERROR
    assert asked.outcomes == [Outcome.SERVER_ERROR]


@pytest.mark.parametrize(("pause", "is_made"), [(2, True), (7, False)])
async def test_a_retry_has_a_quarter_of_the_time_or_is_not_made(pause: float, is_made: bool) -> None:
    """Of twenty seconds ten are left, and five of them are for the retry."""
    async with Client(user_agent=AGENT, request_seconds=20, back_off_seconds=0) as client:
        under_way = InFlight(Request(URL), ignore, client._attention, 20)
        under_way.begin(0)
        wanted = datetime.now(timezone.utc) + timedelta(seconds=pause)
        under_way.failure = SourceError(Outcome.SERVER_ERROR, "busy", retry_after=wanted)
        under_way.seconds_left = 10
        assert (client._pause(under_way, under_way.failure) is not None) is is_made


async def test_a_request_that_timed_out_costs_the_next_one_nothing() -> None:
    app = one_after_another(ServedResponse(delay=30), ServedResponse(body=b"well"))
    async with serving(app) as url, Client(gateway_url=url, user_agent=AGENT, request_seconds=SHORT) as client:
        with pytest.raises(SourceError):
            await client.fetch(Request(URL), ignore)
        assert (await client.fetch(Request(URL), ignore)).body == b"well"


async def test_a_cancelled_request_is_recorded_before_it_ends() -> None:
    attempts: list[Attempt] = []
    collection = anyio.CancelScope()

    def hang(request: ServedRequest) -> ServedResponse:
        collection.cancel()
        return ServedResponse(delay=float("inf"))

    with collection:
        async with serving(hang) as url, Client(gateway_url=url, user_agent=AGENT) as client:
            await client.fetch(Request(URL), attempts.append)
    assert collection.cancelled_caught
    (attempt,) = attempts
    assert attempt.outcome is Outcome.OUT_OF_TIME
    assert attempt.error == "api.example.com had not answered when the collection ended"


async def test_a_task_cancelled_by_asyncio_is_recorded_as_well() -> None:
    attempts: list[Attempt] = []
    arrived = asyncio.Event()

    def hang(request: ServedRequest) -> ServedResponse:
        arrived.set()
        return ServedResponse(delay=float("inf"))

    async with serving(hang) as url, Client(gateway_url=url, user_agent=AGENT) as client:
        task = asyncio.create_task(client.fetch(Request(URL), attempts.append))
        await arrived.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert [attempt.outcome for attempt in attempts] == [Outcome.OUT_OF_TIME]


@pytest.mark.parametrize("fault", ["500", "503", "reset", "truncated"])
async def test_what_a_retry_can_help_is_tried_again(fault: str) -> None:
    asked = await ask(prices, None, f"*={fault}*2")
    assert asked.answer
    assert len(asked.attempts) == 3
    assert asked.outcomes[-1] is Outcome.OK
    assert [attempt.number for attempt in asked.attempts] == [1, 2, 3]


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("500", Outcome.SERVER_ERROR),
        ("reset", Outcome.UNREACHABLE),
        ("truncated", Outcome.UNREACHABLE),
    ],
)
async def test_after_two_retries_it_is_enough(fault: str, outcome: Outcome) -> None:
    asked = await ask(prices, None, f"*={fault}")
    assert asked.error.outcome is outcome
    assert asked.outcomes == [outcome] * 3
    assert len(asked.seen) == 3


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (400, Outcome.CLIENT_ERROR),
        (401, Outcome.BLOCKED),
        (402, Outcome.BLOCKED),
        (403, Outcome.BLOCKED),
        (404, Outcome.CLIENT_ERROR),
        (410, Outcome.CLIENT_ERROR),
        (451, Outcome.BLOCKED),
    ],
)
async def test_what_a_retry_cannot_help_is_not_tried_again(status: int, outcome: Outcome) -> None:
    asked = await ask(answering(status))
    assert asked.error.outcome is outcome
    assert asked.error.status_code == status
    assert asked.outcomes == [outcome]


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, 521, 599])
async def test_a_server_that_is_in_trouble_is_a_server_error(status: int) -> None:
    asked = await ask(answering(status))
    assert asked.outcomes == [Outcome.SERVER_ERROR] * 3


async def test_retry_after_is_waited_for_when_it_fits_in_the_deadline() -> None:
    arrivals: list[float] = []

    def app(request: ServedRequest) -> ServedResponse:
        arrivals.append(time.monotonic())
        return ServedResponse(429, {"retry-after": "0.15"}) if len(arrivals) == 1 else prices(request)

    asked = await ask(app)
    assert asked.outcomes == [Outcome.RATE_LIMITED, Outcome.OK]
    assert arrivals[1] - arrivals[0] >= 0.14


@pytest.mark.parametrize(("status", "outcome"), [(429, Outcome.RATE_LIMITED), (503, Outcome.SERVER_ERROR)])
async def test_retry_after_that_does_not_fit_ends_the_request_at_once(status: int, outcome: Outcome) -> None:
    before = datetime.now(timezone.utc)
    asked = await ask(answering(status, {"retry-after": "3600"}))
    assert asked.error.outcome is outcome
    assert asked.outcomes == [outcome]
    pause = asked.retry_after - before
    assert timedelta(seconds=3600) <= pause <= timedelta(seconds=3630)


async def test_retry_after_as_a_date_is_read_by_the_clock_of_the_source() -> None:
    headers = {"date": "Mon, 23 Nov 2020 12:00:00 GMT", "retry-after": "Mon, 23 Nov 2020 12:10:00 GMT"}
    before = datetime.now(timezone.utc)
    asked = await ask(answering(503, headers))
    assert timedelta(minutes=10) <= asked.retry_after - before <= timedelta(minutes=11)
    assert len(asked.attempts) == 1


async def test_retry_after_of_a_refusal_is_kept_for_the_next_run() -> None:
    asked = await ask(answering(403, {"retry-after": "60"}))
    assert asked.error.outcome is Outcome.BLOCKED
    assert asked.retry_after > datetime.now(timezone.utc)
