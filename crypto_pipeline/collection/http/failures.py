"""What went wrong, as an outcome and a sentence that names the host.

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

import httpx

from crypto_pipeline.collection.key_gate import NO_KEYS, KeyGate
from crypto_pipeline.schema.outcomes import Outcome, SourceError

LONGEST_EXCERPT = 200
_REFUSALS = frozenset({401, 402, 403, 451})
_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\s]+")


def of_status(host: str, status_code: int, said: str = "", retry_after: datetime | None = None) -> SourceError:
    """The failure that an answer of 400 or more is."""
    sentence = f"{host} answered {status_code} {_PHRASES.get(status_code, '')}".rstrip()
    return SourceError(
        _outcome(status_code),
        f"{sentence}: {said}" if said else sentence,
        status_code=status_code,
        retry_after=retry_after,
    )


def _outcome(status_code: int) -> Outcome:
    if status_code == 429:
        return Outcome.RATE_LIMITED
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


def of_connection(host: str, error: httpx.TransportError | OSError) -> SourceError:
    """The failure that a missing or broken connection is. The texts of libraries are not repeated: they may hold a key."""
    if isinstance(error, httpx.LocalProtocolError | httpx.UnsupportedProtocol):
        return unsendable(host)
    if isinstance(error, httpx.ConnectTimeout):
        return SourceError(Outcome.UNREACHABLE, f"{host} cannot be reached: it does not take the connection")
    verb = "cannot be reached" if isinstance(error, httpx.ConnectError | httpx.ProxyError) else "broke off"
    return SourceError(Outcome.UNREACHABLE, f"{host} {verb}: {_reason(error)}")


def unsendable(host: str) -> SourceError:
    """For a key with a line break in it, or an address that is none."""
    return SourceError(
        Outcome.CLIENT_ERROR, f"the request to {host} cannot be sent: its address, headers or key are not valid"
    )


def _reason(error: Exception) -> str:
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is refused, {cause.verify_message}"
        if isinstance(cause, ssl.SSLError):
            return "no TLS connection could be agreed on"
        if isinstance(cause, socket.gaierror):
            return "its name cannot be resolved"
        if isinstance(cause, OSError) and cause.errno is not None and cause.errno in errno.errorcode:
            return os.strerror(cause.errno).lower()
    if isinstance(error, httpx.RemoteProtocolError):
        return "the answer ended early or is not HTTP"
    return "the connection was lost"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The innermost errors first: an OSError about an address wraps the one that says why."""
    for inner in (*getattr(error, "exceptions", ()), error.__cause__ or error.__context__):
        if inner is not None:
            yield from _causes(inner)
    yield error
