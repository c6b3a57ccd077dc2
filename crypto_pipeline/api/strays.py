"""Requests that no path answers: one sentence for programs, and for a browser a page that leads back.

Belongs here: what is said where there is nothing, or where a path takes another method.
Does not belong here: what a path that exists refuses (api/errors.py).
"""

from __future__ import annotations

from html import escape

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from crypto_pipeline.api.messages import Message

LONGEST_SHOWN = 120
"""Characters of a path that are repeated."""
NOTHING = Message(
    "There is nothing at {path}; the dashboard is at /, and /docs lists every path of the API.",
    "در {path} چیزی نیست؛ داشبورد در / است و /docs همهٔ مسیرهای API را فهرست می‌کند.",
)
OTHER_METHOD = Message("{path} takes {takes}, not {method}.", "مسیر {path} درخواست {takes} می‌پذیرد، نه {method}.")
BACK = Message("To the dashboard", "به داشبورد")
_HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'", "Cache-Control": "no-store"}


def stray(request: Request, error: HTTPException) -> Response:
    """The answer to a request that no path answers, with the status that the router gave it."""
    headers = Headers(error.headers)
    path = str(request.scope["path"])
    shown = path if len(path) <= LONGEST_SHOWN else f"{path[:LONGEST_SHOWN]}..."
    if error.status_code == 404:
        said = NOTHING.about(path=shown)
    elif error.status_code == 405:
        said = OTHER_METHOD.about(path=shown, takes=headers.get("allow", "another method"), method=request.method)
    else:
        said = Message(str(error.detail), str(error.detail))
    if request.method in {"GET", "HEAD"} and "text/html" in request.headers.get("accept", ""):
        return HTMLResponse(_page(said, path), error.status_code, {**headers, **_HEADERS})
    return JSONResponse({"detail": said.en}, error.status_code, dict(headers))


def _page(said: Message, path: str) -> str:
    """The way back is relative: a proxy may show everything under a path of its own."""
    back = "../" * (path.count("/") - 1) or "./"
    return (
        '<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(said.en)}</title>"
        "<style>:root{color-scheme:light dark}body{font:1rem/1.6 sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem;"
        "overflow-wrap:anywhere}</style>"
        f'<p>{escape(said.en)} <a href="{back}">{BACK.en}</a></p>'
        f'<p lang="fa" dir="rtl">{escape(said.fa)} <a href="{back}?lang=fa">{BACK.fa}</a></p>\n'
    )
