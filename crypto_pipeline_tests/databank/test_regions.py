"""The regions as the rows show them that they share."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from crypto_pipeline.databank.regions import division_of, regions_now, tick_now
from crypto_pipeline.settings import Settings
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.holding import held_by_another_process

NOBODY = "postgresql://user:pass@127.0.0.1:9/nothing"


@cache
def now() -> datetime:
    """That of the first test here: a busy machine has read this file half an hour before."""
    return datetime.now(timezone.utc)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    regions = "eu=de,us,asia"
    return Settings(data_dir=tmp_path, database_url=NOBODY, region="eu", regions=regions, lock_seconds=0.05)


def tick(region: str, minutes: float, hosts: int) -> dict[str, Any]:
    return {"region": region, "began_at": now() - timedelta(minutes=minutes), "hosts": hosts, "job": "ui"}


def followed(warehouse: DuckDBWarehouse, minutes: float) -> None:
    """The file took over rows so many minutes ago."""
    at = f"{now() - timedelta(minutes=minutes):%Y-%m-%d %H:%M:%S}.000000+00"
    with warehouse.connection() as connection:
        connection.execute("INSERT INTO meta.warehouse_info VALUES ('hub_followed_at', ?)", [at])


def refusal(region: str, host: str, minutes: float) -> dict[str, Any]:
    times = {"refused_at": now() - timedelta(minutes=10), "not_before": now() + timedelta(minutes=minutes)}
    return {"region": region, "host": host, **times}


def test_each_region_shows_whether_it_is_at_work_what_fell_to_it_and_who_refuses_it(
    settings: Settings, warehouse: DuckDBWarehouse
) -> None:
    ticks = [tick("eu", 6, 5), tick("eu", 11, 4), tick("us", 6, 7), tick("us", 25, 8), tick("eu", 25, 9)]
    refusals = [refusal("us", "a.example", 60), refusal("us", "over.example", -1), refusal("eu", "b.example", 60)]
    warehouse.merge({"region_ticks": ticks, "region_refusals": refusals})
    followed(warehouse, 1)
    found = {one.name: one for one in regions_now(settings, warehouse)}
    assert list(found) == ["asia", "eu", "us"]
    assert [(one.is_here, one.is_at_work, one.leads) for one in found.values()] == [
        (False, False, False),
        (True, True, True),
        (False, True, False),
    ]
    assert [one.hosts for one in found.values()] == [None, 5, 7]
    assert [one.heard_at for one in found.values()] == [None, *[now() - timedelta(minutes=6)] * 2]
    assert [one.place for one in found.values()] == ["asia", "de", "us"]
    assert [[row["host"] for row in one.refused_by] for one in found.values()] == [[], ["b.example"], ["a.example"]]


def test_one_region_alone_divides_nothing(settings: Settings, warehouse: DuckDBWarehouse) -> None:
    alone = settings.model_copy(update={"regions": "eu"})
    assert division_of(alone, warehouse) is None
    assert regions_now(alone, warehouse) == []


def test_who_knows_nothing_of_the_others_for_they_and_the_file_are_away_takes_all_to_be_there(
    settings: Settings, warehouse: DuckDBWarehouse, tmp_path: Path
) -> None:
    nothing = DuckDBWarehouse(tmp_path / "none.duckdb")
    assert [one.heard_at for one in regions_now(settings, nothing)] == [None] * 3
    with held_by_another_process(warehouse.path):
        divided = division_of(settings, warehouse)
    without = division_of(settings, nothing)
    assert divided
    assert without
    assert divided.awake == without.awake


def test_the_tick_of_now_is_the_newest_of_the_schedule(settings: Settings) -> None:
    found = tick_now(settings.model_copy(update={"ui_cron": "*/5 * * * *"}))
    assert timedelta(0) <= datetime.now(timezone.utc) - found < timedelta(minutes=5, seconds=30)
    assert (found.minute % 5, found.second) == (0, 0)
