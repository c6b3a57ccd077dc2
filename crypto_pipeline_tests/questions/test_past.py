"""Ready questions about years of candles; the answers are worked out here, by hand."""

from __future__ import annotations

import math
from datetime import datetime, timedelta, timezone
from functools import partial
from statistics import stdev
from typing import Any

import pytest

from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.questions.bank import Ask, candle, hour, today

DAY = timedelta(days=1)


def day(at: datetime, close: float, symbol: str = "BTC") -> dict[str, Any]:
    """A day of the consensus over all exchanges."""
    return {
        "symbol": symbol,
        "interval": "1d",
        "timestamp": at,
        "open": close,
        "high": close,
        "low": close,
        "close": close,
        "providers": 3,
    }


def days(*closes: float | None, symbol: str = "BTC") -> list[dict[str, Any]]:
    """Days up to yesterday; None is a day that is missing."""
    first = today() - len(closes) * DAY
    return [day(first + number * DAY, close, symbol) for number, close in enumerate(closes) if close is not None]


def test_a_year_returns_what_its_last_close_is_to_that_of_the_year_before(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    dates = {"2020-12-30": 100.0, "2020-12-31": 110.0, "2021-01-01": 90.0, "2021-12-31": 165.0}
    rows = [day(datetime.fromisoformat(at).replace(tzinfo=timezone.utc), close) for at, close in dates.items()]
    warehouse.merge({"consensus_ohlc": rows})
    assert ask("returns", "year", "return_percent", "highest_close", "lowest_close", "days") == [
        (2020, 10.0, 110.0, 100.0, 2),
        (2021, 50.0, 165.0, 90.0, 2),
    ]


def test_volatility_is_the_deviation_of_daily_returns_over_a_year(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    warehouse.merge({"consensus_ohlc": days(100.0, 110.0, 99.0, 120.0)})
    returns = [math.log(110 / 100), math.log(99 / 110), math.log(120 / 99)]
    (_, before), (_, newest) = ask("volatility", "timestamp", "volatility_percent")
    assert before == round(stdev(returns[:2]) * math.sqrt(365) * 100, 2)
    assert newest == round(stdev(returns) * math.sqrt(365) * 100, 2)
    assert ask("volatility", "volatility_percent", over="2") == [
        (before,),
        (round(stdev(returns[1:]) * math.sqrt(365) * 100, 2),),
    ]


def test_a_missing_day_gives_no_return(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    warehouse.merge({"consensus_ohlc": days(100.0, 110.0, None, 99.0, 120.0, 130.0)})
    assert [returns for (returns,) in ask("volatility", "returns")][-1] == 3


def test_coins_are_compared_over_the_days_that_both_have(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    btc = [100.0, 110.0, 99.0, 120.0, 118.0]
    double = [10.0 * (one / 100.0) ** 2 for one in btc]
    against = [10.0 * (100.0 / one) for one in btc]
    few: list[float | None] = [None, None, 5.0, 6.0, 7.0]
    warehouse.merge(
        {
            "consensus_ohlc": [
                *days(*btc),
                *days(*double, symbol="ETH"),
                *days(*against, symbol="INV"),
                *days(*few, symbol="NEW"),
            ]
        }
    )
    assert ask("correlation", "other", "correlation", "beta", "days") == [
        ("ETH", 1.0, 2.0, 4),
        ("INV", -1.0, -1.0, 4),
    ]


def test_a_drawdown_is_from_the_highest_close_so_far(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    warehouse.merge({"consensus_ohlc": days(100.0, 200.0, 150.0, 210.0)})
    assert ask("drawdown", "drawdown_percent", "highest_close") == [
        (0.0, 100.0),
        (0.0, 200.0),
        (-25.0, 200.0),
        (0.0, 210.0),
    ]
    assert ask("drawdown", "drawdown_percent", days="2") == [(0.0,)]


@pytest.mark.parametrize("name", ["returns", "volatility", "correlation", "drawdown", "beta"])
def test_candles_of_another_coin_or_length_change_nothing(warehouse: DuckDBWarehouse, ask: Ask, name: str) -> None:
    asked = partial(ask, name) if name != "beta" else partial(ask, name, market="BTC")
    walk = (100.0, 110.0, 99.0, 120.0, 118.0, 119.0, 121.0, 117.0, 125.0)
    warehouse.merge({"consensus_ohlc": [*days(*walk), *days(*reversed(walk), symbol="ETH")]})
    before = asked()
    assert before
    hours = [{**row, "interval": "1h", "timestamp": row["timestamp"] + DAY / 2} for row in days(7.0, 900.0, 3.0)]
    strays = [*hours, *([] if name in {"correlation", "beta"} else days(5.0, 1e6, symbol="XRP"))]
    warehouse.merge({"consensus_ohlc": [*strays, {**strays[0], "interval": "1w"}]})
    assert asked() == before


@pytest.mark.parametrize(
    ("name", "closes", "is_told"),
    [("correlation", 4, True), ("correlation", 3, False), ("beta", 8, True), ("beta", 7, False)],
)
def test_two_coins_are_compared_from_three_returns_on_and_a_beta_needs_a_week(
    warehouse: DuckDBWarehouse, ask: Ask, name: str, closes: int, is_told: bool
) -> None:
    walk = (100.0, 110.0, 99.0, 120.0, 118.0, 119.0, 121.0, 117.0, 125.0)
    warehouse.merge({"consensus_ohlc": [*days(*walk), *days(*walk[-closes:], symbol="ETH")]})
    assert bool(ask(name)) is is_told


def test_each_reason_why_candles_are_missing_is_counted_by_itself_of_the_length_that_is_asked_about(
    warehouse: DuckDBWarehouse, ask: Ask
) -> None:
    candle = {"symbol": "BTC", "interval": "1d", "close": 1.0, "currency": "USD", "is_final": True}
    gap = {"provider": "b", "symbol": "BTC", "interval": "1d", "to_at": today()}
    kinds = {"halt": 1, "no_trades": 2, "refused": 4, "not_asked": 8, "unexplained": 16}
    stored = [{**candle, "provider": "b", "timestamp": today() - number * DAY} for number in range(2, 11)]
    stored += [{**candle, "provider": "a", "timestamp": today() - number * DAY} for number in (1, 3)]
    others: list[dict[str, Any]] = [{"symbol": "ETH"}, {"interval": "1h"}, {"is_final": False}]
    warehouse.merge(
        {
            "cached_ohlc": [*stored, *({**stored[0], "timestamp": today() - 40 * DAY, **other} for other in others)],
            "candle_gaps": [
                {**gap, "from_at": today() - number * DAY, "kind": kind, "missing": missing, **other}
                for number, (kind, missing) in enumerate(kinds.items())
                for other in ({}, {"symbol": "ETH"}, {"interval": "1h"})
            ],
        }
    )
    found = ask("coverage-history", "provider", "candles", "first_at", "last_at", "percent_there", *kinds)
    assert found == [
        ("b", 9, today() - 10 * DAY, today() - 2 * DAY, 22.5, 1, 2, 4, 8, 16),
        ("a", 2, today() - 3 * DAY, today() - DAY, 100.0, 0, 0, 0, 0, 0),
    ]


def test_coverage_counts_what_is_there_and_why_the_rest_is_not(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    candle = {
        "provider": "a",
        "symbol": "BTC",
        "interval": "1d",
        "open": 1.0,
        "high": 1.0,
        "low": 1.0,
        "close": 1.0,
        "currency": "USD",
        "is_final": True,
    }
    first = today() - 4 * DAY
    gap = {"provider": "a", "symbol": "BTC", "interval": "1d", "from_at": first + DAY, "to_at": first + 2 * DAY}
    warehouse.merge(
        {
            "cached_ohlc": [{**candle, "timestamp": first + number * DAY} for number in (0, 2, 3)],
            "candle_gaps": [{**gap, "missing": 1, "kind": "halt"}],
        }
    )
    assert ask("coverage-history", "provider", "candles", "percent_there", "halt", "unexplained") == [
        ("a", 3, 75.0, 1, 0)
    ]
    assert ask("coverage-history", symbol="ETH") == []


@pytest.mark.parametrize("name", ["returns", "volatility", "correlation", "drawdown"])
def test_what_is_ahead_of_the_clock_is_not_looked_at(warehouse: DuckDBWarehouse, ask: Ask, name: str) -> None:
    warehouse.merge({"consensus_ohlc": [day(today() + number * DAY, 100.0) for number in (30, 31, 32)]})
    assert ask(name) == []


def test_a_coin_stands_beside_the_money_supply_as_it_was_known(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    """The close is the last one before the figure was public, whatever the price did in the month that the figure is of."""

    def money(value: float, of: datetime, public: datetime, **more: Any) -> dict[str, Any]:
        row = {"source": "fred", "series": "us_m2", "value": value, "unit": "USD", "is_revised": True}
        return {**row, "timestamp": of, "known_at": public, **more}

    published = today() - 10 * DAY
    year_before = published.replace(year=published.year - 1)
    warehouse.merge(
        {
            "macro_series": [
                money(20e12, year_before - 60 * DAY, year_before),
                money(21e12, published - 60 * DAY, published),
                money(99e12, published - 60 * DAY, published, series="us_cpi"),
            ],
            "consensus_ohlc": [
                day(year_before - DAY, 50.0),
                day(published - 60 * DAY, 70.0),
                day(published - DAY, 75.0),
                day(published, 90.0),
            ],
        }
    )
    (row,) = ask("bitcoin-against-m2", days="100")
    assert (row["value"], row["known_at"], row["price_usd"]) == (21e12, published, 75.0)
    assert (row["change_percent"], row["price_change_percent"]) == (pytest.approx(5.0), pytest.approx(50.0))
    assert ask("bitcoin-against-m2", "value", days="100", series="sp500") == []


def test_candles_are_those_of_all_exchanges_unless_one_is_named_or_nobody_keeps_up(
    warehouse: DuckDBWarehouse, ask: Ask
) -> None:
    ours = [{**day(hour() - timedelta(hours=age), 7.0), "interval": "1h"} for age in (2, 3)]
    theirs = [candle("kraken", 5.0, hours=age) for age in (1, 2, 3)]
    strays = [day(hour() - timedelta(hours=1), 9.0), {**ours[0], "symbol": "XRP", "close": 9.0}]
    warehouse.merge({"consensus_ohlc": [*ours, *strays], "cached_ohlc": theirs})
    asked = partial(ask, "candles", "provider", "close", "providers")
    assert asked() == asked(provider="consensus") == [("consensus", 7.0, 3)] * 2
    assert asked(provider="kraken") == [("kraken", 5.0, 1)] * 3
    late = {**day(hour() - timedelta(hours=5), 7.0, "ETH"), "interval": "1h"}
    warehouse.merge({"consensus_ohlc": [late], "cached_ohlc": [candle("kraken", 5.0, hours=1, symbol="ETH")]})
    assert asked(symbol="ETH") == [("kraken", 5.0, 1)]


def test_where_no_exchange_s_candles_are_kept_any_more_those_of_all_are_still_there(
    warehouse: DuckDBWarehouse, ask: Ask
) -> None:
    warehouse.merge({"consensus_ohlc": [{**day(hour() - timedelta(hours=2), 7.0), "interval": "1h"}]})
    assert ask("candles", "provider", "close") == [("consensus", 7.0)]
