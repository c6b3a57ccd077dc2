"""Connections that take too long, at a real server on loopback."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from typing import BinaryIO, TypeAlias

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from crypto_pipeline.api import connections
from crypto_pipeline.api.connections import BoundedConnection
from crypto_pipeline_tests.waiting import until

WHOLE = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
LONG = 600
"""Seconds that no test waits."""
SHORT = 0.2
HUGE = 64_000_000
"""Bytes that no socket's buffers hold."""


async def answer(request: Request) -> PlainTextResponse:
    await request.body()
    return PlainTextResponse("x" * (HUGE if request.url.path == "/huge" else 1))


Patience: TypeAlias = Callable[[float], None]


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> Patience:
    """Says how many seconds a request and an answer may take from now on: at first as many as a busy machine needs."""

    def may_take(seconds: float) -> None:
        monkeypatch.setattr(connections, "REQUEST_SECONDS", seconds)
        monkeypatch.setattr(connections, "ANSWER_SECONDS", seconds)

    may_take(LONG)
    return may_take


@pytest.fixture
def server(patience: Patience) -> Iterator[uvicorn.Server]:
    listener = socket.create_server(("127.0.0.1", 0))
    app = Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])
    server = uvicorn.Server(
        uvicorn.Config(app, http=BoundedConnection, ws="none", log_config=None, timeout_keep_alive=LONG)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    server.config.port = listener.getsockname()[1]
    try:
        yield server
    finally:
        server.should_exit = True
        thread.join()


def ends(connection: socket.socket) -> bytes:
    """What still comes until the server ends the connection; the test hangs, and fails, where it never does."""
    connection.settimeout(LONG)
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


def connected(server: uvicorn.Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.config.port))


def take(answers: BinaryIO) -> None:
    """The whole answer to a whole request."""
    assert answers.readline() == b"HTTP/1.1 200 OK\r\n"
    while answers.readline() != b"\r\n":
        pass
    assert answers.read(1) == b"x"


@pytest.mark.parametrize("sent", [b"", b"GET", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: b"])
def test_a_request_that_never_ends_is_cut(server: uvicorn.Server, patience: Patience, sent: bytes) -> None:
    patience(SHORT)
    with connected(server) as connection:
        connection.sendall(sent)
        assert ends(connection) == b""


def test_so_is_a_body_that_comes_byte_by_byte(server: uvicorn.Server, patience: Patience) -> None:
    patience(SHORT)
    with connected(server) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n")
        with pytest.raises(OSError, match=r"reset|[Bb]roken pipe"):
            byte_by_byte(connection, 600)


def test_so_is_another_one_after_those_that_were_answered(
    server: uvicorn.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connected(server) as connection, connection.makefile("rb") as answers:
        connection.sendall(WHOLE)
        take(answers)
        monkeypatch.setattr(connections, "REQUEST_SECONDS", SHORT)  # from when the next answer is out
        connection.sendall(WHOLE)
        take(answers)
        connection.sendall(b"GET / HTTP/1.1\r\nHost")
        assert ends(connection) == b""


def test_an_answer_that_is_not_taken_is_cut(server: uvicorn.Server, patience: Patience) -> None:
    with connected(server) as connection:
        until(lambda: bool(server.server_state.connections))
        patience(SHORT)
        connection.sendall(WHOLE.replace(b"GET /", b"GET /huge"))
        until(lambda: not server.server_state.connections)  # the client does nothing until it is cut
        assert len(ends(connection)) < HUGE


def test_who_asks_in_time_is_answered_as_often_as_they_like(server: uvicorn.Server) -> None:
    with connected(server) as connection, connection.makefile("rb") as answers:
        for _ in range(5):
            connection.sendall(WHOLE)
            take(answers)
