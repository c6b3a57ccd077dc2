"""Ready questions about fees, transfers, news and sentiment; the answers are worked out here, by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.questions.bank import (
    Ask,
    ago,
    consensus,
    now,
    today,
)


def test_gas_by_hour_is_the_median_of_the_usual_unit(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    def fee(
        value: Any, hours: float, *, source: str = "node", blockchain: str = "ethereum", unit: str = "gwei"
    ) -> dict[str, Any]:
        at = today() - timedelta(days=1) + timedelta(hours=hours)
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
    assert ask("gas-by-hour", "hour_utc", "median_fee", "answers", "sources", "unit") == [
        (3, 2.0, 3, 2, "gwei"),
        (4, 9.0, 1, 1, "gwei"),
    ]
    assert ask("gas-by-hour", "p5_fee", "p95_fee")[0] == pytest.approx((1.1, 5.6))
    assert ask("gas-by-hour", "median_fee", "unit", blockchain="bitcoin") == [(7.0, "sat/vB")]


def test_news_and_price_stand_side_by_side_by_day(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    yesterday = today() - timedelta(days=1)

    def article(
        number: int, at: datetime, sentiment: Any, score: Any, tags: str = "BTC,etf", **more: Any
    ) -> dict[str, Any]:
        return {
            "url": f"https://example.org/{number}",
            "published_at": at,
            "first_seen_at": at,
            "sentiment": sentiment,
            "sentiment_score": score,
            "tags": tags,
            "fetched_at": now(),
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
                article(6, now() + timedelta(hours=2), "negative", -1.0),
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


def test_fear_and_greed_comes_with_its_changes(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    def index(
        value: Any, days: float, *, source: str = "alternative_me", name: str = "fear_greed_index"
    ) -> dict[str, Any]:
        return {
            "source": source,
            "metric_name": name,
            "value": value,
            "classification": "Fear",
            "timestamp": today() - timedelta(days=days),
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


def test_large_transfers_come_by_worth_and_unknown_worth_last(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    def transfer(name: str, usd: float | None, hours: float = 1) -> dict[str, Any]:
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


def test_a_figure_of_a_chain_is_told_day_by_day_with_its_change(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    def figure(value: Any, days: int, **more: Any) -> dict[str, Any]:
        row = {"source": "coinmetrics", "blockchain": "bitcoin", "metric_name": "mvrv", "unit": "ratio"}
        return {**row, "value": value, "timestamp": today() - timedelta(days=days), "licence": "CC BY-NC 4.0", **more}

    warehouse.merge(
        {
            "chain_metrics": [
                figure(1.6, 3),
                figure(2.0, 2),
                figure(1.5, 1),
                figure(9.0, 2, source="other"),
                figure(9.0, 2, blockchain="ethereum"),
                figure(9.0, 2, metric_name="nvt"),
                figure(9.0, 400),
            ]
        }
    )
    assert ask("chain-metrics", "value", "unit", "licence") == [
        (1.6, "ratio", "CC BY-NC 4.0"),
        (2.0, "ratio", "CC BY-NC 4.0"),
        (1.5, "ratio", "CC BY-NC 4.0"),
    ]
    assert [change for (change,) in ask("chain-metrics", "change_percent")] == [None, pytest.approx(25.0), -25.0]
    assert ask("chain-metrics", "value", metric="nvt", days="5") == [(9.0,)]
