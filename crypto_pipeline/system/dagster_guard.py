"""Who may ask Dagster's webserver: this machine's own pages and programs, and no page of elsewhere.

Belongs here: the guard around Dagster's UI and GraphQL API.
Does not belong here: starting it (system/dagster_webserver.py), the same guard of our own API (api/guard.py).

Dagster's webserver looks at neither Host nor Origin and executes mutations that come by GET, so that an <img> of any page
that a person has open could launch runs. See docs/decisions/guarded-dagster.md.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crypto_pipeline.api.guard import ALONE, READS, Access, Refusal, foreign, headers_of

GRAPHQL = "/graphql"
WHO = "Dagster"
_POLICY_VIOLATION = 1008


class DagsterGuard:
    """ASGI middleware: answers requests and websockets of foreign pages in Dagster's place, and lets no page frame the UI."""

    def __init__(self, app: ASGIApp, access: Access = ALONE) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it: with a status and a sentence, a websocket with the code of a policy violation."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        method = scope["method"] if scope["type"] == "http" else "WEBSOCKET"
        refused = refusal(method, scope["path"], scope["query_string"], headers_of(scope), self._access)
        if refused is None:
            await self._app(scope, receive, _unframed(send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": refused.detail})
        else:
            await JSONResponse({"detail": refused.detail}, refused.status)(scope, receive, send)


def refusal(method: str, path: str, query: bytes, headers: Mapping[str, str], access: Access = ALONE) -> Refusal | None:
    """Why Dagster is not asked; None when it is. A websocket, which carries mutations too, has the method WEBSOCKET."""
    found = foreign(method, headers, WHO, access)
    if found:
        return found
    if path.rstrip("/").endswith(GRAPHQL) and method in READS and query:
        return Refusal(405, "Ask GraphQL with a POST: an address can be opened by any page.")
    return None


def _unframed(send: Send) -> Send:
    """A page that frames the UI can make a person click on what they do not see."""

    async def with_header(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).append("X-Frame-Options", "DENY")
        await send(message)

    return with_header
