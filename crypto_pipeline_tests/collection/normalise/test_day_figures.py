"""Change, high and low of a day, held against the price beside them."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from crypto_pipeline.collection.normalise import day_figures
from crypto_pipeline.collection.normalise.aggregates import normalise_prices
from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.collection.normalise.markets import normalise_quotes
from crypto_pipeline.schema.rows import Price, Quote
from crypto_pipeline.sources.kit import Provider

CONTEXT = NormalisationContext(datetime(2026, 11, 23, 12, tzinfo=timezone.utc))
exchange = Provider("exchange", "https://exchange.example")


@pytest.mark.parametrize(
    ("stated", "opened", "last", "change"),
    [
        (5.23, 100, 105.2, 5.23),  # as told, where both agree but for rounding
        (0.0523, 100, 105.23, 5.23),  # a fraction under the name of percent
        (523, 100, 105.23, 5.23),  # percent, taken for a fraction
        ("0.01", 100, 100.6, 0.6),  # a fraction that was rounded to two digits
        (0, 100, 105, 5.0),  # never filled in
        ("0.00", 100, 100.4, 0.0),  # rounded
        (-0.02, 100, 100.05, -0.02),  # both are nearly nothing
        (3.0, 100, 101, 3.0),  # of other moments, and not in another unit
        (None, 100, 101, 1.0),
        (1.5, None, 101, 1.5),
        (1.5, "0", 101, 1.5),
        (None, None, 101, None),
        (0, 100, 100.99, 0.0),  # it may have been rounded
        (0, 100, 101.01, 1.01),
        (0.00099, 100, 100.099, 0.00099),  # less than a tenth of a percent is never held against the prices
        (0.00101, 100, 100.101, 0.101),
        (49, 100, 101, 49.0),  # 49 times is no other unit, 51 times is
        (51, 100, 101, 1.0),
        (199, 100, 101, 1.0),
        (201, 100, 101, 201.0),
        (-199, 100, 101, 1.0),
        (0, 100, 95, -5.0),  # the same of what fell
        (-0.0523, 100, 94.77, -5.23),
        (0.05, 100, 95, -5.0),
        (500, 100, 95, -5.0),
        (0.02, 100, 99.95, 0.02),
        (None, 1e-18, 2e-18, 100.0),  # nothing cheaper is a price
        (None, 9e-19, 2e-18, None),
    ],
)
def test_a_change_is_as_told_unless_the_prices_say_a_hundred_times_another_one(
    stated: object, opened: object, last: float, change: float | None
) -> None:
    assert day_figures.change(stated, opened, last) == pytest.approx(change)


@pytest.mark.parametrize(
    ("stated", "high", "low", "change"),
    [
        (5.57, 42_122, 39_512, 5.57),
        (557, 42_122, 39_512, 5.57),  # percent, taken for a fraction
        (100, 42_122, 39_512, 1.0),
        (99, 42_122, 39_512, None),  # no change of percent is written as so little
        (-20, 42_122, 39_512, None),  # it would have cost a fifth more than the highest price
        (30, 42_122, 39_512, None),  # it would have cost a quarter less than the lowest
        (30, 42_000, 42_000, 30),  # the only trade of a day, after another one long ago
        (30, 42_122, None, 30),
        (30, None, 39_512, 30),
        (950, 42_122, 4_000, 950),
        (None, 42_122, 39_512, None),
    ],
)
def test_a_change_that_is_told_alone_is_held_against_the_high_and_the_low_of_its_day(
    stated: float | None, high: float | None, low: float | None, change: float | None
) -> None:
    assert day_figures.change(stated, None, 42_000, high, low) == pytest.approx(change)


@pytest.mark.parametrize(
    ("high", "low", "kept"),
    [
        (110, 90, (110, 90)),
        (99, 98, (99, 98)),  # a price that left them a moment ago
        (90, 110, (None, None)),
        (50, 40, (None, 40)),
        (300, 150, (300, None)),
        ("0", "", (None, None)),
        (1_000, 90, (1_000, 90)),  # it crashed
        (100, 100, (100, 100)),  # nothing was traded but once
        (90, 40, (90, 40)),  # a tenth outside is of another moment
        (89.99, 40, (None, 40)),
        (300, 110, (300, 110)),
        (300, 110.01, (300, None)),
    ],
)
def test_a_high_and_a_low_that_leave_the_price_outside_are_unknown(
    high: object, low: object, kept: tuple[float | None, float | None]
) -> None:
    assert day_figures.high_and_low(high, low, 100) == kept


def test_of_a_list_in_which_coins_fall_by_more_than_all_no_change_is_believed() -> None:
    fallen = (523, -291, 485, 763)
    quotes = [Quote(f"{coin}-USD", 10, change_percent=change) for coin, change in zip(_COINS, fallen, strict=True)]
    prices = [Price(coin, 10, price_change_24h=change) for coin, change in zip(_COINS, fallen, strict=True)]
    for made in (normalise_quotes(quotes, exchange, CONTEXT), normalise_prices(prices, exchange, CONTEXT)):
        assert [row["price_change_24h"] for row in made.rows["market_prices"]] == [None] * 4
        assert [one.reason for one in made.rejected] == [
            "1 of 4 changes are falls by more than 100 %: they are in another unit"
        ]


def test_one_impossible_fall_in_a_long_list_costs_itself_alone() -> None:
    assert day_figures.objection_to_changes([-250, *range(40), None, "n/a", "12 %"]) is None


@pytest.mark.parametrize(
    ("fall", "others", "is_believed"), [(-100, 1, True), (-100.01, 1, False), (-291, 19, True), (-291, 18, False)]
)
def test_a_coin_loses_all_that_it_is_worth_at_most_and_one_in_twenty_may_be_wrong(
    fall: float, others: int, is_believed: bool
) -> None:
    assert (day_figures.objection_to_changes([fall, *[2.5] * others]) is None) is is_believed


def test_a_market_capitalisation_of_nothing_is_none() -> None:
    (row,) = normalise_prices([Price("BTC", 10, market_cap=0, volume_24h=0)], exchange, CONTEXT).rows["market_prices"]
    assert (row["market_cap"], row["volume_24h"]) == (None, 0)


_COINS = ("BTC", "ETH", "BCH", "LTC")
