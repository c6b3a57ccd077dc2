"""Who may ask Dagster's webserver, and that the one which the system starts asks so."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from crypto_pipeline.api.errors import StartError
from crypto_pipeline.system.dagster_guard import DagsterGuard
from crypto_pipeline.system.processes import require_guard
from crypto_pipeline_tests.project import free_port

HERE = "http://127.0.0.1:3000"
MUTATION = "/graphql?query=mutation{launchRun}"


async def answered(request: Request) -> PlainTextResponse:
    return PlainTextResponse("asked")


async def connected(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text("asked")
    await websocket.close()


@pytest.fixture
def dagster() -> TestClient:
    """Something in Dagster's place, behind the guard."""
    routes = [
        WebSocketRoute("/graphql", connected),
        Route("/{path:path}", answered, methods=["GET", "HEAD", "POST", "PUT", "DELETE"]),
    ]
    return TestClient(DagsterGuard(Starlette(routes=routes)), base_url=HERE)


@pytest.mark.parametrize("host", ["127.0.0.1:3000", "localhost:3000", "LOCALHOST", "[::1]:3000", "127.0.0.2"])
def test_under_a_name_of_this_machine_the_ui_is_there(dagster: TestClient, host: str) -> None:
    assert dagster.get("/runs", headers={"Host": host}).text == "asked"


@pytest.mark.parametrize("host", ["rebound.example:3000", "127.0.0.1.example", "localhost.example:3000", "", "0.0.0.0"])
@pytest.mark.parametrize("path", ["/", "/graphql", "/report_asset_materialization/market_prices"])
def test_under_another_name_nothing_is(dagster: TestClient, host: str, path: str) -> None:
    answer = dagster.post(path, headers={"Host": host}) if path != "/" else dagster.get(path, headers={"Host": host})
    assert answer.status_code == 403
    assert answer.json() == {"detail": f"Dagster answers for 127.0.0.1 and localhost, not for {host!r}."}


@pytest.mark.parametrize(
    "origin", ["http://elsewhere.example", "null", "http://127.0.0.1:7860", "https://127.0.0.1:3000"]
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_pages_of_elsewhere_change_nothing(dagster: TestClient, origin: str, method: str) -> None:
    answer = dagster.request(method, "/graphql?op=Launch", headers={"Origin": origin, "Content-Type": "text/plain"})
    assert (answer.status_code, answer.json()) == (403, {"detail": f"Pages of {origin} may not do this."})


def test_its_own_page_and_programs_that_are_no_page_may_ask(dagster: TestClient) -> None:
    assert dagster.post("/graphql?op=Launch", headers={"Origin": HERE}).text == "asked"
    assert dagster.post("/graphql", json={"query": "mutation"}).text == "asked"


@pytest.mark.parametrize("address", [MUTATION, "/graphql/?query=x", "/graphql?x", "/prefix/graphql?query=x"])
def test_an_address_alone_asks_graphql_nothing(dagster: TestClient, address: str) -> None:
    assert [dagster.request(method, address).status_code for method in ("GET", "HEAD")] == [405, 405]


def test_graphql_shows_its_playground(dagster: TestClient) -> None:
    assert dagster.get("/graphql").text == "asked"
    assert dagster.get("/runs?query=x").text == "asked"


def test_a_websocket_is_for_its_own_page(dagster: TestClient) -> None:
    with dagster.websocket_connect("/graphql", headers={"Host": "127.0.0.1:3000", "Origin": HERE}) as socket:
        assert socket.receive_text() == "asked"
    for headers in ({"Host": "127.0.0.1:3000", "Origin": "http://elsewhere.example"}, {"Host": "rebound.example"}):
        with pytest.raises(WebSocketDisconnect), dagster.websocket_connect("/graphql", headers=headers):
            pass


def test_no_page_frames_it(dagster: TestClient) -> None:
    assert dagster.get("/").headers["X-Frame-Options"] == "DENY"


def test_dagster_still_has_the_names_that_the_guard_hangs_on() -> None:
    """In another version they may be gone; then the system says so when it starts, and does not go on."""
    from dagster_webserver import app as dagster_app  # which half a second goes by for, in each process that collects
    from dagster_webserver.webserver import DagsterWebserver

    from crypto_pipeline.system.guarded_webserver import GuardedWebserver

    assert dagster_app.DagsterWebserver is DagsterWebserver  # type: ignore[attr-defined]  # imported there, not exported
    assert "DagsterWebserver(" in inspect.getsource(dagster_app.create_app_from_workspace_process_context)
    first, *_ = object.__new__(GuardedWebserver).build_middleware()
    middleware: object = first.cls
    assert middleware is DagsterGuard


@contextmanager
def serving(status: int) -> Iterator[int]:
    """The port of a server that answers every page so."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def test_a_webserver_that_refuses_pages_of_elsewhere_may_run() -> None:
    with serving(403) as port:
        require_guard(port)


@pytest.mark.parametrize("status", [200, 404])
def test_one_that_answers_them_may_not(status: int) -> None:
    with serving(status) as port, pytest.raises(StartError, match=f"answers pages of elsewhere .HTTP {status}."):
        require_guard(port)


def test_one_that_is_not_there_may_not_either() -> None:
    with pytest.raises(StartError, match="does not answer on port"):
        require_guard(free_port())
