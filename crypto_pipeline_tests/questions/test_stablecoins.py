"""Stablecoins: how far they are from their peg, and how many are on a chain."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.questions.bank import Ask, ago, today


def metric(name: str, entity: str, value: float, days: float = 0.1) -> dict[str, Any]:
    return {"source": "defillama", "metric_name": name, "entity": entity, "value": value, "timestamp": ago(days=days)}


def test_each_coin_has_its_newest_distance_and_the_largest_of_the_week(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    name = "stablecoin_peg_deviation"
    warehouse.merge(
        {
            "defi_metrics": [
                metric(name, "USDT", 0.01),
                metric(name, "USDT", -0.4, days=3),
                metric(name, "USDT", 9.0, days=8),
                metric(name, "USTC", -99.4),
                metric("stablecoin_circulating", "USDT", 1.8e11),
                metric("stablecoin_circulating", "USDT", 1.7e11, days=2),
                metric("stablecoin_circulating", "EURC", 3e8),
            ]
        }
    )
    assert ask("stablecoins", "coin", "percent_off", "largest_7d_percent", "circulating_usd") == [
        ("USDT", 0.01, 0.4, 1.8e11),
        ("USTC", -99.4, 99.4, None),
    ]


def test_a_chain_has_the_last_figure_of_each_day(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    def on_chain(days: int, hours: float, value: float, chain: str = "Ethereum") -> dict[str, Any]:
        at = today() - timedelta(days=days) + timedelta(hours=hours)
        return {**metric("stablecoins_on_chain", chain, value), "timestamp": at}

    figures = [on_chain(2, 0, 100.0), on_chain(2, 20, 200.0), on_chain(1, 3, 250.0), on_chain(1, 3, 7.0, "Tron")]
    warehouse.merge({"defi_metrics": figures})
    two_days_ago, yesterday = (today().date() - timedelta(days=days) for days in (2, 1))
    assert ask("stablecoin-supply", "day", "stablecoins_usd", "change_percent") == [
        (two_days_ago, 200.0, 0.0),
        (yesterday, 250.0, pytest.approx(25)),
    ]
    assert ask("stablecoin-supply", "stablecoins_usd", chain="tron") == [(7.0,)]
