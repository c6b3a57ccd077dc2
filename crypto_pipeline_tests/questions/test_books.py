"""What order books say: the cost of a large order, and the spread of every coin."""

from __future__ import annotations

from typing import Any

from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.questions.bank import Ask, ago


def book(source: str, minutes: float = 5, scope: str = "book", pair: str = "BTCUSD", **more: Any) -> dict[str, Any]:
    row = {"source": source, "symbol": pair[:3], "pair": pair, "quote": "USD", "scope": scope}
    return {**row, "timestamp": ago(minutes=minutes), **more}


def test_the_cheapest_exchange_for_a_large_order_comes_first_and_those_that_tell_too_little_last(
    warehouse: DuckDBWarehouse, ask: Ask
) -> None:
    warehouse.merge(
        {
            "book_snapshots": [
                book("kraken", buy_100k_bps=3.0, bid_depth_100bps=7.0),
                book("kraken", minutes=20, buy_100k_bps=99.0),
                book("okx", buy_100k_bps=1.5),
                book("kucoin"),
                book("xt", scope="best"),
                book("okx", pair="ETHUSD", buy_100k_bps=0.5),
            ]
        }
    )
    assert ask("order-books", "market", "buy_100k_bps", "bids_usd") == [
        ("okx BTCUSD", 1.5, None),
        ("kraken BTCUSD", 3.0, 7.0),
        ("kucoin BTCUSD", None, None),
    ]
    assert ask("order-books", "market", symbol="ETH") == [("okx ETHUSD",)]


def test_the_spread_of_a_coin_is_that_of_its_newest_books_whatever_the_market_is_called_in_them(
    warehouse: DuckDBWarehouse, ask: Ask
) -> None:
    warehouse.merge(
        {
            "book_snapshots": [
                book("kraken", spread_bps=2.0),
                book("kraken", minutes=20, scope="best", spread_bps=0.1),
                book("okx", scope="best", spread_bps=1.0),
                book("gate", spread_bps=6.0),
                book("gate", pair="ETHUSD", spread_bps=0.5),
                book("okx", pair="SOLUSD"),
                book("kraken", minutes=9, scope="best", pair="BTC/USD", spread_bps=0.1),
            ]
        }
    )
    assert ask("spreads", "symbol", "narrowest_bps", "narrowest_market", "median_bps", "markets") == [
        ("ETH", 0.5, "gate ETHUSD", 0.5, 1),
        ("BTC", 1.0, "okx BTCUSD", 2.0, 3),
    ]
