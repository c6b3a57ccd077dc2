"""What the database says of prices, as facts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from crypto_pipeline.monitoring.facts import DollarCoin
from crypto_pipeline.monitoring.gather import what_is_stored
from crypto_pipeline.settings import Settings
from crypto_pipeline.warehouse.engines import warehouse_for
from crypto_pipeline.warehouse.price_queries import ApartPrice
from crypto_pipeline_tests.monitoring.moments import NOON


def test_dollar_coins_and_coins_that_only_share_a_symbol_are_facts(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    warehouse = warehouse_for(settings)
    for number in range(3):
        ids = {"timestamp": NOON - timedelta(minutes=5 * number), "run_id": f"run {number}"}
        prices = {"TRUMP": 8.0, "USDC": 0.88}
        consensus = [{**ids, "symbol": symbol, "price_usd": usd, "sources": 7} for symbol, usd in prices.items()]
        other = {**ids, "symbol": "TRUMP", "source": "bingx", "price_usd": 0.8, "fetched_at": ids["timestamp"]}
        warehouse.merge({"consensus_prices": consensus, "market_prices": [other]})
    stored, _ = what_is_stored(warehouse, settings, NOON, to_measure=False)
    assert stored is not None
    assert stored.dollar_coins == (DollarCoin("USDC", 0.88, 7),)
    assert stored.other_coins == (ApartPrice("bingx", "TRUMP", 0.1),)


def test_a_source_is_what_is_remembered_of_it_unless_it_is_switched_off(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, sources_off="off.ticker")
    remembered: dict[str, dict[str, Any]] = {
        "new.ticker": {},
        "open.ticker": {"breaker_state": "open", "consecutive_failures": 7, "outcome": "timeout"},
        "off.ticker": {"breaker_state": "open"},
    }
    rows = [{"endpoint": name, "asked_at": NOON, **facts} for name, facts in remembered.items()]
    warehouse = warehouse_for(settings)
    warehouse.merge({"source_health": rows})
    stored, _ = what_is_stored(warehouse, settings, NOON, to_measure=False)
    assert stored is not None
    assert [(one.endpoint, one.breaker_state, one.consecutive_failures, one.outcome) for one in stored.sources] == [
        ("new.ticker", "closed", 0, None),
        ("open.ticker", "open", 7, "timeout"),
    ]
