"""When a replayed market is traded: not before it was listed, not while its source was halted, and under the name of its time."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto_pipeline.replay.majors import MAJORS
from crypto_pipeline.replay.market import Market
from crypto_pipeline.replay.recorded import RECORDED_AT
from crypto_pipeline.replay.trading import QUIET_UNTIL, Trading

HOUR, DAY = 3600, 86_400
NOW = RECORDED_AT.timestamp()
TRADING = Trading()
MARKET = Market()
SOURCES = ("binance", "kraken", "okx", "coinbase", "nobody")
COINS = ("BTC", "ETH", "PEPE", "POL", "AAVE", "FOO")


def unix(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=timezone.utc).timestamp())


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("coin", COINS)
def test_nothing_is_traded_before_a_market_is_listed(source: str, coin: str) -> None:
    listed = TRADING.listed_at(source, coin)
    assert listed is not None
    assert listed % HOUR == 0
    assert not TRADING.has_trades(source, coin, listed - 365 * DAY, 365 * DAY)
    assert TRADING.has_trades(source, coin, listed, DAY)
    assert MARKET.traded(source, coin, listed - HOUR, HOUR, NOW) is None


def test_binance_begins_in_the_morning_of_17_august_2017() -> None:
    assert TRADING.listed_at("binance", "BTC") == unix("2017-08-17T04:00")
    day, rest = (MARKET.traded("binance", "BTC", unix(at), seconds, NOW) for at, seconds in FIRST_DAY)
    assert day == rest


FIRST_DAY = (("2017-08-17", DAY), ("2017-08-17T04:00", 20 * HOUR))


def test_a_market_that_was_closed_stays_closed_there_and_goes_on_elsewhere() -> None:
    closed = TRADING.delisted_at("binance", "XMR")
    assert closed == unix("2024-02-20T03:00")
    assert TRADING.has_trades("binance", "XMR", closed - 30 * DAY, 30 * DAY)
    assert not TRADING.has_trades("binance", "XMR", closed, 300 * DAY)
    assert TRADING.delisted_at("kraken", "XMR") is None
    assert TRADING.has_trades("kraken", "XMR", closed, DAY)


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_is_halted_for_some_hours_a_year(source: str) -> None:
    for year in range(2018, 2026):
        halts = TRADING.halts(source, year)
        assert 0.75 * HOUR <= sum(end - begin for begin, end in halts) <= 15 * HOUR
        for begin, end in halts:
            assert unix(f"{year}-01-01") <= begin < end <= unix(f"{year + 1}-01-01")
            assert TRADING.is_halted(source, begin, end - begin)
            assert not TRADING.is_halted(source, begin, end - begin + 60)
            assert not TRADING.is_halted(source, begin - 60, end - begin)


def test_a_halt_stops_every_market_of_its_source_and_none_of_another() -> None:
    for begin, end in TRADING.halts("binance", 2023):
        for coin in ("BTC", "AAVE"):
            assert MARKET.traded("binance", coin, begin, end - begin, NOW) is None
        assert MARKET.traded("kraken", "BTC", begin, end - begin, NOW) is not None
        assert MARKET.traded("binance", "BTC", begin - HOUR, HOUR, NOW) is not None
        assert MARKET.traded("binance", "BTC", end, HOUR, NOW) is not None


def test_some_markets_have_hours_and_minutes_without_trades_and_large_coins_have_none() -> None:
    thin = [coin for coin in ("AAVE", "PEPE", "FIL", "ARB", "OP", "UNI") if TRADING.is_thin("binance", coin)]
    assert thin
    day = unix("2025-06-02")
    for coin, quiet in ((thin[0], True), ("BTC", False)):
        assert quiet == any(
            not TRADING.has_trades("binance", coin, at, HOUR) for at in range(day, day + 30 * DAY, HOUR)
        )
        assert quiet == any(not TRADING.has_trades("binance", coin, at, 60) for at in range(day, day + DAY, 60))
    assert not any(TRADING.is_thin(source, coin) for source in SOURCES for coin in MAJORS)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from(SOURCES),
    st.sampled_from([*COINS, "LUNA", "MATIC"]),
    st.integers(1_400_000_000, 1_900_000_000),
    st.sampled_from([60, 300, 900, HOUR, 4 * HOUR, DAY]),
)
def test_there_is_a_candle_exactly_where_there_are_trades(source: str, coin: str, at: int, seconds: int) -> None:
    opened = at // seconds * seconds
    has_candle = MARKET.traded(source, coin, opened, seconds, opened + seconds) is not None
    assert has_candle == TRADING.has_trades(source, coin, opened, seconds)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(SOURCES), st.sampled_from(COINS), st.integers(QUIET_UNTIL // 60, QUIET_UNTIL // 60 + 10**6))
def test_the_present_has_no_gaps(source: str, coin: str, minute: int) -> None:
    assert TRADING.has_trades(source, coin, minute * 60, 60)


def test_a_renamed_market_has_the_old_name_until_one_day_and_the_new_one_after_it() -> None:
    matic, pol = TRADING.delisted_at("binance", "MATIC"), TRADING.listed_at("binance", "POL")
    assert (matic, pol) == (unix("2024-09-10T03:00"), unix("2024-09-13T10:00"))
    assert TRADING.delisted_at("binance", "RNDR") == unix("2024-07-22T03:00")
    assert TRADING.listed_at("binance", "RENDER") == unix("2024-07-26T08:00")
    before = MARKET.traded("binance", "MATIC", unix("2024-09-09"), DAY, NOW)
    after = MARKET.traded("binance", "POL", unix("2024-09-14"), DAY, NOW)
    assert before is not None
    assert after is not None
    assert after.open == pytest.approx(before.close, rel=0.3)
    assert MARKET.traded("binance", "POL", unix("2024-09-09"), DAY, NOW) is None
    assert MARKET.traded("binance", "MATIC", unix("2024-09-14"), DAY, NOW) is None


def test_luna_was_another_coin_before_it_fell() -> None:
    assert TRADING.coin_of("LUNA", unix("2022-05-01")) == "LUNC"
    assert TRADING.coin_of("LUNA", unix("2022-05-20")) is None
    assert TRADING.coin_of("LUNA", unix("2022-06-01")) == "LUNA"
    assert TRADING.coin_of("LUNC", unix("2022-10-01")) == "LUNC"
    assert [life.coin for life in TRADING.lives("binance", "LUNA")] == ["LUNC", "LUNA"]
    assert [life.coin for life in TRADING.lives("bybit", "LUNA")] == ["LUNC", "LUNA"]
