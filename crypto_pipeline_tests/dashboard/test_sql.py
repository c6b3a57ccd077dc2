"""The page at /sql: a box, the ready questions, a table, a chart, files."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from crypto_pipeline_tests.dashboard.browser import Site, opened, saved


@pytest.fixture(scope="module")
def sql(browser: Browser, site: Site) -> Iterator[Page]:
    with opened(browser, f"{site.url}sql?lang=en", expected="422") as page:
        yield page


def test_a_question_is_answered_in_a_table_that_takes_nothing_for_markup(sql: Page) -> None:
    sql.locator("#query").fill("SELECT title, 1.5::DOUBLE AS n FROM news_articles WHERE title LIKE '%<img%' LIMIT 1")
    sql.locator("#run").click()
    expect(sql.locator("#said")).to_have_text("1 row")
    expect(sql.locator("#columns th")).to_have_text(["title", "n"])
    expect(sql.locator("#rows td").first).to_have_text(re.compile("<img src=x"))
    assert sql.title() == "SQL · Crypto data bank"
    assert "news_articles" in sql.url


def test_a_mistake_is_shown_as_duckdb_says_it(sql: Page) -> None:
    sql.locator("#query").fill("DROP TABLE news_articles")
    sql.locator("#query").press("Control+Enter")
    expect(sql.locator("#trouble")).to_have_text(re.compile("Only one SELECT at a time"))


def test_a_ready_question_is_asked_and_drawn_and_there_as_a_file(sql: Page) -> None:
    sql.locator("#ready").select_option("price-history")
    expect(sql.locator("#about")).not_to_be_empty()
    expect(sql.locator("#drawn svg polyline")).to_have_count(1)
    expect(sql.locator("#trouble")).to_be_hidden()
    file = saved(sql.locator("#files a[data-format=csv]"))
    assert file.name == "answer.csv"
    assert file.text.startswith("timestamp,price_usd")


def test_on_a_phone_the_names_of_the_questions_stay_within_the_page(sql: Page) -> None:
    assert_within_a_phone(sql)


def test_on_a_phone_they_do_so_in_persian_too(browser: Browser, site: Site) -> None:
    with opened(browser, f"{site.url}sql?lang=fa") as page:
        assert_within_a_phone(page)


def assert_within_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("#ready option").nth(5)).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
