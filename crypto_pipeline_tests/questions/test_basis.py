"""Perpetual contracts against the spot markets of the same moment."""

from __future__ import annotations

from typing import Any

import pytest

from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.questions.bank import Ask, ago

COLUMNS = ("market", "basis_percent", "spot_price_usd", "spot_markets")


def mark(price: float, minutes: float, source: str = "bybit", **more: Any) -> dict[str, Any]:
    row = {"symbol": "BTC", "contract": "BTCUSDT", "mark_price": price, "source": source}
    return {**row, "timestamp": ago(minutes=minutes), **more}


def spot(source: str, price: float, minutes: float, **more: Any) -> dict[str, Any]:
    row = {"source": source, "symbol": "BTC", "price_usd": price, "pair": "BTC/USD"}
    return {**row, "timestamp": ago(minutes=minutes), **more}


def store(warehouse: DuckDBWarehouse, marks: list[dict[str, Any]], prices: list[dict[str, Any]]) -> None:
    warehouse.merge({"derivatives_metrics": marks, "market_prices": prices})


def test_a_contract_is_held_against_the_median_of_spot_markets_at_their_price_nearest_to_it(
    warehouse: DuckDBWarehouse, ask: Ask
) -> None:
    prices = [
        spot("kraken", 50.0, 14),
        spot("kraken", 100.0, 11),
        spot("kraken", 70.0, 6),
        spot("coinbase", 104.0, 10),
        spot("bitstamp", 98.0, 12),
        spot("bybit_perpetual", 900.0, 10),
        spot("coingecko", 900.0, 10, pair=None),
        spot("kraken", 900.0, 10, symbol="ETH"),
    ]
    store(warehouse, [mark(101.0, 10), mark(80.0, 40), mark(99.0, 10, "okx")], prices)
    assert ask("basis", *COLUMNS) == [
        ("bybit BTCUSDT", pytest.approx(1.0), 100.0, 3),
        ("okx BTCUSDT", pytest.approx(-1.0), 100.0, 3),
    ]


@pytest.mark.parametrize(("minutes", "there"), [(59, True), (61, False)])
def test_a_mark_price_is_of_the_last_hour(warehouse: DuckDBWarehouse, ask: Ask, minutes: float, there: bool) -> None:
    store(warehouse, [mark(101.0, minutes)], [spot("kraken", 100.0, minutes)])
    assert (ask("basis", "market") == [("bybit BTCUSDT",)]) is there


@pytest.mark.parametrize(("apart", "there"), [(4.9, True), (5.1, False), (-4.9, True), (-5.1, False)])
def test_a_spot_price_of_another_moment_says_nothing(
    warehouse: DuckDBWarehouse, ask: Ask, apart: float, there: bool
) -> None:
    store(warehouse, [mark(101.0, 20)], [spot("kraken", 100.0, 20 + apart)])
    assert (ask("basis", "market") == [("bybit BTCUSDT",)]) is there


def test_what_is_ahead_of_the_clock_is_not_asked(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    store(warehouse, [mark(101.0, -11)], [spot("kraken", 100.0, -9)])
    assert ask("basis", "market") == []
