"""Rows to store, short to write in a test, and the moment at which everything happens."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

NOON = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)

Row = dict[str, Any]


def at(*, days: float = 0, hours: float = 0, minutes: float = 0) -> datetime:
    return NOON + timedelta(days=days, hours=hours, minutes=minutes)


def stamped(row: Row, moment: datetime) -> Row:
    return {"collected_at": moment + timedelta(seconds=5), "run_id": "run-1", **row}


def consensus(symbol: str, price: float | None, moment: datetime = NOON, **more: Any) -> Row:
    return stamped({"symbol": symbol, "price_usd": price, "sources": 3, "timestamp": moment, **more}, moment)


def latest(symbol: str, provider: str, price: float | None, moment: datetime = NOON, **more: Any) -> Row:
    return stamped(
        {"symbol": symbol, "provider": provider, "price": price, "timestamp": moment, "fetched_at": moment, **more},
        moment,
    )


def price(symbol: str, source: str, usd: float, moment: datetime = NOON, **more: Any) -> Row:
    return stamped(
        {"symbol": symbol, "source": source, "price_usd": usd, "timestamp": moment, "fetched_at": moment, **more},
        moment,
    )


def candle(provider: str, moment: datetime, close: float = 100.0, **more: Any) -> Row:
    row = {
        "symbol": "BTC",
        "interval": "1h",
        "provider": provider,
        "timestamp": moment,
        "open": close - 1,
        "high": close + 2,
        "low": close - 3,
        "close": close,
        "volume": 5.0,
        "currency": "USD",
        "pair": "BTC-USD",
        "is_final": True,
        "fetched_at": moment,
    }
    return stamped({**row, **more}, moment)


def article(number: int, moment: datetime = NOON, **more: Any) -> Row:
    row = {
        "url": f"https://news.example/{number}",
        "title": f"Title {number}",
        "source": "herald",
        "language": "en",
        "published_at": moment,
        "first_seen_at": moment,
        "fetched_at": moment,
    }
    return stamped({**row, **more}, moment)


def metric(name: str, source: str, value: float, moment: datetime = NOON, **more: Any) -> Row:
    return stamped(
        {"metric_name": name, "source": source, "value": value, "timestamp": moment, "fetched_at": moment, **more},
        moment,
    )


def fee(blockchain: str, source: str, moment: datetime = NOON, **more: Any) -> Row:
    return stamped(
        {"blockchain": blockchain, "source": source, "timestamp": moment, "fetched_at": moment, "unit": "gwei", **more},
        moment,
    )


def contract(symbol: str, source: str, moment: datetime = NOON, **more: Any) -> Row:
    row = {"symbol": symbol, "source": source, "contract": f"{symbol}USDT", "timestamp": moment, "fetched_at": moment}
    return stamped({**row, **more}, moment)


def transfer(number: int, moment: datetime = NOON, **more: Any) -> Row:
    row = {
        "blockchain": "bitcoin",
        "transaction_hash": f"{number:064x}",
        "event_index": -1,
        "symbol": "BTC",
        "amount": 10.0,
        "amount_usd": 920_000.0,
        "timestamp": moment,
        "source": "mempool_space",
        "fetched_at": moment,
    }
    return stamped({**row, **more}, moment)


def collection(endpoint: str, run: str, outcome: str, moment: datetime = NOON, **more: Any) -> Row:
    row = {
        "endpoint": endpoint,
        "provider": endpoint.partition(".")[0],
        "job": "ui_data_collection",
        "table_names": "market_prices,cached_market_data",
        "started_at": moment,
        "finished_at": moment + timedelta(seconds=1),
        "milliseconds": 250.0,
        "requests": 1,
        "status_code": 200,
        "bytes": 1_000,
        "rows": 7,
        "rejected": 0,
        "outcome": outcome,
    }
    return {**stamped(row, moment), "run_id": run, **more}


def chain_metric(name: str, value: float, moment: datetime = NOON, **more: Any) -> Row:
    row = {"source": "a", "blockchain": "bitcoin", "metric_name": name, "value": value, "unit": "ratio"}
    return stamped({**row, "timestamp": moment, "fetched_at": moment, **more}, moment)


def observation(series: str, value: float, moment: datetime = NOON, **more: Any) -> Row:
    row = {"source": "fred", "series": series, "code": "X", "value": value, "unit": "index", "is_revised": False}
    return stamped({**row, "timestamp": moment, "known_at": moment, "fetched_at": moment, **more}, moment)


def payment(symbol: str, source: str, moment: datetime = NOON, rate: float = 0.0001, **more: Any) -> Row:
    row = {"symbol": symbol, "source": source, "contract": f"{symbol}USDT", "funding_at": moment, "rate": rate}
    return stamped({**row, "fetched_at": moment, **more}, moment)


def expiry(symbol: str, source: str, days: float, moment: datetime = NOON, **more: Any) -> Row:
    row = {"symbol": symbol, "source": source, "expiry": moment + timedelta(days=days), "timestamp": moment}
    return stamped({**row, "fetched_at": moment, **more}, moment)


def order_book(symbol: str, source: str, moment: datetime = NOON, scope: str = "book", **more: Any) -> Row:
    row = {"symbol": symbol, "source": source, "pair": f"{symbol}USD", "scope": scope, "timestamp": moment}
    return stamped({**row, "fetched_at": moment, **more}, moment)


def liquidation(symbol: str, source: str, number: str, moment: datetime = NOON, **more: Any) -> Row:
    row = {"symbol": symbol, "source": source, "liquidation_id": number, "liquidated_at": moment}
    return stamped({**row, "fetched_at": moment, **more}, moment)


def listing(symbol: str, source: str, kind: str = "spot", moment: datetime = NOON, **more: Any) -> Row:
    row = {"symbol": symbol, "source": source, "kind": kind, "market": f"{symbol}USDT", "first_seen_at": moment}
    return stamped({**row, "timestamp": moment, "fetched_at": moment, **more}, moment)
