"""Alerts on coins that are new: from the lists of the exchanges to a condition."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from crypto_pipeline.monitoring.conditions import Limits, conditions
from crypto_pipeline.monitoring.gather import what_is_stored
from crypto_pipeline.settings import Settings
from crypto_pipeline.warehouse.engines import warehouse_for
from crypto_pipeline_tests import templates
from crypto_pipeline_tests.monitoring.moments import well_but

NOON = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)


def market(source: str, name: str, *, opened: float | None = None, seen: float = 100, **more: Any) -> dict[str, Any]:
    """A market that opened, and that the list first had, so many days before noon."""
    return {
        "source": source,
        "kind": "spot",
        "market": name,
        "symbol": name.split("-")[0],
        "listed_at": None if opened is None else NOON - timedelta(days=opened),
        "first_seen_at": NOON - timedelta(days=seen),
        "timestamp": NOON,
        "fetched_at": NOON,
        "collected_at": NOON,
        "run_id": "r",
        **more,
    }


MANY = 40
"""More than are told of at once."""


def alerts_of(folder: Path, rows: list[dict[str, Any]], wanted: int) -> dict[str, str]:
    settings = Settings(data_dir=folder, new_coins=wanted)
    shutil.copy(templates.empty_database(), settings.database)
    warehouse = warehouse_for(settings)
    warehouse.merge({"listings": rows})
    stored, _ = what_is_stored(warehouse, settings, NOON, to_measure=False)
    found = conditions(well_but(stored=stored, now=NOON), Limits())
    return {one.name: one.message for one in found if one.name.startswith("new_coin.")}


LISTED = [
    market("okx", "BTC-USDT", opened=900),
    market("kraken", "BTC-USD"),
    market("okx", "FRESH-USDT", opened=0.5),
    market("kraken", "FRESH-USD", seen=0.25),
    market("okx", "ALONE-USDT", opened=0.1),
    market("okx", "SOON-USDT", opened=-0.5),
    market("kraken", "SOON-USD", opened=-0.25),
    market("okx", "LATER-USDT", opened=-9),
    market("kraken", "LATER-USD", opened=-9),
    market("okx", "BTC-EUR", opened=0.1),
    market("kraken", "BTC-EUR", opened=0.1),
]


def test_a_coin_that_is_new_at_as_many_exchanges_as_are_wished_is_told_of_on_the_day(tmp_path: Path) -> None:
    assert alerts_of(tmp_path, LISTED, 2) == {
        "new_coin.SOON": "SOON is new at kraken, okx: no exchange had a market of it before; it opens at 2026-11-25 00:00 UTC",
        "new_coin.FRESH": "FRESH is new at kraken, okx: no exchange had a market of it before; it has opened at 2026-11-24 06:00 UTC",
    }


def test_one_exchange_is_enough_for_who_says_so(tmp_path: Path) -> None:
    assert set(alerts_of(tmp_path, LISTED, 1)) == {"new_coin.SOON", "new_coin.FRESH", "new_coin.ALONE"}


def test_nobody_is_told_who_did_not_ask(tmp_path: Path) -> None:
    assert alerts_of(tmp_path, LISTED, 0) == {}


@pytest.mark.parametrize("dates", [{}, {"opened": 700.0}], ids=["without dates", "with dates of long ago"])
def test_the_first_look_at_the_lists_is_no_flood(tmp_path: Path, dates: dict[str, float]) -> None:
    rows = [market(source, f"C{number}-USD", seen=0, **dates) for source in ("okx", "kraken") for number in range(MANY)]
    assert alerts_of(tmp_path, rows, 1) == {}


def test_an_exchange_that_is_asked_for_the_first_time_makes_no_coin_new(tmp_path: Path) -> None:
    rows = [market("kraken", "BTC-USD"), *(market("bybit", f"C{number}-USD", seen=0.01) for number in range(MANY))]
    assert alerts_of(tmp_path, rows, 1) == {}


def test_after_a_month_without_a_collection_the_newest_are_told_of(tmp_path: Path) -> None:
    rows = [market("kraken", "BTC-USD"), *(market("kraken", f"C{number}-USD", seen=0.01) for number in range(MANY))]
    assert len(alerts_of(tmp_path, rows, 1)) == 20
