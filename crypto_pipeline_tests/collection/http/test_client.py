"""The client asks, and brings back what a source answers."""

from __future__ import annotations

import json

import anyio
import pytest

from crypto_pipeline.collection.http.client import Client
from crypto_pipeline.collection.http.messages import Request
from crypto_pipeline.replay.server import ServedRequest, ServedResponse, serving
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline_tests.collection.http.asked import AGENT, URL, answering, ask, ignore, prices

pytestmark = pytest.mark.anyio


async def test_a_good_answer_comes_back_whole_and_is_recorded() -> None:
    asked = await ask(prices, Request(URL, params={"ids": "bitcoin,ethereum", "note": "a b&c"}))
    assert json.loads(asked.answer.body)[0]["symbol"] == "BTC"
    assert asked.answer.content_type == "application/json"
    (attempt,) = asked.attempts
    assert attempt.outcome is Outcome.OK
    assert (attempt.number, attempt.method, attempt.host) == (1, "GET", "api.example.com")
    assert (attempt.status_code, attempt.bytes, attempt.error) == (200, len(asked.answer.body), None)
    assert attempt.url == "https://api.example.com/v1/prices?ids=bitcoin,ethereum&note=a%20b%26c"
    assert attempt.milliseconds > 0
    assert attempt.started_at.tzinfo is not None


async def test_it_says_who_it_is_and_that_it_reads_gzip() -> None:
    asked = await ask(prices, Request(URL, headers={"X-Version": "2"}))
    headers = asked.seen[0].headers
    assert headers["user-agent"] == AGENT
    assert headers["accept-encoding"] == "gzip"
    assert headers["x-version"] == "2"


async def test_a_json_request_is_sent_compact() -> None:
    asked = await ask(prices, Request(URL, method="POST", json={"method": "eth_gasPrice", "params": []}))
    assert asked.seen[0].method == "POST"
    assert asked.seen[0].body == b'{"method":"eth_gasPrice","params":[]}'
    assert asked.seen[0].headers["content-type"] == "application/json"


async def test_parameters_join_those_that_the_address_has() -> None:
    asked = await ask(prices, Request(URL + "?a=1%2F2", params={"b": "2"}))
    assert asked.seen[0].query == "a=1%2F2&b=2"


async def test_a_compressed_answer_is_decompressed_and_counted_as_it_was() -> None:
    body = json.dumps([{"symbol": "BTC", "price": number} for number in range(2000)]).encode()
    asked = await ask(answering(200, {}, body))
    assert asked.answer.body == body
    assert asked.attempts[0].bytes == len(body)


async def test_cookies_of_one_answer_do_not_follow_to_the_next_request() -> None:
    def app(request: ServedRequest) -> ServedResponse:
        return ServedResponse(200, {"set-cookie": "id=1"}, str(request.headers).encode())

    async with serving(app) as url, Client(gateway_url=url, user_agent=AGENT) as client:
        await client.fetch(Request(URL), ignore)
        assert b"cookie" not in (await client.fetch(Request(URL), ignore)).body


async def test_validators_of_the_last_answer_make_the_next_one_a_304() -> None:
    first = await ask(prices)
    again = await ask(prices, Request(URL, etag=first.answer.etag, last_modified="Mon, 23 Nov 2026 12:00:00 GMT"))
    assert again.seen[0].headers["if-none-match"] == first.answer.etag
    assert again.seen[0].headers["if-modified-since"] == "Mon, 23 Nov 2026 12:00:00 GMT"
    assert again.answer.not_modified
    assert again.answer.body == b""
    assert again.outcomes == [Outcome.NOT_MODIFIED]


async def test_a_304_that_nobody_asked_for_is_an_empty_answer() -> None:
    asked = await ask(answering(304))
    assert asked.error.outcome is Outcome.EMPTY
    assert asked.error.status_code == 304
    assert asked.outcomes == [Outcome.EMPTY]


async def test_the_words_of_an_error_answer_are_in_the_message() -> None:
    asked = await ask(answering(400, {"content-type": "application/json"}, b'{"error":\n  "unknown symbol \x07 XYZ"}'))
    assert str(asked.error) == 'api.example.com answered 400 Bad Request: {"error": "unknown symbol XYZ"}'


async def test_a_page_for_people_is_not_in_the_message() -> None:
    asked = await ask(prices, None, "*=403")
    assert str(asked.error) == "api.example.com answered 403 Forbidden"


async def test_a_long_error_answer_is_cut_short() -> None:
    asked = await ask(answering(400, {"content-type": "text/plain"}, b"no " * 100_000))
    assert len(str(asked.error)) < 260
    assert str(asked.error).endswith("...")


async def test_three_hundred_hosts_are_asked_at_once() -> None:
    bodies: dict[str, str] = {}
    under_way = most = 0

    def app(request: ServedRequest) -> ServedResponse:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        return ServedResponse(delay=0.1, body=request.host.encode())

    async def fetch(host: str) -> None:
        nonlocal under_way
        bodies[host] = (await client.fetch(Request(f"https://{host}/"), ignore)).body.decode()
        under_way -= 1

    hosts = [f"api{number}.example.com" for number in range(300)]
    async with (
        serving(app) as url,
        Client(gateway_url=url, user_agent=AGENT) as client,
        anyio.create_task_group() as together,
    ):
        for host in hosts:
            together.start_soon(fetch, host)
    assert bodies == {host: host for host in hosts}
    assert most > 20
