"""How many are answered at the same moment, and what the others get."""

from __future__ import annotations

import time
from typing import Any

import anyio
import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from crypto_pipeline.api import admission
from crypto_pipeline.api.admission import ARRIVED, Admission

pytestmark = pytest.mark.anyio


class Answers:
    """Something to be asked, whose answers the test lets out."""

    def __init__(self) -> None:
        self.go = anyio.Event()
        self.inside = self.most = 0

    async def __call__(self, request: Request) -> PlainTextResponse:
        self.inside += 1
        self.most = max(self.most, self.inside)
        await self.go.wait()
        self.inside -= 1
        return PlainTextResponse(str(request.scope.get(ARRIVED, "")))


@pytest.fixture
def answers() -> Answers:
    return Answers()


def asking(answers: Answers, **options: Any) -> httpx.AsyncClient:
    async def endpoint(request: Request) -> PlainTextResponse:
        return await answers(request)

    app = Admission(Starlette(routes=[Route("/{path:path}", endpoint)]), at_once=2, **options)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1")


async def until_inside(answers: Answers, number: int) -> None:
    while answers.inside < number:
        await anyio.sleep(0)


async def test_those_beyond_the_few_wait_and_then_get_503_with_when_to_come_again(answers: Answers) -> None:
    async with asking(answers, wait_seconds=0.05) as client, anyio.create_task_group() as group:
        for _ in range(2):
            group.start_soon(client.get, "/api/data/prices")
        await until_inside(answers, 2)
        refused = await client.get("/api/data/prices")
        answers.go.set()
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "1"
    assert refused.json() == {"detail": "Too many questions are being answered at the moment; try again in a second."}


async def test_whoever_waits_is_answered_when_another_is_done_and_never_more_at_once(answers: Answers) -> None:
    statuses: list[int] = []

    async def ask() -> None:
        statuses.append((await client.get("/api/data/prices")).status_code)

    async with asking(answers, wait_seconds=60) as client, anyio.create_task_group() as group:
        for _ in range(6):
            group.start_soon(ask)
        await until_inside(answers, 2)
        answers.go.set()
    assert statuses == [200] * 6
    assert answers.most == 2


async def test_the_worker_and_the_pages_do_not_wait_for_the_data(answers: Answers) -> None:
    async with asking(answers, wait_seconds=60) as client, anyio.create_task_group() as group:
        for path in (
            "/api/data/prices",
            "/api/data/news",
            "/api/worker/status",
            "/api/worker/health",
            "/",
            "/docs",
            "/static/x",
        ):
            group.start_soon(client.get, path)
        await until_inside(answers, 7)
        answers.go.set()


async def test_an_answer_knows_when_its_question_came(answers: Answers) -> None:
    answers.go.set()
    before = time.monotonic()
    async with asking(answers) as client:
        arrived = float((await client.get("/api/data/prices")).text)
        assert before <= arrived <= time.monotonic()
        assert (await client.get("/docs")).text == ""


async def test_memory_is_given_back_when_nobody_has_asked_for_a_while(
    answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    idle = anyio.Event()
    monkeypatch.setattr(admission, "IDLE_SECONDS", 0.01)
    answers.go.set()
    async with asking(answers, when_idle=idle.set) as client:
        await client.get("/docs")
        assert not idle.is_set()
        await client.get("/api/data/prices")
        with anyio.fail_after(600):
            await idle.wait()
