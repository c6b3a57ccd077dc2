"""One dollar row per coin and source, whatever the exchange quotes in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from crypto_pipeline.collection.normalise.aggregates import normalise_prices
from crypto_pipeline.collection.normalise.context import NormalisationContext, Normalised
from crypto_pipeline.collection.normalise.market_rows import latest_of, market_of
from crypto_pipeline.collection.normalise.markets import normalise_quotes
from crypto_pipeline.schema.clock import CLOCK_TOLERANCE
from crypto_pipeline.schema.rows import Price, Quote
from crypto_pipeline.sources.kit import Provider
from crypto_pipeline.sources.symbols import Universe

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
CONTEXT = NormalisationContext(NOON)
exchange = Provider("exchange", "https://exchange.example")


def prices(normalised: Normalised) -> dict[str, float]:
    return {row["symbol"]: row["price_usd"] for row in normalised.rows.get("market_prices", [])}


def only_row(
    *quotes: Quote, provider: Provider = exchange, context: NormalisationContext = CONTEXT
) -> dict[str, object]:
    (row,) = normalise_quotes(quotes, provider, context).rows["market_prices"]
    return row


def test_of_markets_that_trade_alike_dollars_come_before_dollar_coins_and_these_before_local_money() -> None:
    quotes = [
        Quote("BTC-EUR", 80_000, volume_base=1_200),
        Quote("BTC-USDC", 90_400, volume_base=1_100),
        Quote("BTC-USDT", 90_500, volume_base=900),
        Quote("BTC-USD", 90_600, volume_base=300),
    ]
    for expected in ("BTC-USD", "BTC-USDT", "BTC-USDC"):
        assert only_row(*quotes)["pair"] == expected
        quotes = [quote for quote in quotes if quote.pair != expected]


def test_a_nearly_dead_dollar_market_is_not_the_price_of_a_coin() -> None:
    row = only_row(Quote("BTCUSD", 97_000, volume_base=0.000001), Quote("BTCUSDT", 90_000, volume_base=1_000))
    assert (row["price_usd"], row["pair"], row["volume_24h"]) == (90_000, "BTCUSDT", 90_000_000)


def test_a_busy_market_in_local_money_is_the_price_and_not_a_quiet_one_in_dollars() -> None:
    quotes = [
        Quote("USDT_TRY", 40, volume_base=5_000_000),
        Quote("LINK_USDT", 20.9, volume_base=36),
        Quote("LINK_TRY", 800, volume_base=29_000),
    ]
    row = normalise_quotes(quotes, exchange, CONTEXT).rows["market_prices"][0]
    assert (row["pair"], row["price_usd"], row["volume_24h"]) == ("LINK_TRY", 20, 580_000)


def test_a_market_that_cannot_be_turned_into_dollars_does_not_compete() -> None:
    normalised = normalise_quotes(
        [Quote("BTC-IDR", 1.5e9, volume_base=1_000), Quote("BTC-USDT", 90_000, volume_base=1)], exchange, CONTEXT
    )
    assert prices(normalised) == {"BTC": 90_000}


def test_of_two_figures_of_a_turnover_that_contradict_each_other_the_smaller_counts_and_none_is_stored() -> None:
    dead = Quote("BTC-USD", 97_000, volume_base=0.000001, volume_quote=5e8)
    busy = Quote("BTC-USDT", 90_000, volume_base=1, volume_quote=80_000)
    assert only_row(dead, busy)["pair"] == "BTC-USDT"
    assert only_row(dead)["volume_24h"] is None
    assert only_row(busy)["volume_24h"] == 80_000


@pytest.mark.parametrize(("money", "volume"), [(900_000, 900_000), (1_000_001, None), (9_000, 9_000), (8_999, None)])
def test_figures_contradict_each_other_from_ten_times_on(money: float, volume: float | None) -> None:
    """One coin at 100,000 dollars, or at 90,000 and what is said of the money."""
    price = 100_000 if money > 100_000 else 90_000
    assert only_row(Quote("BTC-USD", price, volume_base=1, volume_quote=money))["volume_24h"] == volume


def test_a_turnover_that_no_market_has_costs_that_market_its_say() -> None:
    quotes = [Quote("BTC-USD", 45_000, volume_base=1e9), Quote("BTC-USDT", 90_000, volume_base=1)]
    normalised = normalise_quotes(quotes, exchange, CONTEXT)
    assert prices(normalised) == {"BTC": 90_000}
    assert [one.reason for one in normalised.rejected] == [
        "its turnover in dollars of 4.5e+13 is more than 1e+11, which cannot be"
    ]


@pytest.mark.parametrize("price", ["1e-320", "1.797e308", 1e-19, 2e15])
def test_a_price_beyond_anything_that_is_traded_is_rejected(price: Any) -> None:
    normalised = normalise_quotes([Quote("BTC-USD", price, volume_base=1)], exchange, CONTEXT)
    assert prices(normalised) == {}
    assert "beyond anything that is traded" in normalised.rejected[0].reason
    assert "beyond anything" in normalise_prices([Price("BTC", price)], exchange, CONTEXT).rejected[0].reason


def test_a_dollar_coin_in_local_money_has_the_exchange_rate_s_price_and_not_one_of_its_own_making() -> None:
    """KRW-USDT says what a won is worth; with that worth USDT would cost one dollar whatever happens to it."""
    quotes = [Quote("USDT-KRW", 1_500, volume_base=1e6), Quote("BTC-KRW", 150_000_000, volume_base=10)]
    alone = normalise_quotes(quotes, exchange, CONTEXT)
    assert (prices(alone), alone.rejected) == ({"BTC": 100_000}, [])
    official = NormalisationContext(NOON, usd_per_unit={"KRW": 0.0007})
    assert prices(normalise_quotes(quotes, exchange, official)) == {"BTC": 100_000, "USDT": pytest.approx(1.05)}


def test_a_dollar_coin_in_another_that_it_is_the_measure_of_has_no_price_of_elsewhere_either() -> None:
    quotes = [Quote("USDT-USDC", 1.001, volume_base=1e6), Quote("USDC-USDT", 0.999, volume_base=1e6)]
    context = replace(CONTEXT, usd_per_unit={"USDC": 0.99})
    assert prices(normalise_quotes(quotes, exchange, context)) == {"USDC": 0.999}


def test_a_dollar_coin_that_fell_takes_the_prices_in_it_along() -> None:
    quotes = [Quote("USDCUSDT", 0.88, volume_base=1e6), Quote("BTCUSDC", 25_000, volume_base=100)]
    assert prices(normalise_quotes(quotes, exchange, CONTEXT)) == {"BTC": 22_000, "USDC": 0.88}


@pytest.mark.parametrize(("price", "rows"), [(1.5, 1), (1.51, 0)])
def test_what_costs_more_than_a_dollar_and_a_half_is_no_price_of_a_dollar_coin(price: float, rows: int) -> None:
    normalised = normalise_quotes(
        [Quote("USDT-TWD", price / 0.03, volume_base=10)], exchange, replace(CONTEXT, usd_per_unit={"TWD": 0.03})
    )
    assert len(normalised.rows.get("market_prices", [])) == rows
    assert normalised.rejected_count == 1 - rows


def test_a_bridge_counts_although_it_is_no_tracked_coin_itself() -> None:
    context = NormalisationContext(NOON, Universe(frozenset({"XMR"})))
    quotes = [Quote("BTC_USDT", 90_000, volume_base=1), Quote("XMR_BTC", "0.004", volume_base=2)]
    assert prices(normalise_quotes(quotes, exchange, context)) == {"XMR": 360}


def test_local_money_is_turned_into_dollars_by_the_same_answer() -> None:
    upbit = Provider("upbit", "https://api.upbit.com/v1", quote_first=True)
    quotes = [Quote("KRW-USDT", 1_500, volume_base=1), Quote("KRW-BTC", "150000000", volume_quote="3000000000")]
    normalised = normalise_quotes(quotes, upbit, CONTEXT)
    row = next(row for row in normalised.rows["market_prices"] if row["symbol"] == "BTC")
    assert (row["price_usd"], row["volume_24h"], row["quote"]) == (100_000, 2_000_000, "KRW")


def test_local_money_without_a_rate_is_rejected_and_not_stored_as_dollars() -> None:
    normalised = normalise_quotes([Quote("BTC-TRY", 3_900_000, volume_base=1)], exchange, CONTEXT)
    assert prices(normalised) == {}
    assert [rejected.reason for rejected in normalised.rejected] == [
        "there is no rate at hand to turn TRY into dollars"
    ]


def test_a_rate_that_is_known_from_elsewhere_will_do() -> None:
    context = NormalisationContext(NOON, usd_per_unit={"EUR": 1.2})
    assert only_row(Quote("BTC-EUR", 75_000, volume_base=1), context=context)["price_usd"] == 90_000


def test_the_high_and_the_low_of_a_day_are_dollars_too() -> None:
    context = NormalisationContext(NOON, usd_per_unit={"EUR": 1.2})
    row = only_row(Quote("BTC-EUR", 75_000, high=80_000, low=70_000), context=context)
    assert (row["high_24h"], row["low_24h"]) == (96_000, 84_000)
    row = only_row(Quote("BTC-EUR", 75_000), context=context)
    assert (row["high_24h"], row["low_24h"]) == (None, None)


def test_a_dollar_coin_is_not_priced_by_the_bitcoin_that_is_priced_in_it() -> None:
    quotes = [Quote("BTC-USDT", 90_000, volume_base=9), Quote("USDT-BTC", 0.0000125, volume_base=1e6)]
    assert prices(normalise_quotes(quotes, exchange, CONTEXT)) == {"BTC": 90_000}
    won = [Quote("USDT-KRW", 1_500, volume_base=1e6), Quote("BTC-KRW", 150_000_000, volume_base=10)]
    assert prices(normalise_quotes([*won, Quote("USDT-BTC", 0.0000125)], exchange, CONTEXT)) == {"BTC": 100_000}


def test_ether_in_bitcoin_makes_no_bridge_of_a_bridge() -> None:
    quotes = [Quote("ETH-BTC", 0.03, volume_base=1e3), Quote("XMR-ETH", 0.1, volume_base=1e3)]
    context = replace(CONTEXT, usd_per_unit={"BTC": 100_000})
    assert prices(normalise_quotes(quotes, exchange, context)) == {"ETH": 3_000}


def test_fiat_markets_of_the_same_answer_give_rates_in_both_directions() -> None:
    quotes = [
        Quote("EUR/USD", 1.2, volume_base=1),
        Quote("USD/JPY", 150, volume_base=1),
        Quote("BTC/EUR", 75_000, volume_base=1),
        Quote("ETH/JPY", 450_000, volume_base=1),
    ]
    assert prices(normalise_quotes(quotes, exchange, CONTEXT)) == {"BTC": 90_000, "ETH": pytest.approx(3_000)}


def test_a_coin_that_trades_only_against_bitcoin_is_worth_what_the_same_source_says_of_bitcoin() -> None:
    quotes = [
        Quote("BTC_USDT", 90_000, volume_base=1, change_percent=1),
        Quote("XMR_BTC", "0.004", volume_base=2, change_percent=5, high=0.005, low=0.003),
    ]
    row = next(
        row for row in normalise_quotes(quotes, exchange, CONTEXT).rows["market_prices"] if row["symbol"] == "XMR"
    )
    assert (row["price_usd"], row["volume_24h"]) == (360, 720)
    assert row["price_change_24h"] is None, "the change is one against Bitcoin, not against the dollar"
    assert (row["high_24h"], row["low_24h"]) == (None, None)


def test_volume_is_dollars_also_where_the_source_counts_coins() -> None:
    assert only_row(Quote("ETH-USD", 3_000, volume_base="2.5"))["volume_24h"] == 7_500


def test_the_change_is_percent_and_computed_from_the_price_of_yesterday_where_the_source_has_none() -> None:
    assert only_row(Quote("ETH-USD", 3_030, volume_base=1, open=3_000))["price_change_24h"] == pytest.approx(1.0)
    assert only_row(Quote("ETH-USD", 3_030, volume_base=1, open=0))["price_change_24h"] is None


@pytest.mark.parametrize("price", [None, "", "n/a", "-", 0, "0.00000000", "NaN", -5, "abc", True, [], {}])
def test_a_price_that_is_none_is_rejected_and_the_next_market_taken(price: Any) -> None:
    quotes = [Quote("BTC-USD", price, volume_base=1), Quote("BTC-USDT", 90_500, volume_base=1)]
    normalised = normalise_quotes(quotes, exchange, CONTEXT)
    assert prices(normalised) == {"BTC": 90_500}
    assert len(normalised.rejected) == 1


def test_markets_behind_the_one_taken_are_nobody_s_business() -> None:
    quotes = [Quote("BTC-USD", 90_500, volume_base=1), Quote("BTC-TUSD", 0, volume_base=0)]
    assert normalise_quotes(quotes, exchange, CONTEXT).rejected == []


@pytest.mark.parametrize(("coins", "money"), [(0, None), (None, 0), (0, 90_500), (1, 0)])
def test_a_market_where_nobody_traded_is_rejected(coins: float | None, money: float | None) -> None:
    quote = Quote("BTC-USD", 90_500, volume_base=coins, volume_quote=money)
    normalised = normalise_quotes([quote], exchange, CONTEXT)
    assert [rejected.reason for rejected in normalised.rejected] == ["nobody traded there in the last 24 hours"]


def test_a_price_of_yesterday_s_yesterday_is_rejected_as_stale() -> None:
    old = NOON - timedelta(days=1, minutes=1)
    normalised = normalise_quotes([Quote("BTC-USD", 90_500, timestamp=old.timestamp())], exchange, CONTEXT)
    assert [rejected.stale for rejected in normalised.rejected] == [True]
    assert normalised.stale_count == 1
    yesterday = NOON - timedelta(days=1)
    assert only_row(Quote("BTC-USD", 90_500, timestamp=yesterday.timestamp()))["timestamp"] == yesterday
    aggregated = normalise_prices([Price("BTC", 1, timestamp=old.timestamp())], exchange, CONTEXT)
    assert (aggregated.rows, aggregated.stale_count) == ({}, 1)


def test_a_clock_that_is_a_little_ahead_is_set_back_and_one_far_ahead_is_not_believed() -> None:
    ahead = (NOON + timedelta(minutes=2)).isoformat()
    assert only_row(Quote("BTC-USD", 1, timestamp=ahead))["timestamp"] == NOON
    edge = (NOON + CLOCK_TOLERANCE).isoformat()
    assert only_row(Quote("BTC-USD", 1, timestamp=edge))["timestamp"] == NOON
    far = (NOON + CLOCK_TOLERANCE + timedelta(seconds=1)).isoformat()
    normalised = normalise_quotes([Quote("BTC-USD", 1, timestamp=far)], exchange, CONTEXT)
    assert "in the future" in normalised.rejected[0].reason


@pytest.mark.parametrize("pair", ["BTC3L-USDT", "ETHDOWN-USDT", "EUR-USD", "1000SATS-USDT", "UNKNOWN-USDT"])
def test_what_is_no_tracked_coin_gives_no_row(pair: str) -> None:
    normalised = normalise_quotes([Quote(pair, 1, volume_base=1)], exchange, CONTEXT)
    assert (normalised.rows, normalised.rejected) == ({}, [])


def test_every_coin_is_kept_when_the_setting_says_so() -> None:
    context = NormalisationContext(NOON, Universe(None))
    quotes = [Quote("UNHEARDOF-USDT", 1, volume_base=1), Quote("1000SATS-USDT", 1, volume_base=1)]
    assert prices(normalise_quotes(quotes, exchange, context)) == {"UNHEARDOF": 1}


def test_a_source_s_own_names_become_the_one_symbol() -> None:
    kraken = Provider("kraken", "https://api.kraken.com", aliases={"LUNA": "LUNC"})
    context = NormalisationContext(NOON, Universe(None))
    quotes = [Quote("XBT/USD", 90_000), Quote("XDG/USD", 0.16), Quote("LUNA/USD", 0.0001)]
    assert prices(normalise_quotes(quotes, kraken, context)) == {"BTC": 90_000, "DOGE": 0.16, "LUNC": 0.0001}


@pytest.mark.parametrize("quote", [Quote("$BTCUSD", 90_000), Quote("x", 90_000, base="BTC~", quote="U\u20aeSD")])
def test_a_name_with_a_character_that_no_ticker_has_is_rejected_and_named(quote: Quote) -> None:
    normalised = normalise_quotes([quote, Quote("BTC~USDC", 90_500)], exchange, CONTEXT)
    assert prices(normalised) == {"BTC": 90_500}
    assert "which no ticker does" in normalised.rejected[0].reason


def test_the_name_of_a_market_in_the_place_of_a_coin_is_no_coin() -> None:
    """Lists of contracts hold spot markets as well."""
    spot = Quote("ETH/USDC", 3_000, base="ETH/USDC", quote="USD")
    normalised = normalise_quotes([spot, Quote("ETH", 3_001, base="ETH", quote="USD")], exchange, CONTEXT)
    assert prices(normalised) == {"ETH": 3_001}
    assert "more than one coin" in normalised.rejected[0].reason


def test_a_source_s_monies_decide_what_an_ambiguous_name_means() -> None:
    quote = Quote("ARBUSD", 7)
    assert prices(normalise_quotes([quote], exchange, CONTEXT)) == {"ARB": 7}
    busd = Provider("old", "https://exchange.example", quotes=("USDT", "BUSD"))
    assert prices(normalise_quotes([quote], busd, CONTEXT)) == {"AR": 7}


def test_a_coin_that_shares_the_newer_name_of_another_is_rejected_and_named() -> None:
    normalised = normalise_quotes(
        [Quote("GRAM-USDT", 0.004, volume_base=1e9), Quote("TON-USDT", 1.5, volume_base=1_000)], exchange, CONTEXT
    )
    assert prices(normalised) == {"TON": 1.5}
    assert [one.reason for one in normalised.rejected] == ["GRAM-USDT is another coin than TON there"]
    assert prices(normalise_quotes([Quote("GRAM-USDT", 1.5, volume_base=1e6)], exchange, CONTEXT)) == {"TON": 1.5}


def test_a_source_s_own_word_on_a_name_is_believed() -> None:
    provider = Provider("other", "https://other.example", aliases={"GRAM": "TON"})
    quotes = [Quote("GRAM-USDT", 1.5, volume_base=1e6), Quote("TON-USDT", 0.1, volume_base=10)]
    assert prices(normalise_quotes(quotes, provider, CONTEXT)) == {"TON": 1.5}


@pytest.mark.parametrize(
    ("quotes", "rates", "price"),
    [
        ([Quote("BTC-EURC", 80_000), Quote("EURC-USDT", 1.1, volume_base=1e6)], {"EUR": 1.2}, 88_000),
        ([Quote("BTC-EURC", 80_000), Quote("EURC-USDT", 0.1, volume_base=1)], {"EUR": 1.2}, 96_000),
        ([Quote("BTC-EURI", 80_000)], {"EUR": 1.2}, 96_000),
        ([Quote("BTC-EURI", 80_000), Quote("EUR-USDT", 1.1, volume_base=1e6)], {}, 88_000),
        ([Quote("BTC-XSGD", 100_000)], {"SGD": 0.8}, 80_000),
    ],
)
def test_a_coin_that_promises_other_money_is_worth_what_the_market_says_then_what_it_promises(
    quotes: list[Quote], rates: dict[str, float], price: float
) -> None:
    context = replace(CONTEXT, usd_per_unit=rates)
    assert prices(normalise_quotes(quotes, exchange, context))["BTC"] == pytest.approx(price)


def test_without_any_word_on_its_money_such_a_market_is_rejected_and_not_passed_over() -> None:
    normalised = normalise_quotes([Quote("BTC-EURC", 80_000)], exchange, CONTEXT)
    assert [one.reason for one in normalised.rejected] == ["there is no rate at hand to turn EURC into dollars"]


def test_the_dollar_coins_that_prices_rest_on_are_kept_beside_the_usual_coins() -> None:
    quotes = [Quote("FDUSD-USDT", 0.9, volume_base=1e6), Quote("BUSD-USDT", 1, volume_base=1e6)]
    assert prices(normalise_quotes(quotes, exchange, CONTEXT)) == {"FDUSD": 0.9}
    only_bitcoin = replace(CONTEXT, universe=Universe(frozenset({"BTC"})))
    assert prices(normalise_quotes(quotes, exchange, only_bitcoin)) == {}
    assert "FDUSD" not in Universe().listed


def test_of_two_coins_with_one_symbol_the_better_ranked_is_meant() -> None:
    rows = [Price("BTC", 0.002, rank=900), Price("btc", 90_500, rank=1), Price("BTC", 5, rank=50)]
    assert prices(normalise_prices(rows, exchange, CONTEXT)) == {"BTC": 90_500}


def test_a_missing_number_is_null_and_never_zero() -> None:
    (row,) = normalise_prices([Price("BTC", 90_500, market_cap="", volume_24h=None)], exchange, CONTEXT).rows[
        "market_prices"
    ]
    assert (row["market_cap"], row["volume_24h"], row["price_change_24h"]) == (None, None, None)


def test_the_latest_row_says_the_same_under_its_own_names() -> None:
    normalised = normalise_quotes([Quote("BTC-USD", 90_500, volume_base=1)], exchange, CONTEXT)
    (row,), (latest,) = normalised.rows["market_prices"], normalised.rows["cached_market_data"]
    assert (latest["price"], latest["provider"]) == (row["price_usd"], row["source"])
    assert market_of(latest_of(row)) == row


@pytest.mark.parametrize(("turnover", "is_believed"), [(1e11, True), (1.01e11, False)])
def test_no_market_turns_over_more_than_any_ever_did(turnover: float, is_believed: bool) -> None:
    normalised = normalise_quotes([Quote("BTC-USD", 90_000, volume_quote=turnover)], exchange, CONTEXT)
    assert bool(prices(normalised)) is is_believed
    assert normalised.rejected_count == (not is_believed)


def test_an_answer_that_repeats_a_market_costs_no_more_than_a_hundred_of_them() -> None:
    """Each market of a coin is held against all others of it: with 80,000, which fit an answer, that would take hours."""
    quotes = [Quote("BTC-USD", 90_000 + number, volume_base=1) for number in range(300)]
    normalised = normalise_quotes([*quotes, Quote("ETH-USD", 3_000, volume_base=1)], exchange, CONTEXT)
    assert normalised.rejected_count == 200
    assert normalised.rejected[0].reason == "there are more than 100 markets of BTC"
    assert prices(normalised)["ETH"] == 3_000


@pytest.mark.parametrize("change", [1e30, -100.1, 1.1e6])
def test_a_change_that_cannot_be_is_unknown_and_costs_the_price_nothing(change: float) -> None:
    row = only_row(Quote("BTC-USD", 90_000, change_percent=change))
    assert (row["price_usd"], row["price_change_24h"]) == (90_000, None)
    price = normalise_prices([Price("BTC", 90_000, price_change_24h=change)], exchange, CONTEXT)
    assert price.rows["market_prices"][0]["price_change_24h"] is None


def test_of_a_list_whose_changes_are_in_another_unit_none_is_kept_and_it_is_said_once() -> None:
    quotes = [Quote("BTC-USD", 90_000, change_percent=-291), Quote("ETH-USD", 3_000, change_percent=5.2)]
    normalised = normalise_quotes(quotes, exchange, CONTEXT)
    assert prices(normalised) == {"BTC": 90_000, "ETH": 3_000}
    assert [row["price_change_24h"] for row in normalised.rows["market_prices"]] == [None, None]
    assert [one.reason for one in normalised.rejected] == [
        "1 of 2 changes are falls by more than 100 %: they are in another unit"
    ]
    assert "BTC-USD" in str(normalised.rejected[0].row)


def test_what_is_the_name_of_no_market_is_passed_over() -> None:
    normalised = normalise_quotes([Quote("hello", 1), Quote("FOO-BAR", 1), Quote("BTC-USD", 90_000)], exchange, CONTEXT)
    assert (prices(normalised), normalised.rejected) == ({"BTC": 90_000}, [])


def test_a_price_of_yesterday_that_is_nearly_nothing_makes_no_infinite_change() -> None:
    assert only_row(Quote("BTC-USD", 90_000, open=1e-320))["price_change_24h"] is None
    assert only_row(Quote("BTC-USD", 90_000, open=45_000))["price_change_24h"] == pytest.approx(100)
