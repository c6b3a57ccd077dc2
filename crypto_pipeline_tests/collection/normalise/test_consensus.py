"""The median of all sources, how far they are apart, and who is left out."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.collection.normalise.consensus import consensus

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


def said(
    source: str, price: float, *, symbol: str = "BTC", change: float | None = None, age: int = 0
) -> dict[str, Any]:
    return {
        "symbol": symbol,
        "source": source,
        "price_usd": price,
        "price_change_24h": change,
        "timestamp": NOON - timedelta(minutes=age),
    }


def test_the_consensus_is_the_median_with_its_spread_and_its_sources() -> None:
    rows, rejected = consensus([said("a", 99.0, change=1), said("b", 100.0, change=2), said("c", 103.0)], NOON)
    assert rows == [
        {
            "symbol": "BTC",
            "price_usd": 100.0,
            "sources": 3,
            "lowest_usd": 99.0,
            "highest_usd": 103.0,
            "spread_percent": 4.0,
            "price_change_24h": 1.5,
            "outliers": None,
            "timestamp": NOON,
        }
    ]
    assert rejected == []


def test_a_source_far_off_the_median_of_five_others_is_left_out_with_its_reason() -> None:
    rows, rejected = consensus([*(said(name, 100.0) for name in "abcde"), said("other_coin", 0.5)], NOON)
    assert (rows[0]["sources"], rows[0]["outliers"], rows[0]["lowest_usd"]) == (5, "other_coin", 100.0)
    assert [one.reason for one in rejected] == ["its price 0.5 is -100 % off the median 100 of 5 others"]


@pytest.mark.parametrize(("price", "outliers"), [(119.9, None), (120.1, "other"), (80.1, None), (79.9, "other")])
def test_more_than_a_fifth_off_the_others_is_far(price: float, outliers: str | None) -> None:
    rows, _ = consensus([*(said(name, 100.0) for name in "abcde"), said("other", price)], NOON)
    assert rows[0]["outliers"] == outliers


def test_with_fewer_than_five_others_nobody_can_say_who_is_wrong() -> None:
    rows, rejected = consensus([*(said(name, 100.0) for name in "abcd"), said("e", 0.5)], NOON)
    assert (rows[0]["sources"], rejected) == (5, [])


def test_two_camps_of_equal_size_are_both_counted_and_the_spread_shows_it() -> None:
    rows, rejected = consensus([said(f"s{number}", 100.0 if number % 2 else 200.0) for number in range(6)], NOON)
    assert (rows[0]["sources"], rows[0]["lowest_usd"], rows[0]["highest_usd"], rejected) == (6, 100.0, 200.0, [])


def test_a_source_counts_once_with_its_newest_price() -> None:
    older, newer = said("a", 90.0, age=5), said("a", 100.0)
    for in_turn in ([older, newer], [newer, older], [newer, said("a", 80.0)]):
        rows, _ = consensus([*in_turn, said("b", 102.0)], NOON)
        assert (rows[0]["sources"], rows[0]["price_usd"]) == (2, 101.0)


def test_coins_and_those_who_are_left_out_are_listed_by_name() -> None:
    five = [said(name, 100.0) for name in "abcde"]
    rows, rejected = consensus([*five, said("z", 150.0), said("y", 150.0), said("a", 1.0, symbol="ADA")], NOON)
    assert [row["symbol"] for row in rows] == ["ADA", "BTC"]
    assert rows[1]["outliers"] == "y,z"
    assert [one.reason for one in rejected] == ["its price 150 is +50 % off the median 100 of 5 others"] * 2
    assert [one.row["source"] for one in rejected if isinstance(one.row, dict)] == ["y", "z"]


def test_a_dollar_coin_in_local_money_is_no_word_on_what_it_is_worth() -> None:
    premium = said("korean", 1.05, symbol="USDT") | {"quote": "KRW"}
    rows, rejected = consensus([said("a", 0.97, symbol="USDT") | {"quote": "USD"}, premium], NOON)
    assert ([(row["price_usd"], row["sources"]) for row in rows], rejected) == ([(0.97, 1)], [])
    rows, _ = consensus([said("a", 100.0) | {"quote": "KRW"}], NOON)
    assert rows[0]["sources"] == 1


def test_a_source_that_means_another_coin_is_left_out_however_few_speak() -> None:
    rows, rejected = consensus([said("a", 100.0), said("bingx", 0.5)], NOON, {("bingx", "BTC"), ("a", "ETH")})
    assert [(row["price_usd"], row["sources"]) for row in rows] == [(100.0, 1)]
    assert [one.reason for one in rejected] == ["bingx means another coin by BTC"]


@given(st.lists(st.floats(min_value=1e-9, max_value=1e9), min_size=1, max_size=12))
def test_the_median_lies_between_the_lowest_and_the_highest_that_count(prices: list[float]) -> None:
    rows, rejected = consensus([said(f"s{number}", price) for number, price in enumerate(prices)], NOON)
    (row,) = rows
    assert row["lowest_usd"] <= row["price_usd"] <= row["highest_usd"]
    assert row["sources"] + len(rejected) == len(prices)
