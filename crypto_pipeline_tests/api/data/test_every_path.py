"""Every documented path: over a full database, over an empty one, without one, and without the token."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI

from crypto_pipeline.api import pages
from crypto_pipeline.api.answers import Forced, Switched
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse.file_access import FileAccess
from crypto_pipeline_tests.api.data.asking import ROOT, Data, data_in
from crypto_pipeline_tests.warehouse.earlier import LAYOUTS, make_earlier_file
from crypto_pipeline_tests.warehouse.test_older import read_once

DAY = "from=2026-11-23T12:00&to=2026-11-24T12:00"
EXAMPLES = {
    "/overview": "overview",
    "/prices": "prices?spark=1&symbol=btc&symbol=ETH",
    "/prices/{symbol}": "prices/btc",
    "/coins": "coins?q=bit",
    "/history": f"history?symbol=btc&{DAY}",
    "/candles": "candles?symbol=BTC&interval=1d",
    "/comparison": "comparison?symbol=btc&symbol=ETH&span=all",
    "/consensus": f"consensus?symbol=BTC&limit=3&{DAY}",
    "/news": "news?language=fa&limit=2",
    "/metrics": "metrics?limit=1000",
    "/gas": f"gas?blockchain=ethereum&history=1&{DAY}",
    "/chains": "chains?blockchain=bitcoin",
    "/chain-metrics": "chain-metrics?name=mvrv&blockchain=bitcoin&limit=3",
    "/macro": "macro?series=sp500&limit=3",
    "/derivatives": "derivatives?symbol=BTC&limit=3",
    "/coverage": "coverage?symbol=BTC&interval=1h",
    "/funding": "funding?symbol=BTC&limit=3",
    "/books": "books?symbol=BTC&scope=book&limit=3",
    "/liquidations": "liquidations?symbol=BTC&limit=3",
    "/liquidations/hours": "liquidations/hours?symbol=BTC",
    "/basis": "basis?symbol=BTC",
    "/chain-metrics/history": "chain-metrics/history?name=mvrv&blockchain=bitcoin",
    "/stablecoins": "stablecoins?years=1",
    "/macro/against": "macro/against?series=sp500&symbol=BTC",
    "/dominance": "dominance?days=3",
    "/opportunities": "opportunities",
    "/listings/changes": "listings/changes?days=365",
    "/listings": "listings?symbol=BTC&limit=3",
    "/options": "options?symbol=BTC&limit=3",
    "/transfers": "transfers?min_usd=2000000&limit=5",
    "/rates": "rates",
    "/sources": "sources?runs=5",
    "/sources/{endpoint}": "sources/kraken.ticker?runs=5",
    "/attempts": "attempts?run_id={run}&endpoint=kraken.ticker",
    "/tables": "tables",
}
OF_ONE_THING = {
    "/prices",
    "/prices/{symbol}",
    "/history",
    "/candles",
    "/coverage",
    "/comparison",
    "/consensus",
    "/gas",
    "/chains",
}
OF_ONE_SOURCE = {"/sources/{endpoint}", "/attempts"}


def a_run(past: Data) -> str:
    """The id of a run that asked the source of the examples."""
    found = past.sql("SELECT min(run_id) AS run_id FROM data_collections WHERE endpoint = 'kraken.ticker'")
    return str(found[0]["run_id"])


def document(app: FastAPI) -> dict[str, dict[str, object]]:
    paths: dict[str, dict[str, object]] = app.openapi()["paths"]
    return {path.removeprefix(ROOT): paths[path] for path in paths if path.startswith(ROOT)}


def test_every_path_has_an_example_here(past: Data) -> None:
    assert set(document(past.client.app)) == set(EXAMPLES)


@pytest.mark.parametrize("path", EXAMPLES)
def test_every_path_answers_with_rows_and_says_of_when_they_are(path: str, past: Data) -> None:
    answer = past.get(EXAMPLES[path].format(run=a_run(past)))
    assert list(answer)[:3] == ["as_of", "demo", "stale_seconds"]
    assert (answer["demo"], answer["stale_seconds"]) == (False, None)
    assert datetime.fromisoformat(answer["as_of"]).utcoffset() == timedelta(0)
    assert any(answer[name] for name in answer if isinstance(answer[name], list))


@pytest.mark.parametrize("path", EXAMPLES)
def test_an_empty_database_is_no_error(path: str, data: Data) -> None:
    if path in OF_ONE_THING | OF_ONE_SOURCE:
        assert data.refusal(EXAMPLES[path], 404).startswith("There is no")
    else:
        answer = data.get(EXAMPLES[path])
        assert answer["as_of"] is None
        assert not any(answer[name] for name in answer if isinstance(answer[name], list) and name != "tables")


@pytest.mark.parametrize("path", EXAMPLES)
def test_neither_is_none_at_all(path: str, tmp_path: Path) -> None:
    with data_in(tmp_path) as nothing:
        if path in OF_ONE_THING | OF_ONE_SOURCE:
            assert nothing.refusal(EXAMPLES[path], 404).startswith("There is no")
        else:
            assert nothing.get(EXAMPLES[path])["as_of"] is None
    assert list(tmp_path.iterdir()) == []


def test_neither_is_one_of_an_earlier_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the first, which lacks most; what reads as empty in files of all versions is in warehouse/test_older.py.

    Each connection to such a file is given anew what the file lacks; all answers come from one here.
    """
    make_earlier_file(tmp_path / "crypto_data.duckdb", LAYOUTS[0])
    with data_in(tmp_path) as earlier, read_once(earlier.settings.database) as connection:
        monkeypatch.setattr(FileAccess, "reading_unexplained", lambda _: nullcontext(connection))
        for path, example in EXAMPLES.items():
            answer = earlier.ask(example)
            assert answer.status_code in ((200, 404) if path in OF_ONE_THING | OF_ONE_SOURCE else (200,)), answer.text


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Data]:
    with data_in(tmp_path_factory.mktemp("guarded"), api_token="secret") as guarded:
        yield guarded


@pytest.mark.parametrize("path", EXAMPLES)
def test_where_a_token_is_set_it_is_demanded(path: str, guarded: Data) -> None:
    assert guarded.refusal(EXAMPLES[path], 401)
    assert guarded.ask(EXAMPLES[path], Authorization="Bearer secret").status_code != 401


def test_a_page_of_elsewhere_that_points_its_name_here_gets_nothing(data: Data) -> None:
    assert data.ask("prices", Host="evil.example").status_code == 403


@pytest.mark.parametrize("path", EXAMPLES)
def test_each_field_and_parameter_says_what_it_means(path: str, past: Data) -> None:
    openapi = past.client.app.openapi()
    operation = openapi["paths"][ROOT + path]["get"]
    assert operation["description"]
    assert set(operation["responses"]) >= {"200", "304", "401", "403", "422", "503"}
    for parameter in operation.get("parameters", ()):
        assert parameter["description"], parameter["name"]
    reference = operation["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
    for name in _shapes(openapi["components"]["schemas"], reference.rpartition("/")[2]):
        for field, schema in openapi["components"]["schemas"][name]["properties"].items():
            is_shape = "$ref" in json.dumps(schema)
            assert schema.get("description") or is_shape, f"{name}.{field}"


def test_the_page_for_people_shows_every_path_with_a_command_to_try(past: Data) -> None:
    html = pages.reference(past.client.app.openapi())
    for path in EXAMPLES:
        assert f"<code>GET {ROOT}{path}</code>" in html
    assert "curl -s &#x27;http://127.0.0.1:7860/api/data/history?symbol=BTC&#x27;" in html
    assert "curl -s http://127.0.0.1:7860/api/data/prices/BTC<" in html
    assert "HTTPValidationError" not in html


def test_the_worker_answers_and_obeys_as_the_document_says(past: Data) -> None:
    document = json.loads(past.ask("/openapi.json").content)
    worker = {path: methods for path, methods in document["paths"].items() if path.startswith("/api/worker/")}
    assert {(method, path) for path, methods in worker.items() for method in methods} == {
        ("get", "/api/worker/status"),
        ("post", "/api/worker/start"),
        ("post", "/api/worker/stop"),
        ("post", "/api/worker/force-collection"),
        ("get", "/api/worker/stats"),
        ("get", "/api/worker/schedules"),
        ("get", "/api/worker/health"),
        ("get", "/api/worker/sharing"),
    }
    for name in (Switched, Forced):
        assert name.__name__ in document["components"]["schemas"]


def test_the_page_for_people_loads_and_runs_nothing(past: Data) -> None:
    answer = past.ask("/docs")
    assert answer.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert not re.search(r"<script|\bsrc=|<link|url\(|@import", answer.text)


def test_columns_that_are_told_exist() -> None:
    """of() would raise when the API is imported; this is for whoever removes a column."""
    assert "currency" in TABLES["cached_ohlc"].column_names


def _shapes(schemas: dict[str, dict[str, object]], name: str) -> set[str]:
    """This one and those inside it."""
    inside = {one for one in schemas if f'"#/components/schemas/{one}"' in json.dumps(schemas[name])}
    return {name}.union(*(_shapes(schemas, one) for one in inside - {name}))
