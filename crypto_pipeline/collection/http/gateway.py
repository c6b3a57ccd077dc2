"""A gateway in the place of the internet: https://HOST/PATH?QUERY is sent to GATEWAY/HOST/PATH?QUERY.

Belongs here: the two translations and what an address of a gateway says of who asks, as pure functions.
Does not belong here: everything else. Deadlines, logs, tables and redirects know only the address that is meant.
"""

from __future__ import annotations

import base64
from typing import NamedTuple
from urllib.parse import unquote, urljoin, urlsplit


class Gateway(NamedTuple):
    """The address of a gateway, and apart from it what nobody else may see."""

    address: str
    """Without name and password; without a slash at its end. Empty where there is no gateway."""
    authorization: str = ""
    """The header that carries them (RFC 7617); empty where it wants none."""
    password: str = ""


def gateway_of(url: str) -> Gateway:
    """A gateway as a person writes it.

    >>> gateway_of("https://me:s3cret@gateway.example.com/out/")
    Gateway(address='https://gateway.example.com/out', authorization='Basic bWU6czNjcmV0', password='s3cret')
    """
    parts = urlsplit(url)
    user, is_named, host = parts.netloc.rpartition("@")
    address = parts._replace(netloc=host).geturl().rstrip("/")
    if not is_named:
        return Gateway(address)
    name, _, password = user.partition(":")
    words = f"{unquote(name)}:{unquote(password)}"
    return Gateway(address, f"Basic {base64.b64encode(words.encode()).decode()}", unquote(password))


def to_gateway(url: str, gateway: str) -> str:
    """Where a request for ``url`` is sent.

    >>> to_gateway("https://api.kraken.com/0/public/Ticker?pair=XBTUSD", "http://127.0.0.1:8899")
    'http://127.0.0.1:8899/api.kraken.com/0/public/Ticker?pair=XBTUSD'
    """
    meant = urlsplit(url)
    return gateway.rstrip("/") + "/" + meant.netloc + (meant.path or "/") + (f"?{meant.query}" if meant.query else "")


def from_gateway(url: str, gateway: str) -> str | None:
    """What is meant by an address of the gateway; None when the address is not the gateway's or names no host.

    >>> from_gateway("http://127.0.0.1:8899/api.kraken.com/0/public/Ticker?pair=XBTUSD", "http://127.0.0.1:8899/")
    'https://api.kraken.com/0/public/Ticker?pair=XBTUSD'
    """
    sent, base = urlsplit(url), urlsplit(gateway.rstrip("/"))
    if sent.netloc != base.netloc or not sent.path.startswith(base.path + "/"):
        return None
    host, _, path = sent.path[len(base.path) + 1 :].partition("/")
    if not host:
        return None
    return f"https://{host}/{path}" + (f"?{sent.query}" if sent.query else "")


def meant_by(location: str, url: str, gateway: str = "") -> str:
    """The absolute address that a Location header means when it answers a request for ``url``.

    What stands behind a gateway may know of it and name it, or may repeat the host in an absolute path; both are
    translated back. Without a gateway this is the usual resolution of a relative address.
    """
    target = urljoin(url, location)
    if not gateway:
        return target
    host = urlsplit(url).netloc
    if location == f"/{host}" or location.startswith((f"/{host}/", f"/{host}?")):
        return urljoin(url, location.removeprefix(f"/{host}") or "/")
    return from_gateway(target, gateway) or target
