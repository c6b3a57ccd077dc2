"""Amounts in other money: the rate and its age are named, dollars stay what is stored."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from crypto_pipeline_tests.dashboard.browser import Site, opened, see
from crypto_pipeline_tests.dashboard.market import EURO, LIRA
from crypto_pipeline_tests.dashboard.test_numbers import NEWEST, as_price


@pytest.fixture(scope="module")
def in_euros(browser: Browser, site: Site) -> Iterator[Page]:
    """One page for all tests; the last of them goes elsewhere with it."""
    with opened(browser, site.url) as page:
        expect(page.locator("#money option")).to_have_text(["USD", "EUR", "TRY"])
        page.get_by_label("Money").select_option("EUR")
        yield page


def test_every_amount_in_dollars_is_shown_in_the_chosen_money(in_euros: Page, site: Site) -> None:
    expect(in_euros.get_by_role("columnheader", name="Price, EUR").first).to_be_visible()
    for symbol, usd in site.sql(f"SELECT symbol, price_usd {NEWEST}"):
        cell = in_euros.locator(f"#prices-rows tr[data-symbol={symbol}] td.price")
        expect(cell).to_have_text(as_price(usd / EURO))
        expect(cell.locator("bdi")).to_have_attribute("title", re.compile(r"\d USD$"))
    ((capital,),) = site.sql("SELECT total_market_cap_usd FROM market_overview")
    expect(in_euros.locator("#market-cap")).to_contain_text(f"{capital / EURO / 1e12:.3f}T EUR")
    for provider, usd in site.sql("SELECT provider, price FROM cached_market_data WHERE symbol = 'BTC'"):
        expect(in_euros.locator("#said-rows tr", has_text=provider)).to_contain_text(as_price(usd / EURO))
    see(in_euros, "transfers")
    expect(in_euros.locator("#transfers-rows tr").first).to_contain_text("EUR")


def test_the_rate_says_who_gave_it_and_when(in_euros: Page) -> None:
    note = in_euros.locator("#money-note")
    expect(note).to_contain_text("one is worth 1.0834 USD, as ecb said")
    expect(note.locator("time")).to_have_text("12 h ago")
    expect(note).to_contain_text("every CSV, is in dollars")


def test_candles_stay_in_the_money_of_their_market(in_euros: Page, site: Site) -> None:
    see(in_euros, "coin")
    ((close,),) = site.sql("SELECT close FROM cached_ohlc WHERE symbol = 'BTC' AND interval = '1h' AND NOT is_final")
    expect(in_euros.locator("#legend")).to_contain_text(f"Close {as_price(close)}")
    expect(in_euros.locator("#legend")).to_contain_text("USD")


def test_a_rate_that_is_old_is_called_old(in_euros: Page, site: Site) -> None:
    in_euros.get_by_label("Money").select_option("TRY")
    expect(in_euros.locator("#money-note time")).to_have_text("⚠︎ stale: 12 days ago")
    ((usd,),) = site.sql(f"SELECT price_usd FROM (SELECT * {NEWEST}) WHERE symbol = 'ETH'")
    expect(in_euros.locator("#prices-rows tr[data-symbol=ETH] td.price")).to_have_text(as_price(usd / LIRA))
    in_euros.get_by_label("Money").select_option("EUR")


def test_the_choice_stands_in_the_address_and_goes_along_to_the_page_of_a_coin(in_euros: Page, site: Site) -> None:
    assert "money=EUR" in in_euros.url
    in_euros.locator("#prices-rows tr[data-symbol=BTC] a").click()
    expect(in_euros.locator("#money-note")).to_contain_text("in EUR")
    ((usd,),) = site.sql(f"SELECT price_usd FROM (SELECT * {NEWEST}) WHERE symbol = 'BTC'")
    expect(in_euros.locator("#figure-price .value")).to_have_text(as_price(usd / EURO))
    in_euros.get_by_label("Money").select_option("USD")
    expect(in_euros.locator("#figure-price .value")).to_have_text(as_price(usd))
    expect(in_euros.locator("#money-note")).to_be_hidden()


def test_money_without_a_rate_leaves_dollars_and_says_so(browser: Browser, site: Site) -> None:
    with opened(browser, f"{site.url}?money=xag") as page:
        expect(page.locator("#money-note")).to_have_text(
            "No exchange rate of XAG is known: amounts are shown in dollars."
        )
        ((usd,),) = site.sql(f"SELECT price_usd FROM (SELECT * {NEWEST}) WHERE symbol = 'ETH'")
        expect(page.locator("#prices-rows tr[data-symbol=ETH] td.price")).to_have_text(as_price(usd))
        expect(page.get_by_role("columnheader", name="Price, USD").first).to_be_visible()
