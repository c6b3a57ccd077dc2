"""The dashboard as the browser gets it: its page in the person's language, and the files that the page loads.

Belongs here: which file goes out under which address, with which headers.
Does not belong here: what the page shows (dashboard/), the numbers in it (data/).

The files are read once, so that no address can reach any other file. Their address holds a hash of them all: a browser
keeps them for a year, and asks for new ones after an update. The page itself is small and asked for each time.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Collection, Mapping
from functools import cached_property
from html import escape
from pathlib import Path

from fastapi import APIRouter, Request, Response

from crypto_pipeline.api.data.parameters import LONGEST_TEXT
from crypto_pipeline.databank.coin_names import symbol_called
from crypto_pipeline.settings import Settings

FOLDER = Path(__file__).resolve().parent.parent / "dashboard"
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
LANGUAGES: Mapping[str, str] = {"en": "ltr", "fa": "rtl"}
"""Each with the direction of its lines."""
STYLES = ("tokens", "page", "tables", "parts", "matrix")
"""Sent as one, in this order: nothing is painted before the last of them is there."""
PAGES: Mapping[str, tuple[str, str]] = {
    "/": ("index.html", "scripts/main.js"),
    "/sql": ("sql.html", "scripts/sql.js"),
    "/compare": ("compare.html", "scripts/compare.js"),
    "/derivatives": ("desk.html", "scripts/desk.js"),
    "/coin/{coin}": ("coin.html", "scripts/coin-page.js"),
}
"""The file of each page and its script, by its address."""
OF_SHARING = frozenset({"sharing"})
"""Parts of pages that only those see who share a PostgreSQL."""
THEMES = frozenset({"light", "dark"})
LANGUAGE_COOKIE, THEME_COOKIE = "crypto_pipeline_language", "crypto_pipeline_theme"

_A_YEAR = 365 * 24 * 60 * 60
_SMALL = 512
"""Bytes below which compressing is not worth a header."""
_TYPES: Mapping[str, str] = {
    "": "text/plain; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".md": "text/plain; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
_BLANK = re.compile(r"\{\{([\w.]+)\}\}")
_PART = re.compile(r"\{\{> (\w+)\}\}\n")
"""Where a page holds what several pages hold: a file of dashboard/parts/."""
_IMPORT = re.compile(r"""(?:from|import) "\./([\w-]+\.js)"|import\("\./([\w-]+\.js)"\)""")


class File:
    """One file, ready to be sent."""

    def __init__(self, name: str, body: bytes) -> None:
        self.body = body
        self.type = _TYPES[Path(name).suffix]
        self.etag = f'W/"{_hash(body)}"'

    @cached_property
    def compressed(self) -> bytes | None:
        """None where it would gain nothing."""
        if len(self.body) < _SMALL or self.type.startswith("font/"):
            return None
        return gzip.compress(self.body, mtime=0)

    def answer(self, request: Request, headers: Mapping[str, str]) -> Response:
        """The file, compressed for a client that reads gzip; a 304 without a body for one that has it already."""
        headers = {**HEADERS, **headers, "ETag": self.etag, "Vary": "Accept-Encoding"}
        if request.headers.get("if-none-match") == self.etag:
            return Response(status_code=304, headers=headers)
        if self.compressed and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(self.compressed, headers={**headers, "Content-Encoding": "gzip"}, media_type=self.type)
        return Response(self.body, headers=headers, media_type=self.type)


def routes(settings: Settings) -> APIRouter:
    """The pages, and their files under /static/."""
    router = APIRouter(include_in_schema=False)
    static = _read(FOLDER)
    styles = b"\n".join(static[f"styles/{name}.css"].body for name in STYLES)
    static["styles/all.css"] = File("all.css", styles)
    version = _hash(b"".join(name.encode() + file.body for name, file in sorted(static.items())))
    words = {language: json.loads(static[f"words/{language}.json"].body) for language in LANGUAGES}
    left_out = frozenset() if settings.hub_url else OF_SHARING
    shells = {path: _whole(static, name, left_out) for path, (name, _) in PAGES.items()}
    modules = {path: _needed_by(script, static) for path, (_, script) in PAGES.items()}
    facts = {"version": version, "dagster": settings.dagster_page, "demo": "true" if settings.demo else "false"}

    def page(request: Request, lang: str = "", coin: str = "") -> Response:
        path = request.scope["route"].path
        root = "../" * (path.count("/") - 1)
        chosen = lang if lang in LANGUAGES else _language(request)
        theme = request.cookies.get(THEME_COOKIE, "")
        here = {"lang": chosen, "dir": LANGUAGES[chosen], "theme": theme if theme in THEMES else "auto"}
        addresses = " ".join(f"{root}static/{version}/{name}" for name in modules[path])
        place = {"root": root, "modules": addresses, "coin": escape(symbol_called(coin))}
        html = File("index.html", _fill(shells[path], words[chosen], {**facts, **here, **place}).encode())
        answer = html.answer(request, {"Cache-Control": "no-cache"})
        answer.headers["Vary"] = "Accept-Encoding, Accept-Language, Cookie"
        if lang in LANGUAGES:
            answer.set_cookie(LANGUAGE_COOKIE, lang, max_age=_A_YEAR, samesite="lax")
        return answer

    @router.api_route("/", methods=["GET", "HEAD"])
    @router.api_route("/sql", methods=["GET", "HEAD"])
    @router.api_route("/compare", methods=["GET", "HEAD"])
    @router.api_route("/derivatives", methods=["GET", "HEAD"])
    async def whole(request: Request, lang: str = "") -> Response:
        return page(request, lang)

    @router.api_route("/coin/{coin}", methods=["GET", "HEAD"])
    async def of_coin(request: Request, coin: str, lang: str = "") -> Response:
        if len(coin) > LONGEST_TEXT:
            return Response("There is no such page.\n", 404, HEADERS, "text/plain")
        return page(request, lang, coin)

    @router.api_route("/static/{asked}/{name:path}", methods=["GET", "HEAD"])
    async def file(request: Request, asked: str, name: str) -> Response:
        if name not in static or name.endswith(".html"):
            return Response("There is no such file.\n", 404, HEADERS, "text/plain")
        # A page that was opened before an update still asks under the old address: it gets what there is.
        keep = f"public, max-age={_A_YEAR}, immutable" if asked == version else "no-cache"
        return static[name].answer(request, {"Cache-Control": keep})

    return router


def _read(folder: Path) -> dict[str, File]:
    """Every file below a folder, by its path from there."""
    return {
        path.relative_to(folder).as_posix(): File(path.name, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in _TYPES and not path.name.startswith(".")
    }


def _whole(static: Mapping[str, File], name: str, left_out: Collection[str]) -> str:
    """A page with its parts in it, but for some."""
    shell = static[name].body.decode()
    return _PART.sub(lambda part: "" if part[1] in left_out else static[f"parts/{part[1]}.html"].body.decode(), shell)


def _needed_by(script: str, static: Mapping[str, File]) -> list[str]:
    """A page's script and all that it imports, in the order in which they are found."""
    found: dict[str, None] = {}
    waiting = [script]
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found[name] = None
            imports = _IMPORT.findall(static[name].body.decode())
            waiting += [f"scripts/{plain or later}" for plain, later in imports]
    return list(found)


def _language(request: Request) -> str:
    """The one chosen before, else the one that the browser prefers, else English."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    if chosen not in LANGUAGES:
        chosen = request.headers.get("accept-language", "")[:2].lower()
    return chosen if chosen in LANGUAGES else "en"


def _fill(shell: str, words: Mapping[str, str], facts: Mapping[str, str]) -> str:
    """The page with its blanks filled; a blank that nothing is known for is a fault of ours."""
    money = f'<span class="money">{escape(words["money.USD"])}</span>'  # which the person may change
    return _BLANK.sub(
        lambda blank: facts[blank[1]] if blank[1] in facts else escape(words[blank[1]]).replace("{money}", money), shell
    )


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:16]
