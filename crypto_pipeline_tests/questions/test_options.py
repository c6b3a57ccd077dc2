"""What options expect, expiry by expiry."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.questions.bank import Ask, ago, today


def expiry(source: str, days: int, minutes: float = 5, symbol: str = "BTC", **more: Any) -> dict[str, Any]:
    at = today() + timedelta(days=days)
    return {"source": source, "symbol": symbol, "expiry": at, "timestamp": ago(minutes=minutes), **more}


def test_each_expiry_is_the_newest_of_each_exchange_told_together(warehouse: DuckDBWarehouse, ask: Ask) -> None:
    open_contracts: dict[str, Any] = {
        "call_open_interest": 100.0,
        "put_open_interest": 50.0,
        "put_call_open_interest": 0.5,
    }
    warehouse.merge(
        {
            "option_metrics": [
                expiry("deribit", 5, minutes=60, atm_iv=99.0),
                expiry("deribit", 5, atm_iv=40.0, skew_25d=2.0, max_pain=90_000.0, **open_contracts),
                expiry(
                    "okx",
                    5,
                    atm_iv=44.0,
                    max_pain=95_000.0,
                    call_open_interest=10.0,
                    put_open_interest=15.0,
                    put_call_open_interest=1.5,
                ),
                expiry("bybit", 5, atm_iv=46.0, put_open_interest=1_000.0),
                expiry("deribit", 40, atm_iv=50.0),
                expiry("deribit", 5, symbol="ETH", atm_iv=70.0),
                expiry("deribit", -1, atm_iv=300.0),
            ]
        }
    )
    columns = ("expiry", "atm_iv_percent", "skew_25d", "put_call_open_interest", "max_pain_usd", "exchanges")
    assert ask("term-structure", *columns) == [
        (today() + timedelta(days=5), 44.0, 2.0, pytest.approx(65 / 110), 90_000.0, 3),
        (today() + timedelta(days=40), 50.0, None, None, None, 1),
    ]
    assert ask("term-structure", "atm_iv_percent", source="okx") == [(44.0,)]
    assert ask("term-structure", "atm_iv_percent", symbol="ETH") == [(70.0,)]
