"""The health matrix: every source over the last runs, each cell leading to the attempt behind it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline_tests.dashboard.browser import Site, opened, see
from crypto_pipeline_tests.dashboard.market import RUNS, SOURCES, TIMED_OUT

COPIED = """() => new Promise((resolve) => {
    navigator.clipboard.writeText = (text) => { resolve(text); return Promise.resolve(); };
    document.querySelector('#attempts .copy button').click();
})"""


@pytest.fixture(scope="module")
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """One page for all tests; who presses something takes it back, and the rows that are out of sight at first are looked at first."""
    with opened(browser, site.url) as page:
        see(page, "sources")
        expect(line(page, "binance.candles").locator(".cell")).to_have_count(len(RUNS))
        yield page


def line(page: Page, endpoint: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=endpoint, exact=True))


def focused(page: Page) -> tuple[str, int]:
    """The source and the run of the cell that has the focus."""
    found = page.evaluate("""() => {
        const row = document.activeElement.closest('.line');
        return [row.firstElementChild.textContent, [...row.querySelectorAll('.cell')].indexOf(document.activeElement)];
    }""")
    return found[0], found[1]


def test_rows_out_of_sight_are_made_when_they_are_wanted(page: Page) -> None:
    last = page.locator("#matrix .body .line").last
    assert last.locator(".cell").count() == 0
    last.scroll_into_view_if_needed()
    expect(last.locator(".cell")).to_have_count(len(RUNS))


def test_it_has_a_row_for_each_source_and_a_cell_for_each_run(page: Page, site: Site) -> None:
    grid = page.get_by_role("grid", name="Health of the sources")
    ((stored,),) = site.sql("SELECT count(DISTINCT endpoint) FROM data_collections")
    assert stored == SOURCES
    expect(grid.locator(".body .line")).to_have_count(stored)
    expect(grid).to_have_attribute("aria-rowcount", str(stored + 1))
    expect(page.locator("#sources-count")).to_have_text(f"{stored} of {stored} sources; 1 failing now")


def test_what_fails_comes_first_and_each_outcome_has_a_colour_a_shape_and_a_letter(page: Page) -> None:
    first = page.locator("#matrix .body .line").first
    expect(first.get_by_role("rowheader")).to_have_text("binance.candles")
    cells = first.locator(".cell")
    expect(cells).to_have_text(["✓", "·", "T"])
    looks = cells.evaluate_all(
        "all => all.map(one => [getComputedStyle(one).backgroundColor, getComputedStyle(one).borderRadius, one.getAttribute('aria-label')])"
    )
    assert len({colour for colour, _, _ in looks}) == 3
    assert len({radius for _, radius, _ in looks}) == 3
    assert [name for _, _, name in looks] == ["ok", "not due", "timeout"]


def test_a_run_that_a_source_was_no_part_of_is_an_empty_cell(page: Page) -> None:
    cell = line(page, "source37.ticker").locator(".cell").nth(1)
    line(page, "source37.ticker").scroll_into_view_if_needed()
    expect(cell).to_have_text("")
    expect(cell).to_have_attribute("aria-label", "not part of this collection")


def test_the_letters_are_explained(page: Page) -> None:
    legend = page.locator("#outcomes")
    expect(legend).to_contain_text("timeout It did not answer in time.")
    expect(legend.locator("li")).to_have_count(len(Outcome))


def test_a_cell_tells_what_is_behind_it(page: Page, site: Site) -> None:
    line(page, "binance.candles").locator(".cell").last.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(TIMED_OUT)
    expect(dialog).to_contain_text("It did not answer in time.")
    for coin in ("BTC", "ETH"):
        expect(dialog).to_contain_text(f"GET https://data-api.binance.vision/api/v3/klines?symbol={coin}USDT")
    expect(dialog).to_contain_text("20,000")
    expect(dialog).to_contain_text("high is below low")
    expect(dialog.get_by_role("link", name="The run in Dagster")).to_have_attribute(
        "href", f"http://127.0.0.1:{site.settings.ui_port}/runs/{RUNS[-1]}"
    )
    command = dialog.locator(".copy code").inner_text()
    query = command.removeprefix('crypto-pipeline query "').removesuffix('"')
    assert len(site.sql(query)) == 2
    assert page.evaluate(COPIED) == command
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert focused(page) == ("binance.candles", 2)


def test_the_keyboard_walks_from_cell_to_cell(page: Page) -> None:
    page.locator("#sources-search").focus()
    page.keyboard.press("Tab")
    expect(page.locator("#sources header a.csv")).to_be_focused()
    page.keyboard.press("Tab")
    assert focused(page) == ("binance.candles", 2)
    for key, there in (
        ("ArrowLeft", ("binance.candles", 1)),
        ("ArrowDown", ("kraken.ticker", 1)),
        ("Home", ("kraken.ticker", 0)),
        ("ArrowUp", ("binance.candles", 0)),
        ("ArrowUp", ("binance.candles", 0)),
        ("PageDown", ("source08.ticker", 0)),
        ("Control+End", ("source37.ticker", 2)),
        ("ArrowRight", ("source37.ticker", 2)),
        ("Control+Home", ("binance.candles", 0)),
    ):
        page.keyboard.press(key)
        assert focused(page) == there, key
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("binance.candles")
    page.get_by_role("button", name="Close").click()
    assert focused(page) == ("binance.candles", 0)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY", "one stop for the whole grid"


def test_sources_are_found_by_what_fails_by_table_and_by_letters(page: Page) -> None:
    rows = page.locator("#matrix .body .line")
    page.get_by_label("Show").select_option("failing")
    expect(rows).to_have_count(1)
    page.get_by_label("Show").select_option("all")
    page.get_by_label("Find a source").fill("source1")
    expect(rows).to_have_count(10)
    page.get_by_label("Find a source").fill("")
    expect(page.locator("#sources-table").locator("option")).to_have_text(["any", "market_prices"])
    page.get_by_label("Job").select_option("ui_data_collection")
    expect(page.locator("#matrix .run")).to_have_count(1)
    page.get_by_label("Find a source").fill("nothing like it")
    expect(page.locator("#sources-empty")).to_have_text("No source is like that.")
    page.get_by_label("Find a source").fill("")
    page.get_by_label("Job").select_option(index=0)
    expect(page.locator("#matrix .run")).to_have_count(len(RUNS))


def test_a_run_says_how_it_went(page: Page) -> None:
    title = page.locator("#matrix .run").last.get_attribute("title") or ""
    assert title.startswith("historical_data_collection, ")
    assert title.endswith(f"{SOURCES - 1} well, 1 failed, 0 not asked")
