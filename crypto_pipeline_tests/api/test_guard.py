"""Who may ask the API."""

from __future__ import annotations

from pathlib import Path

import pytest

from crypto_pipeline.api.errors import StartError
from crypto_pipeline.api.guard import Access, access_of, is_outside, refusal
from crypto_pipeline.api.ports import is_loopback, require_token_in_public
from crypto_pipeline.settings import Settings

HERE = {"host": "127.0.0.1:7860"}
START = "/api/worker/start"


def status(method: str, path: str, headers: dict[str, str], token: str = "") -> int | None:
    rejected = refusal(method, path, headers, Access(token))
    return rejected.status if rejected else None


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:7860", "localhost:7860", "LOCALHOST", "[::1]:7860", "[::1]"])
def test_this_machine_may_ask_under_each_of_its_names(host: str) -> None:
    assert status("GET", "/api/worker/status", {"host": host}) is None
    assert status("POST", START, {"host": host, "origin": f"http://{host}"}) is None


@pytest.mark.parametrize("host", ["", "evil.example", "evil.example:7860", "10.0.0.1:7860", "127.0.0.1.evil.example"])
def test_a_name_that_somebody_gave_this_address_is_refused(host: str) -> None:
    assert status("GET", "/api/worker/status", {"host": host}) == 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:3000", "https://127.0.0.1:7860"])
def test_a_page_of_another_origin_may_change_nothing(origin: str) -> None:
    assert status("POST", START, {**HERE, "origin": origin}) == 403
    for method in ("GET", "HEAD", "OPTIONS"):
        assert status(method, "/api/worker/status", {**HERE, "origin": origin}) is None
    for method in ("PUT", "PATCH", "DELETE"):
        assert status(method, "/api/worker/status", {**HERE, "origin": origin}) == 403


def test_programs_that_are_no_browser_send_no_origin_and_may_write() -> None:
    assert status("POST", START, HERE) is None


def test_where_a_token_is_set_nothing_of_here_is_told_without_it() -> None:
    for path in ("/api/data/overview", "/api/worker/status", START):
        assert status("GET", path, HERE, token="secret") == 401
        assert status("GET", path, {**HERE, "authorization": "Bearer secre"}, token="secret") == 401
        assert status("GET", path, {**HERE, "authorization": "Bearer secret"}, token="secret") is None


def test_a_token_lets_in_from_elsewhere() -> None:
    elsewhere = {"host": "data.example", "origin": "https://data.example", "authorization": "Bearer sëcret"}
    sent = {name: value.encode().decode("latin-1") for name, value in elsewhere.items()}
    assert status("POST", START, sent, token="sëcret") is None


@pytest.mark.parametrize("path", ["/", "/static/0123456789abcdef/scripts/main.js", "/docs", "/openapi.json"])
def test_what_says_nothing_of_here_needs_no_token(path: str) -> None:
    assert status("GET", path, {"host": "data.example"}, token="secret") is None


@pytest.mark.parametrize(
    "path", ["/static", "/staticx/", "//", "/docs/", "/api/static/x", "/healthz", "/api/data/overview"]
)
def test_what_only_looks_like_it_does(path: str) -> None:
    assert status("GET", path, {"host": "data.example"}, token="secret") == 401


@pytest.mark.parametrize(
    ("host", "is_here"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("data.example", False),
    ],
)
def test_what_counts_as_this_machine(host: str, is_here: bool) -> None:
    assert is_loopback(host) is is_here


@pytest.mark.parametrize(
    ("listens_on", "headers", "outside"),
    [
        ("127.0.0.1", HERE, False),
        ("::1", {"host": "LOCALHOST:7860"}, False),
        ("0.0.0.0", HERE, True),
        ("127.0.0.1", {"host": "data.example"}, True),
        ("127.0.0.1", {}, True),
        *(
            ("127.0.0.1", {**HERE, of_a_proxy: "10.0.0.1"}, True)
            for of_a_proxy in ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
        ),
    ],
)
def test_a_request_is_of_this_machine_when_nothing_says_that_it_came_from_elsewhere(
    listens_on: str, headers: dict[str, str], outside: bool
) -> None:
    assert is_outside(listens_on, headers) is outside


def test_an_address_for_everybody_needs_a_token(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="set CRYPTO_PIPELINE_API_TOKEN"):
        require_token_in_public(Settings(data_dir=tmp_path, api_host="0.0.0.0"))
    require_token_in_public(Settings(data_dir=tmp_path, api_host="0.0.0.0", api_token="secret"))
    require_token_in_public(Settings(data_dir=tmp_path, api_host="127.0.0.1"))


def test_the_token_is_not_shown_with_the_settings(tmp_path: Path) -> None:
    assert "secret" not in repr(Settings(data_dir=tmp_path, api_token="secret"))


BEHIND = Settings(
    _env_file=None,
    public_url="https://Bank.example.org/crypto",
    dagster_public_url="https://dagster.example.org:8443",
    allowed_hosts="other.example, LAN",
)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("bank.example.org", None),
        ("bank.example.org:443", None),
        ("other.example", None),
        ("lan:7860", None),
        ("127.0.0.1:7860", None),
        ("dagster.example.org", 403),
        ("bank.example.org.evil.example", 403),
        ("evil.example", 403),
    ],
)
def test_behind_a_proxy_the_public_name_is_one_of_ours_and_no_other(host: str, expected: int | None) -> None:
    rejected = refusal("GET", "/api/worker/status", {"host": host}, access_of(BEHIND, BEHIND.public_url))
    assert (rejected.status if rejected else None) == expected


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        ("https://bank.example.org", None),
        ("http://bank.example.org", None),  # the page that was asked for under this very name
        ("https://bank.example.org:8443", 403),
        ("https://other.example", 403),
        ("https://evil.example", 403),
        ("null", 403),
    ],
)
def test_behind_a_proxy_its_own_page_may_change_things_and_no_other(origin: str, expected: int | None) -> None:
    headers = {"host": "bank.example.org", "origin": origin}
    rejected = refusal("POST", START, headers, access_of(BEHIND, BEHIND.public_url))
    assert (rejected.status if rejected else None) == expected


def test_dagsters_ui_has_a_public_address_of_its_own() -> None:
    access = access_of(BEHIND, BEHIND.dagster_public_url)
    assert access.names("dagster.example.org:8443")
    assert not access.names("bank.example.org")
    assert access.is_ours("https://dagster.example.org:8443", "dagster.example.org:8443")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_what_watches_from_outside_needs_the_token_unless_a_setting_says_otherwise(path: str) -> None:
    pod = {"host": "10.1.2.3:7860"}
    with_token = refusal("GET", path, pod, Access("secret"))
    assert with_token
    assert with_token.status == 401
    assert refusal("GET", path, pod, Access("secret", probes=True)) is None
    of_data = refusal("GET", "/api/worker/status", pod, Access("secret", probes=True))
    assert of_data
    assert of_data.status == 401
