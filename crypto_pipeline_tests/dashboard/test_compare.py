"""Coins in one chart, each 100 at the start: the numbers are those of the candles, the choice stands in the address."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from crypto_pipeline_tests.dashboard.browser import Site, opened, saved
from crypto_pipeline_tests.dashboard.test_numbers import as_price


@pytest.fixture(scope="module")
def compared(browser: Browser, site: Site) -> Iterator[Page]:
    """One page for all tests, on which nothing was chosen; who presses something takes it back."""
    with opened(browser, f"{site.url}compare") as page:
        expect(page.locator("#compared-rows tr")).to_have_count(2)
        yield page


def test_each_coin_says_how_far_it_has_come(compared: Page, site: Site) -> None:
    for number, symbol in enumerate(("BTC", "ETH")):
        ((first, last, change),) = site.sql(f"""
            SELECT arg_min(close, timestamp) AS first, arg_max(close, timestamp) AS last, (last / first - 1) * 100
            FROM cached_ohlc WHERE symbol = '{symbol}' AND interval = '1d'
        """)
        cells = compared.locator("#compared-rows tr").nth(number).locator("th, td")
        expect(cells.nth(0)).to_have_text(re.compile(symbol))
        expect(cells.nth(1)).to_contain_text(f"{change:+.2f}%")
        expect(cells.nth(2)).to_have_text(as_price(first))
        expect(cells.nth(3)).to_have_text(as_price(last))
        expect(cells.nth(7)).to_have_text("kraken · USD")
        expect(compared.locator("#legend")).to_contain_text(f"{symbol} {100 + change:.1f}")
    expect(compared.locator("#chart canvas").first).to_be_visible()
    expect(compared.get_by_role("img", name=re.compile(r"Now: BTC [\d.]+, ETH [\d.]+\."))).to_be_visible()


def test_who_begins_later_says_so(compared: Page) -> None:
    expect(compared.locator("#compared-rows tr").nth(0)).not_to_contain_text("no earlier candle")
    expect(compared.locator("#compared-rows tr").nth(1)).to_contain_text("(has no earlier candle)")


def test_coins_are_added_by_name_and_taken_away_and_back_takes_it_back(compared: Page) -> None:
    compared.get_by_label("Add a coin").fill("pepe")
    compared.keyboard.press("Enter")
    expect(compared.locator("#compared-rows tr")).to_have_count(3)
    expect(compared.locator("#compared-rows tr").nth(2)).to_contain_text("no candles in this window")
    assert "coins=BTC%2CETH%2CPEPE" in compared.url
    compared.get_by_role("button", name="Take BTC away").click()
    expect(compared.locator("#compared-rows th")).to_have_text([re.compile("ETH"), re.compile("PEPE")])
    compared.go_back()
    expect(compared.locator("#compared-rows tr")).to_have_count(3)
    compared.go_back()
    expect(compared.locator("#compared-rows th")).to_have_text([re.compile("BTC"), re.compile("ETH")])


def test_another_window_is_a_click_away(compared: Page) -> None:
    compared.get_by_role("button", name="1 week").click()
    compared.wait_for_url(re.compile("span=1w"))
    expect(compared.locator("#spans [aria-pressed=true]")).to_have_text("1 week")
    expect(compared.locator("#compared-rows tr").nth(1)).to_contain_text("no candles in this window")
    compared.get_by_role("button", name="1 year").click()
    expect(compared.locator("#compared-rows tr").nth(1)).not_to_contain_text("no candles in this window")


def test_the_lines_come_as_csv(compared: Page, site: Site) -> None:
    lines = saved(compared.locator("#comparison a.csv")).text.splitlines()
    ((count,),) = site.sql("SELECT count(*) FROM cached_ohlc WHERE interval = '1d' AND symbol IN ('BTC', 'ETH')")
    assert lines[0] == "symbol,timestamp,close,index"
    assert len(lines) == count + 1


def test_without_a_word_in_the_address_it_compares_what_is_watched(compared: Page, site: Site) -> None:
    """The last test, for it goes elsewhere; that it is two coins where none is watched, all others say."""
    compared.evaluate("""localStorage.setItem('crypto_pipeline_watched', '["ETH","PEPE"]')""")
    compared.goto(f"{site.url}compare")
    expect(compared.locator("#compared-rows a")).to_have_text(["ETH", "PEPE"])
