"""Everybody can use the dashboard: in Persian, in the dark, on a phone, by keyboard, by ear.

Each page is opened once in each language, and its tests are in the order of this file: it is narrow at first, then nobody has
pressed anything yet, and at last there are names in it that were written by a test.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from crypto_pipeline.api.dashboard import FOLDER
from crypto_pipeline_tests.dashboard.browser import DESKTOP, Site, opened, see, see_all

NARROW: ViewportSize = {"width": 220, "height": 844}
LEAST_CONTRAST = 4.5
LONGEST_NAME = "hyperliquid_perpetual"
"""Of the sources of prices."""
LONG_AGO = {"en": "⚠ 59 min ago", "fa": "⚠ ۵۹ دقیقه پیش"}

CONTRASTS = """() => {
    const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
    const known = {};
    const rgba = (colour) => known[colour] ??= drawn(colour);
    const drawn = (colour) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = ([red, green, blue]) => {
        const [r, g, b] = [red, green, blue].map(one => one / 255).map(one => one <= .04045 ? one / 12.92 : ((one + .055) / 1.055) ** 2.4);
        return .2126 * r + .7152 * g + .0722 * b;
    };
    const behind = (node) => {
        for (let one = node; one; one = one.parentElement) {
            const colour = rgba(getComputedStyle(one).backgroundColor);
            if (colour[3] === 255) return colour;
        }
        return [255, 255, 255, 255];
    };
    const found = {};
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode.parentElement;
        if (!walker.currentNode.textContent.trim() || !node.checkVisibility({visibilityProperty: true}) || node.closest('.hidden')) continue;
        const [text, back] = [light(rgba(getComputedStyle(node).color)), light(behind(node))];
        const ratio = (Math.max(text, back) + .05) / (Math.min(text, back) + .05);
        if (ratio < 4.5) found[`${node.tagName}.${node.className}`] = [walker.currentNode.textContent.trim().slice(0, 30), ratio.toFixed(2)];
    }
    return found;
}"""

NAMELESS = """() => [...document.querySelectorAll('a, button, input, select, summary, [role=img], [role=region], [role=grid], dialog, table')]
    .filter(one => !one.parentElement.closest('[role=img]'))
    .filter(one => one.checkVisibility() || one.tagName === 'DIALOG')
    .filter(one => !(
        one.getAttribute('aria-label')?.trim()
        || one.getAttribute('aria-labelledby')?.split(' ').some(id => document.getElementById(id))
        || one.closest('label')?.textContent.trim()
        || one.querySelector('caption')?.textContent.trim()
        || (['A', 'BUTTON', 'SUMMARY'].includes(one.tagName) && one.textContent.trim())
    ))
    .map(one => one.outerHTML.slice(0, 200))"""

REPEATED_IDS = """() => {
    const ids = [...document.querySelectorAll('[id]')].map(one => one.id);
    return ids.filter((one, index) => ids.indexOf(one) !== index);
}"""


def words(language: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((FOLDER / "words" / f"{language}.json").read_text("utf-8"))
    return found


PAGES = ["", "coin/BTC", "compare?coins=BTC,ETH,PEPE"]
"""Addresses of the pages that must keep what is asked of all."""
IN_ENGLISH = [("en", path) for path in PAGES]
IN_BOTH = [*IN_ENGLISH, *(("fa", path) for path in PAGES)]
MAIN, MAIN_IN_PERSIAN = [("en", "")], [("fa", "")]


@pytest.fixture(params=IN_BOTH, ids=str, scope="module")
def address(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Each of them in a language."""
    language, path = request.param
    return language, path


@pytest.fixture(scope="module")
def narrow_page(address: tuple[str, str], browser: Browser, site: Site) -> Iterator[Page]:
    """The page there, as narrow as a phone from the beginning, for the first tests."""
    language, path = address
    with opened(browser, f"{site.url}{path}{'&' if '?' in path else '?'}lang={language}", viewport=NARROW) as page:
        yield page


@pytest.fixture(scope="module")
def any_page(narrow_page: Page) -> Page:
    """The same on a desktop with all its numbers, for tests that leave it as it was."""
    narrow_page.set_viewport_size(DESKTOP)
    see_all(narrow_page)
    return narrow_page


@pytest.mark.parametrize("address", [*MAIN, *MAIN_IN_PERSIAN], ids=str, indirect=True)
def test_on_a_phone_the_matrix_begins_with_the_newest_run(narrow_page: Page) -> None:
    see(narrow_page, "sources")
    narrow_page.locator("#matrix-box").scroll_into_view_if_needed()
    expect(narrow_page.locator("#matrix .run").last).to_be_in_viewport(ratio=0.5)


@pytest.mark.parametrize("address", MAIN_IN_PERSIAN, ids=str, indirect=True)
def test_on_a_phone_choosing_a_coin_leads_to_its_candles(narrow_page: Page) -> None:
    narrow_page.set_viewport_size({**NARROW, "height": 360})  # they are not in sight already
    see(narrow_page, "prices")
    for symbol in ("ETH", "BTC"):
        narrow_page.locator(f"#prices-rows tr[data-symbol={symbol}]").click()
        expect(narrow_page.locator("#coin-title")).to_have_text(symbol)
        expect(narrow_page.locator("#coin-title")).to_be_in_viewport()


@pytest.mark.parametrize("address", MAIN, ids=str, indirect=True)
def test_the_keyboard_gets_from_the_top_to_a_coin_s_candles(any_page: Page) -> None:
    expect(any_page.locator("#prices-rows tr")).to_have_count(4)
    any_page.keyboard.press("Tab")
    expect(any_page.get_by_role("link", name="Go to the prices")).to_be_focused()
    any_page.keyboard.press("Enter")
    any_page.keyboard.press("Tab")
    expect(any_page.get_by_label("Find a coin")).to_be_focused()
    any_page.keyboard.type("eth")
    for _ in range(20):
        any_page.keyboard.press("Tab")
        if any_page.evaluate("document.activeElement.className") == "coin":
            break
    any_page.keyboard.press("Enter")
    expect(any_page.locator("#coin-title")).to_have_text("ETH")
    expect(any_page.locator("#prices-rows .coin")).to_be_focused()
    any_page.get_by_label("Find a coin").fill("")
    any_page.locator("#prices-rows tr[data-symbol=BTC] .coin").click()
    expect(any_page.locator("#said-rows tr")).to_have_count(3)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("address", IN_ENGLISH, ids=str, indirect=True)
def test_every_text_stands_out_from_its_ground_in_both_themes(any_page: Page, theme: Literal["light", "dark"]) -> None:
    any_page.emulate_media(color_scheme=theme)
    assert any_page.evaluate(CONTRASTS) == {}
    if any_page.locator("#matrix").count():
        any_page.locator("#matrix .cell:not(.none)").first.click()
        expect(any_page.get_by_role("dialog")).to_contain_text("Requests")
        assert any_page.evaluate(CONTRASTS) == {}
        any_page.keyboard.press("Escape")
    any_page.emulate_media(color_scheme="light")


@pytest.mark.parametrize("address", IN_ENGLISH, ids=str, indirect=True)
def test_everything_that_can_be_used_has_a_name(any_page: Page) -> None:
    assert any_page.evaluate(NAMELESS) == []
    assert any_page.evaluate(REPEATED_IDS) == []


@pytest.mark.parametrize("address", IN_ENGLISH, ids=str, indirect=True)
def test_headings_are_an_outline(any_page: Page) -> None:
    levels = [
        int(one)
        for one in any_page.evaluate(
            "[...document.querySelectorAll('main h2, main h3, h1')].map(one => one.tagName[1])"
        )
    ]
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


@pytest.mark.parametrize("address", MAIN, ids=str, indirect=True)
def test_what_a_screen_reader_is_told_of_the_prices(any_page: Page) -> None:
    expect(any_page.get_by_role("table", name="Consensus price of each coin")).to_match_aria_snapshot("""
        - table:
          - caption
          - rowgroup:
            - row:
              - columnheader "Coin":
                - button "Coin"
          - rowgroup:
            - row:
              - rowheader "BTC Bitcoin":
                - button "BTC" [pressed]
              - cell "90,500.12"
              - cell "-1.25%"
    """)


def cookies(page: Page) -> dict[str, str]:
    """What the server is told the next time; that it minds it, crypto_pipeline_tests/api/test_dashboard.py says."""
    return {one["name"]: one["value"] for one in page.context.cookies(page.url)}


@pytest.mark.parametrize("address", MAIN, ids=str, indirect=True)
def test_the_theme_is_chosen_by_a_button_and_remembered(any_page: Page) -> None:
    button = any_page.get_by_role("button", name="Colours")
    expect(button).to_have_text("Colours: as the system")
    button.click()
    button.click()
    expect(button).to_have_text("Colours: dark")
    dark = any_page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert dark == "rgb(15, 17, 19)"
    assert cookies(any_page)["crypto_pipeline_theme"] == "dark"
    button.click()
    expect(button).to_have_text("Colours: as the system")


@pytest.mark.parametrize("address", MAIN_IN_PERSIAN, ids=str, indirect=True)
def test_persian_reads_from_right_to_left_with_its_digits_and_is_remembered(any_page: Page) -> None:
    expect(any_page.locator("html")).to_have_attribute("dir", "rtl")
    expect(any_page.get_by_role("heading", name="قیمت‌ها")).to_be_visible()
    price = any_page.locator("#prices-rows tr[data-symbol=BTC] td.price")
    expect(price).to_have_text("۹۰٬۵۰۰٫۱۲")
    expect(price.locator("bdi")).to_have_css("direction", "ltr")
    expect(any_page.locator("#prices-age time")).to_have_text(re.compile("پیش|حالا"))
    expect(any_page.locator("#prices-age time")).to_have_attribute(
        "title", re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$")
    )
    expect(any_page.locator("#gauge .word")).to_have_text("ترس شدید")
    see(any_page, "sentiment")
    expect(any_page.locator("#sentiment-summary")).to_contain_text("۳۰ مقدار")
    first, second = (any_page.locator(f"#prices thead th:nth-child({number})").bounding_box() for number in (1, 2))
    assert first
    assert second
    assert first["x"] > second["x"]
    assert cookies(any_page)["crypto_pipeline_language"] == "fa"


@pytest.mark.parametrize("address", MAIN_IN_PERSIAN, ids=str, indirect=True)
def test_in_persian_the_newest_run_is_at_the_left_and_the_arrows_go_where_they_point(any_page: Page) -> None:
    see(any_page, "sources")
    cells = any_page.locator("#matrix .body .line").first.locator(".cell")
    expect(cells).to_have_count(3)
    places = [cells.nth(number).evaluate("one => one.getBoundingClientRect().x") for number in range(3)]
    assert places == sorted(places, reverse=True)
    cells.last.focus()
    any_page.keyboard.press("ArrowRight")
    expect(cells.nth(1)).to_be_focused()
    cells.last.click()
    expect(any_page.get_by_role("dialog")).to_contain_text("به‌موقع پاسخ نداد.")
    any_page.keyboard.press("Escape")


MOVES = """() => [...document.querySelectorAll('*')]
    .filter(one => { const {animationName, transitionDuration} = getComputedStyle(one); return animationName !== 'none' || transitionDuration !== '0s'; })
    .map(one => one.tagName)"""
CHARTS_FIT = f"""() => innerWidth !== {DESKTOP["width"]}
    && [...document.querySelectorAll('#chart')].every(one => one.scrollWidth <= one.clientWidth)"""
"""A chart follows its window some frames later."""
STICKS_OUT = """() => [...document.querySelectorAll('body *')]
    .filter(one => !one.closest('.box, .hidden, .skip, dialog, svg, thead') && one.checkVisibility())
    .filter(one => { const {left, right} = one.getBoundingClientRect(); return left < -1 || right > 391; })
    .map(one => one.outerHTML.slice(0, 120))"""
IS_CUT = """() => [...document.querySelectorAll('th, td, dt, dd, h2, button, .box')]
    .filter(one => !one.closest('.hidden, .skip, dialog, #matrix-box') && !one.matches('.cut') && one.checkVisibility())
    .filter(one => one.clientWidth && one.scrollWidth > one.clientWidth + 1)
    .map(one => `${one.scrollWidth} > ${one.clientWidth}: ${one.outerHTML.slice(0, 160)}`)"""
WITH_LONGEST = """([name, age]) => {
    for (const one of document.querySelectorAll('.said tbody th bdi, .contracts tbody th bdi')) one.textContent = name;
    for (const one of document.querySelectorAll('.gas tbody th bdi')) one.textContent = 'ethereum_classic';
    for (const one of document.querySelectorAll('.gas tbody td.number bdi')) one.textContent = '0.0001184';
    for (const one of document.querySelectorAll('.gas tbody td.cut bdi')) one.textContent = 'micro-lamports/CU';
    for (const one of document.querySelectorAll('tbody td.age time')) one.textContent = age;
}"""


@pytest.mark.parametrize("address", MAIN, ids=str, indirect=True)
def test_nothing_moves_for_anybody(any_page: Page) -> None:
    assert any_page.evaluate(MOVES) == []


def test_on_a_phone_nothing_sticks_out_at_the_side(any_page: Page) -> None:
    with as_a_phone(any_page):
        any_page.wait_for_function(CHARTS_FIT)
        assert any_page.evaluate("document.documentElement.scrollWidth") == 390
        assert any_page.evaluate(STICKS_OUT) == []


@contextmanager
def as_a_phone(page: Page) -> Iterator[None]:
    """What a phone makes of a page is a matter of its window, which the developer tools of a browser can change."""
    tools = page.context.new_cdp_session(page)
    screen = {"width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": True}
    tools.send("Emulation.setDeviceMetricsOverride", screen)
    yield
    tools.send("Emulation.setDeviceMetricsOverride", {**DESKTOP, "deviceScaleFactor": 1, "mobile": False})
    tools.detach()


def test_on_a_small_desktop_nothing_is_cut(any_page: Page) -> None:
    """1280 pixels are the width of most laptops: headings and numbers stand there whole, beside the longest names as well.

    The last test of each page, for it writes those names.
    """
    any_page.set_viewport_size({"width": 1280, "height": 800})
    any_page.wait_for_function(CHARTS_FIT)
    language = any_page.evaluate("document.documentElement.lang")
    any_page.evaluate(WITH_LONGEST, [LONGEST_NAME, LONG_AGO[language]])
    assert any_page.evaluate("document.documentElement.scrollWidth") == 1280
    assert any_page.evaluate(IS_CUT) == []


@pytest.mark.parametrize("address", [("fa", "coin/BTC")], ids=str, indirect=True)
def test_the_page_of_a_coin_is_in_persian_too(any_page: Page) -> None:
    expect(any_page.locator("html")).to_have_attribute("dir", "rtl")
    expect(any_page.locator("#figure-price .value")).to_have_text("۹۰٬۵۰۰٫۱۲")
    expect(any_page.locator("#figure-price .value")).to_have_css("direction", "ltr")
    expect(any_page.locator("#figure-sources")).to_have_text("۳ منبع هم‌نظر، ۱ کنار گذاشته")


def test_both_languages_have_the_same_words_with_the_same_blanks() -> None:
    english, persian = words("en"), words("fa")
    only_plural = {key for key in english if key.endswith(".one")}
    translated_outcomes = {key for key in persian if key.startswith(("outcome.", "meaning."))}
    assert set(english) - only_plural - set(persian) == set()
    assert set(persian) - translated_outcomes - set(english) == set()
    for key in set(english) & set(persian):
        assert sorted(re.findall(r"\{\w+\}", english[key])) == sorted(re.findall(r"\{\w+\}", persian[key])), key


def test_every_word_that_a_script_asks_for_exists() -> None:
    known = words("en")
    asked = {
        key
        for script in (FOLDER / "scripts").glob("*.js")
        for key in re.findall(
            r'\bt\("([\w.]+)"|"((?:attempts|sources|coin|sentiment|age)\.[\w.]+)"', script.read_text("utf-8")
        )
        for key in key
        if key
    }
    assert asked - set(known) == set()
    assert len(asked) > 50


def test_every_outcome_has_persian_words() -> None:
    from crypto_pipeline.schema.outcomes import Outcome

    persian = words("fa")
    assert {f"{kind}.{one}" for one in Outcome for kind in ("outcome", "meaning")} <= set(persian)
