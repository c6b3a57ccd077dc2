"""Option contracts of one coin and expiry, told together."""

from __future__ import annotations

import math
import random
import re
from datetime import datetime, timedelta, timezone
from statistics import NormalDist
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.collection.normalise.context import NormalisationContext, Normalised
from crypto_pipeline.collection.normalise.options import normalise_options
from crypto_pipeline.schema.rows import Option
from crypto_pipeline.sources.kit import Provider

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
MORNING = NOON.replace(day=27, hour=8)
provider = Provider("venue", "https://venue.example")


def contract(strike: float, side: Any, iv: Any = 50.0, **more: Any) -> Option:
    expiry = more.pop("expiry", MORNING)
    facts = {"underlying_price": 90_000, "mark_iv": iv, "open_interest": 1, "volume_24h": 1, "timestamp": NOON, **more}
    name = more.get("name", f"BTC-{expiry:%d%b%y}-{strike:g}-{side}")
    return Option("BTC", name, expiry.timestamp(), strike, side, **{k: v for k, v in facts.items() if k != "name"})


def normalised_from(*contracts: Option) -> Normalised:
    return normalise_options(contracts, provider, NormalisationContext(NOON))


def row(*contracts: Option) -> dict[str, Any]:
    [made] = normalised_from(*contracts).rows["option_metrics"]
    return made


def test_one_row_tells_all_contracts_of_an_expiry() -> None:
    contracts = [
        contract(88_000, "call", 40, open_interest=2, volume_24h=0.5),
        contract(88_000, "put", 52, open_interest=6, volume_24h=3),
        contract(92_000, "call", 48, open_interest=3, volume_24h=1.5),
        contract(92_000, "put", 44, open_interest=1, volume_24h=1),
    ]
    made = row(*contracts)
    assert {name: made[name] for name in ("symbol", "expiry", "source", "timestamp", "strikes", "contracts")} == {
        "symbol": "BTC",
        "expiry": MORNING,
        "source": "venue",
        "timestamp": NOON,
        "strikes": 2,
        "contracts": 4,
    }
    assert made["days_to_expiry"] == pytest.approx(3 + 20 / 24)
    assert made["underlying_price"] == 90_000
    assert made["atm_iv"] == 50  # half way between the put at 88,000 (52) and the call at 92,000 (48)
    assert (made["call_volume_24h"], made["put_volume_24h"], made["put_call_volume"]) == (2, 4, 2)
    assert (made["call_open_interest"], made["put_open_interest"], made["put_call_open_interest"]) == (5, 7, 1.4)
    assert made["max_pain"] == 88_000  # the put at 92,000 would pay 4,000; at 92,000 the two calls 8,000


def test_the_skew_is_the_put_less_the_call() -> None:
    strikes = range(80_000, 101_000, 1_000)
    contracts = [contract(strike, "put", 60) for strike in strikes if strike < 90_000]
    contracts += [contract(strike, "call", 45) for strike in strikes if strike >= 90_000]
    made = row(*contracts)
    assert (made["iv_25d_put"], made["iv_25d_call"], made["skew_25d"]) == (60, 45, 15)


def test_the_smile_is_that_of_a_year_of_365_days_and_of_the_contract_that_is_out_of_the_money() -> None:
    """Black's formula by hand: with a year left the deviation is the volatility itself."""
    strikes, volatilities = (280_000, 360_000), (1.0, 1.1)
    later = NOON + timedelta(days=365)
    made = row(*(contract(k, "call", 100 * v, expiry=later) for k, v in zip(strikes, volatilities, strict=True)))
    (near, far) = (
        NormalDist().cdf(math.log(90_000 / strike) / volatility + volatility / 2)
        for strike, volatility in zip(strikes, volatilities, strict=True)
    )
    assert near > 0.25 > far
    assert made["iv_25d_call"] == pytest.approx(110 - 10 * (0.25 - far) / (near - far))
    assert row(contract(90_000, "call", 40), contract(90_000, "put", 60))["atm_iv"] == 40


@pytest.mark.parametrize("volatility", [0.1, 5_000])
def test_a_volatility_may_be_as_small_and_as_large_as_coins_have_had_it(volatility: float) -> None:
    assert row(contract(90_000, "call", volatility))["atm_iv"] == volatility


def test_a_volatility_is_told_with_six_decimals() -> None:
    assert row(contract(90_000, "call", 50.123_456_789))["atm_iv"] == 50.123_457


def test_a_contract_may_expire_in_five_years() -> None:
    made = row(contract(90_000, "call", expiry=NOON + timedelta(days=5 * 365)))
    assert made["contracts"] == 1


def test_where_the_contract_out_of_the_money_has_no_volatility_the_other_one_s_is_taken() -> None:
    made = row(contract(88_000, "put", None), contract(88_000, "call", 40), contract(92_000, "call", 60))
    assert made["atm_iv"] == 50


def test_a_sum_of_which_a_part_is_not_known_is_not_told() -> None:
    made = row(
        contract(88_000, "put", volume_24h=None, open_interest="n/a"),
        contract(90_000, "put"),
        contract(92_000, "call", volume_24h=0),
    )
    assert (made["put_volume_24h"], made["put_open_interest"], made["put_call_open_interest"]) == (None, None, None)
    assert (made["call_volume_24h"], made["call_open_interest"]) == (0, 1)
    assert (made["put_call_volume"], made["max_pain"]) == (None, None)


def test_an_expiry_is_as_old_as_its_newest_contract_and_others_have_rows_of_their_own() -> None:
    later = MORNING + timedelta(days=7)
    rows = normalised_from(
        contract(90_000, "call", timestamp=NOON - timedelta(minutes=2)),
        contract(91_000, "call", timestamp=NOON - timedelta(minutes=1)),
        contract(90_000, "call", expiry=later),
    ).rows["option_metrics"]
    assert [(one["expiry"], one["timestamp"]) for one in rows] == [
        (MORNING, NOON - timedelta(minutes=1)),
        (later, NOON),
    ]


def test_a_contract_that_is_told_twice_counts_once_and_contracts_of_one_strike_under_two_names_both() -> None:
    twice = row(contract(90_000, "call", open_interest=2), contract(90_000, "call", open_interest=2))
    assert (twice["contracts"], twice["call_open_interest"]) == (1, 2)
    both = row(contract(90_000, "call", 40, name="one"), contract(90_000, "call", 60, name="two"))
    assert (both["contracts"], both["strikes"], both["call_open_interest"], both["atm_iv"]) == (2, 1, 2, 50)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"expiry": NOON - timedelta(hours=4)}, "cannot expire"),
        ({"expiry": NOON}, "cannot expire"),
        ({"expiry": NOON + timedelta(days=5 * 365, seconds=1)}, "cannot expire"),
        ({"iv": 0.09}, "implied volatility of 0.09"),
        ({"iv": 5_000.1}, "implied volatility of 5000.1"),
        ({"iv": -3}, "implied volatility of -3"),
        ({"iv": 90_000}, "implied volatility of 90000"),
        ({"strike": 0}, "strike is 0"),
        ({"side": "straddle"}, "neither call nor put"),
        ({"open_interest": -1}, "open interest is -1"),
        ({"volume_24h": "1e30"}, "volume of 1e\\+30"),
        ({"iv": 0, "underlying_price": None, "open_interest": None, "volume_24h": None}, "neither a volatility nor"),
    ],
)
def test_a_contract_that_cannot_be_is_rejected_by_itself(fault: dict[str, Any], reason: str) -> None:
    facts = {"strike": 91_000, "side": "call", **fault}
    normalised = normalised_from(contract(90_000, "call"), contract(**facts))
    [rejected] = normalised.rejected
    assert rejected.table == "option_metrics"
    assert re.search(reason, rejected.reason)
    assert [one["contracts"] for one in normalised.rows["option_metrics"]] == [1]


@pytest.mark.parametrize("unnamed", [{"contract": None}, {"contract": ""}, {"expiry": None}])
def test_a_contract_without_a_name_or_an_expiry_is_rejected(unnamed: dict[str, Any]) -> None:
    normalised = normalised_from(contract(90_000, "call"), contract(91_000, "call")._replace(**unnamed))
    assert [one.reason for one in normalised.rejected] == ["it does not say which contract it is, or when that expires"]
    assert [one["contracts"] for one in normalised.rows["option_metrics"]] == [1]


def test_an_expiry_of_which_a_contract_was_rejected_says_so_and_tells_no_sums() -> None:
    whole = [contract(88_000, "put", 52), contract(92_000, "call", 48), contract(88_000, "call")]
    later = MORNING + timedelta(days=7)
    one, other = normalised_from(
        *whole, contract(90_000, "put", open_interest=-1), contract(90_000, "call", expiry=later)
    ).rows["option_metrics"]
    assert (one["contracts"], one["contracts_rejected"], one["atm_iv"]) == (3, 1, 50)
    assert {one[name] for name in one if "volume" in name or "open_interest" in name or name == "max_pain"} == {None}
    assert (other["contracts_rejected"], other["call_open_interest"]) == (0, 1)
    assert row(*whole)["put_call_open_interest"] == 0.5


def test_contracts_of_coins_that_are_not_tracked_are_passed_over() -> None:
    other = contract(90_000, "call")._replace(symbol="UNHEARDOF")
    assert (normalised_from(other).rows, normalised_from(other).rejected) == ({}, [])


CONTRACTS = st.lists(
    st.builds(
        contract,
        st.integers(60, 120).map(lambda thousands: thousands * 1_000),
        st.sampled_from(["call", "put"]),
        st.one_of(st.none(), st.just(0), st.floats(0.1, 300)),
        open_interest=st.floats(0, 1e6),
        volume_24h=st.floats(0, 1e6),
        underlying_price=st.floats(50_000, 130_000),
        expiry=st.sampled_from([MORNING, MORNING + timedelta(days=28)]),
    ),
    max_size=40,
    unique_by=lambda one: one.contract,
)


@given(CONTRACTS, st.randoms(use_true_random=False))
def test_the_order_of_the_contracts_changes_nothing(contracts: list[Option], shuffle: random.Random) -> None:
    shuffled = list(contracts)
    shuffle.shuffle(shuffled)
    assert normalised_from(*shuffled).rows == normalised_from(*contracts).rows


@given(CONTRACTS)
def test_ratios_are_not_negative_and_max_pain_is_a_strike(contracts: list[Option]) -> None:
    strikes = {one.strike for one in contracts}
    for made in normalised_from(*contracts).rows.get("option_metrics", []):
        assert (made["put_call_volume"] or 0) >= 0
        assert (made["put_call_open_interest"] or 0) >= 0
        assert made["max_pain"] is None or made["max_pain"] in strikes
        assert made["strikes"] <= made["contracts"] <= len(contracts)
