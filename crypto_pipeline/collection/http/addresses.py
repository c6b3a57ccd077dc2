"""Addresses as they are sent, compared and followed.

Belongs here: one reading of an address for all of this package, so that what was judged is what is asked.
Does not belong here: which addresses may be followed (collection/http/redirects.py), the gateway's (collection/http/gateway.py).
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, urlencode, urlsplit

import idna

_USUAL_PORTS = {"https": 443, "http": 80}
_AS_IT_IS = "".join(sorted(set(string.printable) - set(string.whitespace) - set('"<>\\^`{|}')))
"""What stands in a path or query as it came: a source may count on its own spelling, percent signs included."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address in its parts; ``str`` is the one spelling in which it is sent."""

    scheme: str
    host: str
    """In lower case; a name of other letters in its ASCII form."""
    port: int
    path: str
    query: str
    has_user: bool = False

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port: what two addresses share that may be trusted with the same keys."""
        return self.scheme, self.host, self.port

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _USUAL_PORTS.get(self.scheme) else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}" + (f"?{self.query}" if self.query else "")


@lru_cache(maxsize=256)  # each request asks several times
def address_of(url: str) -> Address:
    """The address that a text means. Raises ValueError for what is none: no host, a port that there is not, a name that cannot be."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not host and parts.scheme in _USUAL_PORTS:
        raise ValueError("an address without a host")
    if "[" in parts.netloc and ":" not in host:
        raise ValueError("brackets around something that is no address")
    return Address(
        scheme=parts.scheme,
        host=host if host.isascii() else _in_ascii(host),
        port=_USUAL_PORTS.get(parts.scheme, 0) if parts.port is None else parts.port,
        path=_quoted(parts.path) or "/",
        query=_quoted(parts.query),
        has_user="@" in parts.netloc,
    )


def with_query(url: str, params: Mapping[str, str]) -> str:
    """The address with more parameters in its query."""
    if not params:
        return url
    return url + ("&" if "?" in url else "?") + urlencode(params, quote_via=quote, safe=",:")


def _in_ascii(host: str) -> str:
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise ValueError("a name that cannot be") from None


def _quoted(text: str) -> str:
    return quote(text, safe=_AS_IT_IS, errors="surrogateescape")
