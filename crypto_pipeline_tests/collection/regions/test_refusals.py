"""A host that refuses this region, or is out of its reach, is left to another one; a host that is ill is not."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from crypto_pipeline.collection.health import EndpointState, States
from crypto_pipeline.collection.normalise.context import TableRow
from crypto_pipeline.collection.regions.refusals import refusal_rows
from crypto_pipeline.collection.results import EndpointResult
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Payload, Provider, Rows
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


BY_ONE = Provider("kraken", "https://kraken.example")


@BY_ONE.endpoint(Quote, "/ticker", name="ticker")
@BY_ONE.endpoint(Quote, "/candles", name="candles")
def _nothing(payload: Payload) -> Rows:
    return []


def ended(place: int, outcome: Outcome, status: int | None = None, failures: int = 1) -> EndpointResult:
    """How asking one endpoint of the host ended."""
    state = EndpointState(consecutive_failures=failures)
    return EndpointResult(BY_ONE.endpoints[place], outcome, NOON, NOON, status_code=status, remembered=state)


@pytest.mark.parametrize(
    ("results", "is_left"),
    [
        ([ended(0, Outcome.BLOCKED, 403)], True),
        ([ended(0, Outcome.BLOCKED, 401)], False),  # it wants a login, from wherever it is asked
        ([ended(0, Outcome.BLOCKED, 402)], False),
        ([ended(0, Outcome.BLOCKED, 403), ended(1, Outcome.BLOCKED, 451)], True),
        ([ended(0, Outcome.BLOCKED, 403), ended(1, Outcome.OK, 200)], False),
        ([ended(0, Outcome.BLOCKED, 403), ended(1, Outcome.NOT_DUE)], True),  # who was not asked says nothing
        ([ended(0, Outcome.NOT_DUE)], False),
        ([ended(0, Outcome.TIMEOUT, failures=3)], True),
        ([ended(0, Outcome.TIMEOUT, failures=2)], False),
        ([ended(0, Outcome.UNREACHABLE, failures=3)], True),
        ([ended(0, Outcome.SERVER_ERROR, 500, failures=9)], False),
    ],
)
def test_a_host_is_left_to_another_region_when_all_who_asked_it_were_refused(
    results: list[EndpointResult], is_left: bool
) -> None:
    assert [row["host"] for row in refusal_rows(results, NOON)] == ["kraken.example"] * is_left


def test_a_machine_that_reaches_nobody_is_refused_by_nobody() -> None:
    assert refused(times=3, offline=True) == []
