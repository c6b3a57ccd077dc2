"""The dashboard behind nginx, under a prefix and a foreign name, with the file that deploy/ ships."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from crypto_pipeline.api.guard import access_of
from crypto_pipeline.settings import Settings
from crypto_pipeline.system.dagster_guard import DagsterGuard
from crypto_pipeline_tests.dashboard import market
from crypto_pipeline_tests.dashboard.browser import PUBLIC_NAME, TIMEOUT_MILLISECONDS, Site, heard, running_site
from crypto_pipeline_tests.project import PROJECT, free_port
from crypto_pipeline_tests.waiting import until

CLIENT = httpx.Client(trust_env=False, verify=False, timeout=300)
"""One, for each reads the certificates that it trusts, and none is asked for here."""
CONF = (PROJECT / "deploy" / "nginx.conf").read_text("utf-8")


@contextmanager
def nginx(folder: Path, settings: Settings, *, strips: bool) -> Iterator[None]:
    """The server of deploy/nginx.conf on the port of public_url, without TLS and passwords.

    :param strips: it takes the prefix off, as many a proxy does.
    """
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        sentence = "There is no nginx here."
        if os.environ.get("CI"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    port = httpx.URL(settings.public_url).port
    assert port
    server = re.sub(r"^.*(?:ssl_certificate|auth_basic).*\n", "", CONF, flags=re.MULTILINE)
    server = server.replace("listen 443 ssl", f"listen 127.0.0.1:{port}")
    server = server.replace("127.0.0.1:7860;", f"127.0.0.1:{settings.api_port}{'/' if strips else ''};")
    server = server.replace("proxy_set_header Host $host;", "proxy_set_header Host $http_host;")
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    text = f"daemon off; pid {folder}/pid; events {{}} http {{ access_log off; {temporary} {server} }}"
    (folder / "nginx.conf").write_text(text)
    process = subprocess.Popen(
        [found, "-e", f"{folder}/error.log", "-p", folder, "-c", "nginx.conf"], stderr=subprocess.PIPE
    )
    try:
        until(lambda: process.poll() is not None or listens(port))
        assert process.poll() is None, process.stderr and process.stderr.read()
        yield
    finally:
        process.terminate()
        process.wait()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A data bank that is shown at its public_url."""
    rows = market.some(datetime.now(timezone.utc), "news_articles", "derivatives_metrics")
    address = f"http://{PUBLIC_NAME}:{free_port()}/crypto"
    with running_site(tmp_path_factory.mktemp("site"), rows, public_url=address) as site:
        yield site


@pytest.fixture(scope="module", params=[False, True], ids=["the prefix arrives", "the prefix is taken off"])
def public(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, site: Site) -> Iterator[Settings]:
    """Its settings, while nginx stands before it."""
    folder = tmp_path_factory.mktemp("nginx")
    os.chmod(folder, 0o755)
    with nginx(folder, site.settings, strips=request.param):
        yield site.settings


@pytest.fixture(scope="module")
def visitor(browser: Browser, public: Settings) -> Iterator[Page]:
    """A browser that has no file of the dashboard yet: one that has asks for none, and would not notice that it is not there."""
    page = browser.new_page()
    page.set_default_timeout(TIMEOUT_MILLISECONDS)
    yield page
    page.close()


def listens(port: int) -> bool:
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


def ask(settings: Settings, method: str, path: str, **headers: str) -> httpx.Response:
    """What nginx answers under the public name."""
    url = httpx.URL(settings.public_url)
    direct = f"http://127.0.0.1:{url.port}{path}"
    return CLIENT.request(method, direct, headers={"Host": f"{PUBLIC_NAME}:{url.port}", **headers})


def test_a_list_goes_on_at_an_address_that_the_proxy_knows(public: Settings) -> None:
    first = ask(public, "GET", "/crypto/api/data/news?limit=2").json()
    assert first["next"].startswith("/crypto/api/data/news?")
    assert ask(public, "GET", first["next"]).status_code == 200


def test_pages_of_elsewhere_may_change_nothing_and_its_own_may(public: Settings) -> None:
    stop = "/crypto/api/worker/stop"
    assert ask(public, "POST", stop, Origin="https://evil.example").status_code == 403
    own = public.public_url.removesuffix("/crypto")
    assert ask(public, "POST", stop, Origin=own).status_code == 503  # Dagster does not run here
    assert ask(public, "GET", "/crypto/", Host="evil.example").status_code == 403


def test_the_prefix_alone_leads_to_the_page(public: Settings) -> None:
    answer = ask(public, "GET", "/crypto")
    assert answer.status_code == 308
    assert answer.headers["Location"].endswith("/crypto/")


def test_the_reference_says_where_the_api_is(public: Settings) -> None:
    assert 'href="openapi.json"' in ask(public, "GET", "/crypto/docs").text
    assert ask(public, "GET", "/crypto/openapi.json").json()["servers"] == [{"url": "/crypto"}]


@pytest.mark.parametrize("path", ["", "coin/BTC"])
def test_what_a_page_names_is_there_within_its_prefix(public: Settings, path: str) -> None:
    here = httpx.URL(f"{public.public_url}/{path}")
    page = ask(public, "GET", here.path).text
    named = re.findall(r'(?:href|src)="([^"#]+)"', page) + re.findall(r'data-modules="([^"]+)"', page)[0].split()
    ours = [one for one in map(here.join, named) if one.netloc == here.netloc]
    assert len(ours) > 30
    assert [one for one in ours if not one.path.startswith("/crypto/")] == []
    assert [one for one in ours if ask(public, "GET", one.path).status_code != 200] == []


@pytest.mark.parametrize("public", [False], ids=["the prefix arrives"], indirect=True)
@pytest.mark.parametrize(("path", "numbers"), [("", "#prices"), ("coin/BTC", "#contracts")])
def test_a_page_shows_its_numbers_and_asks_for_nothing_outside_its_prefix(
    public: Settings, visitor: Page, path: str, numbers: str
) -> None:
    """Where the prefix is taken off the pages are the same, and a browser finds what they name as the test above does."""
    with heard(visitor, "request") as asked, heard(visitor, "response") as answered:
        visitor.goto(f"{public.public_url}/{path}")
        expect(visitor.locator(numbers)).to_contain_text("BTC")
    assert [one.url for one in answered if one.status == 404] == []
    assert asked
    assert all(one.url.startswith(f"{public.public_url}/") for one in asked)


def test_dagsters_ui_answers_under_its_public_name_and_no_other() -> None:
    settings = Settings(_env_file=None, dagster_public_url=f"https://{PUBLIC_NAME}/dagster")
    guarded = DagsterGuard(PlainTextResponse("asked"), access_of(settings, settings.dagster_public_url))
    client = TestClient(guarded, base_url=f"https://{PUBLIC_NAME}")
    assert client.get("/dagster/runs").text == "asked"
    assert client.post("/dagster/graphql", headers={"Origin": f"https://{PUBLIC_NAME}"}).text == "asked"
    assert client.post("/dagster/graphql", headers={"Origin": "https://evil.example"}).status_code == 403
    assert client.get("/dagster/runs", headers={"Host": "evil.example"}).status_code == 403
