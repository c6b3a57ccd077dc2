"""Where a redirect may lead.

Belongs here: the next request after a redirect, and the addresses that are never asked: another scheme, this machine,
a private network.
Does not belong here: reading an address (collection/http/addresses.py), sending (collection/http/client.py).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Awaitable, Callable
from typing import Any

import anyio

from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.http.addresses import Address, address_of
from crypto_pipeline.collection.http.gateway import meant_by
from crypto_pipeline.schema.outcomes import Outcome

MAX_REDIRECTS = 5
FOLLOWED = frozenset({301, 302, 303, 307, 308})

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})+")
_HERE = re.compile(r"(?:^|\.)(?:localhost|local|localdomain|internal|intranet|lan|home|corp|private|home\.arpa)$")
_ENDS_IN_A_NUMBER = re.compile(r"(?:^|\.)(?:\d+|0x[0-9a-f]*)$")
"""127.0.0.1, and 2130706433 and 0x7f.1, which resolvers take for the same."""

Resolve = Callable[[str, int], Awaitable[list[Any]]]


def next_url(status_code: int, location: str | None, url: str, gateway: str = "") -> str:
    """The address that a redirect of ``url`` names, when it is one that may be asked. Raises SourceError, BAD_REDIRECT."""
    host = address_of(url).host
    if status_code not in FOLLOWED:
        raise _bad(f"{host} answered {status_code}, a redirect that names no one place to go")
    if not location:
        raise _bad(f"{host} answered {status_code} without saying where to go")
    try:
        target = address_of(meant_by(location, url, gateway))
    except ValueError:
        raise _bad(f"{host} redirects to something that is not an address") from None
    if target.scheme != "https":
        raise _bad(f"{host} redirects to {_shown(target)}, which is not https")
    if target.has_user or not _is_a_public_name(target.host):
        raise _bad(f"{host} redirects to {_shown(target)}, which is not a public place")
    return str(target)


def next_method(status_code: int, method: str) -> str:
    """The method after a redirect: 307 and 308 repeat the request, the others turn a POST into a GET (RFC 9110, 15.4)."""
    if status_code == 303 and method != "HEAD":
        return "GET"
    return "GET" if status_code in {301, 302} and method == "POST" else method


async def refuse_private(url: str, resolve: Resolve = anyio.getaddrinfo) -> None:
    """Raise SourceError, BAD_REDIRECT, when the name in ``url`` has any address that is not public.

    The connection resolves the name again and could be told something else; it is then still https, and a machine of
    a private network has no certificate for that name. A name that cannot be resolved passes: connecting fails in the
    same way, or a proxy knows better.
    """
    target = address_of(url)
    try:
        found = await resolve(target.host, target.port)
    except UnicodeError:
        raise _bad(f"a redirect leads to {_shown(target)}, which is not a name") from None
    except OSError:
        return
    for *_, address in found:
        if not _is_public(ipaddress.ip_address(address[0])):
            raise _bad(f"a redirect leads to {_shown(target)}, which is not a public place")


def _is_a_public_name(host: str) -> bool:
    """No source lives at a bare number, and no public name lacks a dot."""
    name = host.removesuffix(".")
    return bool(_NAME.fullmatch(name)) and not _HERE.search(name) and not _ENDS_IN_A_NUMBER.search(name)


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None) or address
    return bool(inner.is_global) and not inner.is_multicast


def _shown(target: Address) -> str:
    """A scheme and a host, which may be anything: what a terminal would obey is shown as a question mark."""
    host = f"[{target.host}]" if ":" in target.host else target.host
    text = f"{target.scheme or '?'}://{host}"[:120]
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _bad(message: str) -> SourceError:
    return SourceError(Outcome.BAD_REDIRECT, message)
