"""What follows from prices of several markets: opportunities, dominance, dated futures, beta, premiums; worked out here by hand."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

import pytest

from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.questions.bank import Ask, ago, now, today
from crypto_pipeline_tests.questions.test_past import days


def book(
    source: str, bid: float, ask: float, *, seconds: float = 60, pair: str = "BTCUSD", **more: Any
) -> dict[str, Any]:
    row = {"source": source, "symbol": pair[:3], "pair": pair, "scope": "best", "best_bid": bid, "best_ask": ask}
    return {
        **row,
        "best_bid_size": 2.0,
        "best_ask_size": 0.5,
        "usd_per_quote": 1.0,
        "timestamp": ago(seconds=seconds),
        **more,
    }


FEES = [
    {"exchange": name, "taker_percent": percent} for name, percent in (("a", 0.1), ("b", 0.3), ("c", 0.1), ("t", 0))
]


def test_what_is_left_is_what_two_exchanges_differ_by_less_what_both_take(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    books = [
        book("a", 99.0, 100.0),
        book("b", 102.0, 103.0, seconds=20),
        book("c", 101.0, 101.5),
        book("nobody's", 150.0, 151.0),
    ]
    warehouse.merge({"trading_fees": FEES, "book_snapshots": books})
    ((left, apart, fees, buy, sell, amount, usd, seconds),) = ask(
        "opportunities", "left_percent", "apart_percent", "fees_percent", "buy_at", "sell_at", "amount_usd", "left_usd", "seconds_apart"
    )  # fmt: skip
    assert (buy, sell, fees, apart, seconds) == (
        "a BTCUSD",
        "b BTCUSD",
        0.4,
        pytest.approx(2),
        pytest.approx(40, abs=0.01),
    )
    assert left == pytest.approx((102 * 0.997 / (100 * 1.001) - 1) * 100)
    assert (amount, usd) == (50, pytest.approx(50 * left / 100))
    assert ask("opportunities", "symbol", least="1") == [("BTC",)]


@pytest.mark.parametrize(
    "other",
    [
        book("a", 101.0, 102.0),  # the same exchange
        book("t", 101.0, 102.0, seconds=125),  # of another moment
        book("t", 120.0, 121.0),  # another coin of the same code
        book("t", 101.0, 102.0, pair="ETHUSD"),
        book("t", 90.0, 91.0, usd_per_quote=0.5),
    ],
    ids=["same exchange", "other moment", "other coin by its price", "other coin", "other money"],
)
def test_two_books_that_do_not_belong_together_are_no_opportunity(
    warehouse: DuckDBWarehouse, ask: Ask, other: dict[str, Any]
) -> None:
    warehouse.merge({"trading_fees": FEES, "book_snapshots": [book("a", 99.0, 100.0, pair="BTCUSDT"), other]})
    assert ask("opportunities", least="0") == []


def overview(
    source: str, btc: float | None, cap: float, days_ago: float = 0, eth: float | None = None
) -> dict[str, Any]:
    row = {"source": source, "btc_dominance": btc, "eth_dominance": eth, "total_market_cap_usd": cap}
    return {**row, "timestamp": min(today() - timedelta(days=days_ago) + timedelta(hours=1), now())}


def supply(value: float, days_ago: float, entity: str = "total") -> dict[str, Any]:
    row = {"source": "defillama", "metric_name": "stablecoin_circulating", "entity": entity, "value": value}
    return {**row, "timestamp": today() - timedelta(days=days_ago)}


def test_shares_of_the_market_are_those_of_the_middle_source_and_stablecoins_over_the_same_whole(
    warehouse: DuckDBWarehouse, ask: Ask
) -> None:
    warehouse.merge(
        {
            "market_overview": [
                overview("a", 58, 3e12, eth=12), overview("b", 60, 4e12), overview("c", 57, 3.5e12, eth=11),
                overview("a", 50, 2e12, 9),
            ],
            "defi_metrics": [supply(3.5e11, 2), supply(9e11, 0, "USDT"), supply(1e11, 20)],
        }
    )  # fmt: skip
    columns = ("btc_percent", "lowest_btc_percent", "eth_percent", "stablecoins_percent", "sources")
    assert ask("dominance", *columns) == [(50, 50, None, None, 1), (58, 57, 11.5, 10, 3)]


@pytest.mark.parametrize(("days_ago", "holds"), [(3, True), (4, False)])
def test_a_figure_of_stablecoins_holds_for_three_days(
    warehouse: DuckDBWarehouse, ask: Ask, days_ago: int, holds: bool
) -> None:
    warehouse.merge({"market_overview": [overview("a", 50, 2e12)], "defi_metrics": [supply(1e11, days_ago)]})
    ((usd, percent),) = ask("dominance", "stablecoins_usd", "stablecoins_percent")
    assert (usd, percent) == ((1e11, pytest.approx(5)) if holds else (None, None))


def test_of_two_books_of_an_exchange_in_one_money_the_newest_counts_and_a_price_in_dollars_needs_no_rate(
    warehouse: DuckDBWarehouse, ask: Ask
) -> None:
    books = [
        book("a", 99.0, 100.0, quote="USD", usd_per_quote=None),
        book("b", 50.0, 51.0, quote="EUR", pair="BTCEUR", usd_per_quote=2.1, seconds=20),
        book("b", 150.0, 151.0, quote="EUR", pair="BTC/EUR", usd_per_quote=2.1, seconds=70),
        book("c", 0.0, 1.0, quote="USD"),
    ]
    warehouse.merge({"trading_fees": FEES, "book_snapshots": books})
    assert ask("opportunities", "buy_at", "sell_at", "bid_usd") == [("a BTCUSD", "b BTCEUR", pytest.approx(105))]


def future(
    source: str, contract: str, mark: float, index: float | None, days_left: float, minutes: float = 10
) -> dict[str, Any]:
    row = {"source": source, "contract": contract, "symbol": "BTC", "mark_price": mark, "index_price": index}
    at = ago(minutes=minutes)
    return {**row, "timestamp": at, "expiry": at + timedelta(days=days_left)}


def test_a_dated_future_is_held_against_the_index_of_its_exchange_or_against_spot_markets(
    warehouse: DuckDBWarehouse, ask: Ask
) -> None:
    prices = [
        {"source": source, "symbol": "BTC", "price_usd": price, "pair": pair, "timestamp": ago(minutes=minutes)}
        for source, price, pair, minutes in (
            ("kraken", 100.0, "XBTUSD", 8), ("kraken", 900.0, "XBTUSD", 14.5), ("coinbase", 102.0, "BTC-USD", 11),
            ("bybit_perpetual", 900.0, "BTCUSDT", 10), ("coingecko", 900.0, None, 10), ("bitstamp", 900.0, "BTC/USD", 40),
        )
    ]  # fmt: skip
    futures = [
        future("deribit_perpetual", "BTC-1", 102, 100, 73),
        future("okx", "BTC-2", 101, None, 100),
        future("okx", "BTC-3", 110, None, 200, minutes=60),
        future("bybit", "BTC-4", 100.1, 100, 0.5),
        future("bybit", "BTC-4", 150, 100, 0.5, minutes=50),
        future("bybit", "BTC-5", 100, 100, 0.001),
        future("bybit", "BTC-6", 0, 100, 50),
        {**future("bybit", "ETH-1", 5, 4, 50), "symbol": "ETH"},
    ]
    warehouse.merge({"dated_futures": futures, "market_prices": prices})
    assert ask("dated-basis", "market", "basis_percent", "yearly_percent", "against") == [
        ("bybit BTC-4", pytest.approx(0.1), None, "index"),
        ("deribit BTC-1", pytest.approx(2), pytest.approx(10), "index"),
        ("okx BTC-2", pytest.approx(0), pytest.approx(0), "spot markets"),
        ("okx BTC-3", None, None, None),
    ]


def test_a_coin_that_moves_twice_as_far_has_a_beta_of_two(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    moves = [0.01, -0.02, 0.03, 0.0, -0.01, 0.02, -0.03, 0.01]
    walk = [100.0]
    for move in moves:
        walk.append(walk[-1] * math.exp(move))
    follower = [price**2 for price in walk]
    warehouse.merge({"consensus_ohlc": [*days(*walk), *days(*follower, symbol="ETH"), *days(1.0, 2.0, symbol="NEW")]})
    assert ask("beta", "symbol", "beta", "r_squared", "days") == [("ETH", pytest.approx(2), pytest.approx(1), 8)]


def test_a_premium_is_told_in_money_of_states_alone(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    def quoted(provider: str, quote: str, price: float, symbol: str = "USDT", **more: Any) -> dict[str, Any]:
        row = {
            "provider": provider,
            "symbol": symbol,
            "price": price,
            "quote": quote,
            "pair": symbol + quote,
            "volume_24h": 5e4,
        }
        return {**row, "timestamp": ago(minutes=1), "fetched_at": ago(minutes=1), **more}

    warehouse.merge(
        {
            "cached_market_data": [
                quoted("kraken", "USD", 1.001), quoted("upbit", "KRW", 1.02, volume_24h=2e6), quoted("binance", "USDC", 0.999),
                quoted("binance", "BTC", 0.99, "USDC"), quoted("coingecko", "USD", 1.2, pair=None), quoted("kraken", "USD", 9e4, "BTC"),
            ]
        }
    )  # fmt: skip
    premiums = ask("stablecoin-premium", "market", "premium_percent")
    assert premiums == [("USDT upbit", pytest.approx(2)), ("USDT kraken", pytest.approx(0.1))]
    assert ask("stablecoin-premium", "market", least_volume="100000") == [("USDT upbit",)]


def test_funding_of_a_year_is_what_was_paid_over_the_time_that_it_was_paid_for(
    warehouse: DuckDBWarehouse, ask: Ask
) -> None:
    def paid(hours: float, rate: float, interval: float | None, source: str = "bybit") -> dict[str, Any]:
        row = {"source": source, "contract": "BTCUSDT", "symbol": "BTC", "rate": rate, "interval_hours": interval}
        return {**row, "funding_at": ago(hours=hours)}

    warehouse.merge(
        {"funding_rates": [paid(1, 0.0001, 8), paid(9, 0.0003, 8), paid(17, 0.5, None), paid(2, -0.00001, 1, "okx")]}
    )
    warehouse.merge({"funding_rates": [{**paid(3, 0.5, 8), "symbol": "ETH"}, {**paid(4, 0.5, 0)}]})
    assert ask("funding-yearly", "market", "yearly_percent", "days_told", "payments") == [
        ("bybit BTCUSDT", pytest.approx(0.0004 * 1.5 * 365 * 100), pytest.approx(2 / 3), 2),
        ("okx BTCUSDT", pytest.approx(-0.00001 * 24 * 365 * 100), pytest.approx(1 / 24), 1),
    ]
