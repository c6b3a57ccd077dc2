"""The path under which a reverse proxy shows us, whether it takes it off or not."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from crypto_pipeline.api.prefix import UnderPrefix


async def answered(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"{request.scope['path']} {request.scope['raw_path'].decode()}")


def client(prefix: str) -> TestClient:
    return TestClient(UnderPrefix(Starlette(routes=[Route("/{path:path}", answered)]), prefix), follow_redirects=False)


@pytest.mark.parametrize("prefix", ["/crypto", "/crypto/"])
@pytest.mark.parametrize(
    ("path", "seen"),
    [
        ("/crypto/", "/ /"),
        ("/crypto/api/data/prices", "/api/data/prices /api/data/prices"),
        ("/api/data/prices", "/api/data/prices /api/data/prices"),
        ("/cryptox/api", "/cryptox/api /cryptox/api"),
        ("/crypto/a%20b", "/a b /a%20b"),
    ],
)
def test_what_is_behind_sees_the_same_paths_with_it_and_without_it(prefix: str, path: str, seen: str) -> None:
    assert client(prefix).get(path).text == seen


def test_the_prefix_alone_leads_to_the_page_under_it() -> None:
    answer = client("/crypto").get("/crypto")
    assert (answer.status_code, answer.headers["location"]) == (308, "/crypto/")


def test_without_a_prefix_nothing_is_taken_off() -> None:
    assert client("").get("/api").text == "/api /api"
