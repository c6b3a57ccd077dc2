"""Rows that go to their table as they are, and what makes one of them unbelievable."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from crypto_pipeline.collection.normalise.context import NormalisationContext, TableRow
from crypto_pipeline.collection.normalise.simple_rows import normalise_simple_rows
from crypto_pipeline.schema.rows import (
    Candle,
    ChainMetric,
    ChainStat,
    CoinName,
    DatedFuture,
    Defi,
    Derivative,
    Funding,
    Gas,
    Liquidation,
    Metric,
    Observation,
    Overview,
    Rate,
    Row,
)
from crypto_pipeline.sources.kit import Provider

NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
NOON_UNIX = NOON.timestamp()
CONTEXT = NormalisationContext(NOON)
provider = Provider("somebody", "https://somebody.example")


def normalised(row: Row) -> TableRow:
    made = normalise_simple_rows([row], provider, CONTEXT)
    assert made.rejected == []
    ((only,),) = made.rows.values()
    return only


def refusal(row: Row) -> str:
    made = normalise_simple_rows([row], provider, CONTEXT)
    assert made.rows == {}
    (rejected,) = made.rejected
    return rejected.reason


def candle(opened: datetime, **changed: Any) -> Candle:
    values: dict[str, Any] = {"open": 10, "high": 12, "low": 9, "close": 11, "volume": 5, **changed}
    return Candle("BTC", "1h", opened.timestamp(), **values)


def test_a_candle_in_local_money_is_kept_in_it_and_says_so() -> None:
    won = candle(NOON)._replace(open=132e6, high=134e6, low=131e6, close=133e6, currency="KRW")
    assert (normalised(won)["close"], normalised(won)["currency"]) == (133e6, "KRW")
    assert normalised(candle(NOON))["currency"] == "USD"


def test_the_candle_that_is_still_open_says_so() -> None:
    assert normalised(candle(NOON - timedelta(hours=1)))["is_final"] is True
    assert normalised(candle(NOON))["is_final"] is False


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (candle(NOON, high=10.5), "do not enclose"),
        (candle(NOON, low=0), "zero or less"),
        (candle(NOON, close=None), "missing"),
        (candle(NOON, low=0.9e-18), "beyond anything that is traded"),
        (candle(NOON, high=1.1e15), "beyond anything that is traded"),
        (candle(NOON, volume=1.1e24), "a volume of 1.1e+24 cannot be"),
        (candle(NOON, volume=-1), "a volume of -1 cannot be"),
        (candle(NOON, volume_quote=-1), "a traded value of -1 cannot be"),
        (candle(NOON, volume_quote=1.1e24), "a traded value of 1.1e+24 cannot be"),
        (candle(NOON, trades=-1), "-1 trades cannot be"),
        (candle(NOON, trades=10**10 + 1), "10000000001 trades cannot be"),
        (candle(NOON, trades="7.5"), "trades: '7.5' is not a whole number"),
        (candle(NOON - timedelta(minutes=30)), "cannot open at"),
        (candle(NOON + timedelta(hours=1)), "in the future"),
        (candle(NOON)._replace(interval="7h"), "no interval"),
        (candle(NOON)._replace(timestamp=None), "when it opened"),
        (candle(NOON)._replace(currency="won"), "'won' is not the code of a currency"),
    ],
)
def test_a_candle_that_cannot_be_is_rejected(row: Candle, reason: str) -> None:
    assert reason in refusal(row)


def test_a_traded_value_and_a_number_of_trades_are_kept_up_to_their_bounds() -> None:
    nothing, most = (
        normalised(candle(NOON, volume_quote="0", trades="0")),
        candle(NOON, volume=1e23, volume_quote=1e24, trades=10**10),
    )
    assert (nothing["volume_quote"], nothing["trades"]) == (0, 0)
    assert (normalised(most)["volume_quote"], normalised(most)["trades"]) == (1e24, 10**10)


def test_coins_that_a_source_rounds_do_not_make_its_traded_value_a_lie() -> None:
    """BingX says 0.59 coins for what were 0.592: the value then lies above the highest price."""
    rounded = candle(
        NOON, open=29093.61, high=29093.93, low=29087.73, close=29093.24, volume=0.59, volume_quote=17221.07
    )
    assert normalised(rounded)["volume_quote"] == 17221.07


@pytest.mark.parametrize(
    ("coins", "money"),
    [("1040.37", "106960.3"), ("55", "5"), ("5", "55e6")],
    ids=["contracts of a hundredth of a coin", "coins and money swapped", "money in another unit"],
)
def test_coins_and_money_that_cannot_both_be_of_the_prices_are_unknown(coins: str, money: str) -> None:
    row = normalised(candle(NOON, open=10281, high=10283, low=10280, close=10282, volume=coins, volume_quote=money))
    assert (row["volume"], row["volume_quote"], row["close"]) == (None, None, 10282)


def test_a_candle_in_which_nobody_traded_keeps_its_zeros() -> None:
    row = normalised(candle(NOON, volume=0, volume_quote=0))
    assert (row["volume"], row["volume_quote"]) == (0, 0)


def test_a_payment_is_of_the_minute_in_which_it_was_due_and_compares_over_eight_hours() -> None:
    for late in (-0.4, 0, 0.031, 29):
        row = normalised(Funding("BTC", "BTC", NOON_UNIX - 3600 + late, "0.0000125", interval_hours=1))
        assert (row["funding_at"], row["rate_8h"]) == (NOON - timedelta(hours=1), pytest.approx(0.0001))
    unknown = normalised(Funding("BTC", "BTC", NOON_UNIX, "-1", mark_price="90000"))
    assert (unknown["rate"], unknown["interval_hours"], unknown["rate_8h"]) == (-1, None, None)
    assert "timestamp" not in unknown


def spaced(interval: str, *hours: float) -> tuple[int, list[str]]:
    """How many candles of an interval are kept that open so many hours before noon, and why the others are not."""
    rows = [candle(NOON - timedelta(hours=ago))._replace(interval=interval) for ago in hours]
    made = normalise_simple_rows(rows, provider, CONTEXT)
    return len(made.rows.get("cached_ohlc", [])), [one.reason for one in made.rejected]


def test_candles_that_lie_closer_together_than_their_interval_are_of_another() -> None:
    """Half hours under the name of hours: every second one would pass for an hour."""
    kept, reasons = spaced("1h", 3, 2.5, 2)
    assert (kept, reasons[-1]) == (0, "candles of 1h came 30m apart")
    assert spaced("1h", 2.5, 2)[0] == 1, "one step alone may be the open candle under the time of now"


def test_candles_that_all_lie_further_apart_than_their_interval_are_of_another() -> None:
    assert spaced("1h", 20, 16, 12, 8, 4) == (0, ["candles of 1h came 4h apart"] * 5)
    assert spaced("1h", 16, 12, 8, 4) == (4, []), "few may be gaps"
    assert spaced("1h", 20, 16, 12, 8, 5) == (5, []), "gaps are of different lengths"
    assert spaced("1h", 5, 4, 3, 2, 1) == (5, [])


def test_weeks_open_on_monday() -> None:
    monday = datetime(2026, 11, 16, tzinfo=timezone.utc)
    assert normalised(candle(monday)._replace(interval="1w"))["timestamp"] == monday
    assert "cannot open" in refusal(candle(monday + timedelta(days=3))._replace(interval="1w"))


def test_a_fee_keeps_every_digit() -> None:
    assert normalised(Gas("linea", "0.00038"))["gas_price"] == 0.00038


@pytest.mark.parametrize(("unit", "in_gwei"), [("gwei", 2.5), ("sat/vB", None), ("gfri", None)])
def test_a_price_in_gwei_is_one_in_gwei(unit: str, in_gwei: float | None) -> None:
    row = normalised(Gas("somewhere", 2.5, unit=unit))
    assert (row["gas_price"], row["gas_price_gwei"], row["unit"]) == (2.5, in_gwei, unit)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (Gas("ethereum", None), "no price"),
        (Gas("ethereum", 1, slow=2, standard=1, fast=3), "not in that order"),
        (Gas("ethereum", -1), "negative"),
        (Gas("ethereum", 2.2e10), "a fee of 2.2e+10 gwei is in another unit"),
        (Gas("ethereum", 22, fast=2.4e10), "a fee of 2.4e+10 gwei is in another unit"),
        (Gas("ethereum", 2.2e-8), "a fee of 2.2e-08 gwei is in another unit"),
        (Rate("EUR", 0), "more than zero"),
        (Rate("E1R", 1), "not the code"),
        (Rate("EUR", 0.9e-9), "not that of any money"),
        (Rate("EUR", 1.1e6), "not that of any money"),
        (Metric("fear_greed_index", "n/a", "index 0-100"), "no value"),
        (Metric("fear_greed_index", "fear", "index 0-100"), "value: 'fear' is not a number"),
        (Metric("fear_greed_index", 101, "index 0-100"), "101 is beyond an index of 0 to 100"),
        (Metric("fear_greed_index", -1, "index 0-100"), "-1 is less than nothing"),
        (Metric("reddit_subscribers_btc", -7, "count"), "-7 is less than nothing"),
        (Metric("watchlist_users_btc", 1e30, "count"), "a value of 1e+30 cannot be"),
        (Defi("tvl", "ethereum", -1), "-1 dollars are less than nothing"),
        (Defi("tvl", "ethereum", 1e16), "a value of 1e+16 cannot be"),
        (Defi("tvl", "ethereum", None), "no value"),
        (ChainStat("bitcoin"), "says nothing"),
        (ChainStat("bitcoin", latest_block=-1), "latest_block is negative"),
        (Gas("ethereum", 22, base_fee=-1), "a fee is negative"),
        (ChainStat("bitcoin", difficulty=1.1e24), "difficulty of 1.1e+24 cannot be"),
        (ChainStat("bitcoin", mempool_transactions=-1), "mempool_transactions is negative"),
        (ChainStat("bitcoin", coin_price_usd=1e-30), "coin_price_usd of 1e-30 is beyond"),
        (ChainStat("bitcoin", latest_block=0, network_hashrate="0"), "it says nothing"),
        (Funding("BTC", "BTCUSDT", NOON_UNIX, None), "does not say what was paid"),
        (Funding("BTC", "BTCUSDT", NOON_UNIX, 1.01), "a funding rate of 1.01 is not a fraction"),
        (Funding("BTC", "BTCUSDT", None, 0.0001), "does not say when it was paid"),
        (Funding("BTC", "BTCUSDT", NOON_UNIX + 3600, 0.0001), "in the future"),
        (Funding("BTC", "BTCUSDT", 1_200_000_000, 0.0001), "before the first block"),
        (Funding("BTC", "BTCUSDT", NOON_UNIX, 0.0001, 0), "not paid every 0 hours"),
        (Funding("BTC", "BTCUSDT", NOON_UNIX, 0.0001, 24.5), "not paid every 24.5 hours"),
        (Funding("BTC", "BTCUSDT", NOON_UNIX, 0.0001, 8, -3), "beyond anything that is traded"),
        (Derivative("BTC", "BTCUSDT"), "neither funding nor open interest"),
        (Derivative("BTC", "BTCUSDT", funding_rate=1e-4, funding_interval_hours=480), "not paid every 480 hours"),
        (Derivative("BTC", "BTCUSDT", funding_rate=1e-4, funding_interval_hours=-8), "not paid every -8 hours"),
        (Derivative("BTC", "BTCUSDT", funding_rate=1.5), "not a fraction"),
        (Derivative("BTC", "BTCUSDT", mark_price="1e-320"), "beyond anything that is traded"),
        (Derivative("BTC", "BTCUSDT", mark_price=1, index_price=1.1e15), "beyond anything that is traded"),
        (Derivative("BTC", "BTCUSDT", open_interest=1.1e24), "open_interest of 1.1e+24 cannot be"),
        (Derivative("BTC", "BTCUSDT", open_interest_usd=1.1e13), "open_interest_usd of 1.1e+13 cannot be"),
        (Derivative("BTC", "BTCUSDT", mark_price=1, volume_24h_usd=-1), "volume_24h_usd of -1 cannot be"),
        (Overview(1.1e15), "a total market capitalisation of 1.1e+15 cannot be"),
        (Overview(1e12, total_volume_24h_usd=1.1e13), "a total volume of 1.1e+13 cannot be"),
        (Overview(None), "says nothing of the whole market"),
        (Overview(1e12, btc_dominance=158), "not a percentage"),
        (Overview(-1e12, btc_dominance=58), "a total market capitalisation of -1e+12 cannot be"),
        (Metric("sentiment_votes_up_btc", -84, "percent"), "no part of a whole"),
        (Metric("bullish_messages_btc", 101, "percent"), "no part of a whole"),
        (Metric("volatility_index_btc", 0.45, "annualised volatility, percent"), "in another unit"),
        (Metric("treasury_value_btc", -1e11, "USD"), "less than nothing"),
        (ChainMetric("bitcoin", "hash_rate", 0, "H/s"), "hash_rate is 0, which it cannot be"),
    ],
)
def test_a_row_that_says_nothing_or_cannot_be_is_rejected_with_its_reason(row: Row, reason: str) -> None:
    assert reason in refusal(row)


@pytest.mark.parametrize(
    "row",
    [
        Metric("etf_volume_btc", 0, "USD"),  # a holiday
        Metric("bullish_messages_btc", 0, "percent"),
        Metric("bullish_messages_btc", 100, "percent"),
        Metric("fear_greed_index", 0, "index 0-100"),
        Metric("fear_greed_index", 100, "index 0-100"),
        Metric("reddit_subscribers_btc", 0, "count"),
        Metric("watchlist_users_btc", 1e15, "count"),
        Metric("volatility_index_btc", 3, "annualised volatility, percent"),
        Defi("tvl", "ethereum", 0),
        Rate("EUR", 1e-9),
        Rate("EUR", 1e6),
        Overview(0, btc_dominance=100),
        Overview(1e15, total_volume_24h_usd=1e13),
    ],
)
def test_a_row_at_the_limit_of_what_can_be_is_believed(row: Row) -> None:
    assert normalised(row)


def test_a_base_fee_of_nearly_nothing_is_one_on_a_quiet_chain() -> None:
    assert normalised(Gas("polygon", 1.52, base_fee=1.8e-8))["base_fee"] == 1.8e-8


def test_funding_is_comparable_over_eight_hours_whatever_the_interval() -> None:
    hourly = normalised(Derivative("BTC", "BTC", funding_rate="0.0000125", funding_interval_hours=1))
    assert hourly["funding_rate_8h"] == pytest.approx(0.0001)
    assert normalised(Derivative("BTC", "BTC", mark_price=1))["funding_rate_8h"] is None


def test_a_coin_that_is_not_tracked_is_passed_over() -> None:
    made = normalise_simple_rows([Derivative("UNHEARDOF", "X", mark_price=1)], provider, CONTEXT)
    assert (made.rows, made.rejected) == ({}, [])


def test_a_bad_row_costs_only_itself() -> None:
    made = normalise_simple_rows([Rate("EUR", 1.16), Rate("XXX", "n/a"), Rate("GBP", 1.31)], provider, CONTEXT)
    assert [row["currency"] for row in made.rows["exchange_rates"]] == ["EUR", "GBP"]
    assert len(made.rejected) == 1


def test_the_row_says_its_source_and_the_source_s_own_time() -> None:
    row = normalised(Metric("fear_greed_index", 20, "index 0-100", "Extreme Fear", "2026-11-23T00:00:00Z"))
    assert (row["source"], row["timestamp"], row["fetched_at"]) == ("somebody", NOON.replace(hour=0), NOON)


def test_what_has_no_time_of_its_own_is_of_the_moment_of_the_answer() -> None:
    assert normalised(Rate("EUR", 1.16))["timestamp"] == NOON


@pytest.mark.parametrize(("trades", "is_believed"), [(10**10, True), (10**10 + 1, False), (-1, False)])
def test_a_candle_of_more_trades_than_there_can_be_is_not_believed(trades: int, is_believed: bool) -> None:
    made = normalise_simple_rows([candle(NOON - timedelta(hours=2), trades=trades)], provider, CONTEXT)
    assert ("cached_ohlc" in made.rows) is is_believed


def test_a_figure_of_a_chain_keeps_its_licence_and_cannot_be_negative() -> None:
    figure = ChainMetric("bitcoin", "mvrv", "1.75", "ratio", "2026-11-22", "CC BY-NC 4.0")
    row = normalised(figure)
    assert (row["value"], row["licence"], row["timestamp"]) == (1.75, "CC BY-NC 4.0", NOON.replace(day=22, hour=0))
    assert refusal(figure._replace(value=-1)) == "mvrv is negative"
    assert refusal(figure._replace(value=None)) == "it has no value"


@pytest.mark.parametrize(
    ("name", "most", "in_another_unit"),
    [
        ("hash_rate", 1.2e21, 1.2e33),  # terahashes taken for hashes twice
        ("supply", 1.5e11, 2.1e15),  # satoshis
        ("realised_cap", 1.1e12, 1e30),
        ("fees_usd", 1e8, 1e15),
        ("mvrv", 9.0, 1e6),
        ("transactions", 5e8, 1e12),
        ("somebody's own", 1e23, 1e25),
    ],
)
def test_a_figure_of_a_chain_is_held_against_the_most_that_its_metric_can_be(
    name: str, most: float, in_another_unit: float
) -> None:
    figure = ChainMetric("bitcoin", name, most, "a unit", "2026-11-22")
    assert normalised(figure)["value"] == most
    assert refusal(figure._replace(value=in_another_unit)) == f"{name} of {in_another_unit:g} a unit cannot be"


def test_a_yield_may_be_negative_and_an_index_may_not() -> None:
    observation = Observation("us_yield_3m", "DGS3MO", "-0.05", "percent a year", "2026-11-20", "2026-11-21")
    assert normalised(observation)["value"] == -0.05
    assert refusal(observation._replace(value=4_120)) == "us_yield_3m of 4120 percent a year cannot be"
    assert refusal(observation._replace(series="sp500", unit="index")) == "sp500 is negative"
    assert refusal(observation._replace(series="us_m2", unit="USD", value=2e25)) == "us_m2 of 2e+25 USD cannot be"


@pytest.mark.parametrize(
    ("bound", "known"), [("2026-11-21", NOON.replace(day=21, hour=0)), ("2026-11-30", NOON)], ids=["past", "ahead"]
)
def test_an_observation_was_known_by_its_bound_or_when_it_came_here(bound: str, known: datetime) -> None:
    assert normalised(Observation("us_m2", "M2SL", 2e13, "USD", "2026-10-01", bound))["known_at"] == known


@pytest.mark.parametrize("known_at", [None, "2026-09-30"])
def test_nobody_knew_an_observation_before_the_day_that_it_is_of(known_at: str | None) -> None:
    assert "nobody" in refusal(Observation("us_m2", "M2SL", 2e13, "USD", "2026-10-01", known_at))


FUTURE = DatedFuture("BTC", "BTC-25DEC26", "2026-12-25T08:00:00Z", 91_200, 90_000, open_interest=5, timestamp=NOON_UNIX)


def test_a_dated_future_says_how_much_dearer_than_its_coin_it_is() -> None:
    row = normalised(FUTURE)
    assert row["basis_percent"] == pytest.approx(4 / 3)
    assert row["expiry"] == datetime(2026, 12, 25, 8, tzinfo=timezone.utc)
    assert normalised(FUTURE._replace(index_price=None))["basis_percent"] is None


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"expiry": "2026-11-23T08:00:00Z"}, "cannot end at 2026-11-23"),
        ({"expiry": "2026-11-23T12:00:00Z"}, "cannot end at 2026-11-23"),
        ({"expiry": "2029-11-25T12:00:01Z"}, "cannot end at 2029-11-25"),
        ({"expiry": None}, "when it ends"),
        ({"mark_price": None}, "what it costs"),
        ({"mark_price": -1}, "mark_price of -1"),
        ({"index_price": 3_000}, "91200 and 3000 are not prices of one coin"),
        ({"mark_price": 180_001}, "180001 and 90000 are not prices of one coin"),
        ({"open_interest_usd": -5}, "open_interest_usd of -5 cannot be"),
    ],
)
def test_a_dated_future_that_cannot_be_is_rejected(fault: dict[str, Any], reason: str) -> None:
    assert reason in refusal(FUTURE._replace(**fault))


@pytest.mark.parametrize(
    "limit",
    [{"expiry": "2026-11-23T12:00:01Z"}, {"expiry": "2029-11-25T12:00:00Z"}, {"mark_price": 180_000}],
    ids=["it ends in a second", "in three years", "it costs twice as much as its coin"],
)
def test_a_dated_future_at_the_limit_of_what_can_be_is_believed(limit: dict[str, Any]) -> None:
    assert normalised(FUTURE._replace(**limit))["contract"] == "BTC-25DEC26"


def test_of_a_series_what_does_not_say_when_it_was_is_not_taken_for_a_value_of_now() -> None:
    yesterday = (NOON - timedelta(days=1)).timestamp()
    dated, undated = (Metric("fear_greed_index", 25, "index 0-100", timestamp=at) for at in (yesterday, None))
    other = Metric("another_index", 30, "index 0-100")
    made = normalise_simple_rows([undated, dated, other], provider, CONTEXT)
    names = [(row["metric_name"], row["timestamp"]) for row in made.rows["sentiment_metrics"]]
    assert names == [("fear_greed_index", NOON - timedelta(days=1)), ("another_index", NOON)]
    assert [one.reason for one in made.rejected] == ["it does not say when it was, and others of its series do"]


def test_where_none_of_a_kind_says_when_it_was_all_are_of_the_moment_of_the_answer() -> None:
    rows = [Defi("tvl", "Aave", 1), Defi("tvl", "Lido", 2)]
    made = normalise_simple_rows(rows, provider, CONTEXT)
    assert [(row["entity"], row["timestamp"]) for row in made.rows["defi_metrics"]] == [("Aave", NOON), ("Lido", NOON)]


def test_of_the_whole_market_nothing_is_a_figure_that_is_missing() -> None:
    made = normalised(Overview(3e12, 0, -1.5, btc_dominance="0.0", eth_dominance=0, active_coins=0, active_markets="0"))
    assert {
        name: made[name] for name in ("total_volume_24h_usd", "btc_dominance", "eth_dominance", "active_coins")
    } == {
        "total_volume_24h_usd": None,
        "btc_dominance": None,
        "eth_dominance": None,
        "active_coins": None,
    }
    assert (made["total_market_cap_usd"], made["active_markets"]) == (3e12, None)


def test_a_fee_of_nothing_is_none_where_the_chain_always_asks_for_one() -> None:
    made = normalised(Gas("ethereum", "1.5", slow=0, standard="1.5", fast="0", block_number=-1))
    assert (made["gas_price"], made["slow_gas_price"], made["fast_gas_price"]) == (1.5, None, None)
    assert made["block_number"] is None
    refused = normalise_simple_rows([Gas("ethereum", 0)], provider, CONTEXT)
    assert (refused.rows, refused.rejected[0].reason) == ({}, "it has no price")
    assert normalised(Gas("solana", 0, slow=0, unit="micro-lamports/CU"))["gas_price"] == 0


@pytest.mark.parametrize("price", [1e-18, 1e15])
def test_a_price_at_either_bound_is_believed_in_every_table(price: float) -> None:
    assert normalised(ChainStat("bitcoin", coin_price_usd=price))["coin_price_usd"] == price
    assert normalised(Derivative("BTC", "BTCUSDT", mark_price=price))["mark_price"] == price
    assert refusal(ChainStat("bitcoin", coin_price_usd=price * (1.01 if price > 1 else 0.99))).startswith(
        "coin_price_usd"
    )


@pytest.mark.parametrize("price", [0.99e-18, 1.01e15])
def test_a_position_is_closed_at_a_price_that_can_be(price: float) -> None:
    closed = Liquidation("BTC", "BTCUSDT", "long", NOON.isoformat(), price, 1, "7")
    assert "beyond anything that is traded" in refusal(closed)


@pytest.mark.parametrize("rank", [None, 0, -1])
def test_a_name_of_a_coin_without_a_rank_is_rejected(rank: int | None) -> None:
    assert refusal(CoinName("BTC", "Bitcoin", rank=rank)).startswith("it has no rank")


def test_of_coins_with_one_symbol_the_better_ranked_gives_the_name() -> None:
    names = [CoinName("BTC", "Bitcoin", rank=1), CoinName("ETH", "Ether", rank=2), CoinName("BTC", "Other", rank=900)]
    for given in (names, names[::-1]):
        made = normalise_simple_rows(given, provider, CONTEXT)
        assert {row["symbol"]: row["name"] for row in made.rows["coins"]} == {"BTC": "Bitcoin", "ETH": "Ether"}
        assert len(made.rows["coins"]) == 2
