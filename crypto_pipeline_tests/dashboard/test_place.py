"""Where the page is: its address, the coins that a person watches, names, and every table as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from crypto_pipeline_tests.dashboard.browser import Site, opened, saved, see


@pytest.fixture(scope="module")
def placed(browser: Browser, site: Site) -> Iterator[Page]:
    """A page that came with an address in which everything is chosen."""
    with opened(
        browser, f"{site.url}?coin=BTC&interval=1d&exchange=kraken&find=coin&sentiment=negative&lang=en"
    ) as page:
        yield page


def test_the_address_says_what_is_shown(placed: Page) -> None:
    expect(placed.locator("#coin-title")).to_have_text("BTC")
    expect(placed.locator("#intervals [aria-pressed=true]")).to_have_text("1d")
    expect(placed.locator("#provider")).to_have_value("kraken")
    expect(placed.locator("#prices-search")).to_have_value("coin")
    expect(placed.locator("#news-sentiment")).to_have_value("negative")
    expect(placed.locator("#prices-rows tr")).to_have_count(1)  # Bitcoin, by its name


def test_a_link_to_the_other_language_leads_to_the_same_place(placed: Page) -> None:
    href = placed.locator(".languages a[lang=fa]").get_attribute("href") or ""
    assert re.search(r"coin=BTC.*lang=fa$", href)


def test_each_section_offers_its_rows_as_csv(placed: Page) -> None:
    links = placed.locator("a.csv")
    assert links.count() == 11
    file = saved(placed.locator("#coin > header:first-of-type a.csv"))
    assert file.name == "candles.csv"
    lines = list(csv.DictReader(io.StringIO(file.text)))
    assert lines[0]["timestamp"].endswith(" 00:00:00")
    see(placed, "news")
    placed.locator("#news a.csv").focus()
    assert "sentiment=negative" in (placed.locator("#news a.csv").get_attribute("href") or "")


def lines(page: Page, link: str) -> list[dict[str, str]]:
    """The rows of the file behind a link."""
    return list(csv.DictReader(io.StringIO(saved(page.locator(link)).text)))


def test_tables_inside_a_section_have_files_of_their_own(placed: Page, site: Site) -> None:
    said = lines(placed, "#said-head a.csv")
    stored = site.sql("SELECT provider, price FROM cached_market_data WHERE symbol = 'BTC' ORDER BY ALL")
    assert sorted((one["source"], float(one["price_usd"])) for one in said) == stored
    see(placed, "derivatives")
    contracts = lines(placed, "#derivatives a.csv:last-child")
    stored = site.sql("SELECT contract, open_interest_usd FROM derivatives_metrics ORDER BY ALL")
    assert sorted((one["contract"], float(one["open_interest_usd"])) for one in contracts) == stored


@pytest.fixture(scope="module")
def usual(browser: Browser, site: Site) -> Iterator[Page]:
    """A page on which nothing was chosen; each test goes on where the one before has left it."""
    with opened(browser, site.url) as page:
        yield page


def test_what_a_person_chooses_goes_into_the_address_and_back_takes_it_back(usual: Page) -> None:
    see(usual, "coin")
    expect(usual.locator("#coin-title")).to_have_text("BTC")
    usual.locator("#prices-rows tr[data-symbol=ETH] .coin").click()
    usual.wait_for_url(re.compile(r"coin=ETH"))
    usual.go_back()
    usual.wait_for_url(re.compile(r"coin=BTC"))
    expect(usual.locator("#coin-title")).to_have_text("BTC")
    usual.locator("#prices-search").fill("ethereum")
    expect(usual.locator("#prices-rows tr")).to_have_count(1)
    expect(usual.locator("#prices-rows .name")).to_have_text("Ethereum")
    assert "find=ethereum" in usual.url
    usual.locator("#prices-search").fill("")
    assert "find=" not in usual.url


def test_the_keyboard_can_skip_the_hundred_coins(usual: Page) -> None:
    see(usual, "prices")
    skip = usual.locator("#prices a.skip")
    skip.focus()
    expect(skip).to_be_in_viewport()
    skip.press("Enter")
    assert usual.url.endswith("#coin")


def test_the_requests_behind_a_cell_are_files_too(usual: Page, site: Site) -> None:
    see(usual, "sources")
    usual.locator("#matrix .cell.failure").first.click()
    links, tables = usual.locator("#attempts a.csv"), usual.locator("#attempts table")
    expect(tables).not_to_have_count(0)
    expect(links).to_have_count(tables.count())
    requests = lines(usual, "#attempts a.csv >> nth=0")
    ((count,),) = site.sql("SELECT count(*) FROM connection_attempts WHERE endpoint = 'binance.candles'")
    assert len(requests) == count
    usual.keyboard.press("Escape")


def test_watched_coins_are_kept_in_the_browser_and_can_be_shown_alone(usual: Page) -> None:
    see(usual, "prices")
    expect(usual.locator("#prices-watched")).to_be_hidden()
    usual.locator("#prices-rows tr[data-symbol=PEPE] .watch").click()
    expect(usual.locator("#prices-rows tr[data-symbol=PEPE] .watch")).to_have_attribute("aria-pressed", "true")
    usual.reload()
    see(usual, "prices")
    usual.locator("#prices-watched").click()
    expect(usual.locator("#prices-rows tr")).to_have_count(1)
    expect(usual.locator("#prices-rows tr")).to_have_attribute("data-symbol", "PEPE")
