"""For how long a shared PostgreSQL keeps rows."""

from __future__ import annotations

from datetime import timedelta

from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse.hub.retention import limits
from crypto_pipeline_tests.warehouse.facts import NOON


def test_a_table_is_kept_there_for_the_shorter_of_both_times_and_states_for_ever() -> None:
    keep = {"market_prices": 365, "failure_logs": 7}
    before = limits(30, keep, NOON)
    assert before["market_prices"] == before["cached_ohlc"] == NOON - timedelta(days=30)
    assert before["failure_logs"] == NOON - timedelta(days=7)
    assert (
        {name for name in TABLES if name not in before}
        == {name for name, table in TABLES.items() if not table.may_lose_rows}
        != set()
    )
    assert limits(0, keep, NOON) == {name: NOON - timedelta(days=days) for name, days in keep.items()}
