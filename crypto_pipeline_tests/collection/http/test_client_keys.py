"""Keys are sent, and seen nowhere else."""

from __future__ import annotations

import logging

import pytest

from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.http.client import Client
from crypto_pipeline.collection.http.messages import Attempt, Request
from crypto_pipeline.replay.server import ServedRequest, ServedResponse, serving
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline_tests.collection.http.asked import AGENT, SHORT, URL, Asked, answering, ask, prices, redirecting

pytestmark = pytest.mark.anyio


KEY = "s3cr3t/key+1=="
WITH_KEYS = Request(URL, params={"a": "1"}, secret_params={"apikey": KEY}, secret_headers={"X-Key": f"Bearer {KEY}"})


def everything_people_can_read(asked: Asked) -> str:
    return " ".join([*map(repr, asked.attempts), repr(asked.error), str(asked.error), str(vars(asked.error))])


def assert_no_key(text: str) -> None:
    for spelling in ("s3cr3t", "key+1", "key%2B1"):
        assert spelling not in text


async def test_keys_are_sent_and_not_recorded() -> None:
    asked = await ask(prices, WITH_KEYS)
    assert asked.seen[0].query == "a=1&apikey=s3cr3t%2Fkey%2B1%3D%3D"
    assert asked.seen[0].headers["x-key"] == f"Bearer {KEY}"
    assert asked.attempts[0].url == URL + "?a=1"
    assert_no_key("".join(map(repr, asked.attempts)))
    assert_no_key(repr(WITH_KEYS))


@pytest.mark.parametrize("spelling", [KEY, "s3cr3t%2Fkey%2B1%3D%3D", f"Bearer {KEY}", "x" * 190 + KEY])
async def test_a_key_that_an_error_answer_repeats_is_hidden(spelling: str) -> None:
    app = answering(401, {"content-type": "text/plain"}, f"bad key {spelling}".encode())
    asked = await ask(app, WITH_KEYS)
    assert asked.outcomes == [Outcome.BLOCKED]
    assert_no_key(everything_people_can_read(asked))


@pytest.mark.parametrize("fault", ["hang", "reset", "truncated", "500", "redirect_loop", "redirect_private", "huge:1"])
async def test_no_failure_carries_a_key(fault: str) -> None:
    asked = await ask(prices, WITH_KEYS, f"*={fault}", request_seconds=SHORT, max_body=1000)
    assert_no_key(everything_people_can_read(asked))
    assert asked.error.__cause__ is None
    assert asked.error.__context__ is None


@pytest.mark.parametrize("key", ["pasted with a line break\n", "“quoted”"])
async def test_a_key_that_cannot_be_sent_is_an_error_that_does_not_show_it(key: str) -> None:
    asked = await ask(prices, Request(URL, secret_headers={"X-Key": key}))
    assert asked.outcomes == [Outcome.CLIENT_ERROR]
    assert key.strip() not in everything_people_can_read(asked)
    assert asked.error.__context__ is None


async def test_a_redirect_at_the_same_host_gets_the_keys_once() -> None:
    asked = await ask(redirecting(prices="rates?apikey=s3cr3t%2Fkey%2B1%3D%3D&b=2"), WITH_KEYS)
    assert asked.seen[1].query == "b=2&apikey=s3cr3t%2Fkey%2B1%3D%3D"
    assert asked.seen[1].headers["x-key"] == f"Bearer {KEY}"


async def test_a_redirect_to_another_host_gets_no_key() -> None:
    location = "https://www.example.com/rates?apikey=s3cr3t%2Fkey%2B1%3D%3D&b=2&token=s3cr3t/key%2B1=="
    asked = await ask(redirecting(prices=location), WITH_KEYS)
    assert asked.seen[1].query == "b=2"
    assert "x-key" not in asked.seen[1].headers


async def test_a_redirect_to_another_host_with_the_key_in_its_path_is_refused() -> None:
    asked = await ask(redirecting(prices="https://www.example.com/s3cr3t%2Fkey%2B1%3D%3D/rates"), WITH_KEYS)
    assert asked.outcomes == [Outcome.BAD_REDIRECT]
    assert_no_key(everything_people_can_read(asked))


async def test_no_address_with_a_key_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    await ask(prices, WITH_KEYS)
    assert_no_key(caplog.text)
    assert "api.example.com" not in caplog.text


async def test_the_name_and_password_of_a_gateway_go_to_it_and_nowhere_else() -> None:
    heard: list[ServedRequest] = []

    def said(request: ServedRequest) -> ServedResponse:
        heard.append(request)
        return ServedResponse(404, {}, b"no")

    attempts: list[Attempt] = []
    async with serving(said) as gateway:
        url = gateway.replace("//", "//me:s3cr3t%2Fkey@")
        async with Client(user_agent=AGENT, gateway_url=url) as client:
            for request in (Request(URL), Request(URL, secret_headers={"authorization": "Token mine"})):
                with pytest.raises(SourceError) as caught:
                    await client.fetch(request, attempts.append)
                assert_no_key(str(caught.value))
    assert [request.headers["authorization"] for request in heard] == ["Basic bWU6czNjcjN0L2tleQ==", "Token mine"]
    assert_no_key(repr(attempts))
