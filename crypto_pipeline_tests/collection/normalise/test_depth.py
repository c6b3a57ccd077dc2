"""What stands near the middle of a book, and what taking it costs: by hand, and whatever the levels are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.collection.normalise.depth import cost_of, middle_of, within

ASKS = [(101.0, 1.0), (103.0, 10.0), (110.0, 5.0)]
BIDS = [(99.0, 2.0), (98.0, 1.0), (90.0, 5.0)]

SIDES = st.dictionaries(st.integers(101, 200), st.floats(0.01, 1e4), min_size=1, max_size=20).map(
    lambda sizes: [(float(price), size) for price, size in sorted(sizes.items())]
)


def test_the_middle_lies_half_way_between_the_best_prices() -> None:
    assert middle_of(BIDS, ASKS) == 100
    assert middle_of([], ASKS) is None
    assert middle_of(BIDS, []) is None


@pytest.mark.parametrize(
    ("side", "distance", "money"),
    [
        (ASKS, 0.005, 0.0),  # nobody stands so near, and that is known
        (ASKS, 0.01, 101.0),  # the level at the very edge counts
        (ASKS, 0.03, 101.0 + 1_030.0),
        (ASKS, 0.10, 101.0 + 1_030.0 + 550.0),
        (BIDS, 0.02, 198.0 + 98.0),
    ],
)
def test_depth_is_the_money_of_all_levels_within_the_distance(
    side: list[tuple[float, float]], distance: float, money: float
) -> None:
    assert within(side, 100, distance) == money


def test_of_a_book_that_ends_before_the_distance_the_depth_is_not_known() -> None:
    assert within(ASKS, 100, 0.11) is None
    assert within(BIDS, 100, 0.11) is None
    assert within([], 100, 0.001) is None


def test_an_order_pays_the_levels_that_it_takes() -> None:
    """1 coin for 101 and 1 for 103 are 2 for 204: 102 each, 2 percent above the middle."""
    assert cost_of(ASKS, 100, 204) == pytest.approx(200)
    assert cost_of(BIDS, 100, 198) == pytest.approx(100)  # 2 coins for 99 each
    assert cost_of(BIDS, 100, 296) == pytest.approx((1 - 296 / 3 / 100) * 10_000)


def test_a_side_that_holds_less_than_the_order_says_nothing_of_its_cost() -> None:
    everything = 101 + 1_030 + 550
    assert cost_of(ASKS, 100, everything) == pytest.approx((everything / 16 / 100 - 1) * 10_000)
    assert cost_of(ASKS, 100, everything + 0.01) is None
    assert cost_of([], 100, 1) is None


@given(SIDES, st.floats(0.001, 1), st.floats(0.001, 1))
def test_farther_away_there_is_never_less(side: list[tuple[float, float]], one: float, other: float) -> None:
    near, far = (within(side, 100, distance) for distance in sorted((one, other)))
    if far is not None:
        assert near is not None
        assert 0 <= near <= far


@given(SIDES, st.floats(1, 1e5), st.floats(1, 1e5))
def test_a_larger_order_never_costs_less(side: list[tuple[float, float]], one: float, other: float) -> None:
    small, large = (cost_of(side, 100, money) for money in sorted((one, other)))
    if large is not None:
        assert small is not None
        nearest, farthest = ((side[end][0] / 100 - 1) * 10_000 for end in (0, -1))
        assert nearest * (1 - 1e-9) <= small <= large * (1 + 1e-9)
        assert large <= farthest * (1 + 1e-9)
