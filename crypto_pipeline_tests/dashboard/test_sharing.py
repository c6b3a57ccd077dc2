"""Where a PostgreSQL is shared the page says how this machine stands with it, and who asks the sources; elsewhere it says nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from crypto_pipeline.foundation.postgres_address import shown
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline_tests.dashboard import market
from crypto_pipeline_tests.dashboard.browser import Site, opened, running_site, see
from crypto_pipeline_tests.postgres import PASSWORD, Server, new_database
from crypto_pipeline_tests.warehouse.facts import price
from crypto_pipeline_tests.warehouse.hub.machines import machine

PHONE: ViewportSize = {"width": 360, "height": 800}
REGIONS = {"region": "eu", "regions": "asia,eu,virginia=us"}


def shared_rows() -> dict[str, list[dict[str, Any]]]:
    """What three regions have told each other: virginia is silent, and asia is refused by a host."""
    now = utc_now()
    ticks = {"asia": (2, 7, 22), "eu": (3, 8, 23), "virginia": (24, 29)}
    return {
        "region_ticks": [
            {"region": name, "began_at": now - timedelta(minutes=at), "job": "ui", "hosts": 140}
            for name, moments in ticks.items()
            for at in moments
        ],
        "region_refusals": [
            {
                "region": "asia",
                "host": "api.binance.com",
                "refused_at": now - timedelta(hours=1),
                "not_before": now + timedelta(hours=23),
                "outcome": "blocked",
                "error": "api.binance.com answered 451 Unavailable For Legal Reasons",
            }
        ],
        "alerts": [
            {
                "condition": "region_silent.virginia",
                "severity": "error",
                "message": "virginia has not been at work",
                "first_seen_at": now,
                "last_seen_at": now,
            }
        ],
    }


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, postgres: Server) -> Iterator[Site]:
    with new_database(postgres) as hub:
        rows = {**market.some(utc_now()), **shared_rows()}
        folder = tmp_path_factory.mktemp("shared")
        with running_site(folder, rows, database_url=hub, **REGIONS) as site:
            machine(folder, hub, "another").merge({"market_prices": [price(at=at) for at in range(3)]})
            yield site


def assert_within_a_phone(page: Page) -> None:
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def cells(page: Page) -> list[list[str]]:
    see(page, "sharing")
    expect(page.locator("#sharing-rows tr")).to_have_count(3)
    return [row.locator("th, td").all_inner_texts() for row in page.locator("#sharing-rows tr").all()]


def test_the_page_says_who_asks_who_is_silent_and_who_is_refused_and_fits_a_phone(
    browser: Browser, shared: Site
) -> None:
    with opened(browser, shared.url) as page:
        rows = cells(page)
        assert [(row[0], row[1], row[3], row[4]) for row in rows] == [
            ("asia", "at work · leads", "140", "api.binance.com"),
            ("eu", "at work · this machine", "140", ""),
            ("virginia (us)", "⚠\ufe0e silent, others ask its sources", "140", ""),
        ]
        expect(page.locator("#sharing-postgres")).to_contain_text(shown(shared.settings.hub_url))
        expect(page.locator("#sharing-postgres")).to_contain_text("answers · 3 rows behind · nothing waits for it")
        assert PASSWORD not in page.content()
        expect(page.locator("#notices")).to_contain_text("eu: virginia has not been at work")
        assert_within_a_phone(page)


def test_nothing_of_it_is_wider_than_a_phone_in_persian_either(browser: Browser, shared: Site) -> None:
    with opened(browser, f"{shared.url}?lang=fa") as page:
        cells(page)
        assert_within_a_phone(page)


def test_a_program_gets_the_same_and_a_sentence_when_postgresql_is_away(shared: Site, tmp_path: Path) -> None:
    answer = httpx.get(f"{shared.url}api/worker/sharing", timeout=300).json()
    assert [(one["name"], one["place"], one["is_at_work"]) for one in answer["regions"]] == [
        ("asia", "asia", True),
        ("eu", "eu", True),
        ("virginia", "us", False),
    ]
    assert answer["regions"][0]["refused_by"][0]["host"] == "api.binance.com"
    assert answer["postgres"]["batches_waiting"] == 0
    nobody = "postgresql://user:pass@127.0.0.1:9/nothing"
    with running_site(tmp_path, database_url=nobody) as site:
        away = httpx.get(f"{site.url}api/worker/sharing", timeout=300).json()
    assert (away["postgres"]["answers"], away["postgres"]["rows_behind"], away["regions"]) == (False, None, [])
    assert "127.0.0.1:9" in away["postgres"]["trouble"]


def test_where_nothing_is_shared_there_is_nothing_to_see_and_nothing_is_loaded(site: Site) -> None:
    page = httpx.get(site.url, timeout=300).text
    assert "sharing" not in page
    assert httpx.get(f"{site.url}api/worker/sharing", timeout=300).json() == {"postgres": None, "regions": []}
