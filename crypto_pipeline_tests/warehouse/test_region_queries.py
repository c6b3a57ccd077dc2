"""What regions tell each other: who was at work, who was refused, whose answers a consensus lacks."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from crypto_pipeline.warehouse import Warehouse, region_queries
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.warehouse.facts import NOON, minutes


@pytest.fixture
def warehouse(held: DuckDBWarehouse) -> DuckDBWarehouse:
    return held


def tick(region: str, at: datetime, hosts: int = 1) -> dict[str, Any]:
    return {"region": region, "began_at": at, "hosts": hosts}


def test_a_region_is_heard_from_the_moment_on_that_is_asked_about(warehouse: Warehouse) -> None:
    ticks = [tick("eu", minutes(-1)), tick("eu", NOON), tick("eu", minutes(5)), tick("us", minutes(-9))]
    warehouse.merge({"region_ticks": ticks})
    assert {region: sorted(at) for region, at in region_queries.heard(warehouse, NOON).items()} == {
        "eu": [NOON, minutes(5)]
    }


def test_the_newest_tick_of_each_region_is_not_one_of_a_clock_that_was_ahead(warehouse: Warehouse) -> None:
    now = datetime.now(timezone.utc)
    ticks = [tick("eu", NOON, 1), tick("eu", minutes(-5), 2), tick("us", minutes(-5), 3)]
    warehouse.merge({"region_ticks": [*ticks, tick("eu", now + timedelta(minutes=5), 4)]})
    found = region_queries.newest_ticks(warehouse)
    assert {region: row["hosts"] for region, row in found.items()} == {"eu": 1, "us": 3}


def test_refusals_are_told_by_region_and_host_but_not_those_of_a_clock_that_was_ahead(warehouse: Warehouse) -> None:
    now = datetime.now(timezone.utc)
    hosts = [("us", "b.example", now), ("us", "a.example", NOON), ("eu", "z.example", NOON)]
    rows = [{"region": region, "host": host, "refused_at": at} for region, host, at in hosts]
    rows += [{"region": "eu", "host": "ahead.example", "refused_at": now + timedelta(hours=1)}]
    warehouse.merge({"region_refusals": rows})
    assert [(row["region"], row["host"]) for row in region_queries.refusals(warehouse)] == [
        ("eu", "z.example"),
        ("us", "a.example"),
        ("us", "b.example"),
    ]


def answer(region: str, at: datetime, symbol: str = "BTC") -> dict[str, Any]:
    return {"tick": at, "region": region, "symbol": symbol, "answers": "[]", "collected_at": at}


def test_the_answers_of_a_tick_come_by_region_and_coin(warehouse: Warehouse) -> None:
    rows = [answer("us", NOON), answer("eu", NOON, "ETH"), answer("eu", NOON), answer("eu", minutes(5))]
    warehouse.merge({"price_answers": rows})
    assert [(row["region"], row["symbol"]) for row in region_queries.answers(warehouse, NOON)] == [
        ("eu", "BTC"),
        ("eu", "ETH"),
        ("us", "BTC"),
    ]


def test_a_tick_is_unsettled_while_a_consensus_of_it_lacks_the_answers_of_a_region(warehouse: Warehouse) -> None:
    def made(at: datetime, symbol: str, regions: int | None) -> dict[str, Any]:
        return {"symbol": symbol, "timestamp": at, "price_usd": 1.0, "sources": 3, "regions": regions}

    both = [answer(region, minutes(at), coin) for at in range(5) for region in ("eu", "us") for coin in ("BTC", "ETH")]
    consensus = [
        made(minutes(0), "BTC", 2),
        made(minutes(0), "ETH", 2),
        made(minutes(1), "BTC", 2),
        made(minutes(1), "ETH", 1),
        made(minutes(2), "BTC", None),
        made(minutes(-1), "BTC", 1),
    ]
    warehouse.merge({"price_answers": [*both, answer("eu", minutes(-2))], "consensus_prices": consensus})
    assert region_queries.unsettled_ticks(warehouse, minutes(3), 9) == [*map(minutes, (3, 2, 1, -2))]
    assert region_queries.unsettled_ticks(warehouse, minutes(9), 2) == [minutes(4), minutes(3)]


def test_a_table_arrives_with_the_newest_answer_of_a_week_and_what_is_made_of_another_with_that(
    warehouse: Warehouse,
) -> None:
    def collected(name: str, outcome: str, at: float, tables: str) -> dict[str, Any]:
        return {
            "run_id": f"{at}",
            "endpoint": name,
            "outcome": outcome,
            "finished_at": minutes(at),
            "table_names": tables,
        }

    week = 7 * 24 * 60
    rows = [
        collected("a", "ok", -9, "market_prices,cached_market_data"),
        collected("a", "not_modified", -5, "market_prices"),
        collected("a", "timeout", -1, "market_prices"),
        collected("b", "ok", -week, "gas_prices"),
        collected("c", "ok", 1 - week, "news_articles"),
        collected("d", "ok", 11, "sentiment_metrics"),
        collected("e", "ok", 10, "whale_transactions"),
    ]
    warehouse.merge({"data_collections": rows})
    found = region_queries.arrivals(warehouse, ["ok", "not_modified"], NOON)
    assert {name: (at - NOON) / timedelta(minutes=1) for name, at in found.items()} == {
        "cached_market_data": -9,
        "market_prices": -5,
        "consensus_prices": -5,
        "news_articles": 1 - week,
        "whale_transactions": 10,
    }
