"""What the database says of prices, as facts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from crypto_pipeline.monitoring.facts import DollarCoin, OtherCoin
from crypto_pipeline.monitoring.gather import what_is_stored
from crypto_pipeline.settings import Settings
from crypto_pipeline.warehouse.engines import warehouse_for
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
    assert stored.other_coins == (OtherCoin("bingx", "TRUMP", 0.1),)
