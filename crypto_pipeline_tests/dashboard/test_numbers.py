"""What a person reads on the dashboard is what the database says.

All tests look at one page, and who presses something takes it back.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from playwright.sync_api import Locator, Page, expect

from crypto_pipeline_tests.dashboard.browser import Site, see
from crypto_pipeline_tests.dashboard.market import HOSTILE, PERSIAN

NEWEST = """
    FROM consensus_prices QUALIFY row_number() OVER (PARTITION BY symbol ORDER BY timestamp DESC) = 1
"""


def as_price(value: float) -> str:
    """As formats.js promises: cents, four decimals, five digits. Browsers round the half of what is written up."""
    written = Decimal(repr(value))
    decimals = 2 if value >= 100 else 4 if value >= 1 else 4 - written.adjusted()
    text = f"{written.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):,f}"
    least = 2 if value >= 1 else 0
    return text[: len(text) - decimals + least] + text[len(text) - decimals + least :].rstrip("0")


def row(page: Page, symbol: str) -> Locator:
    return page.locator(f"#prices-rows tr[data-symbol={symbol}]")


def shown(page: Page) -> list[str]:
    return page.locator("#prices-rows .coin").all_inner_texts()


def test_prices_are_those_of_the_newest_consensus(page: Page, site: Site) -> None:
    stored = site.sql(f"SELECT symbol, price_usd, sources, spread_percent, price_change_24h {NEWEST} ORDER BY ALL")
    assert len(stored) == 4
    for symbol, price, sources, spread, change in stored:
        cells = row(page, symbol)
        expect(cells.locator("td.price")).to_have_text(as_price(price))
        expect(cells.locator("td.price bdi")).to_have_attribute("title", re.compile(r"\d"))
        expect(cells.locator("td").nth(3)).to_contain_text(str(sources))
        expect(cells.locator("td").nth(4)).to_have_text(f"{spread:g}%")
        sign = "" if not change else "▲ +" if change > 0 else "▼ -"
        text = "–" if change is None else f"{sign}{abs(change):.2f}%"
        expect(cells.locator("td").nth(1)).to_have_text(text)
    expect(row(page, "PEPE").locator("td.price")).to_have_text("0.00001234")
    expect(row(page, "BTC").locator("td").nth(3)).to_have_text("3−1")
    expect(page.locator("#prices-count")).to_have_text("4 coins")


def test_coins_come_by_market_capitalisation_and_their_age_has_the_exact_time(page: Page, site: Site) -> None:
    expect(page.locator("#prices-rows tr")).to_have_count(4)
    assert shown(page)[:2] == ["BTC", "ETH"]
    ((newest,),) = site.sql("SELECT max(timestamp) FROM consensus_prices")
    age = page.locator("#prices-age time")
    expect(age).to_have_text(re.compile(r"just now|\d+ (s|min) ago"))
    expect(age).to_have_attribute("title", f"{newest:%Y-%m-%d %H:%M:%S} UTC")


def test_a_day_of_prices_is_a_line_that_is_told_in_words_too(page: Page, site: Site) -> None:
    ((low, high),) = site.sql(
        "SELECT min(price_usd), max(price_usd) FROM (SELECT * FROM consensus_prices WHERE symbol = 'BTC')"
    )
    line = row(page, "BTC").locator("svg")
    expect(line).to_have_attribute(
        "aria-label", re.compile(f"lowest {re.escape(as_price(low))}, highest {re.escape(as_price(high))}")
    )
    assert line.locator("polyline").count() > 1, "an hour of which nothing is known is a gap"


def test_a_heading_sorts_one_way_then_the_other_then_not(page: Page) -> None:
    expect(page.locator("#prices-rows tr")).to_have_count(4)
    before = shown(page)
    heading = page.locator("#prices").get_by_role("columnheader", name="Price, USD")
    for direction, order in (
        ("descending", ["BTC", "ETH", "USDT", "PEPE"]),
        ("ascending", ["PEPE", "USDT", "ETH", "BTC"]),
    ):
        heading.get_by_role("button").click()
        expect(heading).to_have_attribute("aria-sort", direction)
        assert shown(page) == order
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") is None
    assert shown(page) == before


def test_coins_without_a_number_come_last_whichever_way_it_is_sorted(page: Page) -> None:
    expect(page.locator("#prices-rows tr")).to_have_count(4)
    heading = page.get_by_role("columnheader", name="24 h").first
    for direction in ("descending", "ascending"):
        heading.get_by_role("button").click()
        expect(heading).to_have_attribute("aria-sort", direction)
        assert shown(page)[-1] == "USDT"
    heading.get_by_role("button").click()


def test_letters_find_coins(page: Page) -> None:
    expect(page.locator("#prices-rows tr")).to_have_count(4)
    page.get_by_label("Find a coin").fill("t")
    assert shown(page) == ["BTC", "ETH", "USDT"]
    expect(page.locator("#prices-count")).to_have_text("3 of 4 coins")
    page.get_by_label("Find a coin").fill("zzz")
    expect(page.locator("#prices-empty")).to_have_text("No coin has these letters.")
    page.get_by_label("Find a coin").fill("")
    expect(page.locator("#prices-rows tr")).to_have_count(4)


def test_the_largest_coin_is_chosen_first_and_its_open_candle_is_marked(page: Page, site: Site) -> None:
    expect(page.locator("#coin-title")).to_have_text("BTC")
    expect(page.locator("#intervals button[aria-pressed=true]")).to_have_text("1h")
    expect(page.locator("#chart canvas").first).to_be_visible()
    ((opened, close),) = site.sql(
        "SELECT timestamp, close FROM cached_ohlc WHERE symbol = 'BTC' AND interval = '1h' AND NOT is_final"
    )
    closes = f"{(opened.hour + 1) % 24:02}:00"
    expect(page.locator("#open-candle")).to_have_text(f"open: closes at {closes} UTC")
    expect(page.locator("#legend")).to_contain_text(f"Close {as_price(close)}")
    expect(page.locator("#legend")).to_contain_text("USD")
    expect(page.locator("#legend")).to_contain_text("still open")
    expect(page.get_by_role("img", name=re.compile("Candle chart of BTC"))).to_be_visible()


def test_the_newest_thirty_candles_can_be_read_as_a_table(page: Page, site: Site) -> None:
    page.locator("summary", has_text="The last 30 candles").click()
    expect(page.locator("#candle-rows tr")).to_have_count(30)
    stored = site.sql("""
        SELECT open, high, low, close FROM cached_ohlc WHERE symbol = 'BTC' AND interval = '1h' ORDER BY timestamp DESC LIMIT 2
    """)
    for number, values in enumerate(stored):
        assert page.locator("#candle-rows tr").nth(number).locator("td").all_inner_texts()[:4] == [
            as_price(value) for value in values
        ]


def test_another_length_of_candles_is_a_click_away(page: Page) -> None:
    page.locator("#intervals button", has_text="1d").click()
    expect(page.locator("#candle-rows tr")).to_have_count(12)
    page.locator("#intervals button", has_text="1h").click()
    expect(page.locator("#candle-rows tr")).to_have_count(30)


def test_choosing_a_coin_shows_its_candles_and_sources(page: Page, site: Site) -> None:
    expect(page.locator("#said-rows tr")).to_have_count(3)
    row(page, "ETH").locator("td.price").click()
    expect(page.locator("#coin-title")).to_have_text("ETH")
    expect(page.locator("#said-rows tr")).to_have_count(1)
    expect(page.locator("#intervals button")).to_have_text(["1d"])
    expect(page.locator("#candle-rows tr")).to_have_count(9)
    expect(row(page, "ETH").locator(".coin")).to_have_attribute("aria-pressed", "true")
    row(page, "BTC").locator("td.price").click()
    expect(page.locator("#said-rows tr")).to_have_count(3)
    page.locator("#intervals button", has_text="1h").click()
    expect(page.locator("#candle-rows tr")).to_have_count(30)


def test_a_source_that_is_far_off_is_marked(page: Page) -> None:
    outlier = page.locator("#said-rows tr", has_text="oddex")
    expect(outlier).to_contain_text("outlier")
    expect(outlier).to_contain_text("+32.597%")
    expect(page.locator("#said-rows tr", has_text="kraken")).not_to_contain_text("outlier")


def test_fear_and_greed_has_its_word_and_its_history(page: Page) -> None:
    expect(page.locator("#gauge .value")).to_have_text("25")
    expect(page.locator("#gauge .word")).to_have_text("Extreme fear")
    see(page, "sentiment")
    expect(page.locator("#sentiment-summary")).to_contain_text("30 values")
    expect(page.locator("#sentiment-summary")).to_contain_text("lowest 25, highest 54")
    expect(page.locator("#market-sentiment")).to_contain_text("25 · Extreme fear")


def test_gas_has_the_unit_of_its_chain_and_loses_no_digit(page: Page) -> None:
    ethereum = page.locator("#gas-rows tr", has_text="ethereum")
    assert ethereum.locator("td").all_inner_texts()[:4] == ["0.00038", "0.00076", "0.00114", "gwei"]
    expect(page.locator("#gas-rows tr").first).to_contain_text("bitcoin")


def test_what_is_older_than_usual_says_so_and_the_rest_does_not(page: Page) -> None:
    expect(page.locator("#gas-rows tr", has_text="polygon").locator("time")).to_have_text("⚠︎ stale: 3 h ago")
    expect(page.locator("#gas-rows tr", has_text="polygon").locator("time")).to_have_class("age stale")
    expect(page.locator("#gas-rows tr", has_text="bitcoin").locator("time")).not_to_have_class("age stale")
    expect(page.locator("#prices-age time")).not_to_have_class("age stale")


def test_a_coin_s_contracts_are_behind_its_button(page: Page) -> None:
    see(page, "derivatives")
    button = page.locator("#derivatives-rows").get_by_role("button", name="BTC")
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(page.locator("#derivatives-rows tr")).to_contain_text(["▼ -0.0100%-0.0300% … +0.0100%4.73B2"])
    button.click()
    expect(page.locator("#derivatives-rows tr.contract")).to_have_count(2)
    expect(page.locator("#derivatives-rows tr.contract").first).to_contain_text("bybit BTCUSDT")
    button.click()
    expect(page.locator("#derivatives-rows tr.contract")).to_have_count(0)


def test_news_are_text_whatever_their_titles_try(page: Page) -> None:
    see(page, "news")
    first = page.locator("#articles .headline").first
    expect(first).to_have_text(HOSTILE)
    assert page.locator("#articles img").count() == 0
    assert page.title() == "Crypto data bank"
    expect(first).to_have_attribute("rel", "noopener noreferrer nofollow")
    expect(first).to_have_attribute("target", "_blank")
    persian = page.locator("#articles .headline", has_text=PERSIAN)
    expect(persian).to_have_attribute("lang", "fa")
    expect(persian).to_have_css("direction", "rtl")


def test_news_are_filtered_by_language_and_sentiment_and_go_on(page: Page, site: Site) -> None:
    see(page, "news")
    articles = page.locator("#articles li")
    expect(articles).to_have_count(30)
    page.locator("#news-more").click()
    ((stored,),) = site.sql("SELECT count(*) FROM news_articles")
    expect(articles).to_have_count(stored)
    expect(page.locator("#news-more")).to_be_hidden()
    page.get_by_label("Sentiment").select_option("positive")
    expect(articles).to_have_count(1)
    expect(articles).to_contain_text("▲ positive")
    page.get_by_label("Sentiment").select_option("")
    expect(page.locator("#news-language option")).to_have_text(["all", "English (42)", "Persian (1)"])
    page.get_by_label("Language").last.select_option("fa")
    expect(articles).to_have_count(1)
    expect(articles).to_contain_text("not rated")
    page.get_by_label("Language").last.select_option("")
    expect(articles).to_have_count(30)


def test_an_address_that_is_no_web_page_is_no_link(page: Page) -> None:
    hostile: dict[str, object] = {
        **dict.fromkeys(("content", "published_at", "sentiment", "sentiment_score", "author", "story_id")),
        "title": "Click me",
        "url": "javascript:document.title=1",
        "source": "evil",
        "first_seen_at": "2026-11-24T10:00:00+00:00",
        "tags": [],
        "language": "en",
    }
    answer = {"as_of": None, "news": [hostile], "languages": [], "next": None}
    see(page, "news")
    page.route("**/api/data/news**", lambda route: route.fulfill(json=answer))
    page.get_by_label("Sentiment").select_option("positive")
    expect(page.locator("#articles .headline")).to_have_text(["Click me"])
    assert page.locator("#articles a").count() == 0
    page.unroute_all()
    page.get_by_label("Sentiment").select_option("")
    expect(page.locator("#articles li")).to_have_count(30)


def test_transfers_are_shortened_and_whole_in_their_titles(page: Page, site: Site) -> None:
    see(page, "transfers")
    ((count, largest),) = site.sql("SELECT count(*), max(amount_usd) FROM whale_transactions")
    rows = page.locator("#transfers-rows tr")
    expect(rows).to_have_count(count)
    expect(rows.first).to_contain_text("1K ETH")
    expect(rows.first.locator("td").nth(3).locator("bdi")).to_have_text("0xaaaa…0000")
    expect(rows.first.locator("td").nth(3).locator("bdi")).to_have_attribute("title", f"0xaaaa{0:036x}")
    expect(rows.nth(1).locator("td").nth(4)).to_contain_text("not said")
    page.get_by_label("At least").select_option(label="$10M")
    expect(rows).to_have_count(site.sql("SELECT count(*) FROM whale_transactions WHERE amount_usd >= 1e7")[0][0])
    assert largest >= 1e7
    page.get_by_label("At least").select_option(index=0)
    expect(rows).to_have_count(count)


def test_each_table_has_its_count(page: Page, site: Site) -> None:
    see(page, "tables")
    for table in ("consensus_prices", "data_collections"):
        ((count,),) = site.sql(f"SELECT count(*) FROM {table}")
        expect(page.locator("#tables-list li", has_text=table)).to_contain_text(f"{count} rows")
