"""Alerts on prices: from the rows of the database to a condition."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from crypto_pipeline.monitoring.conditions import Limits, conditions, unjudged
from crypto_pipeline.monitoring.gather import what_is_stored
from crypto_pipeline.schema.price_watches import price_watches
from crypto_pipeline.settings import Settings
from crypto_pipeline.warehouse.engines import warehouse_for
from crypto_pipeline_tests import templates
from crypto_pipeline_tests.monitoring.moments import well_but

NOON = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)
WRITTEN = {"collected_at": NOON, "run_id": "r"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("data")
    shutil.copy(templates.empty_database(), folder)
    consensus = {"price_usd": 100.0, "price_change_24h": -6.0, "spread_percent": 0.8, "sources": 12, **WRITTEN}
    warehouse = warehouse_for(Settings(data_dir=folder))
    warehouse.merge(
        {
            "consensus_prices": [
                {"symbol": "BTC", "timestamp": NOON - timedelta(minutes=5), **consensus},
                {"symbol": "BTC", "timestamp": NOON - timedelta(minutes=20), **consensus, "price_usd": 5.0},
                {"symbol": "USDT", "timestamp": NOON, **consensus, "price_usd": 0.99},
                {"symbol": "OLD", "timestamp": NOON - timedelta(hours=2), **consensus},
            ],
            "derivatives_metrics": [
                {
                    "symbol": "BTC",
                    "source": source,
                    "contract": "BTC-PERP",
                    "funding_rate_8h": rate,
                    "timestamp": NOON,
                    "fetched_at": NOON,
                    **WRITTEN,
                }
                for source, rate in (("one", 0.0002), ("two", 0.001), ("three", 0.0005))
            ],
        }
    )
    with warehouse.reading():
        yield folder


def alerts_of(folder: Path, wishes: str) -> dict[str, str]:
    settings = Settings(data_dir=folder, price_alerts=wishes)
    stored, _ = what_is_stored(warehouse_for(settings), settings, NOON, to_measure=False)
    found = conditions(well_but(stored=stored), Limits(watches=price_watches(wishes)))
    return {one.name: one.message for one in found if one.name.startswith("price.")}


@pytest.mark.parametrize(
    ("true", "untrue"),
    [
        ("BTC > 99.9", "BTC > 100"),
        ("BTC < 100.1", "BTC < 100"),
        ("BTC change < -5.9", "BTC change < -6"),
        ("BTC spread > 0.79", "BTC spread > 0.8"),
        ("USDT off > 0.9", "USDT off > 1.1"),
        ("BTC funding > 0.049", "BTC funding > 0.051"),
    ],
)
def test_a_wish_that_has_come_true_is_a_condition(true: str, untrue: str, folder: Path) -> None:
    assert len(alerts_of(folder, true)) == 1
    assert alerts_of(folder, untrue) == {}


def test_the_sentence_says_what_and_how_much(folder: Path) -> None:
    assert alerts_of(folder, "BTC > 99") == {
        "price.BTC.price_above_99": "BTC: 100 dollars by the consensus of 12 sources, more than 99"
    }


@pytest.mark.parametrize("wish", ["OLD > 1", "NONE > 1", "USDT funding > -9"])
def test_what_nobody_knows_now_is_no_condition(wish: str, folder: Path) -> None:
    assert alerts_of(folder, wish) == {}


def test_while_the_database_cannot_be_read_no_alert_on_a_price_is_resolved() -> None:
    assert "price" in unjudged(well_but(stored=None))
