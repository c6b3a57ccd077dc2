"""What earlier collections left behind."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline.warehouse.previous_state import Recalled, recall


@pytest.fixture
def warehouse(held: DuckDBWarehouse) -> DuckDBWarehouse:
    return held


def ago(**time: Any) -> Any:
    return datetime.now(timezone.utc) - timedelta(**time)


def attempts(*facts: Any) -> list[dict[str, Any]]:
    """Requests of an endpoint to a host, so many seconds ago."""
    return [
        {
            "run_id": f"{number}",
            "endpoint": endpoint,
            "ask": "",
            "attempt": 1,
            "host": host,
            "started_at": ago(seconds=seconds),
        }
        for number, (endpoint, host, seconds) in enumerate(facts)
    ]


def test_there_is_nothing_to_recall_where_there_is_no_database(warehouse: DuckDBWarehouse) -> None:
    assert recall(warehouse, {"one.example": 60}) == Recalled()


def test_requests_are_recalled_while_they_count_against_the_budget_of_their_host(warehouse: DuckDBWarehouse) -> None:
    facts = [("a.x", "a.example", 30), ("a.x", "a.example", 90), ("b.x", "b.example", 90), ("c.x", "c.example", 5)]
    facts.append(("b.x", "b.example", -30))  # by a clock that was ahead
    warehouse.merge({"connection_attempts": attempts(*facts)})
    spent = recall(warehouse, {"a.example": 60, "b.example": 3600}).spent
    assert sorted((used.endpoint, used.requests) for used in spent) == [("a.x", 1), ("b.x", 1)]
    assert all(ago(seconds=100) < used.at < ago(seconds=20) for used in spent)


def test_of_a_long_budget_thousands_of_requests_come_as_a_few_rows_that_are_never_younger(
    warehouse: DuckDBWarehouse,
) -> None:
    warehouse.merge({"connection_attempts": attempts(*[("a.x", "a.example", 60 * n) for n in range(1, 3000)])})
    spent = recall(warehouse, {"a.example": 30 * 24 * 3600}).spent
    assert sum(used.requests for used in spent) == 2999
    assert len(spent) <= 61
    assert ago(seconds=80) < max(used.at for used in spent) < ago(seconds=59)


def test_the_requests_of_a_day_are_counted_for_each_host(warehouse: DuckDBWarehouse) -> None:
    def usage(run: str, hours: float, requests: Any) -> dict[str, Any]:
        at = ago(hours=hours)
        return {"run_id": run, "host": "a.example", "window_start": at, "window_end": at, "requests": requests}

    counted = [usage("1", 1, 5), usage("2", 23, 7), usage("3", 25, 100), usage("4", -1, 100)]
    warehouse.merge({"rate_limit_usage": counted})
    assert recall(warehouse, {}).used_by_host == {"a.example": 12}


def test_a_file_of_an_older_version_is_brought_up_to_date_first(own_file: DuckDBWarehouse) -> None:
    warehouse = own_file
    with warehouse.connection() as connection:
        connection.execute("ALTER TABLE source_health DROP COLUMN fields")
        connection.execute("UPDATE meta.warehouse_info SET value = 'older' WHERE name = 'layout'")
        connection.execute("INSERT INTO source_health (endpoint, region) VALUES ('a.x', '')")
    (row,) = recall(warehouse, {}).source_health
    assert (row["endpoint"], row["fields"]) == ("a.x", None)


def test_a_price_is_fresh_for_half_an_hour(warehouse: DuckDBWarehouse) -> None:
    prices = [
        {"provider": source, "symbol": "BTC", "price": 1.0, "fetched_at": ago(minutes=minutes)}
        for source, minutes in (("fresh", 29), ("old", 31), ("ahead", -11))
    ]
    warehouse.merge({"cached_market_data": prices})
    assert [row["provider"] for row in recall(warehouse, {}).latest_prices] == ["fresh"]


def test_an_exchange_rate_holds_for_a_week(warehouse: DuckDBWarehouse) -> None:
    rates = [
        {"source": "bank", "currency": currency, "usd_per_unit": 1.0, "timestamp": ago(days=days, minutes=minutes)}
        for currency, days, minutes in (("EUR", 7, -1), ("GBP", 7, 1), ("JPY", 0, -1))
    ]
    warehouse.merge({"exchange_rates": rates})
    assert [row["currency"] for row in recall(warehouse, {}).rates] == ["EUR"]


def test_a_story_goes_on_for_two_days(warehouse: DuckDBWarehouse) -> None:
    articles = [
        {"url": f"https://example.com/{hours}", "title": f"{hours}", "story_id": "s", "published_at": ago(hours=hours)}
        for hours in (47, 49, -1)
    ]
    articles += [{**articles[0], "url": "https://example.com/no-story", "story_id": None}]
    undated = {"url": "https://example.com/undated", "title": "undated", "story_id": "t"}
    warehouse.merge({"news_articles": [*articles, {**undated, "first_seen_at": ago(hours=1)}]})
    assert sorted(row["title"] for row in recall(warehouse, {}).recent_articles) == ["47", "undated"]


def test_a_host_that_told_a_back_fill_to_wait_is_left_alone_until_it_may_be_asked(warehouse: DuckDBWarehouse) -> None:
    hosts = [("waits", -60, 1), ("over", 1, 60), ("of a clock that was ahead", -120, -60)]
    rows = [
        {"host": host, "not_before": ago(minutes=until), "told_at": ago(minutes=since)} for host, until, since in hosts
    ]
    warehouse.merge({"host_pauses": rows})
    assert recall(warehouse, {}).host_pauses == {"waits": rows[0]["not_before"]}


def test_what_was_remembered_by_a_clock_that_was_ahead_is_forgotten(warehouse: DuckDBWarehouse) -> None:
    rows: list[dict[str, Any]] = [{"endpoint": "never"}, {"endpoint": "asked", "asked_at": ago(hours=99)}]
    warehouse.merge({"source_health": [*rows, {"endpoint": "ahead", "asked_at": ago(hours=-1)}]})
    assert sorted(row["endpoint"] for row in recall(warehouse, {}).source_health) == ["asked", "never"]


def test_each_region_knows_its_own_turn_in_a_pool(warehouse: DuckDBWarehouse) -> None:
    turns = [("prices", "", "a.x"), ("prices", "eu", "b.x"), ("gas", "eu", "c.x")]
    rows = [{"pool": pool, "region": region, "endpoint": endpoint} for pool, region, endpoint in turns]
    warehouse.merge({"rotation_state": rows})
    assert recall(warehouse, {}, "eu").last_of_pool == {"prices": "b.x", "gas": "c.x"}
    assert recall(warehouse, {}).last_of_pool == {"prices": "a.x"}
