"""What a price, a volume and a capitalisation can be at all."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.collection.normalise import bounds
from crypto_pipeline.collection.normalise.context import NormalisationContext
from crypto_pipeline.collection.normalise.simple_rows import normalise_simple_rows
from crypto_pipeline.schema.rows import ChainMetric
from crypto_pipeline.sources.kit import Provider

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


@pytest.mark.parametrize("price", ["0.000000000000000001", 1e15, "90500.5"])
def test_a_price_within_the_bounds_is_kept_with_every_digit(price: float | str) -> None:
    assert bounds.price(price) == float(price)


@pytest.mark.parametrize("price", [0.99e-18, 1.01e15, "1e-320", "1.797e308"])
def test_a_price_beyond_the_bounds_is_an_error(price: float | str) -> None:
    with pytest.raises(ValueError, match="beyond anything that is traded"):
        bounds.price(price)


@pytest.mark.parametrize(("price", "reason"), [(None, "no high"), (0, "its high is 0"), (-1, "its high is -1")])
def test_a_price_that_is_none_says_so(price: float | None, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        bounds.price(price, "high")


def test_a_high_of_zero_is_a_missing_one() -> None:
    assert (bounds.price_or_none(0, "high"), bounds.price_or_none("n/a", "high"), bounds.price_or_none(5, "high")) == (
        None,
        None,
        5,
    )


def test_an_amount_may_be_zero_and_missing_and_as_large_as_the_largest() -> None:
    assert [bounds.amount(raw, "volume", 10) for raw in (0, None, 10)] == [0, None, 10]
    for raw, reason in ((-1, "its volume is -1"), (10.1, "its volume of 10.1 is more than 10, which cannot be")):
        with pytest.raises(ValueError, match=reason):
            bounds.amount(raw, "volume", 10)


@given(st.floats() | st.integers() | st.text())
def test_whatever_comes_a_price_is_finite_and_above_zero_or_an_error(raw: float | int | str) -> None:
    try:
        price = bounds.price(raw)
    except ValueError:
        return
    assert bounds.SMALLEST_PRICE <= price <= bounds.LARGEST_PRICE


@pytest.mark.parametrize(
    ("metric", "largest"),
    [
        ("active_addresses", 1e9),
        ("transactions", 1e10),
        ("blocks", 1e6),
        ("block_size", 1e10),
        ("transfer_value", 1e13),
        ("fees", 1e12),
        ("fees_usd", 1e11),
        ("fee_rate_median", 1e8),
        ("fee_rate_high", 1e8),
        ("miners_revenue", 1e11),
        ("issuance", 1e12),
        ("supply", 1e15),
        ("price", 1e9),
        ("market_cap", 1e15),
        ("realised_cap", 1e15),
        ("mvrv", 1e5),
        ("nvt", 1e9),
        ("hash_rate", 1e25),
        ("difficulty", 1e18),
        ("of another name", 1e24),
    ],
)
def test_a_figure_of_a_chain_is_believed_up_to_some_hundred_times_the_most_that_there_was(
    metric: str, largest: float
) -> None:
    context = NormalisationContext(NOON)

    def rows(value: float) -> int:
        row = ChainMetric("bitcoin", metric, value, "count", NOON.isoformat())
        return len(
            normalise_simple_rows([row], Provider("s", "https://s.example"), context).rows.get("chain_metrics", [])
        )

    assert (rows(largest), rows(largest * 1.01)) == (1, 0)


def test_the_bounds_of_what_is_traded_are_written_twice() -> None:
    """So that nobody moves one by a slip: prices and volumes of half the tables are held against them."""
    assert (bounds.SMALLEST_PRICE, bounds.LARGEST_PRICE) == (1e-18, 1e15)
    assert (bounds.LARGEST_AMOUNT, bounds.LARGEST_TRADES) == (1e24, 1e10)
    assert (bounds.LARGEST_TURNOVER_USD, bounds.LARGEST_VOLUME_USD, bounds.LARGEST_CAP_USD) == (1e11, 1e13, 1e15)


@pytest.mark.parametrize(
    ("raw", "kept"), [(None, None), (-99.9, -99.9), (-100, None), (1e6, 1e6), (1.01e6, None), ("2.5", 2.5), (0, 0)]
)
def test_a_change_of_a_day_is_a_fall_of_less_than_all_and_a_rise_of_ten_thousand_times(
    raw: object, kept: float | None
) -> None:
    assert bounds.change(raw) == kept


@pytest.mark.parametrize(("one", "other", "are"), [(1, 10, True), (10, 1, True), (1, 10.1, False), (10.1, 1, False)])
def test_two_figures_of_one_thing_are_alike_up_to_ten_times(one: float, other: float, are: bool) -> None:
    assert bounds.alike(one, other) is are
