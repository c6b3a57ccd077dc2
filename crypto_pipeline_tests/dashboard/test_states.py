"""What a person must know before they trust a number: the demo, an empty database, old numbers, a server that is away."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response, Route, expect

from crypto_pipeline.api.answers import Daemon, Health
from crypto_pipeline_tests.dashboard import market
from crypto_pipeline_tests.dashboard.browser import (
    HEALTH,
    TIMEOUT_MILLISECONDS,
    Site,
    heard,
    opened,
    running_site,
    see,
    see_all,
    serving,
    settled,
)
from crypto_pipeline_tests.holding import held_by_another_process
from crypto_pipeline_tests.waiting import until

SOON = 40_000
"""Milliseconds after which every part of the page has asked again."""


def now() -> datetime:
    return datetime.now(timezone.utc)


def test_a_page_with_everything_in_it_has_nothing_to_complain_of(page: Page) -> None:
    see_all(page)
    expect(page.locator("#notices [data-notice=alerts] summary")).to_have_text("1 open alert")
    page.locator("#notices [data-notice=alerts] summary").click()
    expect(page.locator("#notices [data-notice=alerts] li")).to_have_text(
        "Warning: binance.candles failed 4 times in a row."
    )
    expect(page.locator("#market-sources")).to_contain_text("39 sources well, 1 failed")
    assert page.evaluate(
        "performance.getEntriesByType('resource').every(one => new URL(one.name).host === location.host)"
    )


def test_without_dagster_it_says_so_and_shows_the_numbers(page: Page) -> None:
    expect(page.locator("#health")).to_have_attribute("data-state", "error")
    expect(page.locator("#notices [data-notice=health]")).to_contain_text("Dagster does not answer")
    expect(page.locator("#prices-rows tr")).to_have_count(4)


def well() -> str:
    """What the worker says when everything works."""
    found = Health(
        healthy=True,
        status="running",
        problems=[],
        daemon=Daemon(ticking=True, last_heartbeat=now()),
        last_collections={},
        recent_errors=[],
        message_en="Everything works.",
        message_fa="همه چیز درست کار می‌کند.",
    )
    return found.model_dump_json()


@pytest.fixture(scope="module")
def settled_page(browser: Browser, site: Site) -> Iterator[Page]:
    """A page that has its numbers, on a computer whose clock is wrong by two days; what befalls its Dagster is in the order of the tests."""
    with opened(browser, "about:blank", clock=True, expected="Failed to load resource") as page:
        page.clock.install(time=now() + timedelta(days=2))
        page.goto(site.url)
        expect(page.locator("#prices-rows tr")).to_have_count(4)
        settled(page)
        yield page


def test_a_computer_whose_clock_is_wrong_does_not_call_fresh_numbers_old(settled_page: Page) -> None:
    expect(settled_page.locator("#prices-age time")).to_have_class("age")


def test_nothing_is_asked_while_the_page_is_hidden(settled_page: Page) -> None:
    settled_page.evaluate("Object.defineProperty(document, 'hidden', {value: true, configurable: true})")
    with heard(settled_page, "request") as asked:
        settled_page.clock.fast_forward(SOON)
        settled_page.clock.fast_forward(SOON)
    assert asked == []
    with settled_page.expect_request("**/api/data/overview", timeout=TIMEOUT_MILLISECONDS):
        settled_page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")


def test_what_has_not_changed_is_not_sent_again(settled_page: Page) -> None:
    def again() -> Response:
        with settled_page.expect_response("**/api/data/overview", timeout=TIMEOUT_MILLISECONDS) as answered:
            settled_page.clock.fast_forward(SOON)
        return answered.value

    answers = [again(), again()]  # by the first of them something may have changed
    assert 304 in [answer.status for answer in answers]
    assert all(answer.request.headers["if-none-match"] for answer in answers)


def test_dagster_that_comes_back_is_found_within_a_quarter_of_a_minute(settled_page: Page) -> None:
    expect(settled_page.locator("#health")).to_have_text("Dagster is away")
    answer_well(settled_page)
    settled_page.clock.fast_forward(21_000)
    expect(settled_page.locator("#health")).to_have_text("everything works")


@pytest.fixture(scope="module")
def head(settled_page: Page) -> Page:
    """The same page after Dagster came back, for what its head says in the next three tests, one after the other."""
    answer_well(settled_page)
    settled_page.clock.fast_forward(21_000)
    expect(settled_page.locator("#health")).to_have_text("everything works")
    settled(settled_page)
    return settled_page


def answer_well(page: Page) -> None:
    page.route(f"**{HEALTH}", lambda route: route.fulfill(body=well(), content_type="application/json"))


def keep_waiting(page: Page) -> list[Route]:
    """From now on nobody answers what the head asks; its questions, to be answered later."""
    waiting: list[Route] = []
    page.route(f"**{HEALTH}", lambda route: waiting.append(route))
    return waiting


def next_of(waiting: list[Route], page: Page) -> Route:
    def came() -> bool:
        page.wait_for_timeout(0)  # meanwhile Playwright tells of it
        return bool(waiting)

    until(came)
    return waiting.pop()


def test_the_head_does_not_say_that_all_is_well_for_longer_than_it_knows(head: Page) -> None:
    """A server that takes a question and answers late, or a computer that was asleep."""
    waiting = keep_waiting(head)
    head.clock.fast_forward(100_000)
    expect(head.locator("#health")).to_have_text("asking how it is …")
    expect(head.locator("#health")).to_have_attribute("data-state", "unknown")
    next_of(waiting, head).fulfill(body=well(), content_type="application/json")
    expect(head.locator("#health")).to_have_text("everything works")


def test_an_answer_from_before_the_server_went_away_does_not_make_the_head_say_that_all_is_well(head: Page) -> None:
    waiting = keep_waiting(head)
    head.route(re.compile("/api/data/|/healthz"), lambda route: route.abort())
    head.clock.fast_forward(61_000)
    expect(head.locator("#health")).to_have_text("the server does not answer")
    before = next_of(waiting, head)
    with head.expect_response(f"**{HEALTH}", timeout=TIMEOUT_MILLISECONDS) as answered:
        before.fulfill(body=well(), content_type="application/json")
    answered.value.finished()
    head.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    # Now, for whatever the head says, it asks again and learns better within two seconds.
    assert head.locator("#health").inner_text() == "the server does not answer"
    assert head.locator("#notices [data-notice=unreachable]").count() == 1


def test_when_all_is_well_it_says_so_and_for_six_seconds_at_most_when_the_server_is_gone(head: Page) -> None:
    head.unroute_all()
    answer_well(head)
    head.clock.fast_forward(100_000)
    expect(head.locator("#health")).to_have_text("everything works")
    expect(head.locator("#notices [data-notice=health]")).to_have_count(0)
    head.route("**/*", lambda route: route.abort())
    head.clock.fast_forward(6_000)
    expect(head.locator("#health")).to_have_text("the server does not answer")


def test_the_demo_says_that_it_is_one(browser: Browser, tmp_path: Path) -> None:
    with running_site(tmp_path, market.some(now()), demo=True) as site, opened(browser, site.url) as page:
        expect(page.get_by_text("DEMO: replayed answers, not the market")).to_be_visible()
        expect(page.locator("#prices-rows tr")).to_have_count(4)
        expect(page.locator("html")).to_have_attribute("data-demo", "true")


def test_what_is_not_the_demo_does_not(page: Page) -> None:
    expect(page.locator("#prices-rows tr")).to_have_count(4)
    expect(page.get_by_text("DEMO")).to_be_hidden()


@pytest.fixture(scope="module")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Of somebody who has collected nothing yet."""
    with running_site(tmp_path_factory.mktemp("nothing")) as site:
        yield site


def test_before_the_first_collection_it_says_what_to_do(browser: Browser, nothing: Site) -> None:
    with opened(browser, nothing.url) as page:
        expect(page.locator("#notices [data-notice=empty]")).to_contain_text("Nothing was collected yet.")
        expect(page.locator("#notices [data-notice=empty] code")).to_have_text("crypto-pipeline collect")
        for empty in ("prices", "gas", "derivatives", "news", "transfers", "sources"):
            see(page, empty)
            expect(page.locator(f"#{empty}-empty")).to_have_text("Nothing was collected yet.")
        expect(page.locator("#said-empty")).to_have_text("Nothing was collected yet.")


def test_a_comparison_of_nothing_waits_for_nothing(browser: Browser, nothing: Site) -> None:
    with opened(browser, f"{nothing.url}compare?coins=ETH,PEPE&span=1w", expected="404") as page:
        for place in ("#comparison .trouble", "#compared-empty"):
            expect(page.locator(place)).to_have_text("There is no candle of ETH or PEPE in this window.")
        expect(page.locator("#spans [aria-pressed=true]")).to_have_text("1 week")


def test_what_was_refused_at_first_is_neither_loading_nor_said_to_be_nothing(browser: Browser, site: Site) -> None:
    refusal = json.dumps({"detail": "Ask for less."})
    with opened(browser, "about:blank", expected="503") as page:
        page.route(
            "**/api/data/overview",
            lambda route: route.fulfill(status=503, body=refusal, content_type="application/json"),
        )
        with page.expect_response("**/api/data/prices?spark=1"):
            page.goto(site.url)
        expect(page.locator("#prices .trouble")).to_contain_text("Ask for less.")
        expect(page.locator("#prices-empty")).to_be_hidden()
        expect(page.locator("#gas-empty")).to_be_hidden()


@dataclass
class Followed:
    """A page, its data bank, and the server between them, which can be ended."""

    page: Page
    site: Site
    server: ExitStack


@pytest.fixture(scope="module")
def followed(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Followed]:
    """What befalls one data bank in the next three tests, one after the other."""
    with ExitStack() as server:
        rows = market.some(now() - timedelta(minutes=2))
        site = server.enter_context(running_site(tmp_path_factory.mktemp("followed"), rows))
        # A refusal too: an answer may fall into the moment of the writing, which is in this process as well.
        with opened(browser, site.url, clock=True, expected="Failed to load resource") as page:
            yield Followed(page, site, server)


def test_new_rows_come_in_by_themselves_and_leave_everything_else_alone(followed: Followed) -> None:
    page = followed.page
    price = page.locator("#prices-rows tr[data-symbol=ETH] td.price")
    expect(price).to_have_text("3,089.51")
    page.locator("#prices-rows tr[data-symbol=ETH] .coin").focus()
    page.evaluate("document.querySelector('#prices-rows tr').remembered = true")
    row = {"symbol": "ETH", "price_usd": 3_111.0, "sources": 2, "timestamp": now(), "collected_at": now()}
    followed.site.store({"consensus_prices": [row]})
    page.clock.fast_forward(SOON)
    expect(price).to_have_text("3,111.00")
    assert page.evaluate("document.querySelector('#prices-rows tr').remembered") is True
    assert page.evaluate("document.activeElement.textContent") == "ETH"


def test_while_another_program_holds_the_database_it_shows_what_was_and_says_so(followed: Followed) -> None:
    page, site = followed.page, followed.site
    expect(page.locator("#prices-rows tr")).to_have_count(4)
    site.store({"alerts": [{"condition": "x", "first_seen_at": now(), "message": "New.", "collected_at": now()}]})
    settled(page)
    with held_by_another_process(site.settings.database):
        page.clock.fast_forward(SOON)
        expect(page.locator("#notices [data-notice=held]")).to_contain_text("Another program holds the database")
        expect(page.locator("#prices-rows tr")).to_have_count(4)
    page.clock.fast_forward(SOON)
    expect(page.locator("#notices [data-notice=held]")).to_have_count(0)


def test_a_server_that_is_away_is_told_and_found_again(followed: Followed) -> None:
    page = followed.page
    expect(page.locator("#prices-rows tr")).to_have_count(4)
    settled(page)
    followed.server.close()
    page.clock.fast_forward(SOON)
    expect(page.locator("#notices [data-notice=unreachable]")).to_contain_text("The server does not answer.")
    expect(page.locator("#health")).to_have_text("the server does not answer")
    expect(page.locator("#health")).to_have_attribute("data-state", "unknown")
    expect(page.locator("#prices-rows tr")).to_have_count(4)
    with serving(followed.site.settings):
        page.clock.fast_forward(SOON)
        expect(page.locator("#notices [data-notice=unreachable]")).to_have_count(0)
        expect(page.locator("#health")).to_have_text("Dagster is away")


@pytest.fixture(scope="module")
def guarded(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """Of a server that wants a token, and has collected nothing for five hours; the first of the two tests gives the token."""
    rows = market.some(now() - timedelta(hours=5), "providers")
    folder = tmp_path_factory.mktemp("guarded")
    with (
        running_site(folder, rows, api_token="open sesame") as site,
        opened(browser, site.url, expected="401") as page,
    ):
        yield page


def test_a_server_with_a_token_asks_for_it_once_and_tells_nothing_before(guarded: Page) -> None:
    dialog = guarded.get_by_role("dialog")
    expect(dialog).to_contain_text("This server wants a token")
    expect(guarded.locator("#prices-rows tr")).to_have_count(0)
    dialog.get_by_label("Token").fill("open barley")
    guarded.keyboard.press("Enter")
    expect(dialog).to_contain_text("The server does not accept that token.")
    dialog.get_by_label("Token").fill("open sesame")
    guarded.keyboard.press("Enter")
    expect(guarded.locator("#prices-rows tr")).to_have_count(4)
    expect(dialog).to_be_hidden()
    guarded.reload()
    expect(guarded.locator("#prices-rows tr")).to_have_count(4)
    assert json.loads(guarded.evaluate("JSON.stringify({...localStorage})")) == {}


def test_old_numbers_are_marked_by_a_word_and_a_sign(guarded: Page) -> None:
    expect(guarded.locator("#prices-age time")).to_have_text("⚠︎ stale: 5 h ago")
    expect(guarded.locator("#prices-rows tr[data-symbol=BTC] time")).to_have_text("⚠︎ stale: 5 h ago")
    see(guarded, "tables")
    expect(guarded.locator("#tables-list li", has_text="consensus_prices").locator("time")).to_have_class("age stale")
    expect(guarded.locator("#tables-list li", has_text="providers").locator("time")).to_have_class("age")
