"""One tab that stays open for a day: nothing piles up behind it, and it asks no oftener at the end than at the beginning.

The day is one of Playwright's clock, in steps of an hour and a half, while rows keep coming in. What a browser holds is what
its own developer tools count after a garbage collection.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from crypto_pipeline_tests.dashboard import market
from crypto_pipeline_tests.dashboard.browser import TIMEOUT_MILLISECONDS, Site, opened, running_site, see_all

STEP = timedelta(minutes=90)
STEPS = 16
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


def something_new(site: Site, number: int, now: datetime) -> None:
    """A price, an article and a transfer, as collections bring them."""
    rows = market.rows(now)
    price = {**rows["consensus_prices"][1], "price_usd": 3_000.0 + number}
    article = {**rows["news_articles"][0], "url": f"https://news.example/day/{number}", "title": f"Hour {number}"}
    moved = {**rows["whale_transactions"][0], "transaction_hash": f"0xday{number}"}
    site.store({"consensus_prices": [price], "news_articles": [article], "whale_transactions": [moved]})


def step(page: Page) -> None:
    with page.expect_response("**/api/data/**", timeout=TIMEOUT_MILLISECONDS):
        page.clock.fast_forward(int(STEP.total_seconds() * 1000))
    page.wait_for_load_state("networkidle")


@pytest.mark.slow
@pytest.mark.parametrize("path", ["", "coin/ETH"])
def test_a_tab_that_is_open_for_a_day_holds_no_more_than_after_its_first_hours(
    browser: Browser, tmp_path: Path, path: str
) -> None:
    begin = datetime.now(timezone.utc) - timedelta(minutes=30)
    asked: Counter[int] = Counter()
    at = 0

    def count(request: Request) -> None:
        if "/api/" in request.url:
            asked[at] += 1

    # An answer may fall into the moment of the writing, which is in this process too.
    with (
        running_site(tmp_path, market.rows(begin)) as site,
        opened(browser, "about:blank", clock=True, expected="503") as page,
        page.add_init_script(TIMERS),
    ):
        page.goto(f"{site.url}{path}")
        see_all(page)
        page.on("request", count)
        early: dict[str, float] = {}
        for at in range(STEPS):
            something_new(site, at, begin + timedelta(seconds=10 * at))
            step(page)
            if at == FIRST:
                see_all(page)
                early = held(page)
        see_all(page)
        late = held(page)
        page.remove_listener("request", count)
        expect(page.locator("#health")).not_to_have_text("everything works")
    assert late["intervals"] == early["intervals"]
    assert late["JSEventListeners"] <= early["JSEventListeners"] * 1.15
    assert late["Nodes"] <= early["Nodes"] * 1.6  # a table that was just replaced may still be held
    assert late["JSHeapUsedSize"] <= early["JSHeapUsedSize"] * 1.6
    quarter = STEPS // 4
    first, last = (sum(asked[one] for one in steps) for steps in (range(1, quarter), range(STEPS - quarter + 1, STEPS)))
    assert first > quarter
    assert last <= first * 2  # a request that meets the moment of the writing is made once more
