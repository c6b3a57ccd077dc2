"""What monies are worth: dollar coins by the market, local money by the same answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import pytest

from crypto_pipeline.collection.normalise.dollars import consensus_on_dollar_coins, worth_of_monies
from crypto_pipeline.collection.normalise.named_markets import NamedMarket, named_market
from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.sources.kit import Provider

exchange = Provider("exchange", "https://exchange.example")
NOTHING_ELSEWHERE: Mapping[str, float] = MappingProxyType({})


def named_markets(quotes: Iterable[Quote]) -> list[NamedMarket]:
    return [market for quote in quotes if (market := named_market(quote, exchange))]


def worth(*quotes: Quote, elsewhere: Mapping[str, float] = NOTHING_ELSEWHERE) -> dict[str, float]:
    return {name: one.usd for name, one in worth_of_monies(named_markets(quotes), elsewhere).items()}


def rests_on(money: str, *quotes: Quote) -> set[str]:
    return set(worth_of_monies(named_markets(quotes), {})[money].rests_on)


def test_without_a_word_on_it_a_dollar_coin_is_worth_a_dollar() -> None:
    assert worth(Quote("BTC/USDT", 90_000))["USDT"] == 1.0


def test_the_consensus_of_a_moment_ago_comes_before_the_promise() -> None:
    assert worth(elsewhere={"USDT": 0.95})["USDT"] == 0.95


def test_the_same_answer_comes_before_the_consensus() -> None:
    assert worth(Quote("USDT/USD", 0.94, volume_base=1e6), elsewhere={"USDT": 0.95})["USDT"] == 0.94


def test_a_dollar_coin_that_is_priced_in_another_is_worth_that_times_the_other() -> None:
    both = worth(Quote("USDC/USDT", 1.05, volume_base=1e6), elsewhere={"USDT": 0.95})
    assert both["USDT"] == 0.95
    assert both["USDC"] == pytest.approx(0.9975)


def test_the_coin_that_others_are_priced_in_is_taken_at_par() -> None:
    assert worth(Quote("USDT/USDC", 1.0002, volume_base=1))["USDT"] == 1.0002
    assert worth(Quote("USDC/USDT", 0.88, volume_base=1))["USDC"] == 0.88


def test_dollars_that_are_priced_in_a_coin_say_what_the_coin_is_worth() -> None:
    assert worth(Quote("USD/USDT", 1.25, volume_base=1e6))["USDT"] == 0.8


def test_a_chain_of_dollar_coins_is_followed_to_its_end() -> None:
    quotes = [Quote("USDT/USD", 0.5, volume_base=1e6), Quote("USDC/USDT", 2, volume_base=1e6), Quote("DAI/USDC", 0.9)]
    found = worth(*quotes)
    assert (found["USDT"], found["USDC"], found["DAI"]) == (0.5, 1.0, 0.9)


def test_two_coins_that_price_each_other_are_resolved_by_the_busier_market() -> None:
    found = worth(Quote("USDT-USDC", 1.2, volume_base=786), Quote("USDC-USDT", 0.9999, volume_base=9e6))
    assert (found["USDT"], found["USDC"]) == (1.0, 0.9999)


def test_of_several_words_on_a_coin_a_market_below_a_fifth_of_the_largest_has_none() -> None:
    busy = Quote("USDC/USDT", 0.99, volume_base=1e6)
    assert worth(Quote("USDC/USD", 0.5, volume_base=390_000), busy)["USDC"] == 0.99
    assert worth(Quote("USDC/USD", 0.5, volume_base=400_000), busy)["USDC"] == 0.5


@pytest.mark.parametrize(
    "quote",
    [
        Quote("USDC/USDT", 0.5, volume_base=0),
        Quote("USDC/USDT", 0.5, volume_quote=0),
        Quote("USDC/USDT", 0),
        Quote("USDC/USDT", "-"),
    ],
)
def test_a_market_where_nobody_trades_says_nothing(quote: Quote) -> None:
    assert worth(quote)["USDC"] == 1.0


@pytest.mark.parametrize(("price", "usdc"), [(1.5, 1.5), (1.51, 1.0)])
def test_what_costs_more_than_a_dollar_and_a_half_is_no_dollar_coin(price: float, usdc: float) -> None:
    assert worth(Quote("USDC/USD", price, volume_base=1e9))["USDC"] == usdc


@pytest.mark.parametrize(
    ("price", "turnover", "usdc"),
    [(0.981, 90_000, 0.981), (0.979, 90_000, 1.0), (0.979, 110_000, 0.979), (0.81, 1e9, 0.81), (0.79, 1e9, 1.0)],
)
def test_a_thin_market_may_be_two_percent_off_the_consensus_and_a_busy_one_twenty(
    price: float, turnover: float, usdc: float
) -> None:
    quote = Quote("USDC/USD", price, volume_quote=turnover, volume_base=turnover / price)
    assert worth(quote, elsewhere={"USDC": 1.0})["USDC"] == usdc


def test_a_dollar_coin_that_has_lost_half_is_held_against_what_it_is_worth_now() -> None:
    for price, usdc in ((0.5, 0.5), (0.55, 0.55), (1.0, 0.5)):
        assert worth(Quote("USDC/USD", price, volume_base=1e9), elsewhere={"USDC": 0.5})["USDC"] == usdc


def test_of_markets_that_trade_about_as_much_the_one_in_the_best_dollars_counts_and_then_the_busiest() -> None:
    in_dollars = Quote("USDC/USD", 0.99, volume_base=1e6)
    in_a_coin = Quote("USDC/USDT", 0.95, volume_base=1.1e6)
    busier = Quote("USDC-USD", 0.97, volume_base=1.2e6)
    assert worth(in_a_coin, in_dollars)["USDC"] == worth(in_dollars, in_a_coin)["USDC"] == 0.99
    assert worth(in_a_coin, in_dollars, busier)["USDC"] == worth(busier, in_dollars, in_a_coin)["USDC"] == 0.97


@pytest.mark.parametrize(
    ("price", "elsewhere", "eurc"),
    [
        (None, {"EUR": 1.2}, 1.2),  # what it promises
        (None, {"EUR": 1.2, "EURC": 1.1}, 1.1),  # what others say of it
        (1.15, {"EUR": 1.2}, 1.15),  # what this answer says
        (1.15, {"EUR": 1.2, "EURC": 1.1}, 1.15),
        (0.5, {"EUR": 1.2}, 1.2),  # unless that cannot be
        (1.51, {"EUR": 1.5}, 1.5),
        (1.3, {}, 1.3),
        (None, {}, None),
    ],
)
def test_a_coin_of_other_money_is_worth_what_is_said_of_it_or_what_it_promises(
    price: float | None, elsewhere: dict[str, float], eurc: float | None
) -> None:
    said = Quote("EURC/USD", price, volume_base=1e9) if price else Quote("BTC/EURC", 80_000)
    assert worth(said, elsewhere=elsewhere).get("EURC") == eurc


@pytest.mark.parametrize(
    ("price", "turnover", "won"),
    [
        (1_190, 1e4, 1 / 1_190),
        (810, 1e4, 0.001),
        (340, 1e9, 1 / 340),
        (2_900, 1e9, 1 / 2_900),
        (330, 1e9, 0.001),
        (3_100, 1e9, 0.001),
    ],
)
def test_local_money_is_held_against_its_exchange_rate(price: float, turnover: float, won: float) -> None:
    """A premium is believed, a dead market's old price is not."""
    found = worth(Quote("USDT/KRW", price, volume_base=turnover), elsewhere={"KRW": 0.001})
    assert found["KRW"] == pytest.approx(won)


def test_the_busiest_market_says_what_local_money_is_worth() -> None:
    found = worth(Quote("USDT/TRY", 5.7, volume_base=3), Quote("USDC/TRY", 40, volume_base=1e6))
    assert found["TRY"] == 0.025


def test_a_dollar_coin_s_own_loss_is_not_taken_for_one_of_local_money() -> None:
    found = worth(Quote("USDT/USD", 0.9, volume_base=1e6), Quote("USDT/EUR", 0.75, volume_base=1e6))
    assert found["EUR"] == pytest.approx(1.2)


def test_what_a_worth_rests_on_is_remembered() -> None:
    assert rests_on("USDT") == {"USDT"}
    assert rests_on("USDT", Quote("USDT/USD", 1, volume_base=1)) == set()
    assert rests_on("KRW", Quote("USDT/KRW", 1_500, volume_base=1)) == {"USDT"}
    assert rests_on("JPY", Quote("USD/JPY", 150, volume_base=1)) == set()


def test_the_consensus_on_a_dollar_coin_is_a_median_of_five_sources_in_dollars() -> None:
    def row(price: float, quote: str = "USD", symbol: str = "USDT") -> dict[str, Any]:
        return {"symbol": symbol, "quote": quote, "price": price}

    four = [row(0.95), row(0.96), row(0.97, "USDC"), row(0.2)]
    assert consensus_on_dollar_coins([*four, row(1.05, "KRW"), row(0.9, symbol="BTC")]) == {}
    assert consensus_on_dollar_coins([*four, row(0.98)]) == {"USDT": 0.96}
