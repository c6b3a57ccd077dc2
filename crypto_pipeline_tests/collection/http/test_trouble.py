"""A host that fails is tried again by a few requests, and not by all of them."""

from __future__ import annotations

from collections import Counter

import anyio
import pytest

from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.http.client import Client
from crypto_pipeline.collection.http.messages import Attempt, Request
from crypto_pipeline.collection.http.trouble import Trouble
from crypto_pipeline.replay.server import App, ServedRequest, ServedResponse, serving
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.sources.kit import Budget

REQUESTS = 40
SCOUTS = 3
MAX_RETRIES = 2
ROOMY = Budget(1000, 1)
pytestmark = pytest.mark.anyio


async def asked_all(app: App) -> tuple[Counter[Outcome], int]:
    """What became of many requests to one host at once, and how many went out."""
    outcomes: Counter[Outcome] = Counter()
    attempts: list[Attempt] = []

    async def one(client: Client, number: int) -> None:
        try:
            await client.fetch(Request(f"https://api.example.com/{number}", budget=ROOMY), attempts.append)
            outcomes[Outcome.OK] += 1
        except SourceError as error:
            outcomes[error.outcome] += 1

    async with (
        serving(app) as gateway,
        Client(gateway_url=gateway, user_agent="test", back_off_seconds=0.01) as client,
        anyio.create_task_group() as group,
    ):
        for number in range(REQUESTS):
            group.start_soon(one, client, number)
    return outcomes, len(attempts)


async def test_a_host_that_answers_nobody_is_tried_again_by_a_few() -> None:
    outcomes, attempts = await asked_all(lambda request: ServedResponse(503, {}, b"busy"))
    assert outcomes == {Outcome.SERVER_ERROR: REQUESTS}
    assert attempts == REQUESTS + SCOUTS * MAX_RETRIES


async def test_where_the_second_try_of_each_is_answered_all_are_tried_again() -> None:
    seen: Counter[str] = Counter()

    def app(request: ServedRequest) -> ServedResponse:
        seen[request.path] += 1
        return ServedResponse(200 if seen[request.path] > 1 else 503, {}, b"[]")

    outcomes, attempts = await asked_all(app)
    assert outcomes == {Outcome.OK: REQUESTS}
    assert attempts == 2 * REQUESTS


async def test_who_waits_follows_the_first_answer_and_gives_up_with_the_last_scout() -> None:
    trouble = Trouble()
    assert [await trouble.is_over(number, 0) for number in range(SCOUTS)] == [True] * SCOUTS
    assert await trouble.is_over(0, 0), "the same one again"
    assert not await trouble.is_over(SCOUTS, 0.01), "nobody knows yet"
    said: list[bool] = []

    async def wait(number: int) -> None:
        said.append(await trouble.is_over(number, 600))

    async with anyio.create_task_group() as group:
        group.start_soon(wait, 10)
        await anyio.wait_all_tasks_blocked()
        trouble.answered()
    assert said == [True]
    for number in range(SCOUTS):
        assert await trouble.is_over(number, 0)
    async with anyio.create_task_group() as group:
        group.start_soon(wait, 11)
        await anyio.wait_all_tasks_blocked()
        for number in range(SCOUTS):
            trouble.gave_up(number)
    assert said == [True, False]
    assert trouble.is_lasting
    assert not await trouble.is_over(12, 600)
    trouble.answered()
    assert await trouble.is_over(12, 600)


async def test_who_gives_up_without_having_found_out_changes_nothing() -> None:
    trouble = Trouble()
    for number in range(10):
        trouble.gave_up(number)
    assert not trouble.is_lasting


async def test_one_that_gives_up_is_followed_by_nobody_and_settles_nothing() -> None:
    trouble = Trouble()
    for number in range(SCOUTS):
        await trouble.is_over(number, 0)
    trouble.gave_up(0)
    trouble.gave_up(0)
    assert not trouble.is_lasting
    assert not await trouble.is_over(SCOUTS, 0.01), "as many have tried as may"
    assert await trouble.is_over(1, 0)
    for number in range(1, SCOUTS):
        assert not trouble.is_lasting
        trouble.gave_up(number)
    assert trouble.is_lasting


async def test_after_an_answer_as_many_may_find_out_about_the_next_trouble() -> None:
    trouble = Trouble()
    for number in range(SCOUTS):
        await trouble.is_over(number, 0)
    trouble.answered()
    assert [await trouble.is_over(number, 0) for number in range(10, 10 + SCOUTS)] == [True] * SCOUTS
    assert not await trouble.is_over(0, 0.01)
