"""A server and a browser for the tests of the dashboard.

Belongs here: starting both, and noticing what goes wrong in a page behind its back.
Does not belong here: what the page should show (test_*.py), the rows (market.py).
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Route, ViewportSize, expect, sync_playwright

from crypto_pipeline.api.app import build_app
from crypto_pipeline.api.worker import Worker
from crypto_pipeline.settings import Settings
from crypto_pipeline.warehouse.engines import warehouse_for
from crypto_pipeline_tests.dashboard.market import Rows
from crypto_pipeline_tests.project import free_port
from crypto_pipeline_tests.templates import empty_database

TIMEOUT_MILLISECONDS = 120_000
"""Milliseconds that a busy machine may take; nothing waits for them when all is well."""
TRIES = 60
"""Of a file that is refused, which takes a second each time."""
PUBLIC_NAME = "bank.example.org"
"""Of a machine behind a proxy; the browser takes this one for it."""
DESKTOP: ViewportSize = {"width": 1400, "height": 900}
HEALTH = "/api/worker/health"
"""Says by its status that Dagster is not there, which it is not in these tests."""

expect.set_options(timeout=TIMEOUT_MILLISECONDS)


@contextmanager
def running_browser(*options: str) -> Iterator[Browser]:
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    """The first is the same engine without the windows that nobody sees: half the work."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        sentence = f"There is no browser here: none of {', '.join(names)}; CHROMIUM may name one."
        if os.environ.get("CI"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--disable-gpu", *options])
        yield browser
        _free.clear()
        browser.close()


@dataclass
class Site:
    """A running server with its database."""

    settings: Settings

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.settings.api_port}/"

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        return [tuple(row.values()) for row in warehouse_for(self.settings).query(query).dicts()]

    def store(self, rows: Rows) -> None:
        warehouse_for(self.settings).merge(rows)


@contextmanager
def running_site(folder: Path, rows: Rows | None = None, **choices: Any) -> Iterator[Site]:
    """The HTTP API as people start it, in a thread; without Dagster."""
    settings = Settings(data_dir=folder, api_port=free_port(), ui_port=free_port(), **choices)
    site = Site(settings)
    if rows is not None:
        if not settings.demo:  # its file is made by whoever stores in it first
            shutil.copy(empty_database(), settings.database)
        site.store(rows)
    with serving(settings):
        yield site


@contextmanager
def serving(settings: Settings) -> Iterator[None]:
    with Worker(settings) as worker, socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", settings.api_port))
        listening.listen()  # from here on who asks early waits, where a socket that is only bound refuses
        config = uvicorn.Config(build_app(settings, worker), log_config=None, timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield
        finally:
            server.should_exit = True
            thread.join(300)


@dataclass
class Tab:
    """A page that is used again and again, and what it complained about since it was opened last."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(TIMEOUT_MILLISECONDS)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(f"a dialog: {dialog.message}"))

    def _said(self, message: ConsoleMessage) -> None:
        about_health = HEALTH in message.location.get("url", "")
        about_load = "503" in message.text  # the server had no time on a busy machine; the page asks again
        if message.type in {"error", "warning"} and not (about_health or about_load):
            self.complaints.append(message.text)

    def leave(self) -> None:
        """Nothing of what was here is left to who comes next, but the files of the dashboard."""
        self.page.unroute_all(behavior="ignoreErrors")
        for other in self.page.context.pages:
            if other != self.page:
                other.close()
        if self.page.url != "about:blank":
            self.page.evaluate("localStorage.clear(); sessionStorage.clear()")
        self.page.context.clear_cookies()
        self.page.goto("about:blank")
        self.complaints.clear()


_free: dict[str, list[Tab]] = {}
"""Tabs that nobody has open, by what cannot be changed in one: a new tab costs twice the processor time of one that is there."""


@contextmanager
def opened(
    browser: Browser,
    url: str,
    *,
    expected: str | None = None,
    clock: bool = False,
    viewport: ViewportSize = DESKTOP,
    **context: Any,
) -> Iterator[Page]:
    """A page to which nobody has been before, which must not complain.

    :param expected: a word of the complaints that belong to the test.
    :param clock: its time is Playwright's.
    :param context: what else ``new_context`` is told.
    """
    free = _free.setdefault(repr((clock, sorted(context.items()))), [])
    tab = free.pop() if free else Tab(browser.new_context(**{"locale": "en-US", **context}).new_page())
    try:
        tab.page.set_viewport_size(viewport)
        if clock:
            take_clock(tab.page)
        tab.page.goto(url)
        yield tab.page
    except BaseException:
        tab.page.context.close()  # nobody knows what state it is in
        raise
    found = [one for one in tab.complaints if expected is None or expected not in one]
    tab.leave()
    free.append(tab)
    assert not found, found


def take_clock(page: Page) -> None:
    """From the next page on its time is Playwright's; not how long a request may take, or who moves the clock ends what is under way."""
    page.context.add_init_script("window.limit = AbortSignal.timeout;")
    page.clock.install()
    page.context.add_init_script("AbortSignal.timeout = window.limit;")


@contextmanager
def heard(page: Page, event: Literal["request", "response"]) -> Iterator[list[Any]]:
    """What the page asks for, or is answered, while the block lasts."""
    found: list[Any] = []

    def hear(one: Any) -> None:
        found.append(one)

    page.on(event, hear)
    yield found
    page.remove_listener(event, hear)


@dataclass(frozen=True)
class File:
    """What a person has in the end who follows a link to rows."""

    name: str
    text: str


def saved(link: Locator) -> File:
    """The file behind a link. A server that has no time on a busy machine refuses it, and is asked again as a person would."""
    for _ in range(TRIES):
        with link.page.expect_download() as coming:
            link.click()
        if coming.value.failure() is None:
            return File(coming.value.suggested_filename, coming.value.path().read_text())
    raise AssertionError(coming.value.failure())


@contextmanager
def held_back(page: Page, address: re.Pattern[str]) -> Iterator[list[Route]]:
    """What the page asks for there and nobody answers, until the test does. At the end what was answered has been shown."""
    waiting: list[Route] = []
    page.route(address, lambda route: waiting.append(route))
    yield waiting
    page.evaluate(
        "fetch('/healthz').then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))"
    )
    page.unroute(address)


def settled(page: Page) -> None:
    """The page has asked for everything that is in sight, the head last, and nothing is under way."""
    expect(page.locator("#health")).not_to_have_attribute("data-state", "unknown")
    page.wait_for_load_state("networkidle")


def see(page: Page, section: str) -> None:
    """Scroll to a section, as often as others grow above it, until it has its numbers."""
    page.wait_for_function(
        "id => { const it = document.getElementById(id); it.scrollIntoView(); return !it.hasAttribute('aria-busy') }",
        arg=section,
    )


def see_all(page: Page) -> None:
    """Scroll through all sections of the page."""
    for section in page.evaluate("[...document.querySelectorAll('main section')].map(one => one.id)"):
        see(page, section)
    page.evaluate("window.scrollTo(0, 0)")
