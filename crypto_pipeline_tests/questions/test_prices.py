"""Ready questions about prices, candles and premiums; the answers are worked out here, by hand."""

from __future__ import annotations

from datetime import timedelta
from statistics import median
from typing import Any

import pytest

from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.questions.bank import (
    Ask,
    ago,
    candle,
    consensus,
    hour,
    latest,
    now,
    today,
)


def test_the_cheapest_exchange_comes_first_with_its_distance_from_the_median(
    warehouse: DuckDBWarehouse, ask: Ask
) -> None:
    warehouse.merge(
        {
            "consensus_prices": [
                consensus("BTC", 1.0, minutes=9),
                consensus("BTC", 200.0, outliers="scam,other"),
                consensus("BTC", 9_999.0, minutes=-20),  # of a clock that was ahead
                consensus("ETH", 7.0),
            ],
            "cached_market_data": [
                latest("kraken", 202.0),
                latest("upbit", 198.0, pair="KRW-BTC", quote="KRW", volume_24h=5.0),
                latest("scam", 10.0),
                latest("woo_perpetual", 190.0),
                latest("coingecko", 191.0, pair=None),
                latest("late", 100.0, minutes=20),
                latest("kraken", 6.0, symbol="ETH"),
            ],
        }
    )
    columns = ("provider", "price_usd", "from_median_percent", "quote", "volume_24h_usd", "is_outlier")
    assert ask("cheapest-exchange", *columns) == [
        ("upbit", 198.0, (198.0 / 200.0 - 1) * 100, "KRW", 5.0, False),
        ("kraken", 202.0, (202.0 / 200.0 - 1) * 100, "USD", None, False),
        ("scam", 10.0, (10.0 / 200.0 - 1) * 100, "USD", None, True),
    ]
    assert ask("cheapest-exchange", "provider", "from_median_percent", symbol="eth") == [
        ("kraken", (6.0 / 7.0 - 1) * 100)
    ]


def test_without_a_consensus_the_cheapest_exchange_is_told_without_a_distance(
    warehouse: DuckDBWarehouse, ask: Ask
) -> None:
    warehouse.merge(
        {"cached_market_data": [latest("kraken", 202.0)], "consensus_prices": [consensus("BTC", 1.0, minutes=16)]}
    )
    assert ask("cheapest-exchange", "provider", "from_median_percent", "is_outlier") == [("kraken", None, False)]


def rate(usd: float, *, source: str = "ecb", days: float = 0, currency: str = "KRW") -> dict[str, Any]:
    return {"source": source, "currency": currency, "usd_per_unit": usd, "timestamp": today() - timedelta(days=days)}


def test_the_kimchi_premium_is_won_candles_at_the_official_rate_against_dollar_candles_of_the_same_hour(
    warehouse: DuckDBWarehouse, ask: Ask
) -> None:
    warehouse.merge(
        {
            "cached_ohlc": [
                candle("upbit", 150_000_000.0, currency="KRW", hours=2),
                candle("upbit", 1.0, currency="KRW", hours=3),
                candle("upbit", 999_000_000.0, currency="KRW", hours=0, final=False),
                candle("bithumb", 140_000_000.0, currency="KRW", hours=2),
                candle("bithumb", 4_200_000.0, currency="KRW", hours=2, symbol="ETH"),
                candle("kraken", 100_000.0, hours=2),
                candle("okx", 101_000.0, hours=2),
                candle("binance", 102_000.0, hours=2),
                candle("kraken_perpetual", 1.0, hours=2),
                candle("kraken", 5.0, hours=3),
                candle("kraken", 3_000.0, hours=2, symbol="ETH"),
                candle("bitbank", 15_000_000.0, hours=2, currency="JPY"),
                candle("gate", 1.0, hours=2, final=False),
                candle("gate", 1.0, hours=2, interval="1d"),
                candle("korbit", 1.0, currency="KRW", hours=2, interval="1d"),
                candle("korbit", 1.0, currency="KRW", hours=7),
                candle("kraken", 1.0, hours=7),
            ],
            "exchange_rates": [
                rate(0.0007),
                rate(0.5, days=1),
                rate(0.0008, source="frankfurter", days=2),
                rate(0.5, source="old", days=9),
                rate(0.0067, source="other", currency="JPY"),
            ],
        }
    )
    won = median([0.0007, 0.0008])
    assert ask("kimchi-premium", "market", "price_krw", "premium_percent", "world_usd", "world_sources", "hour") == [
        (
            "BTC upbit",
            150_000_000.0,
            (150_000_000.0 * won / 101_000.0 - 1) * 100,
            101_000.0,
            3,
            hour() - timedelta(hours=2),
        ),
        (
            "ETH bithumb",
            4_200_000.0,
            (4_200_000.0 * won / 3_000.0 - 1) * 100,
            3_000.0,
            1,
            hour() - timedelta(hours=2),
        ),
        (
            "BTC bithumb",
            140_000_000.0,
            (140_000_000.0 * won / 101_000.0 - 1) * 100,
            101_000.0,
            3,
            hour() - timedelta(hours=2),
        ),
    ]


def test_without_a_rate_of_the_won_there_is_no_premium(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    candles = [candle("upbit", 150_000_000.0, currency="KRW"), candle("kraken", 100_000.0)]
    warehouse.merge({"cached_ohlc": candles})
    assert ask("kimchi-premium") == []
    assert ask("kimchi-premium-history") == []


def test_the_history_of_the_premium_has_the_hours_that_both_sides_told(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    warehouse.merge(
        {
            "cached_ohlc": [
                candle("upbit", 150_000_000.0, currency="KRW", hours=30),
                candle("bithumb", 148_000_000.0, currency="KRW", hours=30),
                candle("kraken", 100_000.0, hours=30),
                candle("kraken_perpetual", 1.0, hours=30),
                candle("kraken", 100_500.0, hours=29),
                candle("upbit", 151_000_000.0, currency="KRW", hours=28),
                candle("upbit", 144_000_000.0, currency="KRW", hours=2),
                candle("kraken", 99_000.0, hours=2),
                candle("gate", 1.0, hours=2, final=False),
                candle("gate", 1.0, hours=2, interval="1d"),
                candle("gate", 1.0, hours=2, symbol="ETH"),
            ],
            "exchange_rates": [rate(0.0007, days=4), rate(0.0009, days=4, source="other")],
        }
    )
    won = median([0.0007, 0.0009])
    assert ask("kimchi-premium-history", "hour", "premium_percent", "korea_krw") == [
        (hour() - timedelta(hours=30), (149_000_000.0 * won / 100_000.0 - 1) * 100, 149_000_000.0),
        (hour() - timedelta(hours=2), (144_000_000.0 * won / 99_000.0 - 1) * 100, 144_000_000.0),
    ]
    assert len(ask("kimchi-premium-history", days="1")) == 1


def test_candles_are_of_one_exchange_and_in_dollars_the_oldest_first(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    warehouse.merge(
        {
            "cached_ohlc": [
                *(candle("kraken", 100.0 + hours, hours=hours) for hours in (1, 2, 5)),
                *(candle("okx", 200.0 + hours, hours=hours) for hours in (1, 2)),
                *(candle("woo_perpetual", 1.0, hours=hours) for hours in range(1, 9)),
                *(candle("upbit", 150_000_000.0, hours=hours, currency="KRW") for hours in range(1, 9)),
                candle("kraken", 99.0, hours=0, final=False),
                candle("kraken", 98.0, hours=24 * 8),
                candle("kraken", 97.0, hours=3, symbol="ETH"),
                candle("kraken", 96.0, hours=3, interval="1d"),
            ]
        }
    )
    columns = ("timestamp", "open", "high", "low", "close", "volume", "is_final", "provider")
    assert ask("candles", *columns) == [
        (hour() - timedelta(hours=hours), close - 2, close + 3, close - 4, close, 1.5, hours > 0, "kraken")
        for hours, close in ((5, 105.0), (2, 102.0), (1, 101.0), (0, 99.0))
    ]
    assert ask("candles", "close", provider="okx") == [(202.0,), (201.0,)]
    assert ask("candles", "close", interval="1d") == [(96.0,)]
    assert ask("candles", "close", symbol="ETH", days="1") == [(97.0,)]
    assert ask("candles", provider="nobody") == []


def test_the_exchange_of_the_candles_is_the_same_for_any_number_of_days(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    warehouse.merge(
        {
            "cached_ohlc": [
                *(candle("kraken", 1.0, hours=hours) for hours in range(1, 20)),
                *(candle("okx", 2.0, hours=hours) for hours in range(1, 60)),
                *(candle("gone", 3.0, hours=hours) for hours in range(2, 900)),
            ]
        }
    )
    for days in ("1", "2", "7", "366"):
        assert {provider for (provider,) in ask("candles", "provider", days=days)} == {"okx"}


def test_of_exchanges_that_have_as_many_candles_the_one_of_the_largest_volume_is_chosen(
    warehouse: DuckDBWarehouse, ask: Ask
) -> None:
    volumes = {"a": None, "b": 1.0, "c": 9.0, "d": 5.0}
    rows = [candle(name, 1.0, hours=hours, volume=one) for name, one in volumes.items() for hours in (1, 2)]
    warehouse.merge({"cached_ohlc": rows})
    assert ask("candles", "provider") == [("c",)] * 2


def test_disagreements_are_of_the_newest_consensus_the_widest_first(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    warehouse.merge(
        {
            "consensus_prices": [
                consensus("BTC", 100.0, spread_percent=9.0, minutes=5),
                consensus("BTC", 100.0, spread_percent=0.1, lowest_usd=99.9, highest_usd=100.0),
                consensus("ETH", 10.0, spread_percent=2.0, outliers="scam"),
                consensus("OLD", 10.0, spread_percent=50.0, minutes=20),
                consensus("ONE", 10.0, spread_percent=None),
            ]
        }
    )
    assert ask("disagreements", "symbol", "spread_percent", "outliers") == [
        ("ETH", 2.0, "scam"),
        ("BTC", 0.1, None),
        ("ONE", None, None),
    ]


def test_movers_are_those_that_moved_most_in_either_direction(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    changes = {"UP": 3.0, "DOWN": -8.0, "STILL": 0.0, "NEW": None}
    warehouse.merge(
        {"consensus_prices": [consensus(symbol, 1.0, price_change_24h=change) for symbol, change in changes.items()]}
    )
    assert ask("movers", "symbol", "change_24h_percent") == [("DOWN", -8.0), ("UP", 3.0), ("STILL", 0.0)]


def test_the_price_history_is_every_consensus_of_the_coin(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    rows = [consensus("BTC", 100.0 + minutes, minutes=minutes) for minutes in (1, 6, 70, 25 * 60)]
    warehouse.merge({"consensus_prices": [*rows, consensus("ETH", 5.0)]})
    assert ask("price-history", "timestamp", "price_usd") == [
        (ago(minutes=minutes), 100.0 + minutes) for minutes in (70, 6, 1)
    ]
    assert ask("price-history", "price_usd", hours="1") == [(106.0,), (101.0,)]


def test_funding_is_the_newest_of_each_contract_and_simple_for_the_year(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    def contract_row(source: str, contract: Any, minutes: float, **more: Any) -> dict[str, Any]:
        return {"source": source, "contract": contract, "symbol": "BTC", "timestamp": ago(minutes=minutes), **more}

    warehouse.merge(
        {
            "derivatives_metrics": [
                contract_row(
                    "okx", "BTC-SWAP", 3, funding_rate_8h=0.0001, funding_interval_hours=8.0, mark_price=64_000.0
                ),
                contract_row("okx", "BTC-SWAP", 2, open_interest_usd=5e9),
                contract_row("okx", "BTC-SWAP", 9, funding_rate_8h=0.9),
                contract_row("bybit", "BTCUSDT", 1, funding_rate_8h=-0.0002),
                contract_row("gate", "BTC_USDT", 1, open_interest_usd=1e9),
                contract_row("htx", "BTC-USDT", 10 * 60, funding_rate_8h=0.5),
                contract_row("okx", "ETH-SWAP", 1, funding_rate_8h=0.5) | {"symbol": "ETH"},
            ]
        }
    )
    columns = ("market", "funding_8h_percent", "yearly_percent", "paid_every_hours", "open_interest_usd", "timestamp")
    assert ask("funding", *columns) == [
        ("okx BTC-SWAP", 0.0001 * 100, 0.0001 * 3 * 365 * 100, 8.0, 5e9, ago(minutes=3)),
        ("bybit BTCUSDT", -0.0002 * 100, -0.0002 * 3 * 365 * 100, None, None, ago(minutes=1)),
    ]


def test_what_was_paid_is_told_by_the_day_and_added_up(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    midnight = (now() - timedelta(days=3)).replace(hour=0, minute=0, second=0, microsecond=0)

    def payment(source: str, hours: float, rate: float, symbol: str = "BTC") -> dict[str, Any]:
        return {
            "source": source,
            "contract": f"{symbol}USDT",
            "symbol": symbol,
            "funding_at": midnight + timedelta(hours=hours),
            "rate": rate,
        }

    warehouse.merge(
        {
            "funding_rates": [
                *(payment("okx", hours, 0.0001) for hours in (0, 8, 16, 24)),
                *(payment("gate", hours, 0.0003) for hours in (0, 8, 16)),
                payment("htx", 16, -0.0001),
                payment("okx", 8, 0.5, "ETH"),
                payment("okx", -24 * 40, 0.5),
            ]
        }
    )
    columns = ("day", "paid_percent", "lowest_percent", "highest_percent", "sum_percent", "contracts", "payments")
    first = midnight.date()
    assert ask("funding-history", *columns) == [
        (first, *map(pytest.approx, (0.03, -0.01, 0.09, 0.03)), 3, 7),
        (first + timedelta(days=1), *map(pytest.approx, (0.01, 0.01, 0.01, 0.04)), 1, 1),
    ]
    assert ask("funding-history", "paid_percent", source="htx") == [(pytest.approx(-0.01),)]
    assert ask("funding-history", "payments", symbol="ETH") == [(1,)]


def test_coverage_counts_the_sources_of_each_coin_by_their_kind(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    warehouse.merge(
        {
            "cached_market_data": [
                latest("kraken", 1.0),
                latest("okx", 1.0),
                latest("woo_perpetual", 1.0),
                latest("coingecko", 1.0, pair=None),
                latest("coingecko", 1.0, pair=None, symbol="ETH"),
                latest("late", 1.0, minutes=70),
            ],
            "cached_ohlc": [candle("kraken", 1.0, hours=1), candle("kraken", 1.0, hours=2), candle("okx", 1.0)],
            "derivatives_metrics": [{"source": "okx", "contract": "B", "symbol": "BTC", "timestamp": ago(hours=2)}],
        }
    )
    columns = ("symbol", "sources", "exchanges", "perpetuals", "aggregators", "candles", "derivatives")
    assert ask("coverage", *columns) == [("BTC", 4, 2, 1, 1, 2, 1), ("ETH", 1, 0, 0, 1, 0, 0)]
