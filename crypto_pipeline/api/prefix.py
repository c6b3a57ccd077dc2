"""The path under which a reverse proxy shows the API: /crypto of https://bank.example.org/crypto.

Belongs here: taking it off a request, whether the proxy has done so already or not.
Does not belong here: the addresses in our pages, which are relative (dashboard/); who may ask (api/guard.py).
"""

from __future__ import annotations

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

PREFIX = "crypto_pipeline.prefix"
"""Where in the scope of a request the prefix is, for addresses that an answer gives."""


class UnderPrefix:
    """ASGI middleware: everything behind it sees the paths that it would see without a proxy."""

    def __init__(self, app: ASGIApp, prefix: str = "") -> None:
        self._app = app
        self._prefix = prefix.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on without the prefix; the prefix alone, where relative addresses would lead elsewhere, is sent on."""
        path = scope["path"] if scope["type"] == "http" else ""
        scope[PREFIX] = self._prefix
        if self._prefix and path == self._prefix:
            await RedirectResponse(f"{self._prefix}/", 308)(scope, receive, send)
            return
        if self._prefix and path.startswith(f"{self._prefix}/"):
            raw = scope.get("raw_path", b"").removeprefix(self._prefix.encode())
            scope = {**scope, "path": path.removeprefix(self._prefix), "raw_path": raw}
        await self._app(scope, receive, send)
