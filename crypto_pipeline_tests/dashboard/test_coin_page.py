"""The page of a coin: what a person reads there is what the database says of this coin and of no other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from crypto_pipeline_tests.dashboard import market
from crypto_pipeline_tests.dashboard.browser import Site, opened, running_site, see
from crypto_pipeline_tests.dashboard.test_numbers import NEWEST, as_price

DAYS = 2_600
"""More than one answer holds."""
FIRST = datetime(2023, 12, 1, tzinfo=timezone.utc)


@pytest.fixture(scope="module")
def of_bitcoin(browser: Browser, site: Site) -> Iterator[Page]:
    """One page for the tests of what it says; after those come the ones that change it."""
    with opened(browser, f"{site.url}coin/BTC") as page:
        yield page


def test_its_head_is_the_newest_consensus(of_bitcoin: Page, site: Site) -> None:
    (stored,) = site.sql(
        f"SELECT price_usd, sources, lowest_usd, highest_usd, outliers FROM (SELECT * {NEWEST}) WHERE symbol = 'BTC'"
    )
    price, sources, lowest, highest, outliers = stored
    expect(of_bitcoin.get_by_role("heading", level=1)).to_have_text("BTC Bitcoin")
    assert of_bitcoin.evaluate("document.querySelector('#home').href") == site.url
    assert of_bitcoin.title().startswith("BTC ·")
    expect(of_bitcoin.locator("#figure-price .value")).to_have_text(as_price(price))
    expect(of_bitcoin.locator("#figure-range")).to_contain_text(f"{as_price(lowest)} – {as_price(highest)}")
    expect(of_bitcoin.locator("#figure-sources")).to_have_text(f"{sources} sources agree, 1 left out")
    expect(of_bitcoin.locator("#figure-sources span")).to_have_attribute("title", outliers)
    ((capital,),) = site.sql("SELECT median(market_cap) FROM cached_market_data WHERE symbol = 'BTC'")
    expect(of_bitcoin.locator("#figure-cap bdi")).to_have_attribute("title", f"{capital:.0f}")


def test_each_venue_has_its_market_its_price_and_how_far_it_is_off(of_bitcoin: Page, site: Site) -> None:
    see(of_bitcoin, "said")
    stored = site.sql(f"""
        SELECT provider, price, pair, (price - agreed) / agreed * 100
        FROM cached_market_data, (SELECT price_usd AS agreed FROM (SELECT * {NEWEST}) WHERE symbol = 'BTC')
        WHERE symbol = 'BTC' ORDER BY volume_24h DESC
    """)
    rows = of_bitcoin.locator("#said-rows tr")
    expect(rows).to_have_count(len(stored))
    for number, (provider, price, pair, off) in enumerate(stored):
        expect(rows.nth(number)).to_contain_text(provider)
        expect(rows.nth(number)).to_contain_text(as_price(price))
        expect(rows.nth(number)).to_contain_text(f"{off:+.3f}%")
        expect(rows.nth(number)).to_contain_text(pair)


def test_its_contracts_and_what_they_have_paid_are_those_of_the_tables(of_bitcoin: Page, site: Site) -> None:
    see(of_bitcoin, "contracts")
    contracts = site.sql(
        "SELECT source, funding_rate_8h FROM derivatives_metrics WHERE symbol = 'BTC' ORDER BY open_interest_usd DESC"
    )
    rows = of_bitcoin.locator("#contracts-rows tr")
    expect(rows).to_have_count(len(contracts))
    for number, (source, rate) in enumerate(contracts):
        expect(rows.nth(number)).to_contain_text(source)
        expect(rows.nth(number)).to_contain_text(f"{rate * 100:+.4f}%")
    see(of_bitcoin, "funding")
    paid = site.sql(
        "SELECT source, rate FROM funding_rates WHERE symbol = 'BTC' ORDER BY funding_at DESC, source LIMIT 50"
    )
    rows = of_bitcoin.locator("#funding-rows tr")
    expect(rows).to_have_count(50)
    for number in (0, 1, 49):
        source, rate = paid[number]
        expect(rows.nth(number)).to_contain_text(source)
        expect(rows.nth(number)).to_contain_text(f"{rate * 100:+.4f}%")


def test_payments_are_narrowed_to_an_exchange_and_go_on(of_bitcoin: Page, site: Site) -> None:
    see(of_bitcoin, "funding")
    of_bitcoin.locator("#funding-more").click()
    ((count,),) = site.sql("SELECT count(*) FROM funding_rates WHERE symbol = 'BTC'")
    expect(of_bitcoin.locator("#funding-rows tr")).to_have_count(count)
    of_bitcoin.locator("#funding-source").select_option("bybit")
    ((count,),) = site.sql("SELECT count(*) FROM funding_rates WHERE source = 'bybit'")
    expect(of_bitcoin.locator("#funding-rows tr")).to_have_count(count)
    assert "paidby=bybit" in of_bitcoin.url


def test_the_length_of_its_candles_stands_in_the_address(of_bitcoin: Page) -> None:
    expect(of_bitcoin.locator("#intervals [aria-pressed=true]")).to_have_text("1d")
    of_bitcoin.locator("#intervals button", has_text="1h").click()
    of_bitcoin.wait_for_url(re.compile("interval=1h"))
    of_bitcoin.reload()
    expect(of_bitcoin.locator("#intervals [aria-pressed=true]")).to_have_text("1h")
    expect(of_bitcoin.locator("#reach")).to_contain_text("40 candles from")
    of_bitcoin.go_back()
    expect(of_bitcoin.locator("#intervals [aria-pressed=true]")).to_have_text("1d")


def test_only_what_is_said_of_this_coin_is_there(browser: Browser, site: Site) -> None:
    with opened(browser, f"{site.url}coin/ETH") as page:
        see(page, "transfers")
        ((moved,),) = site.sql("SELECT count(*) FROM whale_transactions WHERE symbol = 'ETH'")
        expect(page.locator("#transfers-rows tr")).to_have_count(moved)
        see(page, "news")
        expect(page.locator("#news-empty")).to_have_text("No article names ETH.")
        see(page, "contracts")
        expect(page.locator("#contracts-empty")).to_contain_text("No exchange has a perpetual contract on ETH")
        see(page, "sources")
        expect(page.locator("#matrix .body .name")).to_have_text(["kraken.ticker"])


def test_a_coin_that_nobody_knows_is_said_to_be_none(browser: Browser, site: Site) -> None:
    with opened(browser, f"{site.url}coin/NOSUCH", expected="404") as page:
        expect(page.locator("#price-trouble")).to_have_text("There is no price of NOSUCH in the database.")
        expect(page.locator("#said-empty")).to_have_text("There is no price of NOSUCH in the database.")
        see(page, "coverage")
        expect(page.locator("#coverage .trouble")).to_have_text("There is no price of NOSUCH in the database.")
        expect(page.locator("#coverage-empty")).to_be_hidden()
        see(page, "sources")
        expect(page.locator("#sources-empty")).to_have_text("No source has told of NOSUCH in these collections.")


@pytest.mark.parametrize("called", ["btc", "bitcoin", "%D8%A8%DB%8C%D8%AA%20%DA%A9%D9%88%DB%8C%D9%86"])
def test_a_name_leads_to_the_same_page_as_the_code(site: Site, called: str) -> None:
    by_code, by_name = (httpx.get(f"{site.url}coin/{name}", timeout=300) for name in ("BTC", called))
    assert (by_name.status_code, by_name.text) == (200, by_code.text)


@pytest.fixture(scope="module")
def long_past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """ETH has candles of years; exchanges agree on those of PEPE; in those of USDT there is a hole."""
    now = datetime.now(timezone.utc)
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    rows = market.some(now, "cached_ohlc")
    days = [one for one in rows["cached_ohlc"] if one["interval"] == "1d" and one["symbol"] == "ETH"]
    like = {**days[0], "is_final": True}
    rows["cached_ohlc"] += [
        {**like, "timestamp": today - timedelta(days=age), "close": 2_000.0 + age} for age in range(9, DAYS)
    ]
    rows["cached_ohlc"] += [{**one, "symbol": "PEPE"} for one in days]
    rows["consensus_ohlc"] = [
        {name: one[name] for name in ("interval", "timestamp", "low", "open", "high", "volume")}
        | {"symbol": "PEPE", "close": one["close"] + 1, "providers": 4}
        for one in days[1:]
    ]
    rows["cached_ohlc"] += [
        {**like, "symbol": "USDT", "provider": provider, "timestamp": FIRST + timedelta(days=n)}
        for provider, count in (("kraken", 500), ("okx", 60))
        for n in range(count)
        if provider == "okx" or n not in {29, 30, 31, 32}
    ]
    hole = {"provider": "kraken", "symbol": "USDT", "interval": "1d", "missing": 4, "kind": "halt", "found_at": FIRST}
    rows["candle_gaps"] = [
        {**hole, "from_at": FIRST + timedelta(days=29), "to_at": FIRST + timedelta(days=33)},
    ]
    with running_site(tmp_path_factory.mktemp("long_past"), rows) as site:
        yield site


def test_candles_reach_back_over_years_as_far_as_there_are_any(browser: Browser, long_past: Site) -> None:
    with opened(browser, f"{long_past.url}coin/ETH") as page:
        expect(page.locator("#reach")).to_contain_text("300 candles from")
        for shown in ("2,300", f"{DAYS:,}"):
            page.locator("#earlier").click()
            expect(page.locator("#reach")).to_contain_text(f"{shown} candles from")
        expect(page.locator("#earlier")).to_be_hidden()
        ((first, last, count),) = long_past.sql(
            "SELECT min(timestamp), max(timestamp), count(*) FROM cached_ohlc WHERE symbol = 'ETH'"
        )
        expect(page.locator("#reach")).to_have_text(
            f"{count:,} candles from {first:%b} {first.day}, {first.year} to {last:%b} {last.day}, {last.year}"
        )


def test_the_candles_of_all_spot_exchanges_are_shown_first_and_one_exchange_when_it_is_chosen(
    browser: Browser, long_past: Site
) -> None:
    newest = "SELECT open, high, low, close FROM {table} WHERE symbol = 'PEPE' ORDER BY timestamp DESC LIMIT 1"
    with opened(browser, f"{long_past.url}coin/PEPE") as page:
        (agreed,) = long_past.sql(newest.format(table="consensus_ohlc"))
        expect(page.locator("#provider")).to_have_value("consensus")
        expect(page.locator("#provider option:checked")).to_have_text("All spot exchanges · USD")
        expect(page.locator("#legend")).to_contain_text("of 4 exchanges")
        first = page.locator("#candle-rows tr").first.locator("td")
        page.locator("summary", has_text="The last 30 candles").click()
        assert first.all_inner_texts()[:4] == [as_price(value) for value in agreed]
        page.locator("#provider").select_option("kraken")
        expect(page.locator("#open-candle")).to_contain_text("open: closes")
        (of_one,) = long_past.sql(newest.format(table="cached_ohlc"))
        assert first.all_inner_texts()[:4] == [as_price(value) for value in of_one]


def test_what_of_the_past_is_there_is_a_line_an_exchange_and_a_cell_a_year(browser: Browser, long_past: Site) -> None:
    with opened(browser, f"{long_past.url}coin/USDT") as page:
        see(page, "coverage")
        expect(page.locator("#coverage-years .year")).to_have_text(["’23", "’24", "’25"])
        expect(page.locator("#coverage-count")).to_have_text("candles of 1d of 2 exchanges, percent by year")
        stored = long_past.sql(
            "SELECT provider, year(timestamp) AS year, count(*) FROM cached_ohlc WHERE symbol = 'USDT' "
            "GROUP BY ALL ORDER BY provider, year"
        )
        lines = page.locator("#coverage-rows tr")
        expect(lines.get_by_role("rowheader")).to_have_text(["kraken", "okx"])
        titles = [cell.get_attribute("title") for cell in lines.locator("td.year:not(.absent)").all()]
        assert [int(re.sub(r".* · ([\d,]+) candles.*", r"\1", one or "").replace(",", "")) for one in titles] == [
            count for _, _, count in stored
        ]
        expect(lines.first.locator("td")).to_have_text(["93", "99", "100", "4 in halts"])
        expect(lines.last.locator("td")).to_have_text(["100", "100", "", "nothing"])


def test_wherever_a_coin_is_named_its_page_is_a_click_away(page: Page, site: Site) -> None:
    see(page, "prices")
    for place in (
        "#prices-rows tr[data-symbol=BTC] a",
        "#coin-title a",
        "#derivatives-rows a",
        "#articles .tags a",
    ):
        section = place.partition(" ")[0].removeprefix("#").removesuffix("-rows").removesuffix("-title")
        see(page, {"articles": "news"}.get(section, section))
        expect(page.locator(place).first).to_have_attribute("href", f"{site.url}coin/BTC")
    see(page, "transfers")
    expect(page.locator("#transfers-rows a").first).to_have_attribute("href", f"{site.url}coin/ETH")


def test_a_coin_that_is_watched_is_so_in_every_tab(page: Page, site: Site) -> None:
    see(page, "prices")
    second = page.context.new_page()
    second.goto(f"{site.url}coin/ETH")
    second.get_by_role("button", name="Watch").click()
    expect(second.get_by_role("button", name="Watch")).to_have_attribute("aria-pressed", "true")
    star = page.locator("#prices-rows tr[data-symbol=ETH] .watch")
    expect(star).to_have_attribute("aria-pressed", "true")
    page.locator("#prices-rows tr[data-symbol=BTC] .watch").click()
    expect(second.locator("#watched-list a")).to_have_text(["ETH", "BTC"])
