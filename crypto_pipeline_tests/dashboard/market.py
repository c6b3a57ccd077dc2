"""A small market that the tests of the dashboard know by heart: an hour old at most, hostile where strangers write."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from crypto_pipeline_tests.dashboard import desk_market

RUNS = ("11111111-run-of-15-minutes", "22222222-run-of-5-minutes", "33333333-run-of-15-minutes")
JOBS = ("historical_data_collection", "ui_data_collection", "historical_data_collection")
TIMED_OUT = "data-api.binance.vision did not answer within 20 s"
HOSTILE = '<img src=x onerror="document.title=1"> Bitcoin & "friends"'
PERSIAN = "چگونه اتریوم بخریم؟ راهنمای گام‌به‌گام"
SOURCES = 40
"""More than fit into the box of the matrix, so that some rows are made only when they come into view."""

EURO, LIRA = 1.0834, 0.031
"""Dollars for one: of half a day ago, and of twelve days ago."""

Rows = dict[str, list[dict[str, Any]]]


def rows(now: datetime) -> Rows:
    """Every table that the page shows, as of now."""
    written = {"collected_at": now, "fetched_at": now, "run_id": RUNS[-1]}

    def ago(**time: float) -> datetime:
        return now - timedelta(**time)

    today = datetime(now.year, now.month, now.day, tzinfo=timezone.utc)
    hour = now.replace(minute=0, second=0, microsecond=0)
    return {
        "consensus_prices": [
            {**_consensus("BTC", 90_500.12, now, sources=3, change=-1.25), "outliers": "oddex"},
            _consensus("ETH", 3_089.505, now, sources=2, change=0.83),
            _consensus("PEPE", 0.00001234, now, sources=1, change=0.0),
            _consensus("USDT", 1.0, now, sources=2, change=None),
            *(
                _consensus("BTC", 90_000 + 10.0 * hours, ago(hours=hours), change=1)
                for hours in range(2, 20)
                if hours != 7
            ),
        ],
        "coins": [
            {"symbol": symbol, "name": name, "source": "coingecko", "rank": rank, "timestamp": now, **written}
            for rank, (symbol, name) in enumerate((("BTC", "Bitcoin"), ("ETH", "Ethereum"), ("PEPE", "Pepe")), 1)
        ],
        "cached_market_data": [
            {**_quote("BTC", "kraken", 90_510.0, 5e8, now), "market_cap": 1.81e12},
            _quote("BTC", "coinbase", 90_490.0, 9e8, now),
            _quote("BTC", "oddex", 120_000.0, 1e3, now),
            {**_quote("ETH", "kraken", 3_089.5, 2e8, now), "market_cap": 3.7e11},
            _quote("PEPE", "kraken", 0.00001234, 1e5, now),
        ],
        "cached_ohlc": [
            *(
                {
                    **_candle("BTC", "1h", hour - timedelta(hours=age), 90_000 + 20.0 * age),
                    "is_final": age > 0,
                    **written,
                }
                for age in range(40)
            ),
            *(
                {
                    **_candle("BTC", "1d", today - timedelta(days=age), 88_000 + 100.0 * age),
                    "is_final": age > 0,
                    **written,
                }
                for age in range(12)
            ),
            *(
                {
                    **_candle("ETH", "1d", today - timedelta(days=age), 3_000 + 10.0 * age),
                    "is_final": age > 0,
                    **written,
                }
                for age in range(9)
            ),
        ],
        "sentiment_metrics": [
            {
                "metric_name": "fear_greed_index",
                "value": 25 + age,
                "unit": "index 0-100",
                "classification": "Extreme Fear" if age < 20 else "Neutral",
                "timestamp": today - timedelta(days=age),
                "source": "alternative_me",
                **written,
            }
            for age in range(30)
        ],
        "market_overview": [
            {
                "total_market_cap_usd": 3.1e12,
                "total_volume_24h_usd": 1.09e11,
                "market_cap_change_24h": -1.6,
                "btc_dominance": 58.3,
                "timestamp": now,
                "source": "coingecko",
                **written,
            }
        ],
        "gas_prices": [
            {"blockchain": chain, "slow_gas_price": slow, "standard_gas_price": slow * 2, "fast_gas_price": slow * 3}
            | {"unit": unit, "timestamp": ago(minutes=age), "source": "node", **written}
            for chain, slow, unit, age in (
                ("ethereum", 0.00038, "gwei", 0),
                ("bitcoin", 4, "sat/vB", 0),
                ("polygon", 30, "gwei", 200),
            )
        ],
        "derivatives_metrics": [
            {
                "symbol": "BTC",
                "contract": contract,
                "source": source,
                "funding_rate": funding,
                "funding_rate_8h": funding,
            }
            | {"funding_interval_hours": 8, "open_interest_usd": interest, "timestamp": now, **written}
            for contract, source, funding, interest in (
                ("BTCUSDT", "bybit", 0.0001, 4.5e9),
                ("PF_XBTUSD", "kraken", -0.0003, 2.3e8),
            )
        ],
        "funding_rates": [
            {
                "symbol": "BTC",
                "contract": contract,
                "source": source,
                "funding_at": hour - timedelta(hours=8 * age),
                "rate": rate * (age + 1),
                "rate_8h": rate * (age + 1),
                "interval_hours": 8,
                **written,
            }
            for contract, source, rate in (("BTCUSDT", "bybit", 0.0001), ("PF_XBTUSD", "kraken", -0.00002))
            for age in range(30)
        ],
        "news_articles": [
            _article(1, HOSTILE, ago(minutes=3), "en", "negative", now),
            _article(2, PERSIAN, ago(minutes=30), "fa", None, now),
            _article(3, "Aave ships its upgrade a week early", ago(hours=2), "en", "positive", now),
            *(
                _article(
                    10 + number, f"Letters to the editor, part {number}", ago(hours=3 + number), "en", "neutral", now
                )
                for number in range(40)
            ),
        ],
        "whale_transactions": [
            {
                "blockchain": "ethereum",
                "transaction_hash": f"0x{number:064x}",
                "event_index": 0,
                "from_address": f"0xaaaa{number:036x}",
                "to_address": None if number else "0xbbbb" + "c" * 36,
                "symbol": "ETH",
                "amount": 1_000.0 + number,
                "amount_usd": 3.09e6 + number * 1e6,
                "timestamp": ago(minutes=4 + number),
                "source": "publicnode_ethereum",
                **written,
            }
            for number in range(12)
        ],
        "exchange_rates": [
            {
                "currency": currency,
                "usd_per_unit": usd,
                "source": source,
                "digits": 5,
                "timestamp": ago(days=days),
                **written,
            }
            for currency, usd, source, days in (("EUR", EURO, "ecb", 0.5), ("TRY", LIRA, "tcmb", 12))
        ],
        "alerts": [
            {
                "condition": "source_offline.binance.candles",
                "severity": "warning",
                "message": "binance.candles failed 4 times in a row.",
                "first_seen_at": ago(minutes=20),
                "last_seen_at": now,
                "collected_at": now,
                "run_id": RUNS[-1],
            }
        ],
        **desk_market.rows(now, written),
        **_log(now),
    }


def some(now: datetime, *tables: str) -> Rows:
    """The prices and those of some other tables: a few rows are stored in a tenth of the time that all take."""
    return {name: those for name, those in rows(now).items() if name in {"consensus_prices", "coins", *tables}}


def _consensus(symbol: str, price: float, at: datetime, *, sources: int = 3, change: float | None) -> dict[str, Any]:
    return {
        "symbol": symbol,
        "price_usd": price,
        "sources": sources,
        "lowest_usd": price * 0.999,
        "highest_usd": price * 1.001,
        "spread_percent": 0.2,
        "price_change_24h": change,
        "timestamp": at,
        "collected_at": at,
        "run_id": RUNS[-1],
    }


def _quote(symbol: str, provider: str, price: float, volume: float, at: datetime) -> dict[str, Any]:
    return {
        "symbol": symbol,
        "provider": provider,
        "price": price,
        "volume_24h": volume,
        "change_24h": -1.2,
        "pair": f"{symbol}-USD",
        "quote": "USD",
        "timestamp": at,
        "fetched_at": at,
        "collected_at": at,
        "run_id": RUNS[-1],
    }


def _candle(symbol: str, interval: str, at: datetime, price: float) -> dict[str, Any]:
    return {
        "symbol": symbol,
        "interval": interval,
        "timestamp": at,
        "open": price,
        "high": price * 1.002,
        "low": price * 0.998,
        "close": price * 1.001,
        "volume": 12.5,
        "currency": "USD",
        "pair": f"{symbol}-USD",
        "provider": "kraken",
    }


def _article(
    number: int, title: str, at: datetime, language: str, sentiment: str | None, now: datetime
) -> dict[str, Any]:
    return {
        "title": title,
        "content": title,
        "source": "the_daily_block",
        "url": f"https://news.example/{number}",
        "published_at": at,
        "first_seen_at": at,
        "sentiment": sentiment,
        "sentiment_score": {"positive": 0.5, "negative": -0.5, "neutral": 0.0}.get(sentiment or ""),
        "tags": "BTC,hack",
        "language": language,
        "fetched_at": now,
        "collected_at": now,
        "run_id": RUNS[-1],
    }


def _log(now: datetime) -> Rows:
    """Three runs of forty sources. binance.candles failed in the last run; the last twenty are not part of the second."""
    endpoints = ["binance.candles", "kraken.ticker", *(f"source{number:02}.ticker" for number in range(SOURCES - 2))]
    log: Rows = {
        name: []
        for name in (
            "providers",
            "source_health",
            "data_collections",
            "connection_attempts",
            "failure_logs",
            "rejected_rows",
        )
    }
    for endpoint in endpoints:
        provider = endpoint.partition(".")[0]
        fails = endpoint == "binance.candles"
        log["providers"].append(
            {"name": provider, "host": f"api.{provider}.example", "collected_at": now, "run_id": RUNS[-1]}
        )
        log["source_health"].append(
            {
                "endpoint": endpoint,
                "breaker_state": "closed",
                "consecutive_failures": 4 if fails else 0,
                "asked_at": now,
            }
            | {"succeeded_at": now - timedelta(days=2) if fails else now, "outcome": "timeout" if fails else "ok"}
            | {"milliseconds": 20_000 if fails else 120, "collected_at": now, "run_id": RUNS[-1]}
        )
        for number, (run, job) in enumerate(zip(RUNS, JOBS, strict=True)):
            if number == 1 and int(endpoint[6:8] if endpoint.startswith("source") else 0) >= 20:
                continue
            began = now - timedelta(minutes=5 * (len(RUNS) - 1 - number))
            outcome = "timeout" if fails and number == 2 else "not_due" if fails and number == 1 else "ok"
            error = TIMED_OUT if outcome == "timeout" else None
            log["data_collections"].append(
                {"run_id": run, "endpoint": endpoint, "provider": provider, "job": job, "table_names": "market_prices"}
                | {
                    "started_at": began,
                    "finished_at": began,
                    "milliseconds": 120,
                    "requests": 1,
                    "status_code": None if error else 200,
                }
                | {"bytes": 1234, "rows": 5, "rejected": 1, "outcome": outcome, "error": error, "collected_at": began}
            )
    last = {"run_id": RUNS[2], "endpoint": "binance.candles", "provider": "binance", "collected_at": now}
    asked = {
        **last,
        "host": "data-api.binance.vision",
        "method": "GET",
        "outcome": "timeout",
        "error": TIMED_OUT,
        "milliseconds": 20_000,
    }
    log["connection_attempts"] += [
        {
            **asked,
            "ask": coin,
            "attempt": 1,
            "url": f"https://data-api.binance.vision/api/v3/klines?symbol={coin}USDT",
            "started_at": now,
        }
        for coin in ("BTC", "ETH")
    ]
    log["failure_logs"].append({**last, "ask": "BTC", "failed_at": now, "outcome": "timeout", "error": TIMED_OUT})
    log["rejected_rows"].append(
        {
            **{name: last[name] for name in ("run_id", "endpoint", "collected_at")},
            "number": 1,
            "table_name": "cached_ohlc",
            "reason": "high is below low",
            "row": '{"high": 1}',
            "rejected_at": now,
        }
    )
    return log
