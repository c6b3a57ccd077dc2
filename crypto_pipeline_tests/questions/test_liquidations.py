"""What was closed by force, hour by hour."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.questions.bank import Ask, hour


def closed(
    number: int, hours: float, side: str, usd: float, source: str = "okx", symbol: str = "BTC"
) -> dict[str, Any]:
    row = {"source": source, "liquidation_id": str(number), "symbol": symbol, "side": side, "value_usd": usd}
    return {**row, "liquidated_at": hour() - timedelta(hours=hours)}


def test_each_hour_has_its_longs_and_shorts_and_the_largest(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    warehouse.merge(
        {
            "liquidations": [
                closed(1, 2, "long", 100.0),
                closed(2, 1.5, "long", 50.0, "gate"),
                closed(3, 1.25, "short", 400.0),
                closed(4, 1, "short", 7.0),
                closed(5, 30, "long", 9_000.0),
                closed(6, 1, "long", 9_000.0, symbol="ETH"),
            ]
        }
    )
    columns = ("hour", "longs_usd", "shorts_usd", "total_usd", "largest_usd", "liquidations", "exchanges")
    assert ask("liquidations", *columns) == [
        (hour() - timedelta(hours=2), 150.0, 400.0, 550.0, 400.0, 3, 2),
        (hour() - timedelta(hours=1), 0.0, 7.0, 7.0, 7.0, 1, 1),
    ]
    assert ask("liquidations", "total_usd", symbol="ETH") == [(9_000.0,)]
    assert len(ask("liquidations", "total_usd", hours="48")) == 3
