"""How far back the warehouse's own questions look, on either side of each edge."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from crypto_pipeline.schema.clock import CLOCK_TOLERANCE
from crypto_pipeline.warehouse import health_queries, quality
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline.warehouse.previous_state import recall
from crypto_pipeline_tests.warehouse.facts import NOON, minutes, price

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def warehouse(held: DuckDBWarehouse) -> DuckDBWarehouse:
    return held


def now() -> datetime:
    """What recall() asks is asked of DuckDB's clock."""
    return datetime.now(timezone.utc)


def by_hand(warehouse: DuckDBWarehouse, table: str, *rows: dict[str, Any]) -> None:
    """Past the merge that keeps keys apart."""
    with warehouse.connection() as connection:
        for row in rows:
            marks = ", ".join("?" * len(row))
            connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", list(row.values()))


@pytest.mark.parametrize(("age", "recalled"), [(29 * MINUTE, 1), (31 * MINUTE, 0), (300 * MINUTE, 0)])
def test_prices_are_fresh_for_half_an_hour(warehouse: DuckDBWarehouse, age: timedelta, recalled: int) -> None:
    at = now() - age
    warehouse.merge({"cached_market_data": [{"provider": "kraken", "symbol": "BTC", "price": 1.0, "fetched_at": at}]})
    assert len(recall(warehouse, {}).latest_prices) == recalled


@pytest.mark.parametrize(("age", "rates"), [(7 * DAY - MINUTE, 1), (7 * DAY + MINUTE, 0)])
def test_exchange_rates_hold_for_a_week(warehouse: DuckDBWarehouse, age: timedelta, rates: int) -> None:
    row = {"source": "ecb", "currency": "EUR", "usd_per_unit": 1.1, "timestamp": now() - age}
    warehouse.merge({"exchange_rates": [row]})
    assert len(recall(warehouse, {}).rates) == rates


@pytest.mark.parametrize("column", ["published_at", "first_seen_at"])
@pytest.mark.parametrize(("age", "recalled"), [(48 * HOUR - MINUTE, 1), (48 * HOUR + MINUTE, 0)])
def test_articles_are_compared_with_those_of_two_days(
    warehouse: DuckDBWarehouse, column: str, age: timedelta, recalled: int
) -> None:
    warehouse.merge({"news_articles": [{"url": "https://a", "title": "T", "story_id": "s", column: now() - age}]})
    assert len(recall(warehouse, {}).recent_articles) == recalled


def test_when_an_article_was_published_counts_before_when_it_was_seen(warehouse: DuckDBWarehouse) -> None:
    article = {"url": "https://a", "story_id": "s", "published_at": now() - 3 * DAY, "first_seen_at": now()}
    warehouse.merge({"news_articles": [article]})
    assert recall(warehouse, {}).recent_articles == []


@pytest.mark.parametrize(("age", "used"), [(DAY - MINUTE, {"a.example": 5.0}), (DAY + MINUTE, {})])
def test_requests_of_a_day_count(warehouse: DuckDBWarehouse, age: timedelta, used: dict[str, float]) -> None:
    at = now() - age
    warehouse.merge({"rate_limit_usage": [{"run_id": "r", "host": "a.example", "window_end": at, "requests": 5}]})
    assert recall(warehouse, {}).used_by_host == used


@pytest.mark.parametrize(("age", "spent"), [(HOUR - MINUTE, 1), (HOUR + MINUTE, 0)])
def test_a_request_counts_against_a_budget_as_long_as_its_period_lasts(
    warehouse: DuckDBWarehouse, age: timedelta, spent: int
) -> None:
    row = {"run_id": "r", "endpoint": "a.x", "ask": "", "attempt": 1, "host": "a.example", "started_at": now() - age}
    warehouse.merge({"connection_attempts": [row]})
    assert len(recall(warehouse, {"a.example": 3600}).spent) == spent


@pytest.mark.parametrize(("age", "known"), [(3 * DAY - MINUTE, 1), (3 * DAY + MINUTE, 0)])
def test_an_endpoint_that_was_not_asked_for_three_days_is_off(
    warehouse: DuckDBWarehouse, age: timedelta, known: int
) -> None:
    warehouse.merge({"source_health": [{"endpoint": "a.x", "asked_at": NOON - age}]})
    assert len(health_queries.source_states(warehouse, NOON)) == known


@pytest.mark.parametrize(("at", "requests"), [(-HOUR + MINUTE, 1), (-HOUR - MINUTE, 0), (timedelta(), 1), (MINUTE, 0)])
def test_the_last_hour_is_an_hour(warehouse: DuckDBWarehouse, at: timedelta, requests: int) -> None:
    row = {"run_id": "r", "endpoint": "a.x", "ask": "", "attempt": 1, "started_at": NOON + at, "outcome": "ok"}
    warehouse.merge({"connection_attempts": [row]})
    assert health_queries.last_hour(warehouse, NOON, ["ok"])["requests"] == requests


@pytest.mark.parametrize(
    ("at", "lags"),
    [
        (-DAY + MINUTE, {"ui": 2.0}),
        (-DAY - MINUTE, {}),
        (CLOCK_TOLERANCE, {"ui": 2.0}),
        (CLOCK_TOLERANCE + MINUTE, {}),
    ],
)
def test_lags_are_of_the_last_day(warehouse: DuckDBWarehouse, at: timedelta, lags: dict[str, float]) -> None:
    warehouse.merge({"schedule_compliance": [{"schedule": "ui", "expected_at": NOON + at, "lag_seconds": 2.0}]})
    assert health_queries.schedule_lags(warehouse, NOON) == lags


@pytest.mark.parametrize(("age", "passes"), [(2 * HOUR, False), (DAY - MINUTE, False), (DAY + MINUTE, True)])
def test_duplicates_are_looked_for_in_a_day(warehouse: DuckDBWarehouse, age: timedelta, passes: bool) -> None:
    by_hand(warehouse, "market_prices", price("ETH"), price("ETH"))
    assert quality.no_duplicates(warehouse, "market_prices", NOON + age).passed is passes


@pytest.mark.parametrize(("ok", "passes"), [(49, False), (50, True), (51, True)])
def test_exactly_the_share_that_is_asked_for_is_enough(ok: int, passes: bool) -> None:
    assert quality.enough_sources(ok, 100, 0.5).passed is passes


@pytest.mark.parametrize(("age", "passes"), [(15, True), (16, False)])
def test_a_row_at_its_usual_age_is_fresh(warehouse: DuckDBWarehouse, age: int, passes: bool) -> None:
    warehouse.merge({"market_prices": [price()]})
    found = quality.fresh(warehouse, "market_prices", timedelta(minutes=15), minutes(age))
    assert found.passed is passes


@pytest.mark.parametrize(("age", "prices"), [(14, 1), (16, 0)])
def test_prices_of_a_quarter_of_an_hour_are_compared_with_the_consensus(
    warehouse: DuckDBWarehouse, age: int, prices: int
) -> None:
    consensus = {"symbol": "BTC", "price_usd": 100.0, "sources": 2, "timestamp": minutes(age)}
    warehouse.merge({"market_prices": [price("BTC", 100.0)], "consensus_prices": [consensus]})
    assert quality.prices_within_band(warehouse, 0.2, minutes(age)).counts["prices"] == prices


@pytest.mark.parametrize(("sources", "prices"), [(1, 0), (2, 1)])
def test_a_coin_that_one_source_has_cannot_disagree(warehouse: DuckDBWarehouse, sources: int, prices: int) -> None:
    consensus = {"symbol": "BTC", "price_usd": 100.0, "sources": sources, "timestamp": NOON}
    warehouse.merge({"market_prices": [price("BTC", 100.0)], "consensus_prices": [consensus]})
    assert quality.prices_within_band(warehouse, 0.2, NOON).counts["prices"] == prices


@pytest.mark.parametrize(("usd", "far_off"), [(119.0, 0), (121.0, 1), (81.0, 0), (79.0, 1)])
def test_a_price_is_far_off_beyond_the_tolerance_in_either_direction(
    warehouse: DuckDBWarehouse, usd: float, far_off: int
) -> None:
    consensus = {"symbol": "BTC", "price_usd": 100.0, "sources": 2, "timestamp": NOON}
    warehouse.merge({"market_prices": [price("BTC", usd)], "consensus_prices": [consensus]})
    assert quality.prices_within_band(warehouse, 0.2, NOON).counts["prices_far_off"] == far_off


@pytest.mark.parametrize(("odd", "passes"), [(1, True), (2, False)])
def test_one_price_in_a_hundred_may_be_far_off(warehouse: DuckDBWarehouse, odd: int, passes: bool) -> None:
    prices = [price("BTC", 10.0 if number < odd else 100.0, source=f"s{number}") for number in range(100)]
    consensus = {"symbol": "BTC", "price_usd": 100.0, "sources": 2, "timestamp": NOON}
    warehouse.merge({"market_prices": prices, "consensus_prices": [consensus]})
    assert quality.prices_within_band(warehouse, 0.2, NOON).passed is passes


@pytest.mark.parametrize(("age", "passes"), [(59, False), (61, True)])
def test_fees_of_an_hour_are_looked_at(warehouse: DuckDBWarehouse, age: int, passes: bool) -> None:
    row = {"source": "node", "blockchain": "ethereum", "unit": "gwei", "timestamp": NOON, "gas_price_gwei": 1e9}
    warehouse.merge({"gas_prices": [row]})
    assert quality.fees_plausible(warehouse, {("ethereum", "gwei"): (0.001, 5000.0)}, minutes(age)).passed is passes


@pytest.mark.parametrize(("fee", "passes"), [(0.001, True), (0.0009, False), (5000.0, True), (5001.0, False)])
def test_a_fee_may_be_the_lowest_and_the_highest_of_its_chain(
    warehouse: DuckDBWarehouse, fee: float, passes: bool
) -> None:
    row = {"source": "node", "blockchain": "ethereum", "unit": "gwei", "timestamp": NOON, "gas_price_gwei": fee}
    warehouse.merge({"gas_prices": [row]})
    assert quality.fees_plausible(warehouse, {("ethereum", "gwei"): (0.001, 5000.0)}, NOON).passed is passes
