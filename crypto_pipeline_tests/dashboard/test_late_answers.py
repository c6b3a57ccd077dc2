"""An answer that comes after something else was asked is not shown as the answer to that."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from crypto_pipeline_tests.dashboard.browser import TIMEOUT_MILLISECONDS, Site, held_back, opened, see


def test_what_is_behind_a_cell_is_not_shown_of_another_one(page: Page) -> None:
    def open_cell(endpoint: str) -> None:
        row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=endpoint, exact=True))
        row.locator(".cell").last.click()

    see(page, "sources")
    dialog, late = page.get_by_role("dialog"), re.compile("/api/data/attempts.*binance.candles")
    with held_back(page, late) as waiting:
        with page.expect_request(late, timeout=TIMEOUT_MILLISECONDS):
            open_cell("binance.candles")
        page.keyboard.press("Escape")
        open_cell("kraken.ticker")
        expect(dialog.locator(".verdict")).to_contain_text("It gave usable rows.")
        waiting[0].continue_()
        waiting[0].request.response()
    expect(dialog.locator("#attempts-title")).to_contain_text("kraken.ticker")
    expect(dialog).not_to_contain_text("binance")
    page.keyboard.press("Escape")


def test_older_articles_are_not_added_to_those_that_another_filter_leaves(page: Page) -> None:
    see(page, "news")
    articles, older = page.locator("#articles li"), re.compile("/api/data/news.*(cursor|before)=")
    expect(articles).to_have_count(30)
    with held_back(page, older) as waiting:
        with page.expect_request(older, timeout=TIMEOUT_MILLISECONDS):
            page.locator("#news-more").click()
        page.get_by_label("Sentiment").select_option("positive")
        expect(articles).to_have_count(1)
        waiting[0].continue_()
        waiting[0].request.response()
    expect(articles).to_have_count(1)
    page.get_by_label("Sentiment").select_option("")
    expect(articles).to_have_count(30)


def test_the_rows_of_a_question_in_sql_are_not_shown_below_the_next_one(browser: Browser, site: Site) -> None:
    first = re.compile("/api/sql.query=SELECT.*first")
    with opened(browser, f"{site.url}sql?lang=en") as page, held_back(page, first) as waiting:
        page.locator("#query").fill("SELECT 1 AS first")
        with page.expect_request(first, timeout=TIMEOUT_MILLISECONDS):
            page.locator("#run").click()
        page.locator("#query").fill("SELECT 2 AS second")
        page.locator("#query").press("Control+Enter")
        expect(page.locator("#columns th")).to_have_text(["second"])
        waiting[0].fulfill(json={"columns": [{"name": "first", "type": "INTEGER"}], "rows": [], "truncated": False})
        page.evaluate("fetch('/healthz')")
        expect(page.locator("#columns th")).to_have_text(["second"])
        expect(page.locator("#run")).to_be_enabled()
