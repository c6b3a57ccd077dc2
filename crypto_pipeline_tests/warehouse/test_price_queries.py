"""Prices held against the consensus: which sources mean another coin, and what dollar coins cost."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from crypto_pipeline.warehouse import Warehouse
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline.warehouse.previous_state import recall
from crypto_pipeline.warehouse.price_queries import apart_prices, median_funding, newest_consensus
from crypto_pipeline_tests.warehouse.facts import NOON, minutes


@pytest.fixture
def warehouse(held: DuckDBWarehouse) -> DuckDBWarehouse:
    return held


def run(number: int, price: float, *, of: float = 100.0, sources: int = 5, now: datetime = NOON) -> dict[str, Any]:
    """What one collection, ``number`` times five minutes ago, says of TRUMP: one source's price and the consensus."""
    at = now - timedelta(minutes=5 * number)
    ids = {"symbol": "TRUMP", "timestamp": at, "run_id": f"run {number}", "collected_at": at}
    return {
        "market_prices": {**ids, "source": "bingx", "price_usd": price, "fetched_at": at},
        "consensus_prices": {**ids, "price_usd": of, "sources": sources},
    }


def merge(warehouse: Warehouse, *runs: dict[str, Any]) -> None:
    warehouse.merge({table: [tables[table] for tables in runs] for table in runs[0]})


def apart(warehouse: Warehouse) -> list[tuple[str, str, float]]:
    return [(one.source, one.symbol, round(one.times, 9)) for one in apart_prices(warehouse, NOON)]


def test_a_price_far_from_the_consensus_three_times_in_a_row_is_of_another_coin(warehouse: Warehouse) -> None:
    merge(warehouse, run(3, 100.0), run(2, 0.5), run(1, 0.4))
    assert apart(warehouse) == []
    merge(warehouse, run(0, 0.3))
    assert apart(warehouse) == [("bingx", "TRUMP", 0.003)]


@pytest.mark.parametrize(
    ("price", "is_apart"), [(500.1, True), (500.0, False), (20.0, False), (19.9, True), (100.0, False)]
)
def test_more_than_five_times_or_less_than_a_fifth_is_far(warehouse: Warehouse, price: float, is_apart: bool) -> None:
    merge(warehouse, *(run(number, price) for number in range(3)))
    assert bool(apart(warehouse)) is is_apart


@pytest.mark.parametrize(("sources", "is_apart"), [(4, False), (5, True)])
def test_fewer_than_five_sources_cannot_say_who_means_another(
    warehouse: Warehouse, sources: int, is_apart: bool
) -> None:
    merge(warehouse, *(run(number, 0.5, sources=sources) for number in range(3)))
    assert bool(apart(warehouse)) is is_apart


def test_the_next_collection_knows_who_means_another_coin(warehouse: Warehouse) -> None:
    now = datetime.now(timezone.utc)
    merge(warehouse, *(run(number, 0.5) for number in range(3)))
    assert recall(warehouse, {}).other_coins == frozenset()
    merge(warehouse, *(run(number, 0.5, now=now) for number in range(3)))
    assert recall(warehouse, {}).other_coins == {("bingx", "TRUMP")}


def test_what_was_set_right_is_no_longer_told(warehouse: Warehouse) -> None:
    merge(warehouse, *(run(number, 0.5) for number in (3, 2, 1)), run(0, 99.0))
    assert apart(warehouse) == []


def test_prices_of_half_a_day_ago_do_not_count(warehouse: Warehouse) -> None:
    merge(warehouse, run(145, 0.5), run(1, 0.5), run(0, 0.5))
    assert apart(warehouse) == []
    merge(warehouse, run(143, 0.5))
    assert len(apart(warehouse)) == 1


def test_the_newest_consensus_of_the_coins_that_are_asked_for_is_given_while_it_is_fresh(warehouse: Warehouse) -> None:
    rows = [
        {"symbol": symbol, "price_usd": price, "sources": 9, "timestamp": minutes(at)}
        for symbol, price, at in (
            ("USDC", 0.99, -10),
            ("USDC", 0.88, -5),
            ("USDT", 1.0, -61),
            ("DAI", 0.97, -59),
            ("BTC", 90_000.0, -1),
            ("USDC", 0.1, 30),
        )
    ]
    warehouse.merge({"consensus_prices": rows})
    found = newest_consensus(warehouse, ("USDT", "USDC", "DAI"), NOON)
    assert [(row["symbol"], row["price_usd"], row["sources"]) for row in found] == [("DAI", 0.97, 9), ("USDC", 0.88, 9)]


def test_what_contracts_of_a_coin_pay_is_the_median_of_what_each_said_last_within_an_hour(warehouse: Warehouse) -> None:
    def said(source: str, rate: float | None, at: float = -1, **more: Any) -> dict[str, Any]:
        ids = {"source": source, "symbol": "BTC", "contract": "BTCUSDT", "timestamp": minutes(at)}
        return {**ids, "funding_rate_8h": rate, "fetched_at": minutes(at), **more}

    rows = [
        said("a", 0.0001),
        said("b", 0.0002),
        said("b", 0.09, -9),
        said("c", 0.5, contract="BTCUSDC"),
        said("c", 0.0003),
        said("d", 0.9, -60),
        said("e", 0.9, 1),
        said("f", None),
        said("a", 0.9, symbol="DOGE", contract="DOGEUSDT"),
    ]
    warehouse.merge({"derivatives_metrics": rows})
    found = median_funding(warehouse, ["BTC", "ETH"], NOON)
    assert found == {"BTC": pytest.approx(0.025)}


def test_a_source_is_held_against_the_consensus_of_its_own_run_and_coin(warehouse: Warehouse) -> None:
    """And each source and coin by itself: three prices of two sources are not three in a row."""
    runs = [run(number, 0.5) for number in range(3)]
    prices, agreed = ([tables[name] for tables in runs] for name in ("market_prices", "consensus_prices"))
    right = [{**row, "symbol": "MAGA", "price_usd": 0.5} for row in agreed]
    others = [{**row, "symbol": "MAGA"} for row in prices]
    others += [{**row, "source": f"s{number}"} for number, row in enumerate(prices)]
    warehouse.merge({"consensus_prices": [*right, *agreed], "market_prices": [*prices, *others]})
    assert apart(warehouse) == [("bingx", "TRUMP", 0.005)]
    merge(warehouse, run(-1, 100.0))  # of a clock that is ahead
    assert apart(warehouse) == [("bingx", "TRUMP", 0.005)]
