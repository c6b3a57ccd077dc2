"""The dashboard over a database that a real collection filled."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from crypto_pipeline_tests.dashboard.browser import Site, opened, running_site, see_all
from crypto_pipeline_tests.dashboard.test_numbers import NEWEST, as_price
from crypto_pipeline_tests.everything import Everything


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, everything: Everything) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("collected")
    everything.copy_to(folder)
    with running_site(folder) as site:
        yield site


@pytest.fixture(scope="module")
def collected(site: Site, browser: Browser) -> Iterator[Page]:
    with opened(browser, site.url) as page:
        see_all(page)
        yield page


def test_every_part_shows_what_was_collected(site: Site, collected: Page) -> None:
    stored = site.sql(f"SELECT symbol, price_usd {NEWEST}")
    assert len(stored) > 1
    expect(collected.locator("#prices-rows tr")).to_have_count(len(stored))
    for symbol, price in stored:
        expect(collected.locator(f"#prices-rows tr[data-symbol='{symbol}'] td.price")).to_have_text(as_price(price))
    for part, query in {
        "#gas-rows tr": "SELECT count(DISTINCT blockchain) FROM gas_prices",
        "#matrix .body .line": "SELECT count(DISTINCT endpoint) FROM data_collections",
        "#said-rows tr": "SELECT count(*) FROM cached_market_data WHERE symbol = 'BTC'",
        "#articles li": "SELECT least(30, count(*)) FROM news_articles",
    }.items():
        expect(collected.locator(part)).to_have_count(site.sql(query)[0][0])


def test_the_whole_matrix_is_shown_at_once(site: Site, collected: Page) -> None:
    ((sources,),) = site.sql("SELECT count(DISTINCT endpoint) FROM data_collections")
    assert sources > 500
    ((failing,),) = site.sql("SELECT count(*) FROM source_health WHERE consecutive_failures > 0")
    assert failing
    expect(collected.locator("#sources-count")).to_have_text(f"{sources} of {sources} sources; {failing} failing now")
