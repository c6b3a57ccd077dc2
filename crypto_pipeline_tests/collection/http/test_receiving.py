"""What a client makes of raw bytes: answers that go on after their end, heads without end, bodies that were cut off.

What a text means to a person, and whose fault it is, stands in the error; the texts of aiohttp are never repeated.
"""

from __future__ import annotations

import asyncio
import socket
import struct

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.http.client import Client
from crypto_pipeline.collection.http.messages import Answer, Request
from crypto_pipeline.collection.http.receiving import MAX_HEAD
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline_tests.collection.http.asked import AGENT, ignore

pytestmark = pytest.mark.anyio

BODY = b'[{"symbol":"BTC","price":"64000.1"}]'
AFTER = [b"garbage", b"\0\0", b"\r\n\r\nmore", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", b"<!-- cached -->"]


def answer(body: bytes = BODY, status: str = "200 OK", *headers: str, length: int | None = None) -> bytes:
    """An answer as it goes over the wire."""
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body) if length is None else length}", "", ""]
    return "\r\n".join(lines).encode() + body


async def heard(*answers: bytes, reset: bool = False) -> list[Answer | SourceError]:
    """What a request gets at each of these hosts, which say this to whatever they are asked, and hang up."""

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = (await reader.readuntil(b"\r\n\r\n")).decode()
        writer.write(answers[int(asked.removeprefix("GET /h").partition(".")[0])])
        await writer.drain()
        if reset:
            # What was sent is taken in before the reset: it would be lost otherwise.
            await anyio.sleep(0.05)
            at_once = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
            writer.transport.abort()
        writer.close()

    async def ask(client: Client, number: int) -> Answer | SourceError:
        try:
            return await client.fetch(Request(f"https://h{number}.example.com/", retries=False), ignore)
        except SourceError as error:
            return error

    server = await asyncio.start_server(say, "127.0.0.1", 0)
    gateway = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, Client(user_agent=AGENT, gateway_url=gateway, back_off_seconds=0) as client:
        return [await ask(client, number) for number in range(len(answers))]


def failures(heard: list[Answer | SourceError]) -> list[SourceError]:
    """All of them, if they are."""
    assert all(isinstance(one, SourceError) for one in heard), heard
    return [one for one in heard if isinstance(one, SourceError)]


def bodies(heard: list[Answer | SourceError]) -> list[bytes]:
    """Those of answers, if they all are."""
    assert all(isinstance(one, Answer) for one in heard), heard
    return [one.body for one in heard if isinstance(one, Answer)]


async def test_what_follows_a_whole_answer_does_not_take_it_away() -> None:
    in_pieces = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n24\r\n" + BODY + b"\r\n0\r\n\r\n"
    whole = answer(), in_pieces, b"HTTP/1.1 103 Early Hints\r\n\r\n" + answer()
    said = [raw + after for raw in whole for after in AFTER]
    assert bodies(await heard(*said)) == [BODY] * len(said)


async def test_a_refusal_is_understood_whatever_follows_it() -> None:
    refusals = {
        answer(b"{}", "429 Too Many Requests", "Retry-After: 600"): Outcome.RATE_LIMITED,
        answer(b"no", "404 Not Found"): Outcome.CLIENT_ERROR,
        answer(b"", "503 Down"): Outcome.SERVER_ERROR,
        answer(b"", "302 Found", "Location: http://10.0.0.1/"): Outcome.BAD_REDIRECT,
        b"HTTP/1.1 304 Not Modified\r\n\r\n": Outcome.EMPTY,
    }
    for after in AFTER:
        got = failures(await heard(*(raw + after for raw in refusals)))
        assert [one.outcome for one in got] == [*refusals.values()]
        assert [one.retry_after is not None for one in got] == [True, False, False, False, False]


async def test_a_text_that_goes_on_after_its_length_is_not_believed_for_it_may_be_cut() -> None:
    texts = b"date,close\n2026-11-29,64000.1\n", b"874123", b"x"
    said = [answer(body, length=length) for body in texts for length in range(len(body.rstrip()))]
    for one in failures(await heard(*said)):
        assert one.outcome is Outcome.UNPARSEABLE
        assert "more than the length that it announced" in str(one)


async def test_a_body_without_a_length_is_whole_when_its_connection_was_closed_and_not_when_it_was_reset() -> None:
    raw = b"HTTP/1.1 200 OK\r\n\r\ndate,close\n2026-11-29,64"
    assert bodies(await heard(raw)) == [b"date,close\n2026-11-29,64"]
    assert str(*failures(await heard(raw, reset=True))) == "h0.example.com broke off: connection reset by peer"


async def test_a_long_policy_among_the_headers_is_read_and_a_flood_of_headers_is_not() -> None:
    assert bodies(await heard(answer(BODY, "200 OK", f"Content-Security-Policy: {'x' * 30_000}"))) == [BODY]
    floods = (
        [f"X-A: {'x' * 2 * MAX_HEAD}"],
        [f"X-{n}: a" for n in range(9000)],
        [f"Set-Cookie: a{n}={'x' * 4000}" for n in range(90)],
    )
    for one in failures(await heard(*(answer(BODY, "200 OK", *headers) for headers in floods))):
        assert one.outcome is Outcome.TOO_LARGE
        assert "sent more headers than are read (128 kB)" in str(one)


def pieces(size: int, count: int) -> bytes:
    """A body in pieces of so many bytes."""
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + (b"%x\r\n" % size + b" " * size + b"\r\n") * count + b"0\r\n\r\n"


async def test_a_body_in_crumbs_is_given_up_and_one_in_short_lines_is_read() -> None:
    """Each piece costs as much as a kilobyte: two million of one byte kept a process busy for ten seconds. What parts 107,546 of one
    byte is half a megabyte and an eighth of the body; a quarter of a megabyte may come in one go, and is seen when it is there."""
    (crumbs,) = failures(await heard(pieces(1, 160_000)))
    assert (crumbs.outcome, str(crumbs)) == (
        Outcome.TOO_LARGE,
        "h0.example.com sent its answer in too many pieces of a few bytes",
    )
    assert bodies(await heard(pieces(1, 100_000), pieces(100, 20_000))) == [b" " * 100_000, b" " * 2_000_000]


async def test_what_is_wrong_is_said_in_words_and_without_a_word_of_the_answer() -> None:
    reasons = {
        b"": "it closed the connection without an answer",
        b"HTTP/1.1 200 OK\r\nX-A: b\r\n": "the answer ended early",
        answer(BODY, length=99): "the answer ended early",
        b"220 mail.example.com ESMTP\r\n": "the answer is not HTTP",
        BODY: "the answer is not HTTP",
        answer(BODY, "200 OK", "s3cret no colon"): "the answer breaks a rule of HTTP (invalid header token)",
        answer(BODY, "200 OK", "Content-Length: 3"): "the answer breaks a rule of HTTP (duplicate Content-Length)",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\ns3cret\r\n": (
            "the answer breaks a rule of HTTP (invalid character in chunk size)"
        ),
    }
    got = failures(await heard(*reasons))
    assert [str(one) for one in got] == [f"h{n}.example.com broke off: {why}" for n, why in enumerate(reasons.values())]


PARTS = st.sampled_from(
    [
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"Content-Length: 5\r\n",
        b"Content-Length: 0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Content-Encoding: gzip\r\n",
        b"\r\n",
        b"\n",
        b"5\r\n[1,2]\r\n",
        b"0\r\n\r\n",
        b"[1,2]",
        b"\x1f\x8b\x08\0\0\0\0\0\0\x03",
        b"\0",
    ]
)


@given(st.lists(st.lists(PARTS | st.binary(max_size=9), max_size=8).map(b"".join), min_size=20, max_size=40))
@settings(max_examples=5, deadline=None)
def test_no_bytes_end_in_anything_but_an_answer_or_a_sentence(said: list[bytes]) -> None:
    for raw, got in zip(said, asyncio.run(heard(*said)), strict=True):
        assert isinstance(got, SourceError) or b"HTTP/1." in raw
