"""One contract for every endpoint: its recording becomes exactly the expected rows, a broken answer becomes none,
and what an answer has lost costs what was in it."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any, TypeAlias

import pytest

from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.saved import read_saved
from crypto_pipeline.replay.recorded import RECORDED_AT, RECORDED_RATES, file_of
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.sources.kit import Endpoint, discover
from crypto_pipeline_tests.recorded import expected_rows_of, rows_of

Place: TypeAlias = tuple[str | int, ...]
Tables: TypeAlias = dict[str, list[dict[str, Any]]]

JSON_ENDPOINTS = [endpoint for endpoint in discover() if endpoint.answer.format == "json"]
DOCUMENTS = [endpoint for endpoint in discover() if endpoint.answer.format != "json"]

every_endpoint = pytest.mark.parametrize("endpoint", discover(), ids=lambda endpoint: endpoint.id)
every_json_endpoint = pytest.mark.parametrize("endpoint", JSON_ENDPOINTS, ids=lambda endpoint: endpoint.id)
every_document = pytest.mark.parametrize("endpoint", DOCUMENTS, ids=lambda endpoint: endpoint.id)

BROKEN_BODIES = [
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
    "",
    "<!DOCTYPE html><html><body>busy</body></html>",
    "<html>busy</html>",
    '{"data": [{"pri',
    "busy",
]

NOT_ONLY_ENTRIES = {
    ("hyperliquid.asset_contexts", ()): "two lists in one order: names, then numbers",
    ("trongrid.block", ("transactions",)): "its length is the number of transactions",
}
"""Lists to which nothing can be added without saying something else."""

SAYS_MORE = {
    ("drpc_rootstock.gas", ("feeHistory", "error", "code")): "which error it is: others are not passed over",
    ("official_rootstock.gas", ("feeHistory", "error", "code")): "which error it is: others are not passed over",
    ("coingecko.exchange_rates", ("rates", "usd", "value")): "all rates are divided by that of the dollar",
}
"""Members that other rows hang on."""

MOMENTS = {"timestamp", "fetched_at", "next_funding_at"}


@every_endpoint
def test_the_recorded_answer_becomes_the_expected_rows(endpoint: Endpoint) -> None:
    assert rows_of(endpoint) == expected_rows_of(endpoint)


@every_endpoint
def test_the_expected_rows_are_some_and_have_the_columns_of_their_table(endpoint: Endpoint) -> None:
    rows = expected_rows_of(endpoint)
    assert rows
    assert {row["table"] for row in rows} <= set(endpoint.tables)
    for row in rows:
        table = TABLES[row.pop("table")]
        assert set(row) <= set(table.column_names)
        assert all(row[column] is not None for column in table.key)


@every_endpoint
def test_a_broken_answer_is_refused_or_gives_no_row(endpoint: Endpoint) -> None:
    one_number = {"42"} if len(endpoint.request.sub_requests) == 1 else set()  # then the whole answer is one number
    assert {body: rows for body in BROKEN_BODIES if body not in one_number and (rows := read(endpoint, body))} == {}


@every_json_endpoint
def test_a_truncated_answer_is_unparseable(endpoint: Endpoint) -> None:
    body = file_of(endpoint).read_bytes()
    with pytest.raises(SourceError) as refused:
        read_saved(endpoint, body[: len(body) // 2], RECORDED_AT)
    assert refused.value.outcome == Outcome.UNPARSEABLE


@every_document
def test_a_truncated_document_gives_no_other_rows(endpoint: Endpoint) -> None:
    whole = file_of(endpoint).read_text("utf-8", errors="surrogateescape")
    everything, half = read(endpoint, whole), read(endpoint, whole[: len(whole) // 2])
    assert [row for table, rows in half.items() for row in rows if row not in everything[table]] == []


@every_json_endpoint
def test_a_recording_whose_values_are_all_spoiled_gives_no_row(endpoint: Endpoint) -> None:
    """The shape is right, and no leaf of it says anything."""
    payload = recorded(endpoint)
    spoiled: list[object] = [None, "n/a", {}, []]
    assert {str(leaf): rows for leaf in spoiled if (rows := read(endpoint, with_leaves(payload, leaf)))} == {}


@every_json_endpoint
def test_a_null_among_the_entries_costs_nothing_else(endpoint: Endpoint) -> None:
    """In a list that belongs to one entry it may cost that entry."""
    payload = recorded(endpoint)
    everything, wrong = read(endpoint, payload), {}
    for place in lists_of_entries(payload):
        if any(endpoint.id == name and place[: len(start)] == start for name, start in NOT_ONLY_ENTRIES):
            continue
        longer = copy.deepcopy(payload)
        at(longer, place).append(None)
        rows = read(endpoint, longer)
        is_of_one_entry = any(isinstance(step, int) for step in place)
        if rows != everything and not (is_of_one_entry and lost(everything, rows) is not None):
            wrong[place] = rows
    assert wrong == {}


@every_json_endpoint
def test_a_missing_member_costs_what_was_in_it(endpoint: Endpoint) -> None:
    """Rows stay without a time, a counter or a flag beside them; their other columns stay without one number of them.

    A row may go with a member that it cannot be without: when another value in its place makes another row, as a price does.
    """
    payload = recorded(endpoint)
    everything, wrong = read(endpoint, payload), {}
    for place in members(payload):
        if (endpoint.id, place) in SAYS_MORE:
            continue
        shorter = copy.deepcopy(payload)
        del at(shorter, place[:-1])[place[-1]]
        gone = {identity(row) for row in of_all(everything)} - {
            identity(row) for row in of_all(read(endpoint, shorter))
        }
        if gone and gone - bound_to(endpoint, payload, place, everything):
            wrong[place] = gone
    assert wrong == {}


@every_endpoint
def test_the_declared_facts_are_whole(endpoint: Endpoint) -> None:
    assert endpoint.url().startswith("https://")
    assert endpoint.docs.startswith("https://")
    assert endpoint.cadence in {5, 15} or endpoint.cadence > 15
    assert endpoint.provider.budget.requests > 0
    assert (endpoint.parser.__doc__ or "").strip(), "the docstring shows a sample of the answer"


def recorded(endpoint: Endpoint) -> Any:
    return json.loads(file_of(endpoint).read_bytes())


def read(endpoint: Endpoint, answer: object) -> Tables:
    """The rows of an answer, none when it is refused."""
    body = answer if isinstance(answer, str) else json.dumps(answer)
    try:
        saved = read_saved(endpoint, body.encode("utf-8", "surrogateescape"), RECORDED_AT, usd_per_unit=RECORDED_RATES)
    except SourceError:
        return {}
    return {table: list(rows) for table, rows in saved.normalised.rows.items()}


def is_error(endpoint: Endpoint, payload: Any) -> bool:
    try:
        read_saved(endpoint, json.dumps(payload).encode(), RECORDED_AT, usd_per_unit=RECORDED_RATES)
    except SourceError as error:
        return error.outcome == Outcome.ERROR_IN_BODY
    return False


def of_all(tables: Tables) -> Iterator[tuple[str, dict[str, Any]]]:
    return ((table, row) for table, rows in tables.items() for row in rows)


def identity(of: tuple[str, dict[str, Any]]) -> tuple[object, ...]:
    """What makes a row this one and no other: its table and its key without the time."""
    table, row = of
    return (table, *(str(row[column]) for column in TABLES[table].key if column not in MOMENTS))


def lost(everything: Tables, rows: Tables) -> list[tuple[str, dict[str, Any]]] | None:
    """What is no longer among the rows; None when there is anything new among them."""
    if any(row not in everything.get(table, []) for table, row in of_all(rows)):
        return None
    return [(table, row) for table, row in of_all(everything) if row not in rows.get(table, [])]


def bound_to(endpoint: Endpoint, payload: Any, place: Place, everything: Tables) -> set[tuple[object, ...]]:
    """The rows that say something else, or are not there, when another value stands in the place."""
    bound = set()
    for value in others(at(payload, place)):
        changed = copy.deepcopy(payload)
        at(changed, place[:-1])[place[-1]] = value
        if not isinstance(value, dict | list) and is_error(endpoint, changed):
            continue  # a flag: with another one the source says that it cannot answer
        rows = read(endpoint, changed)
        bound |= {identity(row) for row in lost_but_for_moments(everything, rows)}
    return bound


def lost_but_for_moments(everything: Tables, rows: Tables) -> list[tuple[str, dict[str, Any]]]:
    left = [(table, without_moments(row)) for table, row in of_all(rows)]
    return [(table, row) for table, row in of_all(everything) if (table, without_moments(row)) not in left]


def without_moments(row: dict[str, Any]) -> dict[str, Any]:
    return {column: value for column, value in row.items() if column not in MOMENTS}


def others(value: Any) -> list[Any]:
    """Other values of the same kind."""
    if isinstance(value, dict | list):
        return [with_leaves(value, None)]
    if isinstance(value, bool) or value is None:
        return []
    if isinstance(value, int | float):
        return [value * 1.01, value + 1]
    if value.startswith("0x") and value != "0x":
        return [hex(int(value, 16) + 1)]
    return [f"{float(value) * 1.01:.12g}"] if is_number(value) else [f"Q{value}"]


def is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", text) is not None


def with_leaves(value: Any, leaf: object) -> Any:
    if isinstance(value, dict):
        return {key: with_leaves(inner, leaf) for key, inner in value.items()}
    if isinstance(value, list):
        return [with_leaves(inner, leaf) for inner in value]
    return leaf


def at(value: Any, place: Place) -> Any:
    for step in place:
        value = value[step]
    return value


def members(payload: Any, place: Place = ()) -> Iterator[Place]:
    """The members of an answer, and of the objects in it: {"data": {"date": ..., "BTC": ...}} has three."""
    if isinstance(payload, dict):
        for name, value in payload.items():
            yield (*place, name)
            yield from members(value, (*place, name))


def lists_of_entries(value: Any, place: Place = ()) -> Iterator[Place]:
    """The places of lists whose elements are objects or lists, one of a kind for all entries of a list."""
    if isinstance(value, list):
        if value and all(isinstance(entry, dict | list) for entry in value):
            yield place
        for entry in value[:1]:
            yield from lists_of_entries(entry, (*place, 0))
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from lists_of_entries(inner, (*place, name))
