"""The bytes of an answer on their way to aiohttp, in the few cases in which it keeps less of them than browsers and curl do, or more.

Belongs here: what follows a whole answer, how large the head of an answer may be and how small the pieces of its body, a body without
a length whose connection was reset.
Does not belong here: connections (collection/http/connections.py), bodies (collection/http/bodies.py), sentences (collection/http/failures.py).

This is the one module that knows the inside of aiohttp: its ResponseHandler, which hands bytes to a parser and answers to a session.
"""

from __future__ import annotations

import asyncio
import functools
import re
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.http_exceptions import HttpProcessingError

MAX_HEAD = 128 * 1024
"""Bytes of a status line with its headers, and of all interim answers before it. Large honest heads have 20 kB, most of them one policy."""
_LINE = re.compile(rb"[^\n]*\n|[^\n]+")
ALLOWED_OVERHEAD, SHARE_OF_OVERHEAD = 512 * 1024, 8
"""Bytes that are no body: so many, and an eighth of the body. Each piece has six or more of them, and costs as much as a kilobyte."""
_WITHOUT_BODY = frozenset({204, 304})
_ENDS_BY_ITSELF = re.compile(rb"\x1f\x8b|\s*[\[{\"<]")
"""gzip, JSON and markup: if the end is missing whoever reads it will know."""


HEAD_TOO_LARGE = "head too large"
"""Of the error for an answer that begins with more than MAX_HEAD bytes of headers."""
CRUMBS = "crumbs"
"""Of the error for a body in so many pieces of a few bytes that taking them in would keep this process from everything else."""
MORE_THAN_ANNOUNCED = "more than announced"
"""Of the error for a body that went on after its announced length and does not show by itself whether it is whole."""


class Receiver(ResponseHandler):
    """A connection whose answers end where they say that they end.

    aiohttp throws an answer away when more bytes come with it: a 429 with its Retry-After, a whole list of prices. Browsers and
    curl take the answer, drop the rest and use the connection no more.
    """

    _is_waiting = False
    """For an answer whose head is not whole yet."""
    _came = b""
    """What has come of it."""
    _size = 0
    """Bytes of the answer, its head and what parts its body among them."""
    _params: dict[str, Any]

    def set_response_params(self, **params: Any) -> None:
        """A request goes out; its answer begins with the next byte."""
        self._params, self._is_waiting, self._came, self._size = params, True, b"", 0
        super().set_response_params(**params)

    def data_received(self, data: bytes) -> None:
        """Take in what has come. Raises nothing."""
        if self._is_waiting:
            self._came += data
        self._size += len(data)
        super().data_received(data)
        if self._is_waiting and len(self._came) > MAX_HEAD:
            self._give_up(HttpProcessingError(message=HEAD_TOO_LARGE))
        if (body := self._payload) is None or body.is_eof():
            return
        if self._size - body.total_bytes > ALLOWED_OVERHEAD + body.total_bytes // SHARE_OF_OVERHEAD:
            body.set_exception(HttpProcessingError(message=CRUMBS))
            self._give_up(HttpProcessingError(message=CRUMBS))

    def feed_data(self, data: Any, size: int = 0) -> None:
        """The parser has found a head. One of 100 to 199 is followed by another one."""
        if not _is_interim(data[0].code):
            self._is_waiting, self._came = False, b""
        super().feed_data(data, size)

    def set_exception(self, exc: BaseException, *cause: BaseException) -> None:
        """What came is no HTTP, unless it begins with an answer that is whole."""
        if self._is_waiting and isinstance(exc, HttpProcessingError):
            came, self._is_waiting, self._came = self._came, False, b""
            try:
                whole = self._first_of(came)
            except HttpProcessingError as error:
                exc, cause = (error, ()) if error.message == MORE_THAN_ANNOUNCED else (exc, cause)
            else:
                if whole:
                    self._should_close = True
                    self.feed_data(whole)
                    return
        super().set_exception(exc, *cause)

    def connection_lost(self, exc: BaseException | None) -> None:
        """A body that ends with its connection is whole when that was closed, and not when it was reset."""
        if isinstance(exc, OSError) and self._payload is not None and not self._payload.is_eof():
            self._payload.set_exception(aiohttp.ClientOSError(*exc.args))
        super().connection_lost(exc)

    def _give_up(self, error: HttpProcessingError) -> None:
        self._is_waiting, self._came = False, b""
        if self.transport is not None:
            self.transport.close()
        self.set_exception(error)

    def _first_of(self, came: bytes) -> tuple[Any, Any] | None:
        """The answer with which these bytes begin, if all of it is there. Raises HttpProcessingError for what is none."""
        super().set_response_params(**self._params)
        assert self._parser is not None
        at = 0
        found: list[tuple[Any, Any]] = []
        for line in _LINE.findall(came):
            at += len(line)
            found += self._parser.feed_data(line)[0]
            if found and not _is_interim(found[-1][0].code):
                message, payload = found[-1]
                length = message.headers.get("content-length", "")
                if length.isdecimal() and message.code not in _WITHOUT_BODY:
                    body = came[at : at + int(length)]
                    if message.code < 300 and not _ENDS_BY_ITSELF.match(body):
                        raise HttpProcessingError(message=MORE_THAN_ANNOUNCED)
                    if body:
                        self._parser.feed_data(body)
                    return (message, payload) if payload.is_eof() else None
                if payload.is_eof():
                    return message, payload
        return None


def use_receivers(connector: aiohttp.TCPConnector) -> aiohttp.TCPConnector:
    """The connector, with connections of ours. To be called where an event loop runs."""
    receiver: type[ResponseHandler] = Receiver
    connector._factory = functools.partial(receiver, asyncio.get_running_loop())
    return connector


def _is_interim(status: int) -> bool:
    return 100 <= status < 200 and status != 101
