"""Who may ask: nobody but this machine, or whoever has the token.

Belongs here: the token, the Host and Origin headers, the names and origins that a reverse proxy brings.
Does not belong here: what is answered (api/app.py).

A browser sends requests to 127.0.0.1 for any page that a person has open. A page of elsewhere can neither read our
answers (we give no CORS headers) nor make us do something (its Origin is not ours); and when it gives its own name the
address 127.0.0.1 (DNS rebinding), the Host header has that name.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from crypto_pipeline.api.ports import is_loopback
from crypto_pipeline.settings import PREFIX, Settings, words_in

READS = frozenset({"GET", "HEAD", "OPTIONS"})
PUBLIC = frozenset({"/", "/sql", "/docs", "/openapi.json"})
"""They say what can be asked and nothing of what is here; a browser cannot send a token for them."""
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
PUBLIC_FILES = "/static/"
"""What the page at / loads; it asks the person for the token and sends it for the numbers."""
TOKEN = f"{PREFIX}API_TOKEN"


class Refusal(NamedTuple):
    """Why a request is not answered: an HTTP status and a sentence."""

    status: int
    detail: str


@dataclass(frozen=True, slots=True)
class Access:
    """Who else may ask: the names and origins of a reverse proxy, whoever has the token, and whoever watches from outside."""

    token: str = ""
    hosts: frozenset[str] = frozenset()
    """Names, in lower case, besides those of this machine."""
    origins: frozenset[str] = frozenset()
    """Of our own pages behind a proxy: https://bank.example.org"""
    probes: bool = False
    """Whether /healthz, /readyz and /metrics answer everybody."""

    def names(self, host: str) -> bool:
        """Whether this Host header is one of ours."""
        name = _name(host)
        return is_loopback(name) or name in self.hosts

    def is_ours(self, origin: str, host: str) -> bool:
        """Whether a page of this origin is our own: it was asked for under the same name, or is the public one."""
        return origin == f"http://{host}" or origin in self.origins


ALONE = Access()
"""No proxy, no token."""


def access_of(settings: Settings, public_url: str) -> Access:
    """What the settings say, for what is shown at this public address."""
    public = urlsplit(public_url)
    hosts = {name.lower() for name in words_in(settings.allowed_hosts)}
    origins: set[str] = set()
    if public.hostname:
        hosts.add(public.hostname)
        origins.add(f"{public.scheme}://{public.netloc}".lower())
    return Access(settings.api_token, frozenset(hosts), frozenset(origins), settings.probes_without_token)


class Guard:
    """ASGI middleware: answers those who may not ask, in JSON."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with its refusal."""
        app = self._app
        if scope["type"] == "http":
            refused = refusal(scope["method"], scope["path"], headers_of(scope), self._access)
            if refused:
                challenge = {"WWW-Authenticate": "Bearer"} if refused.status == 401 else None
                app = JSONResponse({"detail": refused.detail}, refused.status, challenge)
        await app(scope, receive, send)


def refusal(method: str, path: str, headers: Mapping[str, str], access: Access) -> Refusal | None:
    """Why a request is not answered; None when it is. ``headers`` have lower-case names."""
    if access.probes and path in PROBES:
        return None
    if access.token:
        given = headers.get("authorization", "").encode("latin-1")
        known = (
            path in PUBLIC
            or path.startswith(PUBLIC_FILES)
            or hmac.compare_digest(given, f"Bearer {access.token}".encode())
        )
        return None if known else Refusal(401, f"Send the token of {TOKEN}: 'Authorization: Bearer ...'.")
    return foreign(method, headers, "This API", access)


def foreign(method: str, headers: Mapping[str, str], who: str, access: Access = ALONE) -> Refusal | None:
    """Why a request counts as one of a page of elsewhere; None when it does not. ``who`` begins the sentence."""
    host = headers.get("host", "")
    if not access.names(host):
        names = ", ".join(["127.0.0.1", *sorted(access.hosts)])
        return Refusal(403, f"{who} answers for {names} and localhost, not for {host!r}.")
    origin = headers.get("origin")
    if method not in READS and origin is not None and not access.is_ours(origin, host):
        return Refusal(403, f"Pages of {origin} may not do this.")
    return None


def headers_of(scope: Scope) -> dict[str, str]:
    """The headers of an ASGI request or websocket, by lower-case names."""
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


_OF_A_PROXY = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


def is_outside(listens_on: str, headers: Mapping[str, str]) -> bool:
    """Whether a request may come from elsewhere: others can reach the API, or a proxy on this machine has passed it on."""
    through_a_proxy = any(name in headers for name in _OF_A_PROXY)
    return through_a_proxy or not is_loopback(listens_on) or not is_loopback(_name(headers.get("host", "")))


def _name(host: str) -> str:
    """A Host header without its port and brackets."""
    name, _, port = host.rpartition(":")
    return (name if port.isdigit() and name else host).strip("[]").lower()
