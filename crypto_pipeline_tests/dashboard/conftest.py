"""One browser and one server for the tests of this folder that come one after another.

Not for the whole session: while the browser is open, its event loop keeps the tests of other folders from having theirs. So
nothing that runs an event loop in the thread of the tests belongs into this folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone

import pytest
from playwright.sync_api import Browser, Page

from crypto_pipeline.api.data import query_session
from crypto_pipeline_tests.dashboard import market
from crypto_pipeline_tests.dashboard.browser import PUBLIC_NAME, Site, opened, running_browser, running_site


@pytest.fixture(autouse=True, scope="session")
def _a_busy_machine_may_take_its_time() -> Iterator[None]:
    """The two seconds of a question are for people who wait; the tests that are about them set their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(query_session, "SECONDS", 600.0)
        yield


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The market of market.py, which no test changes."""
    with running_site(tmp_path_factory.mktemp("site"), market.rows(datetime.now(timezone.utc))) as site:
        yield site


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with running_browser(f"--host-resolver-rules=MAP {PUBLIC_NAME} 127.0.0.1") as browser:
        yield browser


@pytest.fixture(scope="module")
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """One page for all tests that leave it as it was."""
    with opened(browser, site.url) as page:
        yield page


@pytest.fixture
def own_page(browser: Browser, site: Site) -> Iterator[Page]:
    with opened(browser, site.url) as page:
        yield page
