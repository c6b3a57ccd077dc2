"""How the page and its files go out: nothing from elsewhere, kept by the browser, and in the package that is installed."""

from __future__ import annotations

import gzip
import re

import httpx
import pytest
from fastapi import FastAPI

from crypto_pipeline.api import dashboard
from crypto_pipeline.api.dashboard import FOLDER
from crypto_pipeline.settings import Settings
from crypto_pipeline_tests.api.test_away import Client
from crypto_pipeline_tests.project import PROJECT

ELSEWHERE = re.compile(r"(?:src|href|url\(|@import|import)\s*[=(]?\s*[\"']?(?:https?:)?//")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Client:
    app = FastAPI(redirect_slashes=False)
    app.include_router(dashboard.routes(Settings(data_dir=tmp_path_factory.mktemp("data"), ui_port=3333)))
    return Client(app)


def loaded(page: httpx.Response) -> list[str]:
    """Paths of what the page loads, each told relative to the page: a reverse proxy may show it below any path."""
    links = re.findall(r'(?:src|href|data-modules)="(static/[^"]+)"', page.text)
    return [page.url.join(link).path for link in " ".join(links).split()]


def test_the_page_is_small_and_loads_only_what_is_here(client: Client) -> None:
    page = client.get("/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert len(gzip.compress(page.content)) < 8_000
    assert "{{" not in page.text
    assert 'href="http://127.0.0.1:3333"' in page.text
    assert not re.search(r'(?:src|href)="/', page.text), "would leave the path of a reverse proxy"
    assert len(loaded(page)) > 20
    for address in loaded(page):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(("path", "script"), [("/", "main"), ("/coin/BTC", "coin-page"), ("/sql", "sql")])
def test_a_page_names_its_own_script_first_and_holds_no_other_before_it_is_painted(
    client: Client, path: str, script: str
) -> None:
    page = client.get(path).text
    (named,) = re.findall(r'<script defer src="[^"]*/begin.js" data-modules="([^"]+)">', page)
    assert re.fullmatch(rf"(?:\.\./)?static/\w+/scripts/{script}\.js", named.split()[0])
    assert len(re.findall("<script|modulepreload", page)) == 1


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere(client: Client) -> None:
    page = client.get("/")
    assert page.headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert page.headers["referrer-policy"] == "no-referrer"
    assert not re.search(r"<style|<script(?![^>]* src=)|\sstyle=|\son\w+=", page.text)


def test_no_file_of_ours_asks_another_host_for_anything() -> None:
    for path in FOLDER.rglob("*"):
        if path.suffix in {".js", ".css"} and "vendor" not in path.parts:
            assert not ELSEWHERE.search(path.read_text("utf-8")), path


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("scripts/main.js", "text/javascript; charset=utf-8"),
        ("styles/page.css", "text/css; charset=utf-8"),
        ("words/fa.json", "application/json"),
        ("vendor/vazirmatn/Vazirmatn-wght.woff2", "font/woff2"),
        ("vendor/lightweight-charts/lightweight-charts.standalone.production.mjs", "text/javascript; charset=utf-8"),
        ("vendor/lightweight-charts/LICENSE", "text/plain; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
    ],
)
def test_each_file_has_its_type_and_is_kept_for_a_year(client: Client, name: str, kind: str) -> None:
    version = loaded(client.get("/"))[0].split("/")[2]
    answer = client.get(f"/static/{version}/{name}")
    assert answer.headers["content-type"] == kind
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.content == (FOLDER / name).read_bytes()
    again = client.get(f"/static/{version}/{name}", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_page_from_before_an_update_still_gets_its_files_but_does_not_keep_them(client: Client) -> None:
    answer = client.get("/static/0123456789abcdef/scripts/main.js")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"


def test_texts_are_compressed_for_whoever_takes_it(client: Client) -> None:
    chart = "/static/x/vendor/lightweight-charts/lightweight-charts.standalone.production.mjs"
    small = client.get(chart, headers={"Accept-Encoding": "gzip"})
    assert small.headers["content-encoding"] == "gzip"
    assert int(small.headers["content-length"]) < 80_000
    assert "content-encoding" not in client.get(chart, headers={"Accept-Encoding": "identity"}).headers


@pytest.mark.parametrize(
    "name",
    [
        "../app.py",
        "%2e%2e/%2e%2e/settings.py",
        "..%2fapp.py",
        "/etc/passwd",
        "scripts/",
        "scripts",
        "",
        "index.html",
        "scripts/../../__init__.py",
    ],
)
def test_no_address_leads_to_any_other_file(client: Client, name: str) -> None:
    answer = client.get(f"/static/x/{name}")
    assert answer.status_code == 404
    assert "import" not in answer.text


def test_the_page_comes_in_the_language_asked_for_then_remembered_then_preferred(client: Client) -> None:
    def language(path: str = "/", **headers: str) -> str:
        found = re.search(r'<html lang="(\w+)" dir="(\w+)"', client.get(path, headers=headers).text)
        assert found
        return f"{found[1]} {found[2]}"

    assert language() == "en ltr"
    assert language("/?lang=fa") == "fa rtl"
    assert language("/?lang=xx", **{"Accept-Language": "fa-IR,fa;q=0.9"}) == "fa rtl"
    assert language(**{"Accept-Language": "fa", "Cookie": "crypto_pipeline_language=en"}) == "en ltr"
    assert language(Cookie="crypto_pipeline_language=<script>") == "en ltr"


def test_a_theme_that_is_none_is_not_repeated(client: Client) -> None:
    assert 'data-theme="auto"' in client.get("/", headers={"Cookie": 'crypto_pipeline_theme="><script>'}).text
    assert 'data-theme="dark"' in client.get("/", headers={"Cookie": "crypto_pipeline_theme=dark"}).text


def test_each_vendored_thing_has_its_licence_and_its_origin() -> None:
    for folder in (FOLDER / "vendor").iterdir():
        names = {path.name for path in folder.iterdir()}
        assert "README.md" in names
        assert names & {"LICENSE", "OFL.txt"}


def test_the_package_that_is_installed_has_them() -> None:
    assert '"dashboard/**/*"' in (PROJECT / "pyproject.toml").read_text("utf-8")
