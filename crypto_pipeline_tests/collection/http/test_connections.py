"""Connections go through the proxy that the environment names, and to nobody whom TLS does not vouch for."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest
import trustme

from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.http.client import Client
from crypto_pipeline.collection.http.messages import Request
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline_tests.collection.http.asked import AGENT, URL, ignore

pytestmark = pytest.mark.anyio


async def first_words_of(monkeypatch: pytest.MonkeyPatch, *, user: str = "", no_proxy: str = "") -> list[str]:
    """What a proxy hears of a request; it is named in the environment and refuses to connect."""
    heard: list[str] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.extend((await reader.readuntil(b"\r\n\r\n")).decode().splitlines())
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    for name in ("http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("https_proxy", f"http://{user}127.0.0.1:{server.sockets[0].getsockname()[1]}")
    monkeypatch.setenv("no_proxy", no_proxy)
    async with server, Client(user_agent=AGENT, back_off_seconds=0, connect_seconds=2) as client:
        with pytest.raises(SourceError) as caught:
            await client.fetch(Request(URL, retries=False), ignore)
    assert caught.value.outcome is Outcome.UNREACHABLE
    return heard


async def test_a_proxy_of_the_environment_is_asked_to_connect(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = await first_words_of(monkeypatch)
    assert heard[0] == "CONNECT api.example.com:443 HTTP/1.1"


async def test_the_name_and_password_of_a_proxy_go_to_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = await first_words_of(monkeypatch, user="user:word@")
    assert "proxy-authorization: basic dxnlcjp3b3jk" in [line.lower() for line in heard]


async def test_behind_a_gateway_no_proxy_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nwell")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    gateway = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, Client(user_agent=AGENT, gateway_url=gateway) as client:
        assert (await client.fetch(Request(URL), ignore)).body == b"well"


async def test_an_authority_of_the_environment_is_trusted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nwell")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    async with server, Client(user_agent=AGENT) as client:
        url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        assert (await client.fetch(Request(url), ignore)).body == b"well"


PIECES = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("raw", "is_certain"),
    [
        (b"ICY 200 OK\r\n\r\n", True),
        (b"\x16\x03\x01\x02\x00", True),
        (b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nwell", True),
        (PIECES + b"zz\r\nwell\r\n0\r\n\r\n", True),
        (PIECES + b"4\r\nwell\r\n", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nwell", False),
        (b"HTTP/1.1 200 OK\r\n", False),
        (b"", False),
    ],
)
async def test_what_is_no_http_is_the_sources_fault_for_certain_and_what_ended_early_is_not(
    raw: bytes, is_certain: bool
) -> None:
    """A host may lose patience with a machine that was away; it does not forget how to speak."""

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(raw)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(say, "127.0.0.1", 0)
    gateway = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, Client(user_agent=AGENT, gateway_url=gateway) as client:
        with pytest.raises(SourceError) as caught:
            await client.fetch(Request(URL, retries=False), ignore)
    assert (caught.value.outcome, caught.value.is_certain) == (Outcome.UNREACHABLE, is_certain)
