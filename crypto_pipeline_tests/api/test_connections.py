"""Connections that take too long, at a real server on loopback."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from crypto_pipeline.api import connections
from crypto_pipeline.api.connections import BoundedConnection

WHOLE = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
HUGE = 64_000_000
"""Bytes that no socket's buffers hold."""


async def answer(request: Request) -> PlainTextResponse:
    await request.body()
    return PlainTextResponse("x" * (HUGE if request.url.path == "/huge" else 1))


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Where a server with short patience listens."""
    monkeypatch.setattr(connections, "REQUEST_SECONDS", 0.2)
    monkeypatch.setattr(connections, "ANSWER_SECONDS", 0.2)
    listener = socket.create_server(("127.0.0.1", 0))
    app = Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])
    server = uvicorn.Server(
        uvicorn.Config(app, http=BoundedConnection, ws="none", log_config=None, timeout_keep_alive=60)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


def ends(connection: socket.socket) -> bytes:
    """What still comes until the server ends the connection; the test hangs, and fails, where it never does."""
    connection.settimeout(60)
    rest = b""
    try:
        while part := connection.recv(65_536):
            rest += part
    except ConnectionResetError:
        pass
    return rest


def byte_by_byte(connection: socket.socket, count: int) -> None:
    for _ in range(count):
        connection.sendall(b"x")
        threading.Event().wait(0.05)


@pytest.mark.parametrize("sent", [b"", b"GET", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: b"])
def test_a_request_that_never_ends_is_cut(port: int, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(sent)
        assert ends(connection) == b""


def test_so_is_a_body_that_comes_byte_by_byte(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n")
        with pytest.raises(OSError, match=r"reset|[Bb]roken pipe"):
            byte_by_byte(connection, 600)


def test_so_is_a_second_one_after_a_first_that_was_answered(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(WHOLE)
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
        connection.sendall(b"GET / HTTP/1.1\r\nHost")
        assert b"HTTP/1.1" not in ends(connection)


def test_an_answer_that_is_not_taken_is_cut(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(WHOLE.replace(b"GET /", b"GET /huge"))
        connection.recv(1)
        threading.Event().wait(1)  # the client does nothing for five times as long as it may
        assert len(ends(connection)) < HUGE


def test_who_asks_in_time_is_answered_as_often_as_they_like(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "REQUEST_SECONDS", 60)
    monkeypatch.setattr(connections, "ANSWER_SECONDS", 60)
    with socket.create_connection(("127.0.0.1", port)) as connection, connection.makefile("rb") as answers:
        for _ in range(5):
            connection.sendall(WHOLE)
            assert answers.readline() == b"HTTP/1.1 200 OK\r\n"
            while answers.readline() != b"\r\n":
                pass
            assert answers.read(1) == b"x"
