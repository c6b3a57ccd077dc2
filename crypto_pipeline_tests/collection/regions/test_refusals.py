"""A host that refuses this region, or is out of its reach, is left to another one; a host that is ill is not."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from crypto_pipeline.collection.health import States
from crypto_pipeline.collection.normalise.context import TableRow
from crypto_pipeline.collection.regions.refusals import refusal_rows
from crypto_pipeline_tests.collection.collected import collect, exchange, index

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


def refused(*faults: str, times: int = 1, offline: bool = False) -> list[str]:
    """The hosts that are left to others after so many collections with these faults."""
    states: States = {}
    rows: list[TableRow] = []
    for _ in range(times):
        done = collect(
            [exchange("kraken"), index("mood")], faults=faults, states=states, offline=offline, request_seconds=1
        )
        states = {**states, **done.memory}
        rows = refusal_rows(done.collector.results, NOON)
    assert all(row["not_before"] == NOON + timedelta(days=1) for row in rows)
    return [row["host"] for row in rows]


@pytest.mark.parametrize("fault", ["403", "451"])
def test_a_host_that_refuses_is_left_to_another_region_at_once(fault: str) -> None:
    assert refused(f"kraken.example={fault}") == ["kraken.example"]


@pytest.mark.parametrize("fault", ["429", "500", "404"])
def test_a_host_that_is_ill_is_not(fault: str) -> None:
    assert refused(f"kraken.example={fault}", times=2) == []


def test_a_host_that_cannot_be_reached_is_in_the_third_run_in_a_row() -> None:
    assert refused("kraken.example=reset", times=2) == []
    assert refused("kraken.example=reset", times=3) == ["kraken.example"]


def test_a_machine_that_reaches_nobody_is_refused_by_nobody() -> None:
    assert refused(times=3, offline=True) == []
