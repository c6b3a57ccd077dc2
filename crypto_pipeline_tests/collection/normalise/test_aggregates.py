"""Prices of sources that speak dollars: what they can be, and which coin a symbol means."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

import pytest

from crypto_pipeline.collection.normalise.aggregates import normalise_prices
from crypto_pipeline.collection.normalise.context import NormalisationContext, Normalised
from crypto_pipeline.schema.rows import Price
from crypto_pipeline.sources.kit import Provider

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
PROVIDER = Provider("aggregator", "https://aggregator.example")


def normalised(*prices: Price) -> Normalised:
    return normalise_prices(prices, PROVIDER, NormalisationContext(NOON))


@pytest.mark.parametrize(
    "price",
    [
        Price("BTC", 1.0, market_cap=1e15),
        Price("BTC", 1.0, volume_24h=1e13),
        Price("BTC", 1.0, timestamp=(NOON - timedelta(days=1)).isoformat()),
    ],
)
def test_a_number_at_its_bound_is_believed(price: Price) -> None:
    (row,) = normalised(price).rows["market_prices"]
    assert (row["market_cap"], row["volume_24h"]) == (price.market_cap, price.volume_24h)


@pytest.mark.parametrize(
    ("price", "reason", "is_stale"),
    [
        (Price("BTC", 1.0, market_cap=1.01e15), "market capitalisation of 1.01e\\+15 is more than", False),
        (Price("BTC", 1.0, volume_24h=1.01e13), "volume of 1.01e\\+13 is more than", False),
        (Price("BTC", 1.0, timestamp=(NOON - timedelta(hours=25)).isoformat()), "more than a day old", True),
    ],
)
def test_a_number_beyond_its_bound_costs_the_row(price: Price, reason: str, is_stale: bool) -> None:
    made = normalised(price)
    assert made.rows == {}
    assert (made.rejected_count, made.stale_count) == (1, is_stale)
    assert re.search(reason, made.rejected[0].reason)


def test_a_coin_that_nobody_wants_gives_neither_a_row_nor_a_rejection() -> None:
    made = normalised(Price("NOBODYS", 1.0), Price("BTC", 2.0))
    assert ([row["symbol"] for row in made.rows["market_prices"]], made.rejected) == (["BTC"], [])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Price("BTC", 1.0, rank=1), Price("BTC", 2.0, rank=2)),
        (Price("BTC", 1.0, rank=900), Price("BTC", 2.0)),
        (Price("BTC", 1.0, market_cap=10), Price("BTC", 2.0, market_cap=9)),
        (Price("BTC", 1.0, rank=1, market_cap=1), Price("BTC", 2.0, rank=2, market_cap=10)),
        (Price("BTC", 1.0, market_cap=10), Price("BTC", 2.0, rank=900, market_cap=1)),
        (Price("BTC", 1.0, rank="0", market_cap=10), Price("BTC", 2.0, rank=900, market_cap=1)),
        (Price("BTC", 1.0), Price("BTC", 2.0, rank="first")),
    ],
)
def test_of_two_coins_with_one_symbol_the_better_ranked_is_meant_then_the_larger(one: Price, other: Price) -> None:
    orders = [(one, other)] if other.rank == "first" else [(one, other), (other, one)]
    for prices in orders:
        assert [row["price_usd"] for row in normalised(*prices).rows["market_prices"]] == [1.0]


def test_a_coin_without_a_price_does_not_leave_its_symbol_to_another_coin() -> None:
    made = normalised(Price("BTC", None, rank=1), Price("BTC", 0.0031, rank=880))
    assert (made.rows, [one.reason for one in made.rejected]) == ({}, ["it has no price"])
