"""One contract for every endpoint: its recording becomes exactly the expected rows, a broken answer becomes none,
and what an answer has lost costs what was in it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crypto_pipeline.replay import contract
from crypto_pipeline.replay.recorded import file_of
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.sources.kit import Endpoint, discover
from crypto_pipeline_tests.recorded import expected_rows_of, rows_of

JSON_ENDPOINTS = [endpoint for endpoint in discover() if endpoint.answer.format == "json"]
DOCUMENTS = [endpoint for endpoint in discover() if endpoint.answer.format != "json"]

every_endpoint = pytest.mark.parametrize("endpoint", discover(), ids=lambda endpoint: endpoint.id)
every_json_endpoint = pytest.mark.parametrize("endpoint", JSON_ENDPOINTS, ids=lambda endpoint: endpoint.id)
every_document = pytest.mark.parametrize("endpoint", DOCUMENTS, ids=lambda endpoint: endpoint.id)

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
    assert contract.rows_of_broken_answers(endpoint) == {}


@every_json_endpoint
def test_a_truncated_answer_is_unparseable(endpoint: Endpoint) -> None:
    body = file_of(endpoint).read_bytes()
    assert contract.is_unparseable(endpoint, body[: len(body) // 2])


@every_document
def test_a_truncated_document_gives_no_other_rows(endpoint: Endpoint) -> None:
    assert contract.other_rows_of_half(endpoint, file_of(endpoint).read_bytes()) == []


@every_json_endpoint
def test_a_recording_whose_values_are_all_spoiled_gives_no_row(endpoint: Endpoint) -> None:
    """The shape is right, and no leaf of it says anything."""
    assert contract.rows_of_spoiled_values(endpoint, recorded(endpoint)) == {}


@every_json_endpoint
def test_a_null_among_the_entries_costs_nothing_else(endpoint: Endpoint) -> None:
    """In a list that belongs to one entry it may cost that entry."""
    assert contract.lists_that_a_null_spoils(endpoint, recorded(endpoint), NOT_ONLY_ENTRIES) == {}


@every_json_endpoint
def test_a_missing_member_costs_what_was_in_it(endpoint: Endpoint) -> None:
    """Rows stay without a time, a counter or a flag beside them; their other columns stay without one number of them."""
    assert contract.rows_lost(endpoint, recorded(endpoint), SAYS_MORE) == {}


@every_endpoint
def test_the_declared_facts_are_whole(endpoint: Endpoint) -> None:
    assert list(contract.facts_missing(endpoint)) == []


def recorded(endpoint: Endpoint) -> Any:
    return json.loads(file_of(endpoint).read_bytes())
