"""A small HTTP server on 127.0.0.1 that can also misbehave in every way that a source can.

Belongs here: requests and answers as plain values, connections, conditional requests, compression, pace and broken endings.
Does not belong here: what is answered (an app's business), which answers are spoiled (replay/faults.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import hashlib
import logging
import math
import socket
import struct
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from http import HTTPStatus

import h11
from anyio import CapacityLimiter, to_thread
from anyio.from_thread import start_blocking_portal

LOOPBACK = "127.0.0.1"
_BACKLOG = 1024
_READ = 64 * 1024
_WORTH_COMPRESSING = 500
_MAX_REQUEST_BODY = 1024 * 1024

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ServedRequest:
    """A request as it came in. Behind a gateway address the first part of its path is the host that is meant."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    body: bytes = b""
    stale: bool = False
    """Asks the app for an answer that was true once."""

    @property
    def host(self) -> str:
        """The host that is meant: the first part of the path."""
        return self.path[1:].partition("/")[0]

    @property
    def source_path(self) -> str:
        """The path at the host that is meant."""
        return "/" + self.path[1:].partition("/")[2]


class Ending(Enum):
    """What happens when all pieces of a body were sent."""

    COMPLETE = "complete"
    CLOSE = "close"
    """The connection closes, whether or not everything came that was promised."""
    RESET = "reset"
    HANG = "hang"


@dataclass(frozen=True, slots=True)
class ServedResponse:
    """An answer, and how it is sent."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | Iterable[bytes] = b""
    """In pieces it is sent without a length and never held as a whole; the pieces may be without end."""
    delay: float = 0.0
    """Seconds before the first byte; infinite for an answer that never comes."""
    pace: float = 0.0
    """Seconds before each piece of the body."""
    promised: int | None = None
    """The Content-Length that is announced, when it is not the true one."""
    ending: Ending = Ending.COMPLETE


App = Callable[[ServedRequest], ServedResponse]
TakesLong = Callable[[ServedRequest], bool]


def _nothing(request: ServedRequest) -> bool:
    return False


@contextlib.asynccontextmanager
async def serving(app: App, port: int = 0, *, takes_long: TakesLong = _nothing) -> AsyncIterator[str]:
    """Serve ``app`` in the running event loop. Gives the base address; at the end every connection is closed at once.

    :param takes_long: answers that are made in a thread, one after another, while all others are given at once.
    """
    connections: set[asyncio.Task[None]] = set()
    slow = _Slow(takes_long, CapacityLimiter(1))

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.add(task)
        try:
            await _Connection(app, slow, reader, writer).serve()
        except (ConnectionError, h11.RemoteProtocolError, h11.LocalProtocolError):
            pass  # the client left, or does not speak HTTP
        except asyncio.CancelledError:
            pass  # the server stops; nobody waits for this task
        finally:
            connections.discard(task)
            writer.transport.abort()

    server = await asyncio.start_server(connected, LOOPBACK, port, backlog=_BACKLOG)
    try:
        yield f"http://{LOOPBACK}:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
        await server.wait_closed()


@contextlib.contextmanager
def running_server(app: App, port: int = 0, *, takes_long: TakesLong = _nothing) -> Iterator[str]:
    """Serve ``app`` in a thread of its own. Gives the base address; the parameters are those of ``serving``."""
    server = serving(app, port, takes_long=takes_long)
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(server) as base_url:
        yield base_url


@dataclass(frozen=True, slots=True)
class _Slow:
    """Which answers take long, and the one place where they are made."""

    concerns: TakesLong
    place: CapacityLimiter


class _Connection:
    """One connection with its requests, one after another."""

    def __init__(self, app: App, slow: _Slow, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._app = app
        self._slow = slow
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.SERVER)

    async def serve(self) -> None:
        while (request := await self._request()) is not None:
            await self._answer(request, _negotiated(request, await self._asked(request)))
            if self._http.our_state is not h11.DONE or self._http.their_state is not h11.DONE:
                break
            self._http.start_next_cycle()
        if not self._writer.is_closing():
            await self._writer.drain()
            self._writer.close()
            await self._writer.wait_closed()

    async def _asked(self, request: ServedRequest) -> ServedResponse:
        try:
            if self._slow.concerns(request):
                place = self._slow.place
                return await to_thread.run_sync(self._app, request, abandon_on_cancel=True, limiter=place)
            return self._app(request)
        except Exception:  # whatever an app does wrong, its client gets an answer and its author the traceback
            log.exception("the app failed to answer %s %s", request.method, request.path)
            return ServedResponse(500, {"content-type": "text/plain"}, b"the app of this server failed")

    async def _request(self) -> ServedRequest | None:
        """The next request; None when the client has no more."""
        head: h11.Request | None = None
        body = bytearray()
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                if self._http.they_are_waiting_for_100_continue:
                    self._send(h11.InformationalResponse(status_code=100, headers=[]))
                self._http.receive_data(await self._reader.read(_READ))
            elif isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > _MAX_REQUEST_BODY:
                    raise ConnectionAbortedError("the body of a request is too large")
            elif isinstance(event, h11.EndOfMessage) and head is not None:
                path, _, query = head.target.decode("ascii").partition("?")
                headers = {name.decode("ascii"): value.decode("latin-1") for name, value in head.headers}
                return ServedRequest(head.method.decode("ascii"), path, query, headers, bytes(body))
            else:
                return None

    async def _answer(self, request: ServedRequest, response: ServedResponse) -> None:
        await self._wait(response.delay)
        self._send(_head(response))
        if request.method != "HEAD":
            for piece in _pieces(response.body):
                if response.pace:
                    await self._wait(response.pace)
                self._send(h11.Data(data=piece))
                await self._writer.drain()
        match response.ending:
            case Ending.COMPLETE:
                self._send(h11.EndOfMessage())
                await self._writer.drain()
            case Ending.HANG:
                await self._wait(math.inf)
            case Ending.RESET:
                await self._writer.drain()
                self._reset()
            case Ending.CLOSE:
                pass

    def _send(self, event: h11.Event) -> None:
        data = self._http.send(event)
        if data:
            self._writer.write(data)

    async def _wait(self, seconds: float) -> None:
        """Let time pass, but not longer than the client stays."""
        if seconds <= 0:
            return
        ends = asyncio.get_running_loop().time() + seconds
        while (left := ends - asyncio.get_running_loop().time()) > 0:
            try:
                data = await asyncio.wait_for(self._reader.read(_READ), None if math.isinf(left) else left)
            except asyncio.TimeoutError:
                return
            if not data:
                raise ConnectionAbortedError("the client left")
            self._http.receive_data(data)

    def _reset(self) -> None:
        """End the connection with RST: what a crash, a firewall or an impatient load balancer looks like."""
        at_once = struct.pack("ii", 1, 0)
        self._writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        self._writer.transport.abort()


def _head(response: ServedResponse) -> h11.Response:
    headers = {name.lower(): value for name, value in response.headers.items()}
    length = response.promised
    if length is None and isinstance(response.body, bytes) and response.status not in {204, 304}:
        length = len(response.body)
    if length is not None:
        headers.setdefault("content-length", str(length))
    try:
        reason = HTTPStatus(response.status).phrase
    except ValueError:
        reason = ""
    encoded = [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers.items()]
    return h11.Response(status_code=response.status, headers=encoded, reason=reason.encode("ascii"))


def _pieces(body: bytes | Iterable[bytes]) -> Iterable[bytes]:
    if isinstance(body, bytes):
        return (body[start : start + _READ] for start in range(0, len(body), _READ))
    return body


def _negotiated(request: ServedRequest, response: ServedResponse) -> ServedResponse:
    """An honest 200 with the ETag of its body, or 304 for a client that has it, or compressed for a client that can read it.

    Answers whose length is a lie or unknown stay as they are.
    """
    if response.status != 200 or not isinstance(response.body, bytes) or response.promised is not None:
        return response
    headers = {name.lower(): value for name, value in response.headers.items()}
    if request.method in {"GET", "HEAD"}:
        etag = headers.setdefault("etag", etag_of(response.body))
        if etag in _listed(request.headers.get("if-none-match", "")):
            return replace(response, status=304, headers={"etag": etag}, body=b"")
    takes_gzip = "gzip" in request.headers.get("accept-encoding", "")
    if not takes_gzip or "content-encoding" in headers or len(response.body) < _WORTH_COMPRESSING:
        return replace(response, headers=headers)
    headers |= {"content-encoding": "gzip", "vary": "accept-encoding"}
    return replace(response, headers=headers, body=gzip.compress(response.body, compresslevel=1, mtime=0))


def etag_of(body: bytes) -> str:
    """The ETag of a body: equal for equal bytes, in the quotes that the header has."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _listed(if_none_match: str) -> set[str]:
    return {etag.strip().removeprefix("W/") for etag in if_none_match.split(",")}
