"""What goes wrong with a request, as an outcome and a sentence that names the host.

All of this package raise one exception, SourceError (collection/errors.py). What differs is its outcome:

::

    SourceError
     + not sent         NO_BUDGET, BACKING_OFF       Client.fetch
     + no answer        UNREACHABLE                  Connections.exchange, Body.complete
     |                  TIMEOUT, OUT_OF_TIME         Client.fetch
     + refused          RATE_LIMITED, BLOCKED        Client.fetch
     |                  CLIENT_ERROR, SERVER_ERROR   Client.fetch, Connections.exchange
     + led astray       BAD_REDIRECT                 next_url, refuse_private
     + no usable body   TOO_LARGE, UNPARSEABLE       Body, Body.expect, Body.feed, Connections.exchange
                        EMPTY                        Client.fetch

``fetch`` passes all of them on, without keys. ``is_certain`` says whether it is the source's failure however slow this
machine is, ``retry_after`` until when the source wants to be left alone.

Belongs here: the meaning of status codes, the reason inside a broken connection, what an error answer says.
Does not belong here: errors of bodies (collection/http/bodies.py) and of redirects (collection/http/redirects.py), which know their own reasons.
"""

from __future__ import annotations

import errno
import os
import re
import socket
import ssl
from collections.abc import Iterator
from datetime import datetime
from http import HTTPStatus

import aiohttp
from aiohttp.http import HttpProcessingError
from aiohttp.http_exceptions import BadStatusLine, ContentLengthError, LineTooLong

from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.http.receiving import CRUMBS, HEAD_TOO_LARGE, MAX_HEAD, MORE_THAN_ANNOUNCED
from crypto_pipeline.collection.key_gate import NO_KEYS, KeyGate
from crypto_pipeline.schema.outcomes import Outcome

LONGEST_EXCERPT = 200
BROKEN = (aiohttp.ClientError, HttpProcessingError, OSError)
"""What aiohttp raises for a connection that did not come about, broke, or does not speak HTTP."""
_ENDED_EARLY = "Not enough data"
"""What aiohttp says of a body in pieces without its last one; for other faults of pieces it raises the same."""
_TOO_MANY_HEADERS = "Too many headers received"
_RULE = re.compile(r"([A-Z][A-Za-z ,/'-]{3,80}):\n\n")
"""Which rule was broken, in fixed words of aiohttp's parser; what follows them is part of the answer."""
_REFUSALS = frozenset({401, 402, 403, 451})
_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\s]+")


def of_status(host: str, status_code: int, said: str = "", retry_after: datetime | None = None) -> SourceError:
    """The failure that an answer of 400 or more is."""
    return SourceError(
        _outcome(status_code), _sentence(host, status_code, said), status_code=status_code, retry_after=retry_after
    )


def no_whole_answer(host: str, status_code: int) -> SourceError:
    """The failure that an answer of less than 200 is, or a part (206) to a request that asked for the whole."""
    return SourceError(
        Outcome.UNPARSEABLE, f"{_sentence(host, status_code, '')}, which is no whole answer", status_code=status_code
    )


def too_often(host: str, status_code: int, said: str = "", retry_after: datetime | None = None) -> SourceError:
    """The failure of an answer by which a host says that it had too many requests, whatever its code."""
    return SourceError(
        Outcome.RATE_LIMITED, _sentence(host, status_code, said), status_code=status_code, retry_after=retry_after
    )


def _sentence(host: str, status_code: int, said: str) -> str:
    sentence = f"{host} answered {status_code} {_PHRASES.get(status_code, '')}".rstrip()
    return f"{sentence}: {said}" if said else sentence


def _outcome(status_code: int) -> Outcome:
    if status_code in _REFUSALS:
        return Outcome.BLOCKED
    if status_code == 408 or status_code >= 500:
        return Outcome.SERVER_ERROR
    return Outcome.CLIENT_ERROR


def excerpt(body: bytes, content_type: str, secrets: KeyGate = NO_KEYS) -> str:
    """What an error answer says, on one line and without the keys that it repeats. A page for people says nothing to us."""
    text = body.decode("utf-8", errors="replace").strip()
    if text.startswith("<") or not any(kind in content_type.lower() for kind in ("json", "text/plain")):
        return ""
    text = secrets.text(_UNPRINTABLE.sub(" ", text))
    return text if len(text) <= LONGEST_EXCERPT else text[: LONGEST_EXCERPT - 3] + "..."


def of_connection(host: str, error: Exception, *, has_begun: bool = False) -> SourceError:
    """The failure that a missing or broken connection is. The texts of libraries are not repeated: they may hold a key."""
    if isinstance(error, aiohttp.InvalidURL):
        return unsendable(host)
    is_connecting = isinstance(error, aiohttp.ClientConnectorError | aiohttp.ClientHttpProxyError) and not has_begun
    for cause in _causes(error):
        said = getattr(cause, "message", "")
        if isinstance(cause, LineTooLong) or said in {HEAD_TOO_LARGE, _TOO_MANY_HEADERS}:
            size = MAX_HEAD // 1024
            return SourceError(Outcome.TOO_LARGE, f"{host} sent more headers than are read ({size} kB)")
        if said == CRUMBS:
            return SourceError(Outcome.TOO_LARGE, f"{host} sent its answer in too many pieces of a few bytes")
        if said == MORE_THAN_ANNOUNCED:
            words = "sent more than the length that it announced, so that nobody knows where its answer ends"
            return SourceError(Outcome.UNPARSEABLE, f"{host} {words}")
    reason, is_certain = _reason(error)
    verb = "cannot be reached" if is_connecting else "broke off"
    return SourceError(Outcome.UNREACHABLE, f"{host} {verb}: {reason}", is_certain=is_certain)


def not_connected(host: str) -> SourceError:
    """For a connection that did not come about in the time that there is for it."""
    return SourceError(Outcome.UNREACHABLE, f"{host} cannot be reached: it does not take the connection")


def unsendable(host: str) -> SourceError:
    """For a key with a line break in it, or an address that is none."""
    return SourceError(
        Outcome.CLIENT_ERROR, f"the request to {host} cannot be sent: its address, headers or key are not valid"
    )


def _reason(error: Exception) -> tuple[str, bool]:
    """Why, and whether that is certain: a refusal is one however slow this machine is; silence and a break may be its own."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is refused, {cause.verify_message}", True
        if isinstance(cause, ssl.SSLError):
            return "no TLS connection could be agreed on", False
        if isinstance(cause, socket.gaierror):
            return "its name cannot be resolved", False
        if isinstance(cause, OSError) and cause.errno is not None and cause.errno in errno.errorcode:
            return os.strerror(cause.errno).lower(), cause.errno == errno.ECONNREFUSED
        if _breaks_the_rules(cause):
            return _broken_rule(cause), True
    if ConnectionResetError.__name__ in str(error):  # a body that was cut off keeps the reason in its text alone
        return os.strerror(errno.ECONNRESET).lower(), False
    if isinstance(error, aiohttp.ServerDisconnectedError) and isinstance(error.message, str):
        return "it closed the connection without an answer", False
    if isinstance(error, aiohttp.ServerDisconnectedError | aiohttp.ClientPayloadError):
        return "the answer ended early", False
    return "the connection was lost", False


def _broken_rule(error: BaseException) -> str:
    rule = _RULE.search(str(getattr(error, "message", "")))
    if isinstance(error, BadStatusLine) or rule is None:
        return "the answer is not HTTP"
    words = rule[1] if rule[1].startswith("Content-Length") else rule[1][0].lower() + rule[1][1:]
    return f"the answer breaks a rule of HTTP ({words})"


def _breaks_the_rules(error: BaseException) -> bool:
    """Whether what came is no HTTP, and did not only end early, as it does where somebody lost patience with us."""
    ended_early = isinstance(error, ContentLengthError) or _ENDED_EARLY in str(error)
    return isinstance(error, HttpProcessingError) and not ended_early


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The innermost errors first: an OSError about an address wraps the one that says why."""
    wrapped = (getattr(error, "os_error", None), getattr(error, "certificate_error", None))
    for inner in (*getattr(error, "exceptions", ()), *wrapped, error.__cause__ or error.__context__):
        if inner is not None:
            yield from _causes(inner)
    yield error
