"""Ready questions about several tables, on either side of each bound that they name; the answers are worked out here by hand."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import stdev
from typing import Any

import pytest

from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.questions.bank import Ask, ago, now, today
from crypto_pipeline_tests.questions.test_derived import book, future, overview, supply
from crypto_pipeline_tests.questions.test_listings import market
from crypto_pipeline_tests.questions.test_past import DAY, day, days

FREE = [{"exchange": name, "taker_percent": 0} for name in "xyz"]


APART = {
    # of each coin: seconds between its two books, what is bid where 100 are asked, minutes since then
    "AAA": (59, 101.0, 1),
    "BBB": (61, 101.0, 1),  # not of one moment
    "CCC": (0, 109.9, 1),
    "DDD": (0, 110.1, 1),  # another coin of the same code
    "EEE": (0, 101.0, 29),
    "FFF": (0, 101.0, 31),  # of the past
    "GGG": (0, 101.0, -9),
    "HHH": (0, 101.0, -11),  # by a clock that is ahead
    "III": (0, 100.0, 1),  # nothing is left, which is not less than nothing
    "JJJ": (0, 99.9, 1),
}


def test_an_opportunity_is_of_one_moment_and_one_coin(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    books = []
    for coin, (seconds, bid, minutes) in APART.items():
        books.append(book("x", 90.0, 100.0, seconds=60 * minutes, pair=f"{coin}USD"))
        books.append(book("y", bid, 120.0, seconds=60 * minutes - seconds, pair=f"{coin}USD"))
    warehouse.merge({"trading_fees": FREE, "book_snapshots": books})
    assert ask("opportunities", "symbol", least="0") == [("CCC",), ("AAA",), ("EEE",), ("GGG",), ("III",)]


def test_an_opportunity_is_told_by_the_newest_books_in_dollars_and_by_what_both_sides_have(
    warehouse: DuckDBWarehouse, ask: Ask
) -> None:
    books = [
        book("x", 79.0, 80.0, usd_per_quote=1.25, best_ask_size=3.0, best_bid_size=7.0, seconds=30),
        book("y", 81.6, 82.0, usd_per_quote=1.25, best_ask_size=9.0, best_bid_size=2.0, seconds=20),
        book("y", 90.0, 99.0, usd_per_quote=1.25, seconds=80),  # not its newest
        book("y", 50.0, 130.0, pair="BTCEUR", quote="EUR", seconds=10),  # another market of the same exchange
        book("x", 9.0, 10.0, pair="ETHUSD"),
        book("y", 10.3, 11.0, pair="ETHUSD"),
    ]
    warehouse.merge({"trading_fees": FREE, "book_snapshots": books})
    columns = ("symbol", "apart_percent", "ask_usd", "bid_usd", "amount_usd", "timestamp")
    assert ask("opportunities", *columns, least="0") == [
        ("ETH", pytest.approx(3), 10, 10.3, 5, ago(seconds=60)),
        ("BTC", pytest.approx(2), 100, pytest.approx(102), 200, ago(seconds=30)),
    ]


def test_a_spot_price_is_of_the_moment_of_a_future_within_five_minutes(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    minutes = {"AAA": 4.9, "BBB": 5.1, "CCC": -4.9, "DDD": -5.1}
    row = {"source": "kraken", "price_usd": 100.0, "pair": "USD"}
    spot = [{**row, "symbol": coin, "timestamp": ago(minutes=20 - after)} for coin, after in minutes.items()]
    futures = [future("okx", f"{coin}-2", 101, None, 100, minutes=20) | {"symbol": coin} for coin in minutes]
    worth_nothing = future("okx", "AAA-0", 0, 100, 100) | {"symbol": "AAA"}
    warehouse.merge({"dated_futures": [*futures, worth_nothing], "market_prices": spot})
    found = [ask("dated-basis", "against", "basis_percent", symbol=coin) for coin in minutes]
    assert found == [[("spot markets", pytest.approx(1))], [(None, None)]] * 2


def test_futures_are_told_by_the_day_on_which_they_end_and_yearly_from_a_whole_day_on(
    warehouse: DuckDBWarehouse, ask: Ask
) -> None:
    futures = [
        future("okx", "BTC-A", 101, 100, 10),
        future("bybit", "BTC-B", 101, 100, 20),
        future("okx", "BTC-C", 101, 100, 1),
        future("okx", "BTC-D", 101, 100, 0.99),
    ]
    warehouse.merge({"dated_futures": futures})
    assert ask("dated-basis", "market", "yearly_percent") == [
        ("okx BTC-D", None),
        ("okx BTC-C", pytest.approx(365)),
        ("okx BTC-A", pytest.approx(36.5)),
        ("bybit BTC-B", pytest.approx(18.25)),
    ]


def test_of_a_source_s_words_on_the_market_of_a_day_the_last_one_counts(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    at = today() - 2 * DAY
    found = [
        {"source": "a", "btc_dominance": share, "total_market_cap_usd": 1e12, "timestamp": at + timedelta(hours=hour)}
        for hour, share in ((1, 40.0), (22, 60.0), (9, 50.0))
    ]
    stable = [
        {**supply(value, 2), "timestamp": at + timedelta(hours=hour)}
        for hour, value in ((1, 1e11), (20, 3e11), (5, 2e11))
    ]
    ahead = overview("a", 99, 1e12) | {"timestamp": now() + 30 * DAY}
    warehouse.merge({"market_overview": [*found, overview("a", 10, 1e12, 8), ahead], "defi_metrics": stable})
    assert ask("dominance", "btc_percent", "stablecoins_percent", days="5") == [(60, pytest.approx(30))]


def test_stablecoins_count_for_three_days_after_they_were_told(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    market = [overview("a", 50, 1e12, back) for back in (1, 0)]
    warehouse.merge({"market_overview": market, "defi_metrics": [supply(1e11, 4)]})
    assert ask("dominance", "stablecoins_percent") == [(pytest.approx(10),), (None,)]


def test_a_beta_takes_seven_days_that_both_have_and_no_day_beside_a_gap(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    walk = [100.0, 101.0, 99.0, 102.0, 100.0, 103.0, 101.0, 104.0, 103.0]
    double, half = [one**2 for one in walk], [one**0.5 for one in walk]
    ahead = [day(today() + number * DAY, 10.0**number, symbol) for number in (30, 31, 32) for symbol in ("BTC", "ETH")]
    candles = [
        *days(*walk),
        *days(*half, symbol="HALF"),
        *days(*double, symbol="ETH"),
        *days(*walk[1:], symbol="SEVEN"),
        *days(*walk[2:], symbol="SIX"),
        *days(*[None if place == 3 else one for place, one in enumerate(walk)], symbol="GAP"),
    ]
    warehouse.merge({"consensus_ohlc": [*candles, *ahead]})
    logs = [math.log(later / one) for one, later in pairwise(walk)]
    yearly = stdev(logs) * math.sqrt(365) * 100
    assert ask("beta", "symbol", "beta", "days", "volatility_percent") == [
        ("ETH", pytest.approx(2), 8, pytest.approx(2 * yearly)),
        ("SEVEN", pytest.approx(1), 7, pytest.approx(stdev(logs[1:]) * math.sqrt(365) * 100)),
        ("HALF", pytest.approx(0.5), 8, pytest.approx(yearly / 2)),
    ]


def test_funding_says_what_was_paid_and_when_for_the_last_time(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    row = {"source": "bybit", "contract": "BTCUSDT", "symbol": "BTC", "rate": 0.0002, "interval_hours": 8}
    warehouse.merge({"funding_rates": [{**row, "funding_at": ago(hours=hours)} for hours in (9, 1, 17)]})
    assert ask("funding-yearly", "paid_percent", "last_paid_at") == [(pytest.approx(0.06), ago(hours=1))]


def test_a_market_that_its_list_lacks_for_an_hour_is_given_up(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    def last_in_the_list(name: str, minutes: float, **more: Any) -> dict[str, Any]:
        return market(name, fetched_at=ago(minutes=minutes), **more)

    warehouse.merge(
        {
            "listings": [
                last_in_the_list("BTC-USDT", 0),
                last_in_the_list("GONE-USDT", 61),
                last_in_the_list("LATE-USDT", 59),
                last_in_the_list("SWAP-USDT", 300, kind="perpetual"),  # a list of its own, which has not come since
                last_in_the_list("SOON-USDT", 0, delisted_at=ago(days=-59)),
                last_in_the_list("SOMEDAY-USDT", 0, delisted_at=ago(days=-61)),
            ]
        }
    )
    assert ask("delistings", "market") == [("SOON-USDT",), ("GONE-USDT",)]


def test_a_market_that_its_list_has_for_the_first_time_after_an_hour_is_new(
    warehouse: DuckDBWarehouse, ask: Ask
) -> None:
    def first_in_the_list(name: str, minutes: float, **more: Any) -> dict[str, Any]:
        return market(name, seen=5 - minutes / 1440, **more)

    warehouse.merge(
        {
            "listings": [
                first_in_the_list("BTC-USDT", 0),
                first_in_the_list("YOUNG-USDT", 61),
                first_in_the_list("THERE-USDT", 59),
                first_in_the_list("SWAP-USDT", 300, kind="perpetual"),  # a list of its own: it began with this
                first_in_the_list("SOON-USDT", 0, listed=-59),
                first_in_the_list("SOMEDAY-USDT", 0, listed=-61),
            ]
        }
    )
    assert ask("new-listings", "market") == [("SOON-USDT",), ("YOUNG-USDT",)]


def test_the_first_day_that_is_asked_for_has_the_days_before_it_in_its_volatility(
    warehouse: DuckDBWarehouse, ask: Ask
) -> None:
    closes = [100.0, 110.0, 99.0, 120.0, 118.0, 130.0]
    ahead: list[dict[str, Any]] = [day(today() + number * DAY, 500.0) for number in (30, 31)]
    warehouse.merge({"consensus_ohlc": [*days(*closes), *ahead]})
    logs = [math.log(later / one) for one, later in pairwise(closes)]
    expected = [round(stdev(logs[place - 3 : place]) * math.sqrt(365) * 100, 2) for place in (4, 5)]
    assert ask("volatility", "volatility_percent", "returns", days="3", over="3")[-2:] == [(one, 3) for one in expected]
    times: list[datetime] = [at for (at,) in ask("volatility", "timestamp")]
    assert times == sorted(times)
