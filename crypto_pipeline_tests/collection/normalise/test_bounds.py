"""What a price, a volume and a capitalisation can be at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.collection.normalise import bounds


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
