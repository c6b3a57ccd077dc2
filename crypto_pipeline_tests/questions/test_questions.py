"""Each ready question on a database with known rows; the answers are worked out here, by hand."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from statistics import median

import pytest

from crypto_pipeline.questions import question_called, questions
from crypto_pipeline.schema.freshness import usual_age
from crypto_pipeline.schema.outcomes import NOT_ASKED, SUCCESSES
from crypto_pipeline.schema.tables import DATA_TABLES
from crypto_pipeline.settings import Settings
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse

DUCKDB = Path(sys.executable).with_name("duckdb")
NOW = datetime.now(timezone.utc)
HOUR = NOW.replace(minute=0, second=0, microsecond=0)
TODAY = NOW.replace(hour=0, minute=0, second=0, microsecond=0)
NAMES = [question.name for question in questions()]


def ago(**time):
    return NOW - timedelta(**time)


@pytest.fixture
def warehouse(tmp_path):
    warehouse = DuckDBWarehouse(tmp_path / "crypto.duckdb", lock_seconds=0)
    warehouse.prepare()
    return warehouse


@pytest.fixture
def ask(warehouse):
    """The answer to a question as dicts, of the columns that are named."""

    def asked(name, *columns, **chosen):
        question = question_called(name)
        rows = warehouse.query(question.sql, question.values(chosen)).dicts()
        return [tuple(row[column] for column in columns) for row in rows] if columns else rows

    return asked


def latest(provider, price, *, symbol="BTC", pair="BTC-USD", quote="USD", minutes=1, **more):
    at = ago(minutes=minutes)
    return {
        "provider": provider,
        "symbol": symbol,
        "price": price,
        "pair": pair,
        "quote": quote,
        "timestamp": at,
        "fetched_at": at,
        **more,
    }


def consensus(symbol, price, *, minutes=1, **more):
    return {"symbol": symbol, "price_usd": price, "timestamp": ago(minutes=minutes), "sources": 3, **more}


def candle(provider, close, *, hours=2, symbol="BTC", currency="USD", final=True, **more):
    return {
        "provider": provider,
        "symbol": symbol,
        "interval": "1h",
        "timestamp": HOUR - timedelta(hours=hours),
        "open": close - 2,
        "high": close + 3,
        "low": close - 4,
        "close": close,
        "volume": 1.5,
        "currency": currency,
        "is_final": final,
        "pair": "BTC",
        "fetched_at": NOW,
        **more,
    }


def collection(endpoint, outcome, *, run="run-1", minutes=10, error=None, **more):
    at = ago(minutes=minutes)
    return {
        "run_id": run,
        "endpoint": endpoint,
        "outcome": outcome,
        "error": error,
        "started_at": at,
        "finished_at": at + timedelta(seconds=1),
        **more,
    }


# Prices


def test_the_cheapest_exchange_comes_first_with_its_distance_from_the_median(warehouse, ask):
    warehouse.merge(
        {
            "consensus_prices": [
                consensus("BTC", 1.0, minutes=9),
                consensus("BTC", 200.0, outliers="scam,other"),
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


def test_without_a_consensus_the_cheapest_exchange_is_told_without_a_distance(warehouse, ask):
    warehouse.merge({"cached_market_data": [latest("kraken", 202.0)]})
    assert ask("cheapest-exchange", "provider", "from_median_percent", "is_outlier") == [("kraken", None, False)]


def rate(usd, *, source="ecb", days=0, currency="KRW"):
    return {"source": source, "currency": currency, "usd_per_unit": usd, "timestamp": TODAY - timedelta(days=days)}


def test_the_kimchi_premium_is_won_candles_at_the_official_rate_against_dollar_candles_of_the_same_hour(warehouse, ask):
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
            ],
            "exchange_rates": [
                rate(0.0007),
                rate(0.5, days=1),
                rate(0.0008, source="frankfurter", days=2),
                rate(0.5, source="old", days=9),
                rate(0.0007, source="other", currency="JPY"),
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
            HOUR - timedelta(hours=2),
        ),
        (
            "ETH bithumb",
            4_200_000.0,
            (4_200_000.0 * won / 3_000.0 - 1) * 100,
            3_000.0,
            1,
            HOUR - timedelta(hours=2),
        ),
        (
            "BTC bithumb",
            140_000_000.0,
            (140_000_000.0 * won / 101_000.0 - 1) * 100,
            101_000.0,
            3,
            HOUR - timedelta(hours=2),
        ),
    ]


def test_without_a_rate_of_the_won_there_is_no_premium(warehouse, ask):
    candles = [candle("upbit", 150_000_000.0, currency="KRW"), candle("kraken", 100_000.0)]
    warehouse.merge({"cached_ohlc": candles})
    assert ask("kimchi-premium") == []
    assert ask("kimchi-premium-history") == []


def test_the_history_of_the_premium_has_the_hours_that_both_sides_told(warehouse, ask):
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
            ],
            "exchange_rates": [rate(0.0007, days=4), rate(0.0009, days=4, source="other")],
        }
    )
    won = median([0.0007, 0.0009])
    assert ask("kimchi-premium-history", "hour", "premium_percent", "korea_krw") == [
        (HOUR - timedelta(hours=30), (149_000_000.0 * won / 100_000.0 - 1) * 100, 149_000_000.0),
        (HOUR - timedelta(hours=2), (144_000_000.0 * won / 99_000.0 - 1) * 100, 144_000_000.0),
    ]
    assert len(ask("kimchi-premium-history", days="1")) == 1


def test_candles_are_of_one_exchange_and_in_dollars_the_oldest_first(warehouse, ask):
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
        (HOUR - timedelta(hours=hours), close - 2, close + 3, close - 4, close, 1.5, hours > 0, "kraken")
        for hours, close in ((5, 105.0), (2, 102.0), (1, 101.0), (0, 99.0))
    ]
    assert ask("candles", "close", provider="okx") == [(202.0,), (201.0,)]
    assert ask("candles", "close", interval="1d") == [(96.0,)]
    assert ask("candles", "close", symbol="ETH", days="1") == [(97.0,)]
    assert ask("candles", provider="nobody") == []


def test_disagreements_are_of_the_newest_consensus_the_widest_first(warehouse, ask):
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


def test_movers_are_those_that_moved_most_in_either_direction(warehouse, ask):
    changes = {"UP": 3.0, "DOWN": -8.0, "STILL": 0.0, "NEW": None}
    warehouse.merge(
        {"consensus_prices": [consensus(symbol, 1.0, price_change_24h=change) for symbol, change in changes.items()]}
    )
    assert ask("movers", "symbol", "change_24h_percent") == [("DOWN", -8.0), ("UP", 3.0), ("STILL", 0.0)]


def test_the_price_history_is_every_consensus_of_the_coin(warehouse, ask):
    rows = [consensus("BTC", 100.0 + minutes, minutes=minutes) for minutes in (1, 6, 70, 25 * 60)]
    warehouse.merge({"consensus_prices": [*rows, consensus("ETH", 5.0)]})
    assert ask("price-history", "timestamp", "price_usd") == [
        (ago(minutes=minutes), 100.0 + minutes) for minutes in (70, 6, 1)
    ]
    assert ask("price-history", "price_usd", hours="1") == [(106.0,), (101.0,)]


def test_funding_is_the_newest_of_each_contract_and_simple_for_the_year(warehouse, ask):
    def told(source, contract, minutes, **more):
        return {"source": source, "contract": contract, "symbol": "BTC", "timestamp": ago(minutes=minutes), **more}

    warehouse.merge(
        {
            "derivatives_metrics": [
                told("okx", "BTC-SWAP", 3, funding_rate_8h=0.0001, funding_interval_hours=8.0, mark_price=64_000.0),
                told("okx", "BTC-SWAP", 2, open_interest_usd=5e9),
                told("okx", "BTC-SWAP", 9, funding_rate_8h=0.9),
                told("bybit", "BTCUSDT", 1, funding_rate_8h=-0.0002),
                told("gate", "BTC_USDT", 1, open_interest_usd=1e9),
                told("htx", "BTC-USDT", 10 * 60, funding_rate_8h=0.5),
                told("okx", "ETH-SWAP", 1, funding_rate_8h=0.5) | {"symbol": "ETH"},
            ]
        }
    )
    columns = ("market", "funding_8h_percent", "yearly_percent", "paid_every_hours", "open_interest_usd", "timestamp")
    assert ask("funding", *columns) == [
        ("okx BTC-SWAP", 0.0001 * 100, 0.0001 * 3 * 365 * 100, 8.0, 5e9, ago(minutes=3)),
        ("bybit BTCUSDT", -0.0002 * 100, -0.0002 * 3 * 365 * 100, None, None, ago(minutes=1)),
    ]


def test_coverage_counts_the_sources_of_each_coin_by_their_kind(warehouse, ask):
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


# The chains and the mood


def test_gas_by_hour_is_the_median_of_the_usual_unit(warehouse, ask):
    def fee(value, hours, *, source="node", blockchain="ethereum", unit="gwei"):
        at = TODAY - timedelta(days=1) + timedelta(hours=hours)
        return {
            "source": source,
            "blockchain": blockchain,
            "standard_gas_price": value,
            "unit": unit,
            "timestamp": at,
            "fetched_at": at,
        }

    warehouse.merge(
        {
            "gas_prices": [
                fee(1.0, 3),
                fee(2.0, 3.2),
                fee(6.0, 3.4, source="other"),
                fee(9.0, 4),
                fee(1e9, 3.5, source="odd", unit="wei"),
                fee(None, 5),
                fee(7.0, 3, blockchain="bitcoin", unit="sat/vB"),
                fee(99.0, -24 * 20),
            ]
        }
    )
    assert ask("gas-by-hour", "hour_utc", "median_fee", "told", "sources", "unit") == [
        (3, 2.0, 3, 2, "gwei"),
        (4, 9.0, 1, 1, "gwei"),
    ]
    assert ask("gas-by-hour", "p5_fee", "p95_fee")[0] == pytest.approx((1.1, 5.6))
    assert ask("gas-by-hour", "median_fee", "unit", blockchain="bitcoin") == [(7.0, "sat/vB")]


def test_news_and_price_stand_side_by_side_by_day(warehouse, ask):
    yesterday = TODAY - timedelta(days=1)

    def article(number, at, sentiment, score, tags="BTC,etf", **more):
        return {
            "url": f"https://example.org/{number}",
            "published_at": at,
            "first_seen_at": at,
            "sentiment": sentiment,
            "sentiment_score": score,
            "tags": tags,
            "fetched_at": NOW,
            **more,
        }

    noon = yesterday + timedelta(hours=12)
    warehouse.merge(
        {
            "news_articles": [
                article(1, noon, "positive", 0.5),
                article(2, noon, "negative", -0.25, published_at=None),
                article(3, noon, None, None, "BTC"),
                article(4, noon, "positive", 0.9, "WBTC,ETH"),
                article(5, noon - timedelta(days=2), "neutral", 0.0),
                article(6, NOW + timedelta(hours=2), "negative", -1.0),
            ],
            "consensus_prices": [
                consensus("BTC", 100.0) | {"timestamp": yesterday + timedelta(hours=1)},
                consensus("BTC", 150.0) | {"timestamp": yesterday + timedelta(hours=9)},
                consensus("BTC", 110.0) | {"timestamp": yesterday + timedelta(hours=23)},
            ],
        }
    )
    columns = ("day", "articles", "positive", "negative", "mean_sentiment", "price_usd", "price_change_percent")
    assert ask("news-and-price", *columns) == [
        ((yesterday - timedelta(days=2)).date(), 1, 0, 0, 0.0, None, None),
        (yesterday.date(), 3, 1, 1, 0.125, 110.0, (110.0 / 100.0 - 1) * 100),
    ]


def test_fear_and_greed_comes_with_its_changes(warehouse, ask):
    def index(value, days, *, source="alternative_me", name="fear_greed_index"):
        return {
            "source": source,
            "metric_name": name,
            "value": value,
            "classification": "Fear",
            "timestamp": TODAY - timedelta(days=days),
        }

    warehouse.merge(
        {
            "sentiment_metrics": [
                index(25.0, 1),
                index(30.0, 0),
                index(40.0, 2),
                index(99.0, 40),
                index(50.0, 0, source="cnn"),
                index(1.0, 0, name="other"),
            ]
        }
    )
    assert ask("fear-and-greed", "value", "change") == [(40.0, None), (25.0, -15.0), (30.0, 5.0)]
    assert ask("fear-and-greed", "value", source="cnn") == [(50.0,)]


def test_large_transfers_come_by_worth_and_unknown_worth_last(warehouse, ask):
    def transfer(name, usd, hours=1):
        return {
            "blockchain": "bitcoin",
            "transaction_hash": name,
            "event_index": -1,
            "amount_usd": usd,
            "timestamp": ago(hours=hours),
        }

    warehouse.merge(
        {"whale_transactions": [transfer("a", 2e6), transfer("b", None), transfer("c", 9e6), transfer("d", 1e9, 30)]}
    )
    assert ask("large-transfers", "transaction_hash", "amount_usd") == [("c", 9e6), ("a", 2e6), ("b", None)]
    assert ask("large-transfers", "transaction_hash", hours="48")[0] == ("d",)


# How the data bank does


def test_failing_sources_are_counted_among_those_that_were_asked(warehouse, ask):
    warehouse.merge(
        {
            "data_collections": [
                collection("a.x", "timeout", run="1", minutes=30, error="slow"),
                collection("a.x", "timeout", run="2", minutes=20, error="slow again"),
                collection("a.x", "blocked", run="3", minutes=10, error="go away"),
                collection("a.x", "ok", run="4", minutes=5),
                collection("a.x", "breaker_open", run="5", minutes=4),
                collection("b.y", "empty", run="1", error="nothing"),
                collection("c.z", "ok", run="1"),
                collection("c.z", "not_due", run="2"),
                collection("c.z", "timeout", run="old", minutes=8 * 24 * 60),
            ]
        }
    )
    columns = ("endpoint", "failures", "asked", "failed_percent", "usual_outcome", "said_last", "last_success")
    assert ask("failing-sources", *columns) == [
        ("a.x", 3, 4, 75.0, "timeout", "go away", ago(minutes=5) + timedelta(seconds=1)),
        ("b.y", 1, 1, 100.0, "empty", "nothing", None),
    ]
    assert len(ask("failing-sources", days="9")) == 3


@pytest.mark.parametrize("name", ["failing-sources", "runs"])
def test_the_outcomes_that_are_no_failure_are_those_of_the_collection(name):
    named = {outcome for outcome in SUCCESSES | NOT_ASKED if f"'{outcome}'" in question_called(name).sql}
    assert named == SUCCESSES | NOT_ASKED


def test_runs_are_summed_up_the_newest_first(warehouse, ask):
    warehouse.merge(
        {
            "data_collections": [
                collection("a", "ok", run="1", minutes=20, rows=5, job="ui"),
                collection("b", "timeout", run="1", minutes=19, rows=0, job="ui"),
                collection("c", "standby", run="1", minutes=20, rows=0, job="ui"),
                collection("a", "not_modified", run="2", minutes=5, rows=0, job="both"),
                collection("a", "ok", run="old", minutes=25 * 60, rows=1, job="both"),
            ]
        }
    )
    assert ask("runs", "run_id", "job", "ok", "failed", "not_asked", "rows", "seconds") == [
        ("2", "both", 1, 0, 0, 0, 1.0),
        ("1", "ui", 1, 1, 1, 5, 61.0),
    ]


def test_budgets_are_full_by_what_the_host_allows_in_the_time(warehouse, ask):
    def use(run, host, requests, budget, seconds, *, lasted=0, limited=0, hours=1):
        end = ago(hours=hours)
        return {
            "run_id": run,
            "host": host,
            "requests": requests,
            "budget_requests": budget,
            "budget_seconds": seconds,
            "rate_limited": limited,
            "window_start": end - timedelta(seconds=lasted),
            "window_end": end,
        }

    warehouse.merge(
        {
            "rate_limit_usage": [
                use("1", "a", 30, 60, 60.0),
                use("2", "a", 90, 60, 60.0, lasted=120, limited=2),
                use("1", "b", 12, 1, 3600.0),
                use("1", "old", 12, 1, 3600.0, hours=25),
            ]
        }
    )
    assert ask("budgets", "host", "requests", "allowed", "used_percent", "fullest_run_percent", "rate_limited") == [
        ("b", 12, 24.0, 50.0, 1200.0, 0),
        ("a", 120, 86_400.0, 100 * 120 / 86_400, 75.0, 2),
    ]


def test_latency_is_over_the_requests_that_were_answered(warehouse, ask):
    def attempt(number, host, milliseconds, status=200, hours=1):
        return {
            "run_id": "1",
            "endpoint": host,
            "ask": "",
            "attempt": number,
            "host": host,
            "milliseconds": milliseconds,
            "status_code": status,
            "started_at": ago(hours=hours),
        }

    warehouse.merge(
        {
            "connection_attempts": [
                *(attempt(number, "fast", float(number)) for number in range(1, 102)),
                attempt(1, "slow", 900.0),
                attempt(2, "slow", 1_100.0, status=500),
                attempt(3, "slow", 20_000.0, status=None),
                attempt(4, "slow", 30_000.0, hours=25),
            ]
        }
    )
    assert ask("latency", "host", "p50_ms", "p95_ms", "slowest_ms", "answers") == [
        ("slow", 1000.0, 1090.0, 1100.0, 2),
        ("fast", 51.0, 96.0, 101.0, 101),
    ]


def test_open_alerts_are_those_that_are_not_over(warehouse, ask):
    def alert(condition, hours, **more):
        return {
            "condition": condition,
            "first_seen_at": ago(hours=hours),
            "last_seen_at": NOW,
            "severity": "error",
            "message": "It is late.",
            **more,
        }

    warehouse.merge({"alerts": [alert("b", 2), alert("a", 5), alert("over", 9, resolved_at=NOW)]})
    assert ask("open-alerts", "condition", "message") == [("a", "It is late."), ("b", "It is late.")]
    assert [round(hours) for (hours,) in ask("open-alerts", "hours")] == [5, 2]


def test_changes_of_apis_come_newest_first(warehouse, ask):
    def change(path, days):
        return {"endpoint": "kraken.ticker", "path": path, "change": "appeared", "seen_at": ago(days=days)}

    warehouse.merge({"schema_drift": [change("a", 3), change("b", 1), change("c", 31)]})
    assert ask("api-changes", "path", "change") == [("b", "appeared"), ("a", "appeared")]


def test_stale_tables_are_those_without_a_row_for_longer_than_usual(warehouse, ask):
    warehouse.merge(
        {
            "market_prices": [
                {"source": "a", "symbol": "B", "timestamp": NOW, "collected_at": ago(minutes=30)},
                {"source": "a", "symbol": "C", "timestamp": NOW, "collected_at": ago(minutes=45)},
            ],
            "gas_prices": [{"source": "a", "blockchain": "b", "timestamp": NOW, "collected_at": ago(minutes=3)}],
            "cached_ohlc": [candle("a", 1.0, collected_at=ago(days=8))],
        }
    )
    told = {row[0]: row[1:] for row in ask("stale-tables", "table_name", "newest_row", "is_stale", "usual_minutes")}
    assert told["market_prices"] == (ago(minutes=30), True, 15)
    assert told["gas_prices"] == (ago(minutes=3), False, 15)
    assert told["cached_ohlc"] == (None, True, 45)
    ages = dict(ask("stale-tables", "table_name", "percent_of_usual"))
    assert ages["market_prices"] == pytest.approx(200, abs=10)


def test_what_is_usual_for_a_table_is_what_the_rest_of_the_program_finds_usual(warehouse, ask):
    settings = Settings(_env_file=None)
    assert dict(ask("stale-tables", "table_name", "usual_minutes")) == {
        table: usual_age(table, settings).total_seconds() / 60 for table in DATA_TABLES
    }


def test_rows_are_counted_by_table_and_day(warehouse, ask):
    def stored(symbol, at):
        return {"source": "a", "symbol": symbol, "timestamp": NOW, "collected_at": at}

    yesterday = TODAY - timedelta(hours=1)
    failure = {"run_id": "1", "endpoint": "a", "ask": "", "collected_at": yesterday}
    prices = [stored("A", TODAY), stored("B", yesterday), stored("C", yesterday), stored("D", ago(days=8))]
    warehouse.merge({"market_prices": prices, "failure_logs": [failure]})
    assert ask("rows-per-day", "table_name", "day", "row_count") == [
        ("failure_logs", yesterday.date(), 1),
        ("market_prices", yesterday.date(), 2),
        ("market_prices", TODAY.date(), 1),
    ]


def test_rows_are_counted_for_every_table_that_collections_fill():
    assert [table for table in DATA_TABLES if f"FROM {table}\n" not in question_called("rows-per-day").sql] == []


# All of them


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_database_has_no_answer_and_no_error(ask, name):
    rows = ask(name)
    assert rows == [] or (name == "stale-tables" and all(row["newest_row"] is None for row in rows))


@pytest.mark.parametrize("name", NAMES)
def test_a_chart_is_of_columns_that_the_answer_has(warehouse, name):
    question = question_called(name)
    columns = {column.name for column in warehouse.query(question.sql, question.values({})).columns}
    if question.chart:
        assert {question.chart.along, question.chart.value} <= columns


def test_the_duckdb_command_runs_each_of_them_as_it_is_printed(warehouse):
    printed = ";\n".join(question.sql_with(question.values({})) for question in questions())
    told = subprocess.run(
        [DUCKDB, "-readonly", warehouse.path], input=printed, capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stderr) == (0, "")
