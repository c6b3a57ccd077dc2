"""The page "Derivatives and on-chain": the numbers are the API's, what is chosen stands in the address, nothing is hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from crypto_pipeline_tests.dashboard.browser import DESKTOP, TIMEOUT_MILLISECONDS, Site, held_back, opened, saved
from crypto_pipeline_tests.dashboard.desk_market import BASIS, HOSTILE_CONTRACT

SECTIONS = (
    "volatility",
    "basis",
    "perpetuals",
    "liquidations",
    "books",
    "opportunities",
    "listings",
    "dominance",
    "stablecoins",
    "chain",
    "macro",
)


@pytest.fixture(scope="module")
def desk(browser: Browser, site: Site) -> Iterator[Page]:
    """One page for all tests that leave it as it was."""
    with opened(browser, f"{site.url}derivatives") as page:
        for section in SECTIONS:  # what is below the window is asked for when it comes into sight
            page.locator(f"#{section}").scroll_into_view_if_needed()
            expect(page.locator(f"#{section}")).not_to_have_attribute("aria-busy", re.compile(""))
        yield page


def row(page: Page, section: str, number: int = 0) -> list[str]:
    found = page.locator(f"#{section}-rows tr").nth(number)
    found.scroll_into_view_if_needed()
    return found.locator("th, td").all_inner_texts()


def test_options_are_told_expiry_by_expiry_with_a_line_for_each_exchange(desk: Page) -> None:
    expect(desk.locator("#volatility-rows tr")).to_have_count(6)
    assert row(desk, "volatility")[1:4] == ["deribit", "45%", "3"]
    expect(desk.locator("#volatility-plot polyline")).to_have_count(2)
    expect(desk.locator("#skew-plot").get_by_role("img")).to_have_attribute("aria-label", "Skew: deribit 1, okx 0")


def test_the_basis_of_a_dated_future_is_told_with_its_yearly_rate_and_names_stay_text(desk: Page) -> None:
    rows = [row(desk, "basis", number) for number in range(2)]
    assert [one[0] for one in rows] == [f"bybit {HOSTILE_CONTRACT}", "deribit BTC-25DEC99"]
    assert [one[2:4] for one in rows] == [
        [f"+{basis:.3f}%", f"+{basis * 5:.1f}%"] for basis in (BASIS["bybit"], BASIS["deribit"])
    ]


def test_funding_is_told_for_eight_hours_and_for_a_year(desk: Page) -> None:
    assert row(desk, "perpetuals")[:5] == ["bybit", "BTCUSDT", "+0.0100%", "+10.9%", "$4.5B"]


def test_liquidations_are_told_by_side(desk: Page, site: Site) -> None:
    assert row(desk, "liquidations")[1:] == ["$40K", "$15K", "$40K", "2"]
    expect(desk.locator("#liquidations-plot rect")).to_have_count(4)
    expect(desk.locator("#liquidations-plot .names")).to_have_text(re.compile(r"Shorts \$15K\s*Longs \$45K"))


def test_what_an_exchange_does_not_tell_of_its_book_is_not_told_here(desk: Page) -> None:
    assert row(desk, "books") == ["kraken BTC-USD", "1.1", "$2M", "–", "2.5"]
    assert row(desk, "books", 1)[-1] == "–"


def test_what_exchanges_differ_by_is_told_after_fees_and_called_no_advice(desk: Page) -> None:
    left = (91_000 * 0.995 / (90_010 * 1.004) - 1) * 100
    assert row(desk, "opportunities")[:4] == ["BTC", f"+{left:.3f}%", f"+{(91_000 / 90_010 - 1) * 100:.3f}%", "0.9%"]
    expect(desk.locator("#opportunities")).to_contain_text("No advice.")


def test_markets_that_came_and_went_say_whether_the_coin_did(desk: Page) -> None:
    rows = [row(desk, "listings", number)[:3] for number in range(2)]
    assert rows == [["FRESH", "new coin", "okx FRESH-USDT"], ["OLD", "coin gone", "okx OLD-USDT"]]


def test_shares_stablecoins_chains_and_the_economy_are_told(desk: Page) -> None:
    assert row(desk, "dominance")[1:4] == ["58.3%", "–", "10%"]
    assert row(desk, "stablecoins") == ["USDT", "-0.250%", "0.25%", "$184B"]
    expect(desk.locator("#stablecoins-plot polyline")).to_have_count(1)
    assert row(desk, "chain")[1] == "1.75"
    expect(desk.locator("#chain-unit")).to_have_text("ratio · coinmetrics · CC BY-NC 4.0")
    assert row(desk, "macro")[2:] == ["22.8T", "–"]


def test_every_section_comes_as_csv(desk: Page) -> None:
    expect(desk.locator("section.desk a.csv")).to_have_count(len(SECTIONS))
    assert saved(desk.locator("#basis a.csv")).text.splitlines()[0].startswith("market,expiry,days_left,basis_percent")


REFUSAL = "Too many questions are being answered at the moment; try again in a second."


@pytest.fixture(scope="module")
def chosen(browser: Browser, site: Site) -> Iterator[Page]:
    """A page that came with an address in which things are chosen, and one section of which is refused an answer."""
    with opened(browser, "about:blank", expected="503") as page:
        page.route("**/api/data/basis*", lambda route: route.fulfill(status=503, json={"detail": REFUSAL}))
        page.goto(f"{site.url}derivatives?coin=ltc&years=1&chain=ethereum&metric=fees")
        yield page


def test_a_section_that_gets_no_answer_says_so_and_the_others_go_on(chosen: Page) -> None:
    expect(chosen.locator("#basis .trouble")).to_have_text(REFUSAL)
    expect(chosen.locator("#volatility-empty")).to_have_text(re.compile("No exchange told of options on LTC"))


def test_a_choice_stands_in_the_address_and_back_takes_it_back(chosen: Page) -> None:
    expect(chosen.locator("#volatility-empty")).to_have_text(re.compile("No exchange told of options on LTC"))
    expect(chosen.locator("#spans [aria-pressed=true]")).to_have_text("1")
    chosen.locator("#desk-coin").fill("btc")
    chosen.get_by_role("button", name="Show").click()
    expect(chosen.locator("#volatility-rows tr")).to_have_count(6)
    assert "coin=" not in chosen.url, "the usual choice needs no word"
    assert "metric=fees" in chosen.url
    chosen.go_back()
    expect(chosen.locator("#volatility-title .of-coin")).to_have_text("LTC")
    chosen.locator("#chain").scroll_into_view_if_needed()
    expect(chosen.locator("#chain-rows tr").first).to_contain_text("300")
    chosen.locator("#chain-chosen").select_option("bitcoin mvrv")
    expect(chosen.locator("#chain-rows tr").first).to_contain_text("1.75")
    chosen.locator("#macro").scroll_into_view_if_needed()
    expect(chosen.locator("#macro-plot")).to_contain_text(re.compile("LTC 100.7"))


def test_an_answer_about_one_coin_is_not_shown_as_one_about_the_coin_that_was_chosen_meanwhile(chosen: Page) -> None:
    """On the page of the test before, which shows LTC: BTC is chosen, and LTC again before the answer comes."""
    chosen.evaluate(
        """() => {
            const plot = document.getElementById("macro-plot");
            window.drawn = [];
            new MutationObserver(() => drawn.push(plot.textContent)).observe(plot, {childList: true, subtree: true});
        }"""
    )
    about_btc = re.compile("macro/against.*symbol=BTC")
    chosen.locator("#desk-coin").fill("btc")
    with held_back(chosen, about_btc) as waiting:
        with chosen.expect_request(about_btc, timeout=TIMEOUT_MILLISECONDS):
            chosen.get_by_role("button", name="Show").click()
            chosen.locator("#macro").scroll_into_view_if_needed()
        chosen.go_back()
        expect(chosen.locator("#volatility-title .of-coin")).to_have_text("LTC")
        # Whole, whatever the page asked: it may know this coin since the test before, and then asks whether its answer has changed.
        answer = chosen.request.get(waiting[0].request.url)
        body = answer.json()
        for number, point in enumerate(body["points"], 1):
            point["price_usd"] = 100.0 * number
        with chosen.expect_response(re.compile("macro/against.*symbol=LTC"), timeout=TIMEOUT_MILLISECONDS):
            waiting[0].fulfill(response=answer, json=body)
    expect(chosen.locator("#macro-plot")).to_contain_text("LTC 100.7")
    assert [text for text in chosen.evaluate("drawn") if "LTC 100.7" not in text] == []


def test_nothing_is_cut_off(desk: Page) -> None:
    assert_nothing_is_cut_off(desk)


def test_nothing_is_cut_off_in_persian(browser: Browser, site: Site) -> None:
    with opened(browser, f"{site.url}derivatives?lang=fa") as page:
        expect(page.locator("#volatility-rows tr")).to_have_count(6)
        assert_nothing_is_cut_off(page)


def assert_nothing_is_cut_off(page: Page) -> None:
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size(DESKTOP)
    missing = page.evaluate(
        "[...document.querySelectorAll('main *')].map(e => e.textContent).filter(t => /^desk\\.[a-z.]+$/.test(t))"
    )
    assert missing == [], "every word is there"
