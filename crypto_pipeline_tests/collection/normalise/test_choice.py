"""Which of a source's markets of a coin is its price there."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.collection.normalise.choice import PricedMarket, choose, without_namesakes
from crypto_pipeline.collection.normalise.named_markets import BRIDGE_RANK, DOLLAR_RANK, LOCAL_RANK, NamedMarket
from crypto_pipeline.schema.rows import Quote

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
USD, USDT, USDC = (DOLLAR_RANK[money] for money in ("USD", "USDT", "USDC"))


def market(
    price: float, turnover: float | None, rank: int = USD, *, minutes_ago: float = 0, by_old_name: bool = False
) -> PricedMarket:
    row = {"price_usd": price, "timestamp": NOON - timedelta(minutes=minutes_ago)}
    return PricedMarket(NamedMarket("BTC", "", rank, Quote("", price), by_old_name), row, turnover)


def chosen_price(*markets: PricedMarket) -> float | None:
    chosen = choose(markets)
    return chosen.price if chosen else None


def test_of_no_market_none_is_chosen() -> None:
    assert choose([]) is None


@pytest.mark.parametrize(("turnover", "price"), [(200, 1.0), (199, 1.01)])
def test_dollars_are_preferred_down_to_a_fifth_of_the_largest_turnover(turnover: float, price: float) -> None:
    assert chosen_price(market(1.01, 1_000, USDT), market(1.0, turnover, USD)) == price


def test_of_one_money_the_market_with_more_turnover_is_taken() -> None:
    assert chosen_price(market(1.01, 500), market(1.0, 600), market(1.02, 550)) == 1.0


def test_without_any_turnover_dollars_come_first() -> None:
    assert chosen_price(market(3, None, LOCAL_RANK), market(2, None, USDC), market(1, None, USDT)) == 1


def test_a_market_without_turnover_is_taken_only_where_none_has_one() -> None:
    assert chosen_price(market(1.0, None, USD), market(1.01, 5, USDC)) == 1.01


def test_coins_as_money_come_last_among_markets_that_trade_alike() -> None:
    assert chosen_price(market(1.01, 1_000, BRIDGE_RANK), market(1.0, 201, LOCAL_RANK)) == 1.0


@pytest.mark.parametrize(("minutes", "price"), [(60, 1.0), (61, 1.01)])
def test_a_last_trade_of_more_than_an_hour_before_that_of_a_sibling_does_not_come_first(
    minutes: float, price: float
) -> None:
    assert chosen_price(market(1.0, 900, USD, minutes_ago=minutes), market(1.01, 1_000, USDT)) == price


@pytest.mark.parametrize(("washed", "price"), [(109_900, 109_900), (110_100, 100_000)])
def test_a_market_more_than_a_tenth_off_two_siblings_that_agree_is_not_believed(washed: float, price: float) -> None:
    assert chosen_price(market(washed, 5_000, USDT), market(100_000, 500, USD), market(100_000, 400, USDC)) == price


@pytest.mark.parametrize(("sibling", "price"), [(103_900, 101_950), (104_500, 60_000)])
def test_siblings_that_do_not_agree_contradict_nobody(sibling: float, price: float) -> None:
    """They are within two percent of their median, or not."""
    chosen = chosen_price(market(60_000, 5_000, USDT), market(100_000, 500, USD), market(sibling, 500, USDC))
    assert (chosen == 60_000) == (price == 60_000)


@pytest.mark.parametrize(("weight", "price"), [(50, 100.0), (49, 60.0)])
def test_siblings_with_less_than_a_hundredth_of_the_turnover_contradict_nobody(weight: float, price: float) -> None:
    assert chosen_price(market(60.0, 10_000), market(100.0, weight), market(100.0, 50)) == price


def test_half_of_the_siblings_are_not_most_of_them() -> None:
    agreed = [market(1.0, 50), market(1.01, 50)]
    assert chosen_price(market(2.0, 1_000), *agreed, market(0.6, 50)) == 1.0
    assert chosen_price(market(2.0, 1_000), *agreed, market(0.6, 50), market(1.4, 50)) == 2.0


def test_of_two_markets_nobody_can_say_which_is_wrong_and_turnover_decides() -> None:
    assert chosen_price(market(60.0, 10_000), market(100.0, 500)) == 60.0


def test_of_two_camps_of_equal_size_turnover_decides() -> None:
    assert chosen_price(market(1.0, 10), market(1.0, 11), market(2.0, 13), market(2.0, 12)) == 2.0


@pytest.mark.parametrize(("price", "is_a_namesake"), [(109.9, False), (110.1, True), (90.1, False), (89.9, True)])
def test_what_bears_an_older_name_and_is_a_tenth_off_the_coin_is_another_coin(
    price: float, is_a_namesake: bool
) -> None:
    coin, other = market(100, 5), market(price, 1_000_000, by_old_name=True)
    assert without_namesakes([other, coin]) == (([coin], [other]) if is_a_namesake else ([other, coin], []))


def test_a_source_that_has_only_the_older_name_means_the_coin_by_it() -> None:
    markets = [market(1, 5, by_old_name=True), market(2, 7, by_old_name=True)]
    assert without_namesakes(markets) == (markets, [])


@given(
    st.lists(
        st.tuples(
            st.floats(min_value=1, max_value=2),
            st.none() | st.floats(min_value=0.01, max_value=1e9),
            st.integers(min_value=0, max_value=BRIDGE_RANK),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_some_market_is_chosen_and_never_one_below_a_fifth_of_those_believed(
    drawn: list[tuple[float, float | None, int]],
) -> None:
    markets = [market(price, turnover, rank) for price, turnover, rank in drawn]
    chosen = choose(markets)
    assert chosen in markets
    if all(abs(one.price / other.price - 1) < 0.09 for one in markets for other in markets):
        assert (chosen.turnover or 0) * 5 >= max(one.turnover or 0 for one in markets)
