"""Every answer as CSV, Parquet and Arrow: the same rows as in JSON, whatever the path."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timezone
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import nanoarrow
import pytest
from fastapi.routing import APIRoute

from crypto_pipeline.api.data.asked import ROOT
from crypto_pipeline.api.data.formats import lists_of
from crypto_pipeline.api.data.routes import ROUTES
from crypto_pipeline.databank.files import FORMATS
from crypto_pipeline_tests.api.data.asking import Data
from crypto_pipeline_tests.api.data.test_every_path import EXAMPLES, a_run

ANSWERS = {
    route.path: route.response_model for group in ROUTES for route in group.routes if isinstance(route, APIRoute)
}


def _columns_in_json(answer: Mapping[str, Any], part: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = answer[part] or []
    return rows


def _parquet(body: bytes, folder: Path) -> list[dict[str, Any]]:
    file = folder / "answer.parquet"
    file.write_bytes(body)
    cursor = _duckdb().execute("FROM read_parquet($path)", {"path": str(file)})
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@cache
def _duckdb() -> duckdb.DuckDBPyConnection:
    """One for all files: to start it takes longer than to read one."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def _arrow(body: bytes) -> list[dict[str, Any]]:
    array = nanoarrow.Array(nanoarrow.ArrayStream.from_readable(io.BytesIO(body)))
    return [dict(row) for row in array.to_pylist()]


def _same(found: Any, said: Any) -> bool:
    """Whether a value of a file is the value of the JSON answer."""
    if isinstance(found, datetime):
        return found.astimezone(timezone.utc) == datetime.fromisoformat(said)
    if isinstance(found, str) and isinstance(said, dict | list):
        return bool(json.loads(found) == said)
    if isinstance(found, dict):
        return all(_same(found[name], said[name]) for name in found)
    return bool(found == said)


@pytest.mark.parametrize("path", EXAMPLES)
def test_every_list_of_every_answer_has_the_same_rows_in_every_format(path: str, past: Data, tmp_path: Path) -> None:
    question = EXAMPLES[path].format(run=a_run(past))
    answer = past.get(question)
    for part in lists_of(ANSWERS[ROOT + path]):
        said = _columns_in_json(answer, part)
        asked = f"{question}{'&' if '?' in question else '?'}part={part}&format="
        for rows in (
            _parquet(past.ask(f"{asked}parquet").content, tmp_path),
            _arrow(past.ask(f"{asked}arrow").content),
        ):
            assert len(rows) == len(said), part
            for found, one in zip(rows, said, strict=True):
                assert list(found) == list(one)
                assert all(_same(found[name], one[name]) for name in found), (found, one)
        lines = list(csv.DictReader(io.StringIO(past.ask(f"{asked}csv").text)))
        assert [list(line) for line in lines] == [list(one) for one in said]
        assert all(
            (line[name] == "") == (one[name] in (None, "", []))
            for line, one in zip(lines, said, strict=True)
            for name in line
        )


def test_csv_writes_a_time_as_json_does_and_a_list_with_commas(past: Data) -> None:
    said = past.get("prices?symbol=BTC")["prices"][0]
    (line,) = csv.DictReader(io.StringIO(past.ask("prices?symbol=BTC&format=csv").text))
    assert line["timestamp"] == said["timestamp"]
    assert float(line["price_usd"]) == said["price_usd"]
    assert line["outliers"] == ",".join(said["outliers"])


def test_a_spreadsheet_gets_times_that_it_takes_for_times(past: Data) -> None:
    (line,) = csv.DictReader(io.StringIO(past.ask("prices?symbol=BTC&format=csv&times=plain").text))
    said = datetime.fromisoformat(past.get("prices?symbol=BTC")["prices"][0]["timestamp"])
    assert line["timestamp"] == f"{said:%Y-%m-%d %H:%M:%S}"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/json"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("application/json;q=0.5, text/csv", "text/csv; charset=utf-8"),
        ("application/json, text/csv;q=0.5", "application/json"),
        ("application/vnd.apache.parquet", "application/vnd.apache.parquet"),
        ("application/vnd.apache.arrow.stream;q=nonsense, text/csv", "text/csv; charset=utf-8"),
        ("application/vnd.apache.arrow.stream", "application/vnd.apache.arrow.stream"),
    ],
)
def test_the_accept_header_chooses_too(accept: str, media_type: str, past: Data) -> None:
    answer = past.ask("prices", Accept=accept)
    assert answer.headers["content-type"] == media_type
    assert answer.headers["vary"] == "Accept"


def test_a_browser_saves_a_file_under_a_name_that_says_what_it_is(past: Data) -> None:
    assert past.ask("prices/BTC?format=csv").headers["content-disposition"] == 'attachment; filename="prices-BTC.csv"'
    assert "content-disposition" not in past.ask("prices/BTC").headers


def test_each_format_has_an_etag_of_its_own(past: Data) -> None:
    tags = {past.ask(f"prices?format={form}").headers["etag"] for form in ("json", "csv", "parquet", "arrow")}
    assert len(tags) == 4
    assert past.ask("prices?format=json").headers["etag"] in tags
    again = past.ask("prices?format=csv", If_None_Match=past.ask("prices?format=csv").headers["etag"])
    assert (again.status_code, again.content) == (304, b"")


def test_the_next_page_of_a_file_is_in_its_link_header_and_is_a_file(past: Data) -> None:
    everything = [one["url"] for one in past.get("news?limit=20")["news"]]
    address = f"{ROOT}/news?limit=7&format=csv"
    found: list[str] = []
    while address and len(found) < 20:
        answer = past.ask(address)
        found += [line["url"] for line in csv.DictReader(io.StringIO(answer.text))]
        link = answer.headers.get("link", "")
        assert link.endswith('>; rel="next"')
        address = link.partition(">")[0].removeprefix("<")
    assert found[:20] == everything
    assert "format" not in past.get("news?limit=7")["next"]


def test_a_list_without_rows_is_a_file_with_its_columns(data: Data, tmp_path: Path) -> None:
    assert data.ask("news?format=csv").text.startswith("title,content,source,url,")
    assert data.ask("news?format=csv").text.count("\n") == 1
    assert _parquet(data.ask("news?format=parquet").content, tmp_path) == []


def test_a_file_that_could_not_be_made_is_in_nobody_s_way(past: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise OSError("no space left on device")

    before = past.ask("prices?format=csv").content
    with monkeypatch.context() as broken:
        broken.setitem(FORMATS, "csv", replace(FORMATS["csv"], write=fails))
        assert past.ask("prices?format=csv").status_code == 500
    assert past.ask("prices?format=csv").content == before


def test_what_is_no_format_or_no_list_is_told_in_a_sentence(past: Data) -> None:
    assert past.refusal("prices?format=xml", 422).startswith("format: should be 'json', 'csv', 'parquet' or 'arrow'")
    assert past.refusal("candles?symbol=BTC&format=csv&part=nothing", 422) == (
        "part: there is no list 'nothing' in this answer; there is candles, providers."
    )


def test_an_error_is_a_sentence_in_json_whatever_was_asked_for(past: Data) -> None:
    assert past.ask("prices/NOSUCHCOIN", Accept="text/csv").json() == {
        "detail": "There is no price of NOSUCHCOIN in the database."
    }
