"""The loopback server answers as it is told, well or badly."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Callable
from itertools import repeat
from typing import Any

import anyio
import httpx
import pytest

from crypto_pipeline.replay.server import Ending, ServedRequest, ServedResponse, etag_of, running_server, serving

pytestmark = pytest.mark.anyio
LONG = 600
"""Seconds that no test waits."""
BODY = json.dumps([{"symbol": "BTC", "price": number} for number in range(500)]).encode()


def data(request: ServedRequest) -> ServedResponse:
    return ServedResponse(200, {"Content-Type": "application/json"}, BODY)


async def get(
    app: Callable[[ServedRequest], ServedResponse], path: str = "/api.example.com/v1/prices", **options: Any
) -> httpx.Response:
    async with serving(app) as url, httpx.AsyncClient(base_url=url, trust_env=False, verify=False) as client:
        return await client.get(path, **options)


async def test_an_app_sees_the_request_as_it_was_sent() -> None:
    seen = []

    def app(request: ServedRequest) -> ServedResponse:
        seen.append(request)
        return ServedResponse()

    async with serving(app) as url, httpx.AsyncClient(trust_env=False, verify=False) as client:
        await client.post(f"{url}/api.example.com/v1/rpc?a=1%20b&c", content=b"{}", headers={"X-Key": "k"})
    (request,) = seen
    assert (request.method, request.path, request.query) == ("POST", "/api.example.com/v1/rpc", "a=1%20b&c")
    assert (request.host, request.source_path, request.body) == ("api.example.com", "/v1/rpc", b"{}")
    assert request.headers["x-key"] == "k"


async def test_an_answer_that_takes_long_holds_up_no_other() -> None:
    others_are_answered = threading.Event()

    def app(request: ServedRequest) -> ServedResponse:
        if request.host == "long.example":
            assert others_are_answered.wait(LONG)
        return ServedResponse(body=request.host.encode())

    async def get_long(client: httpx.AsyncClient) -> None:
        assert (await client.get("/long.example/")).content == b"long.example"

    async with (
        serving(app, takes_long=lambda request: request.host == "long.example") as url,
        httpx.AsyncClient(base_url=url, trust_env=False, verify=False, timeout=LONG) as client,
        anyio.create_task_group() as group,
    ):
        group.start_soon(get_long, client)
        group.start_soon(get_long, client)
        for _ in range(3):
            assert (await client.get("/short.example/")).content == b"short.example"
        others_are_answered.set()


async def test_a_client_that_reads_gzip_gets_gzip() -> None:
    compressed = await get(data, headers={"accept-encoding": "gzip"})
    plain = await get(data, headers={"accept-encoding": "identity"})
    assert compressed.headers["content-encoding"] == "gzip"
    assert int(compressed.headers["content-length"]) < len(BODY) / 3
    assert "content-encoding" not in plain.headers
    assert compressed.content == plain.content == BODY


async def test_what_is_encoded_already_is_not_encoded_again() -> None:
    answer = await get(lambda request: ServedResponse(200, {"Content-Encoding": "gzip"}, gzip.compress(BODY)))
    assert answer.content == BODY


@pytest.mark.parametrize("known", [etag_of(BODY), f'"other", W/{etag_of(BODY)}'])
async def test_a_client_that_has_the_body_gets_304(known: str) -> None:
    answer = await get(data, headers={"if-none-match": known})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag_of(BODY))


async def test_a_client_that_has_another_body_gets_this_one() -> None:
    answer = await get(data, headers={"if-none-match": '"other"'})
    assert (answer.status_code, answer.headers["etag"], answer.content) == (200, etag_of(BODY), BODY)


async def test_head_is_answered_without_a_body() -> None:
    async with serving(data) as url, httpx.AsyncClient(trust_env=False, verify=False) as client:
        answer = await client.head(f"{url}/api.example.com/")
        assert answer.content == b""
        assert (await client.get(f"{url}/api.example.com/")).content == BODY


async def test_a_connection_is_used_again() -> None:
    def app(request: ServedRequest) -> ServedResponse:
        return ServedResponse(body=request.body or b"x")

    async with serving(app) as url, httpx.AsyncClient(trust_env=False, verify=False) as client:
        streams = []
        for _ in range(3):
            async with client.stream("POST", url, content=b"abc") as answer:
                streams.append(answer.extensions["network_stream"].get_extra_info("client_addr"))
                assert await answer.aread() == b"abc"
    assert len(set(streams)) == 1


async def test_a_body_in_pieces_is_sent_without_its_length() -> None:
    answer = await get(lambda request: ServedResponse(body=iter([b"a", b"b"])))
    assert answer.content == b"ab"
    assert "content-length" not in answer.headers


async def test_an_app_that_fails_is_a_500(caplog: pytest.LogCaptureFixture) -> None:
    def app(request: ServedRequest) -> ServedResponse:
        raise KeyError("no recording")

    answer = await get(app)
    assert answer.status_code == 500
    assert "no recording" in caplog.text


@pytest.mark.parametrize("ending", [Ending.CLOSE, Ending.RESET])
async def test_a_broken_ending_is_broken_on_the_wire(ending: Ending) -> None:
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        await get(lambda request: ServedResponse(body=b"half", promised=8, ending=ending))


async def test_a_delay_comes_before_the_first_byte() -> None:
    begun = time.monotonic()
    await get(lambda request: ServedResponse(delay=0.1))
    assert time.monotonic() - begun >= 0.1


async def test_three_hundred_connections_at_once_are_answered() -> None:
    async with serving(lambda request: ServedResponse(delay=0.05, body=request.path.encode())) as url:
        lines = []

        async def ask(number: int) -> None:
            async with await anyio.connect_tcp("127.0.0.1", int(url.rpartition(":")[2])) as stream:
                await stream.send(f"GET /{number} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
                received = b"".join([piece async for piece in stream])
                lines.append(received.rpartition(b"\r\n")[2].decode())

        async with anyio.create_task_group() as together:
            for number in range(300):
                together.start_soon(ask, number)
    assert sorted(lines) == sorted(f"/{number}" for number in range(300))


@pytest.mark.parametrize(
    "response",
    [
        ServedResponse(delay=float("inf")),
        ServedResponse(body=repeat(b" "), pace=0.01),
        ServedResponse(ending=Ending.HANG),
    ],
    ids=["silent", "dripping", "hanging"],
)
async def test_it_stops_at_once_whatever_its_connections_are_doing(response: ServedResponse) -> None:
    arrived = anyio.Event()

    def app(request: ServedRequest) -> ServedResponse:
        arrived.set()
        return response

    with anyio.fail_after(LONG):
        async with anyio.create_task_group() as together, serving(app) as url:
            stream = await anyio.connect_tcp("127.0.0.1", int(url.rpartition(":")[2]))
            await stream.send(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            await arrived.wait()
            together.cancel_scope.cancel()
        await stream.aclose()


async def test_a_client_that_leaves_is_not_waited_for() -> None:
    async with serving(lambda request: ServedResponse(delay=float("inf"))) as url:
        async with httpx.AsyncClient(trust_env=False, verify=False) as client:
            with anyio.move_on_after(0.1):
                await client.get(url)
        with anyio.fail_after(LONG):
            while any("connected" in repr(task) for task in anyio.get_running_tasks()):
                await anyio.sleep(0.01)


@pytest.mark.parametrize("rubbish", [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"GET\r\n\r\n", b""])
async def test_rubbish_costs_its_connection_and_nothing_else(rubbish: bytes) -> None:
    async with serving(data) as url:
        async with await anyio.connect_tcp("127.0.0.1", int(url.rpartition(":")[2])) as stream:
            if rubbish:
                await stream.send(rubbish)
                with pytest.raises(anyio.EndOfStream), anyio.fail_after(LONG):
                    await stream.receive()
        async with httpx.AsyncClient(trust_env=False, verify=False) as client:
            assert (await client.get(url)).content == BODY


def test_it_runs_in_a_thread_for_those_who_have_no_event_loop() -> None:
    with running_server(data) as url:
        assert httpx.get(url, trust_env=False, verify=False).content == BODY
    with pytest.raises(httpx.ConnectError):
        httpx.get(url, trust_env=False, verify=False)
