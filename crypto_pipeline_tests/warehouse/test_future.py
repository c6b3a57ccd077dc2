"""A clock that was ahead once: what it wrote is not the newest, wins against nothing, and can be set right."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from crypto_pipeline.schema.clock import CLOCK_TOLERANCE
from crypto_pipeline.schema.declare import TEXT, TIME, Column, Table
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse import future, health_queries
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline.warehouse.previous_state import recall
from crypto_pipeline.warehouse.quality import fresh, prices_within_band

YEAR = timedelta(days=365)
SECOND = timedelta(seconds=1)


@pytest.fixture
def now() -> datetime:
    """The merge asks the clock of DuckDB, which nobody can set."""
    return datetime.now(timezone.utc)


@pytest.fixture
def warehouse(held: DuckDBWarehouse) -> DuckDBWarehouse:
    return held


def latest(price: float, at: datetime) -> dict[str, list[dict[str, Any]]]:
    row = {"provider": "kraken", "symbol": "BTC", "price": price, "timestamp": at, "fetched_at": at, "collected_at": at}
    return {"cached_market_data": [row]}


def provider(name: str, at: datetime) -> dict[str, list[dict[str, Any]]]:
    return {"providers": [{"name": name, "collected_at": at}]}


def test_a_row_of_now_beats_one_of_the_future(warehouse: DuckDBWarehouse, now: datetime) -> None:
    warehouse.merge(latest(1.0, now + YEAR))
    assert warehouse.merge(latest(2.0, now))["cached_market_data"].updated == 1
    assert [row["price"] for row in warehouse.read("cached_market_data")] == [2.0]


@pytest.mark.parametrize(
    ("ahead", "wins"), [(CLOCK_TOLERANCE - 60 * SECOND, False), (CLOCK_TOLERANCE + 60 * SECOND, True)]
)
def test_within_the_tolerance_the_newer_one_counts(
    warehouse: DuckDBWarehouse, now: datetime, ahead: timedelta, wins: bool
) -> None:
    warehouse.merge(latest(1.0, now + ahead))
    assert warehouse.merge(latest(2.0, now))["cached_market_data"].updated == wins


def test_of_two_rows_of_the_future_the_newer_counts(warehouse: DuckDBWarehouse, now: datetime) -> None:
    warehouse.merge(latest(1.0, now + YEAR))
    assert warehouse.merge(latest(2.0, now + YEAR - SECOND))["cached_market_data"].unchanged == 1
    assert warehouse.merge(latest(3.0, now + YEAR + SECOND))["cached_market_data"].updated == 1


def test_an_older_row_does_not_beat_one_of_now(warehouse: DuckDBWarehouse, now: datetime) -> None:
    warehouse.merge(latest(1.0, now))
    assert warehouse.merge(latest(2.0, now - SECOND))["cached_market_data"].unchanged == 1


def test_a_whole_truth_of_the_future_is_replaced_by_one_of_now(warehouse: DuckDBWarehouse, now: datetime) -> None:
    warehouse.merge(provider("old", now + YEAR))
    warehouse.merge(provider("new", now))
    assert [row["name"] for row in warehouse.read("providers")] == ["new"]


def state(endpoint: str, at: datetime) -> dict[str, Any]:
    return {"endpoint": endpoint, "asked_at": at, "succeeded_at": at, "not_before": at + YEAR, "collected_at": at}


def test_what_was_remembered_by_a_clock_that_was_ahead_is_not_recalled(
    warehouse: DuckDBWarehouse, now: datetime
) -> None:
    warehouse.merge({"source_health": [state("kraken.ticker", now), state("okx.tickers", now + YEAR)]})
    recalled = recall(warehouse, {})
    assert [row["endpoint"] for row in recalled.source_health] == ["kraken.ticker"]


def test_prices_rates_and_articles_of_the_future_are_not_recalled(warehouse: DuckDBWarehouse, now: datetime) -> None:
    def rate(source: str, usd: float, at: datetime) -> dict[str, Any]:
        return {"source": source, "currency": "EUR", "usd_per_unit": usd, "timestamp": at, "fetched_at": at}

    def article(url: str, at: datetime) -> dict[str, Any]:
        return {"url": url, "title": "T", "published_at": at, "first_seen_at": at, "story_id": url, "fetched_at": at}

    warehouse.merge(latest(1.0, now + YEAR))
    warehouse.merge(
        {
            "exchange_rates": [rate("ecb", 1.1, now - SECOND), rate("later", 9.9, now + YEAR)],
            "news_articles": [article("https://a", now - SECOND), article("https://b", now + YEAR)],
        }
    )
    recalled = recall(warehouse, {})
    assert recalled.latest_prices == []
    assert [(row["source"], row["usd_per_unit"]) for row in recalled.rates] == [("ecb", 1.1)]
    assert [row["title"] for row in recalled.recent_articles] == ["T"]


def test_a_table_whose_newest_row_is_of_the_future_is_as_old_as_the_row_before(
    warehouse: DuckDBWarehouse, now: datetime
) -> None:
    warehouse.merge(
        {"consensus_prices": [{"symbol": "BTC", "timestamp": at} for at in (now - timedelta(hours=2), now + YEAR)]}
    )
    finding = fresh(warehouse, "consensus_prices", timedelta(hours=1), now)
    assert not finding.passed
    assert finding.counts["age_seconds"] == 7200


def test_prices_are_compared_with_the_newest_consensus_that_is_not_ahead(
    warehouse: DuckDBWarehouse, now: datetime
) -> None:
    def consensus(usd: float, at: datetime) -> dict[str, Any]:
        return {"symbol": "BTC", "timestamp": at, "price_usd": usd, "sources": 2}

    said = {"source": "kraken", "symbol": "BTC", "timestamp": now, "fetched_at": now, "price_usd": 100.0}
    warehouse.merge({"consensus_prices": [consensus(100.0, now), consensus(5.0, now + YEAR)], "market_prices": [said]})
    assert prices_within_band(warehouse, 0.1, now).counts == {"prices": 1, "prices_far_off": 0}


@pytest.fixture
def confused(warehouse: DuckDBWarehouse, now: datetime) -> DuckDBWarehouse:
    """After one run at +365 days among others."""
    for at in (now, now + YEAR):
        warehouse.merge(
            {
                "consensus_prices": [{"symbol": "BTC", "timestamp": at, "collected_at": at}],
                "cached_ohlc": [
                    {
                        "provider": f"of {at.year}",
                        "symbol": "BTC",
                        "interval": "1h",
                        "timestamp": now - timedelta(hours=1),
                        "fetched_at": at,
                        "collected_at": at,
                    }
                ],
                "news_articles": [
                    {"url": f"https://{at.year}", "first_seen_at": at, "fetched_at": at, "collected_at": at}
                ],
                "source_health": [state(f"of.{at.year}", at)],
                "data_collections": [{"run_id": str(at.year), "endpoint": "e", "started_at": at, "collected_at": at}],
                "providers": [{"name": "kraken", "docs": str(at.year), "collected_at": at}],
            }
        )
    return warehouse


def test_rows_of_the_future_are_counted_by_table(confused: DuckDBWarehouse, now: datetime) -> None:
    tables = ("consensus_prices", "cached_ohlc", "news_articles", "source_health", "data_collections", "providers")
    assert future.count(confused, now) == dict.fromkeys(sorted(tables, key=[*confused_order()].index), 1)
    assert health_queries.rows_of_the_future(confused, now) == len(tables)


def confused_order() -> list[str]:
    return list(TABLES)


def test_rows_of_the_future_are_set_right_and_no_others_touched(confused: DuckDBWarehouse, now: datetime) -> None:
    of_now = {"consensus_prices": 1, "cached_ohlc": 2, "news_articles": 2, "source_health": 1, "data_collections": 1}

    assert sum(future.set_right(confused, now).values()) == 6

    assert future.count(confused, now) == {}
    assert {table: len(confused.read(table)) for table in of_now} == of_now
    candles = confused.read("cached_ohlc", columns=("timestamp", "fetched_at", "collected_at"))
    assert candles == [{"timestamp": now - timedelta(hours=1), "fetched_at": now, "collected_at": now}] * 2
    assert {row["first_seen_at"] for row in confused.read("news_articles")} == {now}
    assert {row["published_at"] for row in confused.read("news_articles")} == {None}


def seen_again(at: datetime) -> dict[str, list[dict[str, Any]]]:
    article = {"url": "https://a", "title": "T", "first_seen_at": at, "fetched_at": at, "collected_at": at}
    market = {"source": "gate", "market": "BTC_USDT", "kind": "spot", "symbol": "BTC"}
    return {"news_articles": [article], "listings": [market | dict.fromkeys(MOMENTS_OF_A_LISTING, at)]}


MOMENTS_OF_A_LISTING = ("first_seen_at", "fetched_at", "timestamp", "collected_at")


def test_what_is_told_again_was_first_seen_by_the_clock_that_is_right(
    warehouse: DuckDBWarehouse, now: datetime
) -> None:
    for at in (now + YEAR, now, now + SECOND):
        warehouse.merge(seen_again(at))
    first_seen = [warehouse.read(table)[0]["first_seen_at"] for table in ("news_articles", "listings")]
    assert first_seen == [now, now]


def test_a_first_sight_of_the_future_is_set_right_in_a_row_that_was_told_again(
    warehouse: DuckDBWarehouse, now: datetime
) -> None:
    warehouse.merge(seen_again(now))
    with warehouse.connection() as connection:  # as versions left it that kept the first sight whatever it was
        for table in ("news_articles", "listings"):
            connection.execute(f"UPDATE main.{table} SET first_seen_at = $at", {"at": now + YEAR})
    assert future.set_right(warehouse, now) == {"news_articles": 1, "listings": 1}
    assert [warehouse.read(table)[0]["first_seen_at"] for table in ("news_articles", "listings")] == [now, now]
    assert future.count(warehouse, now) == {}


def test_a_clock_that_is_set_right_in_the_middle_of_a_run_leaves_rows_that_are_found(
    warehouse: DuckDBWarehouse, now: datetime
) -> None:
    """They were stored by the right clock; what they are known by is of the wrong one."""
    ahead = now + YEAR
    warehouse.merge(
        {
            "consensus_prices": [{"symbol": "BTC", "timestamp": at, "collected_at": now} for at in (now, ahead)],
            "data_collections": [{"run_id": "a", "endpoint": "e", "started_at": ahead, "collected_at": now}],
            "cached_market_data": [{"provider": "okx", "symbol": "BTC", "fetched_at": ahead, "collected_at": now}],
            "option_metrics": [
                {"source": "okx", "symbol": "BTC", "expiry": ahead, "timestamp": now, "collected_at": now}
            ],
            "dated_futures": [
                {"source": "okx", "contract": "B", "expiry": ahead, "timestamp": now, "collected_at": now}
            ],
            "source_health": [state("okx.tickers", now)],
        }
    )
    found = {"cached_market_data": 1, "consensus_prices": 1, "data_collections": 1}
    assert future.count(warehouse, now) == found
    assert future.set_right(warehouse, now) == found
    assert future.count(warehouse, now) == {}
    assert [row["timestamp"] for row in warehouse.read("consensus_prices")] == [now]
    for table in ("option_metrics", "dated_futures", "source_health"):
        assert len(warehouse.read(table)) == 1


def test_what_is_counted_is_set_right(warehouse: DuckDBWarehouse, now: datetime) -> None:
    """Each moment of each table by itself is ahead."""
    warehouse.merge({name: _each_moment_ahead(table, now) for name, table in TABLES.items()})
    assert future.set_right(warehouse, now).keys() == TABLES.keys()
    assert future.count(warehouse, now) == {}


def _each_moment_ahead(table: Table, now: datetime) -> list[dict[str, Any]]:
    times = [column.name for column in table.columns if column.type == TIME]
    usual = {
        column.name: _some(column, now) for column in table.columns if column.name in table.key or column.name in times
    }
    return [
        {**usual, ahead: now + YEAR, **{key: f"{number}" for key in table.key if _is_text(table, key)}}
        for number, ahead in enumerate(times)
    ]


def _is_text(table: Table, name: str) -> bool:
    return next(column.type for column in table.columns if column.name == name) == TEXT


def _some(column: Column, now: datetime) -> Any:
    return {TIME: now, TEXT: "a"}.get(column.type, 1)


def test_a_transfer_without_a_time_of_its_own_loses_that_of_the_future(
    warehouse: DuckDBWarehouse, now: datetime
) -> None:
    transfer = {"blockchain": "bitcoin", "transaction_hash": "aa", "event_index": -1, "symbol": "BTC", "amount": 1.0}
    warehouse.merge({"whale_transactions": [transfer | {"timestamp": now + YEAR, "collected_at": now + YEAR}]})
    future.set_right(warehouse, now)
    assert [row["timestamp"] for row in warehouse.read("whale_transactions")] == [now]


@pytest.mark.parametrize(("ahead", "counts"), [(CLOCK_TOLERANCE, 0), (CLOCK_TOLERANCE + SECOND, 1)])
def test_what_is_within_the_tolerance_is_not_of_the_future(
    warehouse: DuckDBWarehouse, now: datetime, ahead: timedelta, counts: int
) -> None:
    warehouse.merge(latest(1.0, now + ahead))
    assert sum(future.count(warehouse, now).values()) == counts
