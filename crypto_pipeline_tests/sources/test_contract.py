"""One contract for every endpoint: its recording becomes exactly the expected rows, a broken answer becomes none."""

from __future__ import annotations

import json

import pytest

from crypto_pipeline.collection import reading
from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.collection.saved import read_saved
from crypto_pipeline.replay.recorded import RECORDED_AT, file_of
from crypto_pipeline.schema.outcomes import SourceError
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.sources.kit import Context, Endpoint, discover
from crypto_pipeline.sources.symbols import Universe
from crypto_pipeline_tests.recorded import expected_rows_of, rows_of

every_endpoint = pytest.mark.parametrize("endpoint", discover(), ids=lambda endpoint: endpoint.id)

BROKEN_JSON = [
    "null",
    "[]",
    "{}",
    "[null]",
    "[[]]",
    '"busy"',
    "42",
    '{"error": "busy"}',
    '{"data": null}',
    '{"data": []}',
    '{"result": null}',
    '{"code": 429, "msg": "Too many requests"}',
    '{"status": "error", "message": "maintenance"}',
    '{"jsonrpc": "2.0", "id": 1, "error": {"code": -32000, "message": "busy"}}',
]
BROKEN_BODIES = ["", "<!DOCTYPE html><html><body>busy</body></html>", "<html>busy</html>", '{"data": [{"pri', "busy"]


@every_endpoint
def test_the_recorded_answer_becomes_the_expected_rows(endpoint: Endpoint) -> None:
    assert rows_of(endpoint) == expected_rows_of(endpoint)


@every_endpoint
def test_the_expected_rows_are_some_and_have_the_columns_of_their_table(endpoint: Endpoint) -> None:
    rows = expected_rows_of(endpoint)
    assert rows
    for row in rows:
        table = TABLES[row.pop("table")]
        assert set(row) <= set(table.column_names)
        assert all(row[column] is not None for column in table.key)
    assert {row["table"] for row in expected_rows_of(endpoint)} <= set(endpoint.tables)


@every_endpoint
@pytest.mark.parametrize("body", BROKEN_JSON + BROKEN_BODIES)
def test_a_broken_answer_is_refused_or_gives_no_row(endpoint: Endpoint, body: str) -> None:
    try:
        read = read_saved(endpoint, body.encode(), RECORDED_AT)
    except SourceError:
        return
    assert read.normalised.rows == {}


@every_endpoint
def test_a_truncated_answer_gives_no_row(endpoint: Endpoint) -> None:
    body = file_of(endpoint).read_bytes()
    if endpoint.answer.format == "json":
        with pytest.raises(SourceError):
            read_saved(endpoint, body[: len(body) // 2], RECORDED_AT)


@every_endpoint
@pytest.mark.parametrize("spoiled", [None, "n/a", {}, []], ids=str)
def test_a_recording_whose_values_are_all_spoiled_gives_no_row(endpoint: Endpoint, spoiled: object) -> None:
    """The shape is right, and no leaf of it says anything."""
    if endpoint.answer.format != "json":
        return
    body = json.dumps(_with_leaves(json.loads(file_of(endpoint).read_bytes()), spoiled))
    try:
        read = read_saved(endpoint, body.encode(), RECORDED_AT)
    except SourceError:
        return
    assert read.normalised.rows == {}


@every_endpoint
def test_a_null_among_the_entries_costs_only_itself(endpoint: Endpoint) -> None:
    if endpoint.answer.format != "json":
        return
    payload = json.loads(file_of(endpoint).read_bytes())
    for entries in _lists_in(payload):
        entries.append(None)
    around = NormalisationContext(RECORDED_AT, Universe(None), whale_usd=0, any_age=True)
    ask = endpoint.requests_in(Context(Universe(), RECORDED_AT))[0]
    try:
        read = reading.parse(endpoint, payload, ask, around)
    except SourceError:
        return  # a list that is no list of entries (a pair of values, a candle's columns) makes another answer of it
    assert read.normalised.rows or read.normalised.rejected


@every_endpoint
def test_the_declared_facts_are_whole(endpoint: Endpoint) -> None:
    assert endpoint.url().startswith("https://")
    assert endpoint.docs.startswith("https://")
    assert endpoint.cadence in {5, 15} or endpoint.cadence > 15
    assert endpoint.provider.budget.requests > 0
    assert (endpoint.parser.__doc__ or "").strip(), "the docstring shows a sample of the answer"


def _with_leaves(value: object, leaf: object) -> object:
    if isinstance(value, dict):
        return {key: _with_leaves(inner, leaf) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_leaves(inner, leaf) for inner in value]
    return leaf


def _lists_in(value: object) -> list[list[object]]:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    found = [one for item in inner for one in _lists_in(item)]
    return [value, *found] if isinstance(value, list) else found
