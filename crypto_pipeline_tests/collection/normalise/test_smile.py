"""Volatilities between strikes, and max pain: by hand, and whatever the numbers are."""

from __future__ import annotations

from math import erf, log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.collection.normalise.smile import Smile, max_pain

STRIKES = st.integers(1, 40).map(lambda number: number * 500.0)
COINS = st.floats(0, 1e5, allow_nan=False)
OPEN = st.dictionaries(STRIKES, COINS, max_size=12)
VOLATILITIES = st.dictionaries(STRIKES, st.floats(1, 300), min_size=1, max_size=15)


def test_the_delta_is_that_of_black_s_formula() -> None:
    smile = Smile(100, 1, {100: 50, 200: 70})
    assert smile.call_delta(100) == pytest.approx(0.598706, abs=1e-6)  # N(0.25)
    assert smile.call_delta(200) == pytest.approx((1 + erf((log(0.5) / 0.7 + 0.35) / sqrt(2))) / 2)


def test_at_the_money_lies_on_the_line_between_the_two_strikes_around_the_forward() -> None:
    assert Smile(92_000, 0.1, {90_000: 40, 95_000: 50, 60_000: 900, 130_000: 900}).at_the_money == pytest.approx(44)
    assert Smile(95_000, 0.1, {90_000: 40, 95_000: 50, 99_000: 70}).at_the_money == 50


@pytest.mark.parametrize("volatilities", [{}, {90_000: 40}, {90_000: 40, 91_000: 41}, {95_000: 40, 96_000: 41}])
def test_beyond_the_outermost_strikes_nothing_is_known(volatilities: dict[float, float]) -> None:
    smile = Smile(92_000, 0.1, volatilities)
    assert (smile.at_the_money, smile.quarter_delta_call) == (None, None)


def test_the_volatility_at_a_quarter_delta_lies_between_the_deltas_of_two_strikes() -> None:
    """N(d1) of the four strikes is 0.5987, 0.3535, 0.2610 and 0.2280: a quarter lies a third of the way between the last two."""
    smile = Smile(100, 1, {100: 50, 150: 60, 200: 70, 250: 80})
    assert smile.quarter_delta_call == pytest.approx(70 + 10 * (0.261018 - 0.25) / (0.261018 - 0.228026), abs=2e-3)
    assert smile.quarter_delta_put is None  # no put is that far out of the money


def test_a_flat_smile_has_no_skew() -> None:
    smile = Smile(90_000, 30 / 365, dict.fromkeys(range(70_000, 120_000, 2_000), 45.0))
    assert smile.quarter_delta_put == pytest.approx(45)
    assert smile.quarter_delta_call == pytest.approx(45)


def test_between_strikes_whose_deltas_are_far_apart_nobody_knows() -> None:
    apart = dict.fromkeys([90e3, 110e3], 50.0)
    near = dict.fromkeys([90e3, 94e3, 98e3], 50.0)
    assert Smile(90_000, 7 / 365, apart).quarter_delta_call is None
    assert Smile(90_000, 7 / 365, near).quarter_delta_call == pytest.approx(50)


def test_of_a_crooked_smile_the_quarter_nearer_to_the_money_is_meant() -> None:
    """The delta falls below a quarter, rises above it with a wild volatility far out, and falls again."""
    smile = Smile(100, 0.1, {95: 40, 100: 40, 105: 40, 108: 40, 112: 40, 150: 150, 170: 150, 210: 150})
    assert [round(smile.call_delta(strike), 2) for strike in (108, 112, 150, 170, 210)] == [0.29, 0.2, 0.27, 0.19, 0.09]
    assert smile.quarter_delta_call == pytest.approx(40)
    below = Smile(100, 0.05, {40: 300, 60: 300, 85: 300, 89: 40, 92: 40, 95: 40, 100: 40, 105: 40})
    assert [round(below.call_delta(strike), 2) for strike in (60, 85, 89, 92, 95)] == [0.86, 0.72, 0.91, 0.84, 0.73]
    assert below.quarter_delta_put == pytest.approx(40)


@given(VOLATILITIES, st.floats(400, 25_000), st.floats(1 / 365, 3))
def test_what_is_interpolated_lies_within_what_was_told(
    volatilities: dict[float, float], forward: float, years: float
) -> None:
    smile = Smile(forward, years, volatilities)
    for found in (smile.at_the_money, smile.quarter_delta_call, smile.quarter_delta_put):
        assert found is None or min(volatilities.values()) - 1e-9 <= found <= max(volatilities.values()) + 1e-9


def test_max_pain_is_where_all_contracts_together_would_pay_least() -> None:
    """At 90: the 10 calls at 80 pay 100, the 5 puts at 100 pay 50. At 80 the puts pay 100 + 20, at 100 the calls 200 + 30."""
    calls, puts = {80.0: 10.0, 90.0: 3.0, 100.0: 0.0}, {80.0: 7.0, 90.0: 2.0, 100.0: 5.0}
    assert max_pain(calls, puts) == 80  # 120 dollars; 150 at 90, 230 at 100
    assert max_pain(calls, {**puts, 90.0: 6.0}) == 90  # 160 at 80, and still 150 at 90


def test_without_anything_open_there_is_no_max_pain_and_of_equals_it_is_the_lowest() -> None:
    assert max_pain({}, {}) is None
    assert max_pain({80.0: 0.0}, {90.0: 0.0}) is None
    assert max_pain({100.0: 4.0}, {80.0: 4.0}) == 80  # 80 and 100 pay nothing


@given(OPEN, OPEN)
def test_max_pain_is_one_of_the_strikes_and_no_strike_pays_less(
    calls: dict[float, float], puts: dict[float, float]
) -> None:
    found = max_pain(calls, puts)
    if found is None:
        assert not any([*calls.values(), *puts.values()])
        return

    def paid(settled: float) -> float:
        in_calls = sum(coins * (settled - strike) for strike, coins in calls.items() if strike < settled)
        return in_calls + sum(coins * (strike - settled) for strike, coins in puts.items() if strike > settled)

    strikes = calls.keys() | puts.keys()
    assert found in strikes
    assert paid(found) <= min(map(paid, strikes)) * (1 + 1e-9) + 1e-6
