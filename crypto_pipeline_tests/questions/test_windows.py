"""How far back each question looks, on either side of the edge; and that none looks ahead of the clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, TypeAlias

import pytest

from crypto_pipeline.questions import question_called, questions
from crypto_pipeline.schema.clock import CLOCK_TOLERANCE
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse

Batches: TypeAlias = Mapping[str, list[dict[str, Any]]]

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EDGE = MINUTE
"""Longer than a test takes, shorter than anything that a window means."""


def consensus(at: datetime) -> Batches:
    row = {"symbol": "BTC", "price_usd": 1.0, "price_change_24h": 2.0, "spread_percent": 1.0, "sources": 3}
    return {"consensus_prices": [{**row, "timestamp": at}]}


def latest(at: datetime) -> Batches:
    row = {"provider": "kraken", "symbol": "BTC", "price": 1.0, "pair": "XBTUSD"}
    return {"cached_market_data": [{**row, "timestamp": at, "fetched_at": at}]}


def candle(at: datetime) -> Batches:
    row = {"provider": "kraken", "symbol": "BTC", "interval": "1h", "close": 1.0, "currency": "USD"}
    return {"cached_ohlc": [{**row, "timestamp": at}]}


def collection(at: datetime) -> Batches:
    row = {"run_id": "r", "endpoint": "kraken.ticker", "outcome": "timeout", "rows": 0}
    return {"data_collections": [{**row, "started_at": at, "finished_at": at}]}


def usage(at: datetime) -> Batches:
    row = {"run_id": "r", "host": "a.example", "requests": 1, "budget_requests": 60, "budget_seconds": 60.0}
    return {"rate_limit_usage": [{**row, "window_start": at, "window_end": at}]}


def attempt(at: datetime) -> Batches:
    row = {"run_id": "r", "endpoint": "kraken.ticker", "ask": "", "attempt": 1, "host": "a.example"}
    return {"connection_attempts": [{**row, "started_at": at, "status_code": 200, "milliseconds": 5.0}]}


def drift(at: datetime) -> Batches:
    return {"schema_drift": [{"endpoint": "kraken.ticker", "path": "a.b", "change": "gone", "seen_at": at}]}


def mood(at: datetime) -> Batches:
    row = {"source": "alternative_me", "metric_name": "fear_greed_index", "value": 50.0}
    return {"sentiment_metrics": [{**row, "timestamp": at}]}


def funding(at: datetime) -> Batches:
    row = {"source": "okx", "contract": "BTC-USDT-SWAP", "symbol": "BTC", "funding_rate_8h": 0.0001}
    return {"derivatives_metrics": [{**row, "timestamp": at}]}


def payment(at: datetime) -> Batches:
    row = {"source": "okx", "contract": "BTC-USDT-SWAP", "symbol": "BTC", "rate": 0.0001, "interval_hours": 8}
    return {"funding_rates": [{**row, "funding_at": at}]}


def options(at: datetime) -> Batches:
    row = {"source": "deribit", "symbol": "BTC", "expiry": datetime.now(timezone.utc) + DAY, "atm_iv": 45.0}
    return {"option_metrics": [{**row, "timestamp": at}]}


def book(at: datetime) -> Batches:
    row = {"source": "kraken", "symbol": "BTC", "pair": "XBTUSD", "scope": "book", "spread_bps": 0.1}
    return {"book_snapshots": [{**row, "timestamp": at}]}


def liquidation(at: datetime) -> Batches:
    row = {"source": "okx", "liquidation_id": "1", "symbol": "BTC", "side": "long", "value_usd": 9.0}
    return {"liquidations": [{**row, "liquidated_at": at}]}


def off_the_peg(at: datetime) -> Batches:
    row = {"source": "defillama", "metric_name": "stablecoin_peg_deviation", "entity": "USDT", "value": 0.1}
    return {"defi_metrics": [{**row, "timestamp": at}]}


def stablecoins_on_chain(at: datetime) -> Batches:
    row = {"source": "defillama", "metric_name": "stablecoins_on_chain", "entity": "Ethereum", "value": 1e9}
    return {"defi_metrics": [{**row, "timestamp": at}]}


def fee(at: datetime) -> Batches:
    row = {"source": "node", "blockchain": "ethereum", "unit": "gwei", "standard_gas_price": 1.0}
    return {"gas_prices": [{**row, "timestamp": at}]}


def chain_metric(at: datetime) -> Batches:
    row = {"source": "coinmetrics", "blockchain": "bitcoin", "metric_name": "mvrv", "value": 1.7, "unit": "ratio"}
    return {"chain_metrics": [{**row, "timestamp": at}]}


def future(at: datetime) -> Batches:
    row = {"source": "bybit", "contract": "BTCUSDT-25DEC99", "symbol": "BTC", "mark_price": 2.0, "index_price": 1.0}
    return {"dated_futures": [{**row, "expiry": datetime(2099, 12, 25, tzinfo=timezone.utc), "timestamp": at}]}


def dollar_coin(at: datetime) -> Batches:
    row = {"provider": "kraken", "symbol": "USDT", "price": 1.001, "pair": "USDTZUSD", "quote": "USD"}
    return {"cached_market_data": [{**row, "timestamp": at, "fetched_at": at}]}


def transfer(at: datetime) -> Batches:
    row = {"blockchain": "bitcoin", "transaction_hash": "aa", "event_index": 0, "amount": 1.0}
    return {"whale_transactions": [{**row, "timestamp": at}]}


def written(at: datetime) -> Batches:
    return {"failure_logs": [{"run_id": "r", "endpoint": "kraken.ticker", "ask": "", "collected_at": at}]}


WINDOWS: Mapping[str, tuple[timedelta, Callable[[datetime], Batches]]] = {
    "api-changes": (30 * DAY, drift),
    "budgets": (DAY, usage),
    "candles": (7 * DAY, candle),
    "chain-metrics": (365 * DAY, chain_metric),
    "cheapest-exchange": (15 * MINUTE, latest),
    "coverage": (HOUR, latest),
    "disagreements": (15 * MINUTE, consensus),
    "failing-sources": (7 * DAY, collection),
    "dated-basis": (2 * HOUR, future),
    "fear-and-greed": (30 * DAY, mood),
    "funding": (9 * HOUR, funding),
    "funding-history": (30 * DAY, payment),
    "funding-yearly": (30 * DAY, payment),
    "gas-by-hour": (14 * DAY, fee),
    "large-transfers": (DAY, transfer),
    "latency": (DAY, attempt),
    "liquidations": (DAY, liquidation),
    "movers": (15 * MINUTE, consensus),
    "order-books": (45 * MINUTE, book),
    "price-history": (DAY, consensus),
    "rows-per-day": (7 * DAY, written),
    "runs": (DAY, collection),
    "spreads": (45 * MINUTE, book),
    "stablecoin-premium": (15 * MINUTE, dollar_coin),
    "stablecoin-supply": (90 * DAY, stablecoins_on_chain),
    "stablecoins": (7 * DAY, off_the_peg),
    "term-structure": (2 * HOUR, options),
}
"""Of each question the window that it has unless another one is chosen, and a row that it answers with."""
OF_SEVERAL = {
    "basis",
    "beta",
    "bitcoin-against-m2",
    "correlation",
    "coverage-history",
    "delistings",
    "dominance",
    "drawdown",
    "kimchi-premium",
    "kimchi-premium-history",
    "new-listings",
    "news-and-price",
    "open-alerts",
    "opportunities",
    "returns",
    "stale-tables",
    "volatility",
}
"""Put together of several tables, or of no time at all: test_prices.py, test_chains_and_sentiment.py, test_operation.py, test_past.py, test_basis.py, test_derived.py."""


@pytest.mark.parametrize("name", WINDOWS)
@pytest.mark.parametrize(
    ("ahead_of_edge", "answers"), [(EDGE, 1), (-EDGE, 0)], ids=["a minute inside", "a minute outside"]
)
def test_a_question_looks_as_far_back_as_it_says(
    warehouse: DuckDBWarehouse, name: str, ahead_of_edge: timedelta, answers: int
) -> None:
    window, _ = WINDOWS[name]
    assert len(asked(warehouse, name, ahead_of_edge - window)) == answers


@pytest.mark.parametrize("name", WINDOWS)
@pytest.mark.parametrize(
    ("ahead", "answers"),
    [(CLOCK_TOLERANCE - EDGE, 1), (CLOCK_TOLERANCE + EDGE, 0)],
    ids=["within the tolerance", "beyond it"],
)
def test_a_question_looks_no_further_ahead_than_clocks_may_differ(
    warehouse: DuckDBWarehouse, name: str, ahead: timedelta, answers: int
) -> None:
    assert len(asked(warehouse, name, ahead)) == answers


def test_every_question_has_a_window_here_or_says_why_not() -> None:
    assert {question.name for question in questions()} == {*WINDOWS, *OF_SEVERAL}


def asked(warehouse: DuckDBWarehouse, name: str, ahead: timedelta) -> list[dict[str, Any]]:
    """The answer when there is one row, so far ahead of now."""
    _, batches = WINDOWS[name]
    question = question_called(name)
    assert question
    stored = batches(datetime.now(timezone.utc) + ahead)
    assert all(written.inserted == 1 for written in warehouse.merge(stored).values())
    return warehouse.query(question.sql, question.values({})).dicts()
