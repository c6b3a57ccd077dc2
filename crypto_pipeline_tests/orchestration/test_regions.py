"""One consensus a tick of what all regions know, however late and in whichever order it comes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from crypto_pipeline.collection.normalise.consensus import consensus
from crypto_pipeline.collection.regions.division import Division
from crypto_pipeline.collection.results import EndpointResult
from crypto_pipeline.databank.regions import division_of
from crypto_pipeline.monitoring.gather import what_is_stored
from crypto_pipeline.orchestration.regions import RegionalRun
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.kit import discover
from crypto_pipeline.warehouse import Warehouse
from crypto_pipeline.warehouse.engines import Storage, warehouse_for
from crypto_pipeline.warehouse.hub.shared import SharedWarehouse
from crypto_pipeline_tests.holding import held_by_another_process
from crypto_pipeline_tests.warehouse.hub.machines import file_of, machine

NAMES = ("asia", "eu")
TICK = datetime.now(timezone.utc).replace(microsecond=0) - timedelta(minutes=4)
NOBODY = "postgresql://user:pass@127.0.0.1:9/nothing"


def price(source: str, usd: float) -> dict[str, Any]:
    return {"symbol": "BTC", "source": source, "price_usd": usd, "price_change_24h": None, "timestamp": TICK}


HERE = [price("kraken", 100.0), price("okx", 101.0)]
THERE = [price("binance", 103.0)]
WHOLE = consensus([*HERE, *THERE], TICK)[0]


def at_work(warehouse: Warehouse, region: str, tick: datetime = TICK) -> RegionalRun:
    return RegionalRun(
        Division(region, {name: name for name in NAMES}, frozenset(NAMES)), tick, warehouse, f"run in {region}"
    )


def collects(run: RegionalRun, prices: list[dict[str, Any]]) -> list[dict[str, Any]]:
    made, _ = run.consensus(prices)
    return made


def stores(run: RegionalRun, made: list[dict[str, Any]]) -> None:
    run.warehouse.merge({"consensus_prices": made})


def consensus_in(warehouse: Warehouse) -> list[tuple[float, int, int | None]]:
    rows = warehouse.read("consensus_prices", where="true ORDER BY timestamp")
    return [(row["price_usd"], row["sources"], row["regions"]) for row in rows]


@pytest.fixture
def machines(tmp_path: Path, hub: str) -> tuple[SharedWarehouse, SharedWarehouse]:
    return machine(tmp_path, hub, "asia", region="asia"), machine(tmp_path, hub, "eu", region="eu")


def test_who_stores_its_answers_last_makes_the_consensus_of_all_and_half_of_it_never_takes_its_place(
    machines: tuple[SharedWarehouse, SharedWarehouse],
) -> None:
    asia, eu = machines
    half = collects(at_work(asia, "asia"), THERE)
    whole = collects(at_work(eu, "eu"), HERE)
    assert [row["price_usd"] for row in half] == [103.0]
    assert whole == [{**row, "regions": 2} for row in WHOLE]
    stores(at_work(eu, "eu"), whole)
    stores(at_work(asia, "asia"), half)  # it was slower on its way
    assert consensus_in(asia) == [(101.0, 3, 2)]


def test_answers_that_come_late_are_counted_by_the_next_run_of_any_region(tmp_path: Path, hub: str) -> None:
    away = warehouse_for(Storage(file_of(tmp_path, "asia"), 0.2, hub_url=NOBODY, region="asia"))
    away.merge({})
    run = at_work(away, "asia")
    stores(run, collects(run, THERE))  # the line is cut: all of it waits beside the file
    assert away.spooled()
    eu = machine(tmp_path, hub, "eu", region="eu")
    stores(at_work(eu, "eu"), collects(at_work(eu, "eu"), HERE))
    assert consensus_in(eu) == [(100.5, 2, 1)]

    asia = machine(tmp_path, hub, "asia", region="asia")
    asia.drain()  # and back: the half of it that asia made is as good as that of eu
    eu.follow()
    later = at_work(eu, "eu", TICK + timedelta(minutes=5))
    later.settle()
    assert consensus_in(eu) == [(WHOLE[0]["price_usd"], 3, 2)]
    later.settle()
    asia.follow()
    assert consensus_in(asia) == consensus_in(eu)


def test_a_second_run_in_a_tick_adds_to_the_first(machines: tuple[SharedWarehouse, SharedWarehouse]) -> None:
    _, eu = machines
    collects(at_work(eu, "eu"), [price("kraken", 90.0), price("bybit", 102.0)])
    made = collects(at_work(eu, "eu"), HERE)
    assert [(row["price_usd"], row["sources"], row["regions"]) for row in made] == [(101.0, 3, 1)]


def settings_of(folder: Path, hub: str, region: str) -> Settings:
    (folder / region).mkdir(exist_ok=True)
    return Settings(data_dir=folder / region, database_url=hub, region=region, regions=",".join(NAMES))


def test_a_region_that_is_silent_is_taken_over_and_said_to_be(tmp_path: Path, hub: str) -> None:
    now = datetime.now(timezone.utc)
    settings = settings_of(tmp_path, hub, "eu")
    warehouse = warehouse_for(settings)
    before = [{"region": "asia", "began_at": now - timedelta(minutes=at), "job": "ui"} for at in (40, 35, 30, 25)]
    warehouse.merge({"region_ticks": [*before, {"began_at": now - timedelta(minutes=6), "job": "ui"}]})
    divided = division_of(settings, warehouse)
    assert divided is not None
    assert divided.awake == {"eu"}
    stored, _ = what_is_stored(warehouse, settings, now, to_measure=False)
    assert stored is not None
    assert stored.regions is not None
    assert stored.regions.leads
    assert [one.name for one in stored.regions.silent] == ["asia"]


def test_a_region_whose_line_is_cut_takes_nobody_s_hosts(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, NOBODY, "eu")
    warehouse = warehouse_for(settings.model_copy(update={"lock_seconds": 0.2}))
    moments = [datetime.now(timezone.utc) - timedelta(minutes=at) for at in (6, 20)]
    warehouse.merge({"region_ticks": [{"began_at": at, "job": "ui"} for at in moments]})
    divided = division_of(settings, warehouse)
    assert divided is not None
    assert divided.awake == set(NAMES)


def test_while_the_file_is_held_the_hub_itself_says_who_is_at_work_and_who_is_refused(tmp_path: Path, hub: str) -> None:
    now = datetime.now(timezone.utc)
    settings = settings_of(tmp_path, hub, "eu").model_copy(update={"lock_seconds": 0.2})
    warehouse = warehouse_for(settings)
    ticks = [{"region": "asia", "began_at": now - timedelta(minutes=at), "job": "ui"} for at in (40, 30, 25)]
    refusal = {"region": "eu", "host": "api.binance.com", "refused_at": now - timedelta(hours=2)}
    warehouse.merge(
        {
            "region_ticks": [*ticks, {"began_at": now - timedelta(minutes=6), "job": "ui"}],
            "region_refusals": [{**refusal, "not_before": now + timedelta(hours=22), "outcome": "blocked"}],
        }
    )
    with held_by_another_process(settings.database):
        divided = division_of(settings, warehouse)
    assert divided is not None
    assert divided.awake == {"eu"}
    assert divided.refused == {("eu", "api.binance.com")}


def test_a_host_that_refuses_again_while_another_region_should_ask_it_begins_no_new_day(
    machines: tuple[SharedWarehouse, SharedWarehouse],
) -> None:
    asia, _ = machines
    (endpoint,) = [one for one in discover() if one.id == "binance.tickers"]
    refused = EndpointResult(endpoint, Outcome.BLOCKED, TICK, TICK, status_code=451)
    at_work(asia, "asia").refused([refused])
    (first,) = asia.read("region_refusals")
    lasting = replace(at_work(asia, "asia").division, refused=frozenset({("asia", endpoint.host)}))
    replace(at_work(asia, "asia"), division=lasting).refused([refused])
    assert asia.read("region_refusals") == [first]


def test_a_machine_alone_divides_nothing(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert division_of(settings, warehouse_for(settings)) is None
