"""Keys that sources repeat are in nothing that is kept, logged or answered.

A whole collection of every source that takes a key, against a server that repeats each key in every way that it can think of;
then every byte that came of it is searched.
"""

from __future__ import annotations

import base64
import gzip
import itertools
import json
import os
import re
import sqlite3
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

import duckdb
import pytest
from fastapi.testclient import TestClient

from crypto_pipeline.api.app import build_app
from crypto_pipeline.api.worker import Worker
from crypto_pipeline.replay.app import replay_app
from crypto_pipeline.replay.server import ServedRequest, ServedResponse, running_server
from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.kit import discover
from crypto_pipeline_tests.few import all_but
from crypto_pipeline_tests.forked import crypto_pipeline

KEYED = [endpoint for endpoint in discover() if endpoint.key]
KEYS = {
    endpoint.key.env: f"Zq{number:02d}/wXy+{endpoint.key.env[:6].swapcase()}=s3Cr3T"
    for number, endpoint in enumerate(KEYED)
    if endpoint.key
}
ASKED = {one.provider.name for one in KEYED}
CODED = {"json": "\\u%04X", "url": "%%%02x", "html": "&#%d;", "xml": "&#x%x;"}


def spellings(key: str) -> list[str]:
    raw = key.encode()
    return [
        key,
        key.lower(),
        key.upper(),
        quote(key, safe=""),
        json.dumps(key)[1:-1].replace("/", "\\/"),
        raw.hex(),
        raw.hex().upper(),
        *(base64.b64encode(before + raw).decode() for before in (b"", b"u", b"u:")),
        *(base64.urlsafe_b64encode(before + raw).decode() for before in (b"", b"u", b"u:")),
        base64.b64encode(key.lower().encode()).decode(),
        *("".join(form % ord(character) for character in key) for form in CODED.values()),
    ]


def searched_for(key: str) -> list[bytes]:
    """In lower case: the spellings without what their ends share with what is beside them."""
    return [
        spelling[2:-4].lower().encode() if re.fullmatch("[A-Za-z0-9+/_-]+=*", spelling) else spelling.lower().encode()
        for spelling in spellings(key)
    ]


ECHO = " ".join(spelling for key in KEYS.values() for spelling in spellings(key))
FIRST = next(iter(KEYS.values()))


def echoes(request: ServedRequest) -> list[ServedResponse]:
    mine = [key for key in KEYS.values() if key in request.headers.values() or quote(key, safe="") in request.query]
    return ways_of_repeating(mine[0] if mine else FIRST, request.host)


@cache
def ways_of_repeating(own: str, host: str) -> list[ServedResponse]:
    """Every way of repeating keys. Text in JSON is escaped by hand, so that it arrives as it is."""
    as_json = {"content-type": "application/json"}
    quoted = ECHO.replace('"', '\\"')
    return [
        ServedResponse(200, as_json, json.dumps({"error": f"Invalid API Key {own}"}).encode()),
        ServedResponse(200, as_json, b'{"error": "%s"}' % quoted.replace("\\", "\\\\").encode()),
        ServedResponse(200, as_json, b'{"error": "%s"}' % "".join(f"\\u{ord(c):04x}" for c in own).encode()),
        ServedResponse(200, as_json, json.dumps({"status": {"error_code": 1, "error_message": ECHO}}).encode()),
        ServedResponse(200, as_json, json.dumps({"status": "0", "message": "NOTOK", "result": own}).encode()),
        ServedResponse(200, {"content-type": f"text/{own}"}, b"<html>"),
        ServedResponse(200, {"content-type": f"application/json; {base64.b64encode(own.encode()).decode()}"}, b"{"),
        ServedResponse(200, as_json, json.dumps({key: {own: [own]} for key in KEYS.values()}).encode()),
        ServedResponse(200, as_json, json.dumps([{"id": own, "symbol": own, "price": own}] * 3).encode()),
        ServedResponse(200, as_json, f'{{"broken": "{quoted}'.encode()),
        ServedResponse(200, {"content-type": "text/plain"}, ECHO.encode("utf-16")),
        ServedResponse(200, {**as_json, "content-encoding": own}, b"{}"),
        ServedResponse(200, {**as_json, "content-encoding": "gzip"}, gzip.compress(f'{{"message": "{own}"}}'.encode())),
        ServedResponse(500, {"content-type": "text/plain"}, base64.b64encode(b"key:" + own.encode())),
        ServedResponse(502, as_json, json.dumps({"detail": own.lower()}).encode()),
        ServedResponse(401, {"content-type": "text/plain"}, ("x" * 180 + own).encode()),
        ServedResponse(400, {"content-type": "text/plain"}, (" " * 8180 + own).encode()),
        ServedResponse(403, {"content-type": "text/plain"}, own.encode().hex().encode()),
        ServedResponse(429, {"retry-after": own, "content-type": "text/plain"}, own.encode()),
        ServedResponse(302, {"location": f"https://{own[2:4]}.example.com/{own}"}),
        ServedResponse(302, {"location": f"http://other.example.com/?k={quote(own, safe='')}"}),
        ServedResponse(302, {"location": f"https://{host}/{quote(own, safe='')}"}),
        ServedResponse(302, {"location": f"//{base64.urlsafe_b64encode(own.encode()).decode()}.example.com"}),
    ]


def with_keys_in_texts(value: Any, key: str) -> Any:
    """A true answer, with the key behind every text that is no number."""
    if isinstance(value, dict):
        return {name: with_keys_in_texts(inner, key) for name, inner in value.items()}
    if isinstance(value, list):
        return [with_keys_in_texts(inner, key) for inner in value]
    return f"{value} {key}" if isinstance(value, str) and " " in value else value


class EchoingServer:
    """Half of its answers repeat keys in one way after another, the others are true ones that hold keys beside their data."""

    def __init__(self) -> None:
        self.true_answers = replay_app()
        self.numbers = itertools.count()
        self.seen: set[str] = set()

    def __call__(self, request: ServedRequest) -> ServedResponse:
        sent = " ".join([request.query, *request.headers.values()])
        self.seen |= {env for env, key in KEYS.items() if key in sent or quote(key, safe="") in sent}
        number, ways = next(self.numbers), echoes(request)
        if number % 3:
            return ways[(number // 3 * 2 + number % 3 - 1) % len(ways)]
        answer = self.true_answers(request)
        assert isinstance(answer.body, bytes)
        headers = {**answer.headers, "etag": f'"{FIRST}"', "last-modified": FIRST, "x-request": ECHO[:4000]}
        try:
            body = json.dumps(with_keys_in_texts(json.loads(answer.body), FIRST)).encode()
        except ValueError:
            body = answer.body
        return ServedResponse(answer.status, headers, body)


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Everything that a collection left, by name."""
    folder = tmp_path_factory.mktemp("keys")
    data, server = folder / "data", EchoingServer()
    kept: dict[str, bytes] = {}
    with running_server(server) as gateway, patch.dict(os.environ, KEYS):
        run = crypto_pipeline(
            "collect",
            "both",
            "--json",
            data_dir=data,
            gateway_url=gateway,
            sources_off=all_but(ASKED),
            sources_on=",".join(sorted(ASKED)),
            request_seconds="5",
            symbols="BTC",
            log_format="json",
            whale_usd="1",
        )
    assert json.loads(run.stdout)["sources"], run.stderr
    kept |= {"output": run.stdout.encode(), "log": run.stderr.encode()}
    assert server.seen == set(KEYS)
    kept |= {f"api {path}": answer for path, answer in answers(data)}
    kept |= {f"table {name}": rows for name, rows in tables(data)}
    kept |= {str(path): path.read_bytes() for path in data.rglob("*") if path.is_file()}
    return kept


def answers(data: Path) -> Iterator[tuple[str, bytes]]:
    """What the HTTP API says, path by path."""
    settings = Settings(data_dir=data, _env_file=None)
    with Worker(settings) as worker, TestClient(build_app(settings, worker), base_url="http://127.0.0.1") as client:
        paths = client.get("/openapi.json").json()["paths"]
        for path in (path for path, methods in paths.items() if "get" in methods):
            for endpoint in KEYED[::8] if "{" in path else KEYED[:1]:
                address = re.sub(r"\{[^}]*\}", endpoint.id, path)
                yield address, client.get(address).content


def tables(data: Path) -> Iterator[tuple[str, bytes]]:
    """The files of databases are compressed in places: what is in them, row by row."""
    with duckdb.connect(str(data / "crypto_data.duckdb"), read_only=True) as bank:
        for schema, name in bank.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall():
            yield name, repr(bank.execute(f"SELECT * FROM {schema}.{name}").fetchall()).encode()
    for file in data.rglob("*.db"):
        with sqlite3.connect(file) as dagster:
            for (name,) in dagster.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                yield f"{file} {name}", repr(dagster.execute(f"SELECT * FROM {name}").fetchall()).encode()


def test_the_collections_have_met_every_kind_of_failure(left: dict[str, bytes]) -> None:
    tries = set(re.findall(rb"'(\w+)'", left["table connection_attempts"]))
    outcomes = set(re.findall(rb"'(\w+)'", left["table data_collections"]))
    assert tries >= {b"ok", b"blocked", b"client_error", b"server_error", b"rate_limited", b"bad_redirect"}
    assert outcomes >= {b"ok", b"error_in_body", b"unparseable"}
    assert b"***" in left["table failure_logs"]
    assert b"***" in left["table quarantined_payloads"]
    assert b"***" in left["output"]
    assert sum(name.startswith("api ") for name in left) > 30


@pytest.fixture(scope="module")
def places(left: dict[str, bytes]) -> dict[str, bytes]:
    """In lower case."""
    return {name: content.lower() for name, content in left.items()}


@pytest.mark.parametrize("env", KEYS)
def test_no_spelling_of_a_key_is_anywhere(places: dict[str, bytes], env: str) -> None:
    searched = searched_for(KEYS[env])
    found = {(name, spelling) for name, content in places.items() for spelling in searched if spelling in content}
    assert found == set()
