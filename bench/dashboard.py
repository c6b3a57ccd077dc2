"""How soon a person sees the dashboard: ``python bench/dashboard.py [DATABASE]``.

Opens the page in headless Chromium, each time with an empty cache, and prints when something was painted first (the browser's
own Performance API), when the numbers of the overview were there, and what drawing the matrix of all sources took. The promise
is a first paint in 200 ms. Those are times on the clock, which a busy machine makes longer; beside them stands the time that the page's
own thread was given by the processor until the numbers were there, which it does not. Without DATABASE, a week is made by past.py; a database of past.py with a year shows what the past costs.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from datetime import datetime, timedelta, timezone
from pathlib import Path
from statistics import median

from past import make
from playwright.sync_api import Browser, sync_playwright
from reading import server

PROMISED = 200
"""Milliseconds until the first paint."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
LOADS = 20

PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"
OVERVIEW = "() => performance.getEntriesByName('overview')[0].startTime"
SHOWN = "() => performance.getEntriesByName('overview').length > 0 && performance.getEntriesByName('first-contentful-paint').length > 0"
MATRIX = """() => new Promise((resolve) => {
    const tell = () => {
        const [drawn] = performance.getEntriesByName('matrix');
        if (!drawn) return setTimeout(tell, 20);
        requestAnimationFrame(() => setTimeout(() => resolve([
            drawn.duration, performance.now() - drawn.startTime, document.querySelectorAll('#matrix .body .line').length,
        ])));
    };
    document.getElementById('sources').scrollIntoView();
    tell();
})"""


def load(browser: Browser, url: str) -> tuple[float, float, float, float, float, int]:
    """Milliseconds until the first paint and the overview, of the processor until then; of the matrix, script and until it is painted;
    its rows."""
    with browser.new_context(viewport={"width": 1400, "height": 900}, bypass_csp=True) as context:
        page = context.new_page()
        tools = context.new_cdp_session(page)
        tools.send("Performance.enable", {"timeDomain": "threadTicks"})
        page.goto(url)
        page.wait_for_function(SHOWN)
        spent = {one["name"]: one["value"] for one in tools.send("Performance.getMetrics")["metrics"]}
        return page.evaluate(PAINT), page.evaluate(OVERVIEW), spent["TaskDuration"] * 1000, *page.evaluate(MATRIX)


def main(database: Path, folder: Path, loads: int) -> None:
    chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    with server(database, folder) as (client, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium)
        url = str(client.base_url)
        load(browser, url)  # The first page pays for the browser's start.
        taken = [load(browser, url) for _ in range(loads)]
        browser.close()
    paints, overviews, spent, scripts, drawings, rows = zip(*taken, strict=True)
    print(f"{loads} loads, {database.stat().st_size / 1e6:.0f} MB of database, {os.cpu_count()} processors")
    for name, values in (
        ("first contentful paint", paints),
        ("numbers of the overview", overviews),
        ("the same, time of the processor", spent),
    ):
        print(f"{median(values):7.0f} ms median {max(values):7.0f} ms at worst   {name}")
    print(f"{median(scripts):7.0f} ms median {max(scripts):7.0f} ms at worst   matrix of {rows[0]} sources, script")
    print(f"{median(drawings):7.0f} ms median {max(drawings):7.0f} ms at worst   the same until it is painted")
    print(f"first paint: {median(paints) / PROMISED:.2f} of {PROMISED} ms, {max(paints) / PROMISED:.2f} at worst")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="How soon a person sees the dashboard.")
    parser.add_argument("database", nargs="?", type=Path, help="one that past.py has made (default: a week, made now)")
    parser.add_argument("--loads", type=int, default=LOADS, help=f"how often the page is opened (default: {LOADS})")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        path = asked.database and asked.database.absolute()
        if path is None:
            path = Path(name) / "past.duckdb"
            make(path, days=7, coins=100, dense_days=2, now=datetime.now(timezone.utc) - timedelta(minutes=1))
        main(path, Path(name), asked.loads)
