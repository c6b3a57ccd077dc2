"""The replayed market is one market at every length of candle and in every year: parts add up to what they are parts of."""

from __future__ import annotations

from datetime import datetime, timezone
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crypto_pipeline.replay.market import Market, Traded, usual_price
from crypto_pipeline.replay.recorded import RECORDED_AT
from crypto_pipeline.replay.years import RISE
from crypto_pipeline.schema.intervals import INTERVAL_SECONDS

HOUR, DAY = 3600, 86_400
PRESENT = int(RECORDED_AT.timestamp())
LATER = PRESENT + 1000 * DAY
MARKET = Market()
PARTS = [("5m", "1m"), ("15m", "5m"), ("30m", "15m"), ("1h", "1m"), ("4h", "1h"), ("1d", "1h"), ("1w", "1d")]
a_moment = st.integers(1_300_000_000, LATER - 30 * DAY)
a_market = st.tuples(
    st.sampled_from(["binance", "kraken", "okx", "coinbase", "nobody"]),
    st.sampled_from(["BTC", "PEPE", "POL", "LUNA", "FIL"]),
)


def unix(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=timezone.utc).timestamp())


def traded(market: tuple[str, str], opened: int, seconds: int) -> Traded | None:
    return MARKET.traded(*market, opened, seconds, LATER)


def parts_of(market: tuple[str, str], opened: int, seconds: int, length: int) -> list[Traded]:
    found = (traded(market, at, length) for at in range(opened, opened + seconds, length))
    return [one for one in found if one]


@settings(max_examples=60, deadline=None)
@given(a_market, a_moment, st.sampled_from(PARTS))
@example(("binance", "BTC"), unix("2017-08-17"), ("1d", "1h"))
@example(("binance", "LUNA"), unix("2022-05-12"), ("1d", "1h"))
def test_a_candle_is_what_its_parts_are(market: tuple[str, str], at: int, lengths: tuple[str, str]) -> None:
    seconds, length = (INTERVAL_SECONDS[one] for one in lengths)
    opened = at // seconds * seconds
    whole, parts = traded(market, opened, seconds), parts_of(market, opened, seconds, length)
    if whole is None:
        assert parts == []
        return
    assert (whole.open, whole.close) == (parts[0].open, parts[-1].close)
    assert whole.high == max(part.high for part in parts)
    assert whole.low == min(part.low for part in parts)
    assert whole.volume == pytest.approx(sum(part.volume for part in parts))
    assert whole.turnover == pytest.approx(sum(part.turnover for part in parts))
    assert whole.trades == sum(part.trades for part in parts)


@settings(max_examples=60, deadline=None)
@given(a_market, a_moment, st.sampled_from(sorted(INTERVAL_SECONDS)))
def test_every_candle_is_one_that_can_be(market: tuple[str, str], at: int, interval: str) -> None:
    seconds = INTERVAL_SECONDS[interval]
    one = traded(market, at // seconds * seconds, seconds)
    if one is not None:
        assert 0 < one.low <= min(one.open, one.close) <= max(one.open, one.close) <= one.high
        assert one.volume > 0
        assert one.trades >= 0
        within = 1.01 if seconds < 900 else 1 + 1e-12
        assert one.low / within <= one.turnover / one.volume <= one.high * within


@settings(max_examples=20, deadline=None)
@given(a_moment, st.sampled_from(["1m", "15m", "1h", "4h", "1d"]), st.sampled_from(["BTC", "ETH", "SHIB"]))
def test_the_close_of_a_candle_is_the_open_of_the_next(at: int, interval: str, coin: str) -> None:
    seconds = INTERVAL_SECONDS[interval]
    first = at // seconds * seconds
    candles = [MARKET.candle(coin, first + step * seconds, seconds, LATER) for step in range(4)]
    assert all(one.close == following.open for one, following in pairwise(candles))


@settings(max_examples=20, deadline=None)
@given(a_moment, st.integers(1, 59))
def test_the_open_candle_is_as_far_as_it_has_got(at: int, minutes: int) -> None:
    opened = at // HOUR * HOUR
    so_far, whole = (MARKET.candle("ETH", opened, HOUR, opened + 60 * passed) for passed in (minutes, 60))
    assert so_far.open == whole.open
    assert so_far.close == MARKET.dollars("ETH", opened + 60 * minutes)
    assert whole.low <= so_far.low <= so_far.high <= whole.high
    first_part, rest = (MARKET.volume("ETH", opened, HOUR, opened + 60 * passed) for passed in (minutes, 60))
    assert 0 < first_part < rest


def test_a_candle_of_this_very_moment_has_one_price_and_hardly_a_trade() -> None:
    candle = MARKET.traded("binance", "BTC", PRESENT, HOUR, PRESENT)
    assert candle is not None
    assert candle.open == candle.high == candle.low == candle.close == MARKET.dollars("BTC", PRESENT)
    assert 0 < candle.volume < MARKET.volume("BTC", PRESENT, HOUR, LATER) / 1000


@pytest.mark.parametrize("seed", range(8))
def test_a_bitcoin_cost_about_a_twentieth_nine_years_ago(seed: int) -> None:
    market = Market(seed)
    then = market.dollars("BTC", unix("2017-11-23"))
    assert 1 / (2 * RISE) < then / usual_price("BTC") < 2 / RISE


def test_years_differ_and_no_day_jumps() -> None:
    days = range(unix("2017-01-01"), PRESENT + 60 * DAY, DAY)
    closes = [MARKET.dollars("BTC", at) for at in days]
    assert max(abs(after / before - 1) for before, after in pairwise(closes)) < 0.15
    years = [closes[at : at + 365] for at in range(0, len(closes) - 365, 365)]
    assert all(max(year) / min(year) > 1.15 for year in years)


def test_the_present_moves_round_what_was_recorded() -> None:
    for coin in ("BTC", "ETH", "PEPE"):
        levels = [MARKET.level(coin, PRESENT + step * 7919) for step in range(2000)]
        assert all(0.9 < level < 1.1 for level in levels)


def test_money_costs_the_same_in_all_years() -> None:
    assert {MARKET.dollars("USDT", at) for at in (unix("2018-03-01"), PRESENT, LATER)} == {1.0}
    assert MARKET.candle("USDC", unix("2020-03-12"), DAY, LATER) == (1.0, 1.0, 1.0, 1.0)


def test_seeds_are_different_markets() -> None:
    one, other = (Market(seed).traded("binance", "BTC", unix("2020-01-01"), DAY, LATER) for seed in (1, 2))
    assert one != other
