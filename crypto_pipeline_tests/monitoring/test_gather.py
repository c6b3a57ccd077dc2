"""What the database says of prices, as facts."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crypto_pipeline.monitoring import restarts
from crypto_pipeline.monitoring.facts import (
    DollarCoin,
    Facts,
    FailedRun,
    Restart,
    Schedule,
    Stored,
    StoredTable,
)
from crypto_pipeline.monitoring.gather import gather, what_is_stored
from crypto_pipeline.monitoring.ticks import Tick
from crypto_pipeline.schema.freshness import windows
from crypto_pipeline.settings import Settings
from crypto_pipeline.warehouse.engines import warehouse_for
from crypto_pipeline.warehouse.price_queries import ApartPrice
from crypto_pipeline_tests.monitoring.moments import NOON, minutes, schedule, table


def settings_of(folder: Path, database: Path, **settings: Any) -> Settings:
    """Settings of a folder with an empty database in it."""
    made = Settings(data_dir=folder, **settings)
    shutil.copy(database, made.database)
    return made


def test_dollar_coins_and_coins_that_only_share_a_symbol_are_facts(tmp_path: Path, empty_database: Path) -> None:
    settings = settings_of(tmp_path, empty_database)
    warehouse = warehouse_for(settings)
    consensus, market = [], []
    for number in range(3):
        ids = {"timestamp": NOON - timedelta(minutes=5 * number), "run_id": f"run {number}"}
        prices = {"TRUMP": 8.0, "USDC": 0.88}
        consensus += [{**ids, "symbol": symbol, "price_usd": usd, "sources": 7} for symbol, usd in prices.items()]
        market += [{**ids, "symbol": "TRUMP", "source": "bingx", "price_usd": 0.8, "fetched_at": ids["timestamp"]}]
    warehouse.merge({"consensus_prices": consensus, "market_prices": market})
    stored, _ = what_is_stored(warehouse, settings, NOON, to_measure=False)
    assert stored is not None
    assert stored.dollar_coins == (DollarCoin("USDC", 0.88, 7),)
    assert stored.other_coins == (ApartPrice("bingx", "TRUMP", 0.1),)


def test_a_source_is_what_is_remembered_of_it_unless_it_is_switched_off(tmp_path: Path, empty_database: Path) -> None:
    settings = settings_of(tmp_path, empty_database, sources_off="off.ticker")
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


class Records:
    """The records of a scheduler, as values."""

    crons: Mapping[str, str] = {}
    jobs: frozenset[str] = frozenset({"ui", "backfill"})
    asked: tuple[str, ...] = ()

    def stored_tables(self) -> tuple[StoredTable, ...]:
        return (table(-5),)

    def schedules_on(self) -> tuple[Schedule, ...]:
        return (schedule(-4),)

    def failed_runs(self, jobs: Iterable[str]) -> Iterable[FailedRun]:
        self.asked = tuple(jobs)
        return [FailedRun("ui", "old"), FailedRun("backfill", "other")]

    def ticks_after(self, schedule: str, after: datetime) -> list[Tick]:
        return []

    def read_state(self) -> str | None:
        return None

    def write_state(self, text: str) -> None: ...


def facts(settings: Settings, stored: Stored | None = None, failed: FailedRun | None = None) -> Facts:
    return gather(
        Records(),
        settings,
        warehouse_for(settings),
        stored,
        ["ui", "backfill"],
        failed=failed,
        awake_since=NOON - timedelta(hours=1),
        now=NOON,
    )


def test_what_the_scheduler_knows_is_among_the_facts(tmp_path: Path) -> None:
    stored = Stored()
    known = facts(Settings(data_dir=tmp_path), stored)
    assert (known.now, known.awake_since, known.stored) == (NOON, NOON - timedelta(hours=1), stored)
    assert (known.tables, known.schedules) == ((table(-5),), (schedule(-4),))
    assert (known.problem, known.database_bytes, known.hub, known.clock_off_seconds) == (None, 0, "", None)


def test_what_ended_by_itself_is_among_the_facts(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    ended = Restart("daemon", NOON, "exit code 1")
    settings.notes.mkdir(parents=True, exist_ok=True)
    restarts.note(settings.notes, ended)
    assert facts(settings).restarts == (ended,)


def test_a_run_that_has_just_failed_stands_for_its_job_and_the_others_stay(tmp_path: Path) -> None:
    settings, newest = Settings(data_dir=tmp_path), FailedRun("ui", "new")
    other = FailedRun("backfill", "other")
    assert set(facts(settings).failed_runs) == {FailedRun("ui", "old"), other}
    assert set(facts(settings, failed=newest).failed_runs) == {newest, other}


def test_where_regions_share_the_data_bank_a_table_is_as_old_as_any_of_them_left_it(tmp_path: Path) -> None:
    regions = Settings(data_dir=tmp_path).model_copy(update={"regions": "eu,asia", "region": "eu"})
    stored = Stored(arrivals={"gas_prices": NOON})
    assert facts(regions, stored).tables == (StoredTable("gas_prices", NOON, windows("gas_prices", regions)),)
    assert facts(regions, None).tables == ()
    alone = Settings(data_dir=tmp_path).model_copy(update={"regions": "eu", "region": "eu"})
    assert facts(alone, stored).tables == (table(-5),)


def test_what_waits_because_the_file_is_no_database_is_counted_with_its_size_and_since_when(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    settings.database.write_bytes(b"no database" * 1000)
    warehouse = warehouse_for(settings)
    for number in range(2):
        row = {"source": "one", "blockchain": "two", "timestamp": NOON, "run_id": str(number)}
        warehouse.merge({"gas_prices": [row]})
    batches = warehouse.spooled()
    for batch, minute in zip(batches, (-3, -5), strict=True):
        os.utime(batch, (minutes(minute).timestamp(),) * 2)
    (batches[0] / "merged meanwhile").symlink_to("nowhere")
    known = facts(settings)
    assert (known.spool.batches, known.spool.oldest_at, known.spool.set_aside) == (2, minutes(-5), 0)
    assert (
        known.spool.bytes
        == sum(file.stat().st_size for batch in batches for file in batch.rglob("*") if file.exists())
        > 0
    )
    assert known.problem
    assert settings.database.name in known.problem
    assert known.database_bytes == 11_000


def test_the_disk_is_that_of_the_folder_that_will_be_made(tmp_path: Path) -> None:
    folder = tmp_path / "not" / "yet"
    disk = facts(Settings(data_dir=folder)).disk
    assert disk.folder == folder
    assert disk.free_bytes > 0
    assert not folder.exists()


def test_before_anything_is_stored_nothing_is_wrong_and_when_it_cannot_be_read_nobody_knows(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert what_is_stored(warehouse_for(settings), settings, NOON, to_measure=True) == (Stored(), [])
    settings.database.write_bytes(b"no database" * 1000)
    assert what_is_stored(warehouse_for(settings), settings, NOON, to_measure=True) == (None, None)


def test_figures_of_a_watched_coin_are_those_that_are_known(tmp_path: Path, empty_database: Path) -> None:
    settings = settings_of(tmp_path, empty_database, price_alerts="BTC > 1, USDC off > 1, NONE > 1")
    warehouse = warehouse_for(settings)
    row = {"timestamp": NOON, "run_id": "r"}
    known = {"price_usd": 90_500.0, "price_change_24h": -2.0, "spread_percent": 0.5, "sources": 9}
    warehouse.merge(
        {"consensus_prices": [{**row, "symbol": "BTC", **known}, {**row, "symbol": "USDC", "price_usd": 0.98}]}
    )
    stored, _ = what_is_stored(warehouse, settings, NOON, to_measure=False)
    assert stored
    bitcoin, dollar = sorted(stored.watched_coins, key=lambda coin: coin.symbol)
    assert (bitcoin.symbol, bitcoin.sources) == ("BTC", 9)
    assert bitcoin.figures == {"price": 90_500.0, "change": -2.0, "spread": 0.5, "off": 9_049_900.0}
    assert (dollar.symbol, dollar.sources, {*dollar.figures}) == ("USDC", 0, {"price", "off"})
    assert dollar.figures["off"] == pytest.approx(2.0)
    assert (stored.last_hour, stored.lags) == ({}, {})
