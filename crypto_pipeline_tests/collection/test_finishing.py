"""What a finished table holds, what is said of prices, and whose turn comes next."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from crypto_pipeline.collection.finishing import (
    feeding_prices,
    finished_consensus,
    finished_table,
    outliers_by_endpoint,
    said_prices,
    turn_after,
)
from crypto_pipeline.collection.health import EndpointState
from crypto_pipeline.collection.normalise.rejections import Rejected
from crypto_pipeline.collection.results import EndpointResult
from crypto_pipeline.collection.rotation import Turns
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.sources.kit import Endpoint, PoolMember
from crypto_pipeline_tests.collection.collected import exchange, index

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
FAILED = EndpointState(asked_at=NOON, outcome="timeout", consecutive_failures=1)


def price(source: str, usd: float, symbol: str = "BTC") -> dict[str, Any]:
    return {"symbol": symbol, "source": source, "price_usd": usd, "price_change_24h": None, "timestamp": NOON}


def result(endpoint: Endpoint, outcome: Outcome = Outcome.OK, *prices: dict[str, Any]) -> EndpointResult:
    learnt = FAILED if outcome is Outcome.TIMEOUT else EndpointState(asked_at=NOON)
    return EndpointResult(endpoint, outcome, NOON, NOON, rows={"market_prices": list(prices)}, remembered=learnt)


ONE = result(exchange("one"), Outcome.OK, price("one", 100.0))
MOOD = replace(result(index("mood")), rows={"sentiment_metrics": [{"value": 20}]})


def test_a_table_holds_the_rows_of_the_endpoints_that_feed_it_and_of_no_others() -> None:
    made = finished_table("market_prices", [ONE, MOOD], ())
    assert (list(made.rows), made.results) == ([price("one", 100.0)], [ONE])
    assert feeding_prices([MOOD, ONE]) == [ONE]


@pytest.mark.parametrize(
    ("outcome", "counts"), [(Outcome.NOT_MODIFIED, True), (Outcome.TIMEOUT, False), (Outcome.NOT_DUE, False)]
)
def test_of_a_source_that_says_nothing_new_and_of_no_other_the_last_price_counts_again(
    outcome: Outcome, counts: bool
) -> None:
    silent = result(exchange("silent"), outcome)
    latest = [price("silent", 98.0), price("nobody", 1.0)]
    said = said_prices([ONE, silent], latest)
    assert said == [price("one", 100.0), *([price("silent", 98.0)] if counts else [])]
    (row,) = finished_consensus([ONE, silent, MOOD], latest, NOON)[0].rows
    assert (row["price_usd"], row["sources"]) == ((99.0, 2) if counts else (100.0, 1))


def test_an_outlier_is_noted_with_the_endpoint_that_said_it() -> None:
    five = [result(exchange(name), Outcome.OK, price(name, 100.0)) for name in "abcde"]
    odd = result(exchange("odd"), Outcome.OK, price("odd", 1.0))
    batch, outliers = finished_consensus([*five, odd], (), NOON)
    assert (batch.rows[0]["sources"], len(batch.results)) == (5, 6)
    assert {endpoint: len(rejected) for endpoint, rejected in outliers.items()} == {"odd.ticker": 1}
    _, outliers = finished_consensus([ONE, odd], (), NOON, {("odd", "BTC")})
    assert list(outliers) == ["odd.ticker"]


def test_of_several_endpoints_of_a_source_the_first_that_answered_has_its_outliers() -> None:
    ill, first, second = (exchange(name, source="market") for name in ("ill", "first", "second"))
    feeding = [result(ill, Outcome.TIMEOUT), result(first), result(second)]
    outliers = [
        Rejected("consensus_prices", "far off", price(source, 1.0)) for source in ("market", "nobody", "market")
    ]
    assert outliers_by_endpoint(outliers, feeding) == {"first.ticker": [outliers[0], outliers[2]]}


def test_after_a_failure_the_member_that_answered_is_the_one_that_is_asked_first_next_time() -> None:
    pool = [exchange(name, pool=PoolMember("pool", n)) for n, name in enumerate(("first", "second", "third"))]
    stood_by = result(pool[2], Outcome.STANDBY)
    answered = replace(result(pool[1]), finished_at=NOON + timedelta(seconds=2))
    turn = turn_after(pool, [result(pool[0], Outcome.TIMEOUT), answered, stood_by], Turns())
    assert turn
    assert (turn.pool, turn.endpoint, turn.next_endpoint, turn.at) == (
        "pool",
        "second.ticker",
        "second.ticker",
        answered.finished_at,
    )
    well = turn_after(pool, [result(pool[0]), result(pool[1], Outcome.STANDBY), stood_by], Turns())
    assert well
    assert (well.endpoint, well.next_endpoint) == ("first.ticker", "first.ticker")


def test_nobody_has_a_turn_where_there_is_no_pool_or_no_answer() -> None:
    alone = exchange("alone")
    assert turn_after([alone], [result(alone)], Turns()) is None
    member = exchange("member", pool=PoolMember("pool", 0))
    assert turn_after([member], [result(member, Outcome.TIMEOUT)], Turns()) is None
