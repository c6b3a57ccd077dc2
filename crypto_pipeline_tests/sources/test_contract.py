"""One contract for every endpoint: its recording becomes exactly the expected rows, a broken answer becomes none,
and what an answer has lost costs what was in it. replay/contract.py says what is held against an endpoint."""

from __future__ import annotations

import pytest

from crypto_pipeline.replay import contract
from crypto_pipeline.replay.recorded import file_of
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.sources.kit import Endpoint, discover
from crypto_pipeline_tests.recorded import expected_rows_of, rows_of

every_endpoint = pytest.mark.parametrize("endpoint", discover(), ids=lambda endpoint: endpoint.id)

NOT_ONLY_ENTRIES = {
    ("hyperliquid.asset_contexts", ()): "two lists in one order: names, then numbers",
    ("trongrid.block", ("transactions",)): "its length is the number of transactions",
}
"""Lists to which nothing can be added without saying something else."""

SAYS_MORE = {
    ("drpc_rootstock.gas", ("feeHistory", "error", "code")): "which error it is: others are not passed over",
    ("official_rootstock.gas", ("feeHistory", "error", "code")): "which error it is: others are not passed over",
    ("coingecko.exchange_rates", ("rates", "usd", "value")): "all rates are divided by that of the dollar",
    **{
        ("kraken.ticker", ("result", pair, "c")): "a market without a last price is not read, lest its book hide that"
        for pair in ("BTC/USD", "BTC/USDT", "USDT/USD", "LUNA/USD", "LUNA2/USD", "DOGE/USD")
    },
}
"""Members that other rows hang on."""


@every_endpoint
def test_the_recorded_answer_becomes_the_expected_rows_with_the_columns_of_their_tables(endpoint: Endpoint) -> None:
    expected = expected_rows_of(endpoint)
    assert expected
    assert rows_of(endpoint) == expected
    assert [set(row) - {"table", *TABLES[row["table"]].column_names} for row in expected] == [set()] * len(expected)


@every_endpoint
def test_it_keeps_the_contract(endpoint: Endpoint) -> None:
    body = file_of(endpoint).read_bytes()
    assert contract.broken(endpoint, body, not_only_entries=NOT_ONLY_ENTRIES, says_more=SAYS_MORE) == []
