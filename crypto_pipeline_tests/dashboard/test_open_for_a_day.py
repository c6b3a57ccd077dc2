"""One tab that stays open for a day: nothing piles up behind it, and nothing is asked for oftener than it says.

The day is one of Playwright's clock, in steps of an hour and a half, while rows keep coming in: those that the server has, and more
with each step, which need not be stored for a browser to get them. What a browser holds is what its own developer tools count
after a garbage collection.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from crypto_pipeline_tests.dashboard.browser import TIMEOUT_MILLISECONDS, Site, opened, see_all

STEP = timedelta(minutes=90)
STEPS = 16
OFTENEST = 15
"""Seconds between two questions after the same thing, when Dagster is away; others are asked more seldom."""
FIRST = 3
"""Steps after which everything that the page makes once has been made."""
TIMERS = """
    window.running = new Set();
    const {setInterval: set, clearInterval: clear} = window;
    window.setInterval = (...all) => { const id = set(...all); window.running.add(id); return id; };
    window.clearInterval = (id) => { window.running.delete(id); clear(id); };
"""


def held(page: Page) -> dict[str, float]:
    """Listeners, nodes, bytes of scripts and intervals that are there when there is no garbage."""
    tools = page.context.new_cdp_session(page)
    tools.send("Performance.enable")
    for _ in range(3):  # what one collection finds may have held what only the next one finds
        tools.send("HeapProfiler.collectGarbage")
    counted = {one["name"]: one["value"] for one in tools.send("Performance.getMetrics")["metrics"]}
    tools.detach()
    names = ("JSEventListeners", "Nodes", "JSHeapUsedSize")
    return {**{name: counted[name] for name in names}, "intervals": page.evaluate("window.running.size")}


def bring(page: Page, brought: Callable[[], int]) -> None:
    """A price that moves, and new articles and transfers above the old ones: so many of each as collections have brought by now."""

    def changed(route: Route) -> None:
        asked = {name: value for name, value in route.request.headers.items() if name != "if-none-match"}
        answer = route.fetch(headers=asked)
        body = answer.json()
        for price in [*body.get("prices", []), *filter(None, [body.get("consensus")])]:
            price["price_usd"] = 3_000.0 + brought()
        for name, key in (("news", "url"), ("transfers", "transaction_hash")):
            if old := body.get(name):
                new = [{**old[0], key: f"https://day.example/{number}"} for number in range(brought())]
                body[name] = [*reversed(new), *old][: len(old)]
        route.fulfill(response=answer, json=body)

    page.route(re.compile("/api/data/(overview|prices|news|transfers)"), changed)


def step(page: Page) -> None:
    """Everything in sight is asked for; the last question is whether the server is there."""
    with page.expect_response("**/healthz", timeout=TIMEOUT_MILLISECONDS):
        page.clock.fast_forward(int(STEP.total_seconds() * 1000))


def clock_of(page: Page) -> float:
    """Seconds."""
    return float(page.evaluate("Date.now() / 1000"))


@pytest.mark.slow
@pytest.mark.parametrize("path", ["", "coin/ETH"])
def test_a_tab_that_is_open_for_a_day_holds_no_more_than_after_its_first_hours(
    browser: Browser, site: Site, path: str
) -> None:
    asked: Counter[str] = Counter()
    at = 0

    def count(request: Request) -> None:
        if "/api/" in request.url:
            asked[request.url] += 1

    with opened(browser, "about:blank", clock=True) as page, page.add_init_script(TIMERS):
        bring(page, lambda: at)
        page.goto(f"{site.url}{path}")
        see_all(page)
        page.on("request", count)
        began = clock_of(page)
        early: dict[str, float] = {}
        for at in range(STEPS):
            step(page)
            if at == FIRST:
                see_all(page)
                early = held(page)
        see_all(page)
        late = held(page)
        page.remove_listener("request", count)
        between = clock_of(page) - began - STEPS * STEP.total_seconds()
        expect(page.locator("#health")).not_to_have_text("everything works")
    assert late["intervals"] == early["intervals"]
    assert late["JSEventListeners"] <= early["JSEventListeners"] * 1.05
    assert late["Nodes"] <= early["Nodes"] * 1.6  # a table that was just replaced may still be held
    assert late["JSHeapUsedSize"] <= early["JSHeapUsedSize"] * 1.6
    print(asked.most_common(5), between)
    assert max(asked.values()) <= STEPS + 1 + between / OFTENEST, (asked, between)
    assert max(times for address, times in asked.items() if "/api/data/" in address) >= STEPS / 2
