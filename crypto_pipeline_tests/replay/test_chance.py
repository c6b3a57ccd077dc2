"""Numbers that follow from names: one by one and many at once they are the same."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto_pipeline.replay.chance import chance, chances, eights


@settings(max_examples=40)
@given(st.text(max_size=8), st.integers(-1_000, 1_000_000), st.integers(0, 24))
def test_many_in_a_row_are_those_that_are_asked_for_alone(name: str, first: int, count: int) -> None:
    assert chances(name, first, count).tolist() == [chance(name, number) for number in range(first, first + count)]


def test_a_block_has_the_eight_from_eight_times_its_number_on() -> None:
    assert eights("coin", [3, 8]).tolist() == [[chance("coin", 8 * block + i) for i in range(8)] for block in (3, 8)]


def test_they_lie_on_both_sides_of_nothing_and_no_farther_than_one() -> None:
    numbers = chances("coin", 0, 4_000)
    assert numbers.min() > -1
    assert numbers.max() < 1
    assert numbers.mean() == pytest.approx(0, abs=0.05)
