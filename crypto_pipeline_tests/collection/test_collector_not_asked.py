"""A source that is not asked this time: another of its pool answered, it is not due, it wants a pause, its budget is spent."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import anyio

from crypto_pipeline.collection.endpoint_locks import locks_in
from crypto_pipeline.collection.health import EndpointState
from crypto_pipeline.collection.log import log_rows
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.schema.rows import Gas, Metric
from crypto_pipeline.sources.kit import (
    Budget,
    Payload,
    PoolMember,
    Provider,
    Rows,
)
from crypto_pipeline_tests.collection.collected import collect, exchange, index


def test_the_next_member_of_a_pool_takes_over_in_the_same_collection() -> None:
    pool = [
        exchange(name, pool=PoolMember("pool", n), source="market")
        for n, name in enumerate(("first", "second", "third"))
    ]
    collected = collect(pool, faults=["first.example=503"])
    assert collected.outcomes == {
        "first.ticker": Outcome.SERVER_ERROR,
        "second.ticker": Outcome.OK,
        "third.ticker": Outcome.STANDBY,
    }
    assert {request.host for request in collected.requests} == {"first.example", "second.example"}
    assert {row["source"] for row in collected.batch("market_prices").rows} == {"market"}
    (rotation,) = collected.collector.rotations
    assert (rotation.pool, rotation.from_endpoint, rotation.to_endpoint) == ("pool", "first.ticker", "second.ticker")
    assert "503" in rotation.reason
    (turn,) = collected.rows("rotation_state")
    assert (turn["endpoint"], turn["next_endpoint"]) == ("second.ticker", "second.ticker")


def test_a_source_that_wants_a_pause_is_not_asked_and_that_is_no_success() -> None:
    later = datetime.now(timezone.utc) + timedelta(hours=1)
    state = EndpointState(outcome="rate_limited", consecutive_failures=1, not_before=later)
    collected = collect([exchange("one")], states={"one.ticker": state})
    assert (collected.outcomes, collected.requests) == ({"one.ticker": Outcome.BACKING_OFF}, [])
    assert collected.batch("market_prices").is_missing


def test_a_source_that_is_not_due_is_not_asked_and_its_table_is_not_missing() -> None:
    state = EndpointState(succeeded_at=datetime.now(timezone.utc))
    collected = collect([index("mood", cadence=1440)], states={"mood.index": state})
    assert (collected.outcomes, collected.requests) == ({"mood.index": Outcome.NOT_DUE}, [])
    assert not collected.batch("sentiment_metrics").is_missing


def test_an_endpoint_that_can_be_asked_for_no_tracked_coin_waits() -> None:
    other = Provider("other", "https://other.example")

    @other.endpoint(Gas, "/", requests=lambda context: [])
    def gas(payload: Payload) -> Rows:
        return []

    assert collect(other.endpoints, tables=["gas_prices"]).outcomes == {"other.gas": Outcome.NOT_DUE}


def test_when_a_budget_is_short_the_quick_endpoints_have_it_and_the_slow_ones_wait() -> None:
    host = Provider("host", "https://host.example", budget=Budget(1, 60))
    for name, cadence in (("daily", 1440), ("quick", 5)):

        @host.endpoint(Metric, f"/{name}/index", name=name, cadence=cadence)
        def parser(payload: Payload) -> Rows:
            return [Metric("index", payload["value"], "count")]

    collected = collect(host.endpoints)
    assert collected.outcomes == {"host.quick": Outcome.OK, "host.daily": Outcome.NO_BUDGET}
    assert collected.batch("sentiment_metrics").failed == []
    assert log_rows(collected.collector.results, [], job="test", gateway="")["failure_logs"] == []


def test_an_endpoint_is_given_back_with_its_outcome_whatever_that_is(tmp_path: Path) -> None:
    locks = locks_in(tmp_path / "endpoints.lock")
    collect([exchange("one"), exchange("two")], faults=["two.example=500"], locks=locks)
    for endpoint in ("one.ticker", "two.ticker"):
        assert anyio.run(locks.claim, endpoint, 0.0) is None
