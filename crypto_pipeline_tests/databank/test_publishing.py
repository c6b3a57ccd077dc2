"""Tables as files for others: versioned names, a pointer, days that are written once."""

from __future__ import annotations

import json
import os
import shutil
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import duckdb
import pytest

from crypto_pipeline.databank import publishing
from crypto_pipeline.databank.publishing import KEPT, POINTER, PublishingBusyError, publish, tables_to_publish
from crypto_pipeline.foundation.file_locks import only_one
from crypto_pipeline.schema.tables import DATA_TABLES
from crypto_pipeline.settings import Settings, SettingsError, load_settings
from crypto_pipeline.version import VERSION
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline.warehouse.engines import warehouse_for
from crypto_pipeline.warehouse.errors import NoDatabase
from crypto_pipeline_tests.command import run_here

NOON = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)
DAY = timedelta(days=1)


def price(symbol: str, at: datetime, usd: float = 1.0) -> dict[str, object]:
    return {"symbol": symbol, "timestamp": at, "price_usd": usd, "collected_at": at, "run_id": "r"}


@pytest.fixture(scope="module")
def filled(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    warehouse = DuckDBWarehouse(Path(shutil.copy(empty_database, tmp_path_factory.mktemp("filled"))))
    warehouse.merge(
        {
            "consensus_prices": [price("BTC", NOON - days * DAY) for days in range(6)],
            "providers": [{"name": "kraken", "collected_at": NOON, "run_id": "r"}],
        }
    )
    return warehouse.path


@pytest.fixture
def settings(filled: Path, tmp_path: Path) -> Settings:
    chosen = Settings(data_dir=tmp_path, publish="consensus_prices,exchange_rates,providers", publish_days=3)
    shutil.copy(filled, chosen.database)
    return chosen


def pointer(settings: Settings) -> dict[str, Any]:
    said: dict[str, Any] = json.loads((settings.published / POINTER).read_text())
    return said


def rows(settings: Settings, table: str) -> int:
    """As a reader of the pointer sees them."""
    files = [str(settings.published / one["file"]) for one in pointer(settings)["tables"][table]]
    with duckdb.connect() as connection:
        ((count,),) = connection.execute("SELECT count(*) FROM read_parquet($files)", {"files": files}).fetchall()
    return int(count)


def test_the_pointer_names_files_that_hold_the_rows_of_the_days_that_were_asked_for(settings: Settings) -> None:
    done = publish(settings, NOON)
    said = pointer(settings)
    assert said["version"] == done.version == "20261124T120000Z"
    assert [(one["day"], one["rows"]) for one in said["tables"]["consensus_prices"]] == [
        ("2026-11-22", 1), ("2026-11-23", 1), ("2026-11-24", 1),
    ]  # fmt: skip
    assert said["tables"]["consensus_prices"][2]["file"] == "consensus_prices/2026-11-24.20261124T120000Z.parquet"
    assert (rows(settings, "consensus_prices"), rows(settings, "providers")) == (3, 1)
    assert not list(settings.published.rglob("*.part"))


def test_a_day_that_is_over_is_left_alone_and_the_running_one_gets_a_new_name(settings: Settings) -> None:
    publish(settings, NOON)
    first = [one["file"] for one in pointer(settings)["tables"]["consensus_prices"]]
    warehouse_for(settings).merge({"consensus_prices": [price("ETH", NOON + timedelta(minutes=4))]})
    publish(settings, NOON + timedelta(minutes=5))
    second = [one["file"] for one in pointer(settings)["tables"]["consensus_prices"]]
    assert second[:2] == first[:2]
    assert second[2] == "consensus_prices/2026-11-24.20261124T120500Z.parquet"
    assert rows(settings, "consensus_prices") == 4
    assert (settings.published / first[2]).exists(), "for those who have the pointer already"


def test_what_came_after_midnight_of_the_day_before_is_published_for_two_hours(settings: Settings) -> None:
    midnight = NOON + timedelta(hours=12)
    publish(settings, midnight - timedelta(minutes=1))
    warehouse_for(settings).merge({"consensus_prices": [price("LATE", midnight - timedelta(minutes=2))]})
    publish(settings, midnight + timedelta(minutes=5))
    yesterday = {one["day"]: one["rows"] for one in pointer(settings)["tables"]["consensus_prices"]}["2026-11-24"]
    assert yesterday == 2
    warehouse_for(settings).merge({"consensus_prices": [price("LATER", midnight - timedelta(minutes=1))]})
    publish(settings, midnight + timedelta(hours=2))
    yesterday = {one["day"]: one["rows"] for one in pointer(settings)["tables"]["consensus_prices"]}["2026-11-24"]
    assert yesterday == 3
    named = {one["day"]: one["file"] for one in pointer(settings)["tables"]["consensus_prices"]}["2026-11-24"]
    publish(settings, midnight + timedelta(hours=3))
    again = {one["day"]: one["file"] for one in pointer(settings)["tables"]["consensus_prices"]}["2026-11-24"]
    assert again == named


@pytest.mark.parametrize(("many", "files"), [(0, 1), (10, 2)])
def test_the_running_day_of_a_large_table_is_written_once_an_hour(
    many: int, files: int, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "MANY_ROWS", many)
    publish(settings, NOON)
    publish(settings, NOON + timedelta(minutes=5))
    assert len(list((settings.published / "consensus_prices").glob("2026-11-24.*"))) == files
    publish(settings, NOON + timedelta(minutes=61))
    assert len(list((settings.published / "consensus_prices").glob("2026-11-24.*"))) == files + 1


def test_a_day_begins_at_midnight_and_its_rows_lie_in_the_order_of_their_keys(settings: Settings) -> None:
    midnight = NOON - timedelta(hours=12)
    moments = (midnight, midnight - timedelta(microseconds=1))
    rows = [price(symbol, at) for symbol in ("ZZZ", "AAA") for at in moments]
    warehouse_for(settings).merge({"consensus_prices": rows})
    publish(settings, NOON)
    of_today = settings.published / pointer(settings)["tables"]["consensus_prices"][2]["file"]
    with duckdb.connect() as connection:
        found = connection.execute("SELECT symbol FROM read_parquet($file)", {"file": str(of_today)}).fetchall()
    assert found == [("AAA",), ("BTC",), ("ZZZ",)]


def test_the_pointer_says_what_it_points_to(settings: Settings) -> None:
    done = publish(settings, NOON)
    said = pointer(settings)
    assert (said["demo"], said["made_by"]) == (False, f"crypto_pipeline {VERSION}")
    assert done.written == 4  # three days and the providers; of exchange rates there are no rows
    (providers,) = said["tables"]["providers"]
    size = (settings.published / providers["file"]).stat().st_size
    assert (providers["day"], providers["bytes"], providers["made_at"]) == (None, size, NOON.isoformat())
    assert publish(settings, NOON + timedelta(minutes=5)).written == 2  # the days before are over


def test_a_file_that_is_gone_is_written_again_and_what_a_process_left_that_was_killed_is_removed(
    settings: Settings,
) -> None:
    later = NOON + timedelta(days=1)
    publish(settings, later)
    before = pointer(settings)["tables"]["consensus_prices"]
    (settings.published / before[0]["file"]).unlink()
    part = settings.published / "providers" / "20261120T120000Z.part"
    part.touch()
    publish(settings, later + timedelta(minutes=5))
    assert pointer(settings)["tables"]["consensus_prices"][0]["file"] != before[0]["file"]
    assert pointer(settings)["tables"]["consensus_prices"][0]["rows"] == 1
    assert part.exists()
    os.utime(part, ((later - KEPT).timestamp(), (later - KEPT).timestamp()))
    publish(settings, later + timedelta(minutes=10))
    assert not part.exists()


def test_versions_that_the_pointer_left_go_after_some_hours(settings: Settings) -> None:
    publish(settings, NOON)
    (before,) = (settings.published / "providers").glob("*.parquet")
    for hours, there in ((1, True), (8, False)):
        now = NOON + timedelta(hours=hours)
        replaced_at = (now - KEPT).timestamp() + (60 if there else -60)
        os.utime(before, (replaced_at, replaced_at))
        publish(settings, now)
        assert before.exists() is there


@pytest.mark.parametrize("said", ["", "[]", '{"tables": 7}', '{"tables": {"providers": [{"file": 1}]}}'])
def test_a_pointer_that_cannot_be_read_is_made_anew(said: str, settings: Settings) -> None:
    publish(settings, NOON)
    (settings.published / POINTER).write_text(said)
    publish(settings, NOON + timedelta(minutes=5))
    assert rows(settings, "consensus_prices") == 3


def test_two_do_not_publish_at_once(settings: Settings) -> None:
    with (
        only_one(settings.published / ".lock", timeout_seconds=0, otherwise=AssertionError()),
        pytest.raises(PublishingBusyError),
    ):
        publish(settings, NOON)


def test_nothing_is_published_of_a_database_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NoDatabase):
        publish(Settings(data_dir=tmp_path / "none"), NOON)
    assert not (tmp_path / "none").exists()


def test_the_setting_names_tables(tmp_path: Path) -> None:
    assert tables_to_publish(Settings(data_dir=tmp_path, publish="data")) == list(DATA_TABLES)
    assert tables_to_publish(Settings(data_dir=tmp_path, publish="alerts news_articles")) == ["news_articles", "alerts"]
    assert tables_to_publish(Settings(data_dir=tmp_path)) == []
    with pytest.raises(SettingsError, match="CRYPTO_PIPELINE_PUBLISH='prices' cannot be used: 'prices' is no table"):
        load_settings(publish="prices")


def test_replayed_rows_have_a_folder_of_their_own(tmp_path: Path) -> None:
    real, demo = Settings(data_dir=tmp_path), Settings(data_dir=tmp_path, demo=True)
    assert (real.published, demo.published) == (tmp_path / "published", tmp_path / "published" / "demo")


def test_the_command_publishes_by_hand(settings: Settings) -> None:
    run = run_here("publish", "--tables", "providers", data_dir=settings.data_dir)
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1] == f"1 file written; {settings.published / POINTER} points to them."
    said = json.loads(run_here("publish", "--tables", "providers", "--json", data_dir=settings.data_dir).stdout)
    assert list(said["tables"]) == ["providers"]
    refused = run_here("publish", "--tables", "nothing", data_dir=settings.data_dir)
    assert (refused.returncode, refused.stderr) == (2, "--tables 'nothing' cannot be used: 'nothing' is no table.\n")
