"""What is answered where there is nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from crypto_pipeline.settings import Settings
from crypto_pipeline_tests.api.test_away import Client, asked

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with asked(Settings(data_dir=tmp_path_factory.mktemp("data"))) as client:
        yield client


def test_a_program_hears_in_a_sentence_that_nothing_is_there_and_where_to_look(client: Client) -> None:
    answer = client.get("/api/data/price")
    assert answer.status_code == 404
    assert answer.json() == {
        "detail": "There is nothing at /api/data/price; the dashboard is at /, and /docs lists every path of the API."
    }


def test_a_program_hears_which_method_a_path_takes(client: Client) -> None:
    answer = client.post("/api/data/prices")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET")
    assert answer.json() == {"detail": "/api/data/prices takes GET, not POST."}


@pytest.mark.parametrize("path", ["/derivative", "/nothing/here", "/coin/", "/a/b/c/d"])
def test_a_person_is_led_back_to_the_dashboard(client: Client, path: str) -> None:
    page = client.get(path, headers=BROWSER)
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    english, persian = re.findall(r'href="([^"]+)"', page.text)
    assert page.url.join(english).path == "/"
    assert page.url.join(persian) == httpx.URL("http://127.0.0.1:7860/?lang=fa")
    assert f"There is nothing at {path};" in page.text
    assert f"در {path} چیزی نیست" in page.text


def test_below_the_path_of_a_proxy_the_way_back_stays_there(tmp_path: Path) -> None:
    with asked(Settings(data_dir=tmp_path, public_url="http://127.0.0.1:7860/crypto")) as client:
        page = client.get("/crypto/nothing/here", headers=BROWSER)
    (back, _) = re.findall(r'href="([^"]+)"', page.text)
    assert page.url.join(back).path == "/crypto/"


def test_what_was_typed_is_shown_as_text_and_not_at_any_length(client: Client) -> None:
    page = client.get(f"/%3Cscript%3E{'x' * 3000}", headers=BROWSER)
    assert "<script>" not in page.text
    assert len(page.text) < 2000
    path = f"/{'x' * 119}"
    assert client.get(path).json()["detail"].startswith(f"There is nothing at {path};")
    assert client.get(f"{path}y").json()["detail"].startswith(f"There is nothing at {path}...;")
