"""What the client refuses to hold, and what it says when there is no connection."""

from __future__ import annotations

import asyncio
import socket
import ssl
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import trustme

from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.http.client import Client
from crypto_pipeline.collection.http.messages import Attempt, Request
from crypto_pipeline.replay.server import Ending, ServedResponse
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline_tests.collection.http.asked import AGENT, URL, answering, ask, ignore, prices

pytestmark = pytest.mark.anyio


@contextmanager
def growing_less_than(megabytes: int) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < megabytes * 1024 * 1024
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("fault", ["huge:256", "gzip_bomb:1024"])
async def test_a_huge_body_is_given_up_before_it_fills_the_memory(fault: str) -> None:
    with growing_less_than(megabytes=40):
        asked = await ask(prices, None, f"*={fault}")
    assert asked.outcomes == [Outcome.TOO_LARGE]
    assert str(asked.error) == "api.example.com sent more than 16 MB"


async def test_a_body_that_is_announced_too_large_is_not_read() -> None:
    asked = await ask(lambda request: ServedResponse(promised=256 * 1024**2, ending=Ending.HANG))
    assert asked.outcomes == [Outcome.TOO_LARGE]
    assert asked.attempts[0].bytes == 0


async def test_the_largest_body_that_is_accepted_is_accepted_whole() -> None:
    for length, outcome in ((1000, Outcome.OK), (1001, Outcome.TOO_LARGE)):
        asked = await ask(answering(200, {}, b"x" * length), max_body=1000)
        assert asked.outcomes == [outcome]


async def test_an_encoding_that_was_not_asked_for_is_unparseable() -> None:
    asked = await ask(answering(200, {"content-encoding": "br"}, b"..."))
    assert asked.outcomes == [Outcome.UNPARSEABLE]
    assert str(asked.error) == "api.example.com sent a body encoded as br, asked for gzip"


async def test_headers_without_end_are_refused() -> None:
    asked = await ask(answering(200, {"x-filler": "x" * 300_000}))
    assert asked.error.outcome is Outcome.TOO_LARGE


async def test_a_refused_connection_is_unreachable_and_says_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        attempts: list[Attempt] = []
        async with Client(user_agent=AGENT, gateway_url=f"http://127.0.0.1:{port}", back_off_seconds=0) as client:
            with pytest.raises(SourceError, match=r"^api.example.com cannot be reached: connection refused$") as caught:
                await client.fetch(Request(URL), attempts.append)
    assert caught.value.outcome is Outcome.UNREACHABLE
    assert [attempt.status_code for attempt in attempts] == [None] * 3


async def test_a_reset_says_that_it_was_one() -> None:
    asked = await ask(lambda request: ServedResponse(body=b"x", promised=2, ending=Ending.RESET))
    assert str(asked.error) == "api.example.com broke off: connection reset by peer"
    assert asked.attempts[0].status_code == 200


async def test_what_does_not_speak_http_is_unreachable() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example.com ESMTP\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        gateway = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with Client(user_agent=AGENT, gateway_url=gateway, back_off_seconds=0) as client:
            with pytest.raises(SourceError) as caught:
                await client.fetch(Request(URL), ignore)
    assert caught.value.outcome is Outcome.UNREACHABLE


@pytest.mark.parametrize("status", ["206 Partial Content", "101 Switching Protocols", "099 Odd"])
async def test_a_part_of_an_answer_is_none_whatever_is_in_it(status: str) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f'HTTP/1.1 {status}\r\nContent-Length: 7\r\n\r\n{{"a":1}}'.encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        gateway = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with Client(user_agent=AGENT, gateway_url=gateway, back_off_seconds=0) as client:
            with pytest.raises(SourceError, match="no whole answer") as caught:
                await client.fetch(Request(URL), ignore)
    assert caught.value.outcome is Outcome.UNPARSEABLE


async def test_a_host_that_does_not_take_the_connection_has_less_time_than_the_whole_request() -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    attempts: list[Attempt] = []
    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    async with server, Client(user_agent=AGENT, back_off_seconds=0, connect_seconds=0.1) as client:
        url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        with pytest.raises(SourceError, match="cannot be reached: it does not take the connection"):
            await client.fetch(Request(url), attempts.append)
    assert [attempt.outcome for attempt in attempts] == [Outcome.UNREACHABLE] * 3


async def test_a_certificate_that_nobody_vouches_for_is_refused() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    async with server, Client(user_agent=AGENT, back_off_seconds=0) as client:
        url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        with pytest.raises(SourceError, match="its certificate is refused") as caught:
            await client.fetch(Request(url), ignore)
    assert caught.value.outcome is Outcome.UNREACHABLE
