"""Two regions as two machines of a person's: processes, a PostgreSQL that both share, and sources that refuse one of them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from crypto_pipeline.collection.normalise.consensus import consensus
from crypto_pipeline.collection.regions.division import regions_in_order
from crypto_pipeline.orchestration.build import build_defs
from crypto_pipeline.orchestration.collection_run import OF_A_SCHEDULE
from crypto_pipeline.replay.app import running_replay
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.schema.jobs import UI_JOB, UI_SCHEDULE
from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.kit import discover
from crypto_pipeline.warehouse import Warehouse
from crypto_pipeline.warehouse.engines import warehouse_for
from crypto_pipeline_tests import templates
from crypto_pipeline_tests.command import run_here
from crypto_pipeline_tests.few import all_but
from crypto_pipeline_tests.forked import Command
from crypto_pipeline_tests.postgres import Server, new_database
from crypto_pipeline_tests.warehouse.hub.machines import different, machine

REGIONS = ("asia", "eu")
ASKED = {"binance", "bybit", "kucoin", "kraken", "okx"}
BINANCE = "api.binance.com"
HOME, OTHER = regions_in_order(BINANCE, REGIONS)
COLLECT = ("collect", "ui", "--json")
SLOW_TICKS = "0 0 1 1 *"
"""All collections of this test work for one tick."""


@dataclass
class TwoRegions:
    """What both have collected: at the same time, and once more one after the other."""

    folder: Path
    hub: str
    said: list[dict[str, dict[str, Any]]]
    """Of each round what each region said at its end."""

    def rows(self, query: str, region: str = "eu") -> list[Any]:
        shared = machine(self.folder / region, self.hub, "crypto_data")
        shared.follow()
        return shared.query(query).rows


@pytest.fixture(scope="module")
def regions(tmp_path_factory: pytest.TempPathFactory, postgres: Server) -> Iterator[TwoRegions]:
    folder = tmp_path_factory.mktemp("regions")
    with (
        new_database(postgres) as hub,
        running_replay(latency=0.0) as there,
        running_replay(latency=0.0, faults=[f"{BINANCE}=451"]) as here,
    ):
        gateways = {HOME: here.base_url, OTHER: there.base_url}
        for name in REGIONS:
            templates.dagster_home(folder / name / "dagster")
        theirs = {name: settings(name, hub, gateways[name]) for name in REGIONS}
        processes = [Command(*COLLECT, data_dir=folder / name, **theirs[name]) for name in REGIONS]
        first = {name: said_by(process.ended()) for name, process in zip(REGIONS, processes, strict=True)}
        # Within one tick no schedule collects twice: of two that do so at once the one that stores last may know less.
        second = {name: said_by(run_here(*COLLECT, data_dir=folder / name, **theirs[name])) for name in REGIONS}
        said = [first, second]
        yield TwoRegions(folder, hub, said)


def settings(region: str, hub: str, gateway: str) -> dict[str, str]:
    return {
        "region": region,
        "regions": ",".join(REGIONS),
        "database_url": hub,
        "gateway_url": gateway,
        "sources_off": all_but(ASKED),
        "symbols": "BTC,ETH",
        "ui_cron": SLOW_TICKS,
    }


def said_by(run: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert run.returncode == 0, run.stdout + run.stderr
    said: dict[str, Any] = json.loads(run.stdout)
    return said


def asked(said: dict[str, dict[str, Any]]) -> dict[str, set[str]]:
    return {region: {one["id"] for one in answer["sources"]} for region, answer in said.items()}


def test_each_source_is_asked_by_one_region_in_each_round(regions: TwoRegions) -> None:
    for round_ in map(asked, regions.said):
        assert not round_[HOME] & round_[OTHER]
        assert {one.partition(".")[0] for one in round_[HOME] | round_[OTHER]} == ASKED
    twice = regions.rows(
        "SELECT endpoint FROM connection_attempts WHERE outcome = 'ok' GROUP BY endpoint, ask, run_id HAVING count(*) > 1"
    )
    assert twice == []


def test_a_host_that_refuses_its_region_is_asked_by_the_other_one_in_the_next_round(regions: TwoRegions) -> None:
    attempts = regions.rows(
        f"SELECT region, outcome, count(DISTINCT run_id) FROM connection_attempts WHERE host = '{BINANCE}' GROUP BY ALL "
        "ORDER BY min(started_at)"
    )
    assert attempts == [(HOME, "blocked", 1), (OTHER, "ok", 1)]
    assert regions.rows("SELECT region, host, outcome FROM region_refusals") == [(HOME, BINANCE, "blocked")]
    assert regions.rows("SELECT count(DISTINCT region) FROM market_prices JOIN data_collections USING (run_id)") == [
        (2,)
    ]


def test_there_is_one_consensus_of_all_answers_as_if_one_machine_had_asked_everybody(regions: TwoRegions) -> None:
    prices = regions.rows(
        "SELECT symbol, source, price_usd, price_change_24h, quote, timestamp FROM market_prices "
        "QUALIFY row_number() OVER (PARTITION BY source, symbol ORDER BY timestamp DESC) = 1 ORDER BY source, symbol"
    )
    names = ("symbol", "source", "price_usd", "price_change_24h", "quote", "timestamp")
    made, _ = consensus([dict(zip(names, row, strict=True)) for row in prices], datetime.now().astimezone())
    expected = [(row["symbol"], row["price_usd"], row["sources"], row["outliers"], 2) for row in made]
    stored = regions.rows("SELECT symbol, price_usd, sources, outliers, regions FROM consensus_prices ORDER BY symbol")
    assert stored == expected
    assert {source for _, source, *_ in prices} >= {"binance", "kraken", "kucoin"}


def test_both_files_are_what_the_hub_is(regions: TwoRegions) -> None:
    shared = [machine(regions.folder / name, regions.hub, "crypto_data") for name in REGIONS]
    for one in shared:
        one.follow()
    assert different(regions.hub, *shared) == []


def test_each_region_says_when_it_was_at_work_and_one_of_them_writes_what_is_declared(regions: TwoRegions) -> None:
    ticks = regions.rows("SELECT region, awake, count(*) FROM region_ticks GROUP BY ALL ORDER BY region")
    assert ticks == [("asia", "asia,eu", 2), ("eu", "asia,eu", 2)]
    writers = "SELECT DISTINCT region FROM providers JOIN data_collections USING (run_id)"
    assert regions.rows(writers) == [("asia",)]


@dataclass
class Clock:
    """What the regions take for now."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Deployment:
    """A region with a file of its own, whose schedule ticks when the test says so."""

    defs: dg.Definitions
    ticking: dg.DagsterInstance
    """Where a schedule looks for runs that may be in its way: there are none."""
    runs: dg.DagsterInstance
    warehouse: Warehouse

    def tick(self, at: datetime) -> set[str]:
        """A run as the schedule starts it; the hosts that it asked."""
        schedule = self.defs.resolve_schedule_def(UI_SCHEDULE)
        (request,) = (
            schedule.evaluate_tick(
                dg.build_schedule_context(instance=self.ticking, scheduled_execution_time=at)
            ).run_requests
            or []
        )
        tags = {**request.tags, OF_A_SCHEDULE: UI_SCHEDULE}
        job = self.defs.resolve_job_def(UI_JOB)
        run = job.execute_in_process(instance=self.runs, tags=tags, raise_on_error=False)
        hosts = "SELECT DISTINCT host FROM connection_attempts WHERE run_id = $run"
        return {host for (host,) in self.warehouse.query(hosts, {"run": run.run_id}).rows}


def test_schedules_of_two_deployments_leave_a_host_to_the_other_and_take_over_who_is_silent(
    tmp_path: Path, hub: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = utc_now()
    clock = Clock(now - timedelta(hours=2, minutes=now.minute % 5, seconds=now.second - 20))
    for module in ("databank", "orchestration"):
        monkeypatch.setattr(f"crypto_pipeline.{module}.regions.utc_now", clock)
    asked = {"binance", "bybit", "kraken", "kucoin", "okx"}
    all_hosts = {one.host for one in discover() if one.provider.name in asked}
    with (
        templates.dagster_instance() as ticking,
        running_replay(latency=0.0) as there,
        running_replay(latency=0.0, faults=[f"{BINANCE}=451"]) as here,
        ExitStack() as stack,  # the last one: of two instances Dagster takes the older one for that of now, when it ends first
    ):

        def deployed(region: str, gateway: str) -> Deployment:
            of_it: dict[str, Any] = {
                "region": region,
                "regions": ",".join(REGIONS),
                "sources_off": all_but(asked),
                "symbols": "BTC",
                "gateway_url": gateway,
                "historical_cron": SLOW_TICKS,
            }
            settings = Settings(data_dir=tmp_path / region, database_url=hub, **of_it)
            runs = stack.enter_context(dg.DagsterInstance.ephemeral())
            return Deployment(build_defs(settings=settings), ticking, runs, warehouse_for(settings))

        home, other = deployed(HOME, here.base_url), deployed(OTHER, there.base_url)

        def after(minutes: int, *ticking: Deployment) -> list[set[str]]:
            clock.now += timedelta(minutes=minutes)
            return [one.tick(clock.now) for one in ticking]

        first, second = after(0, home, other)
        assert BINANCE in first
        assert not first & second
        assert first | second == all_hosts
        assert after(15, other) == [second | {BINANCE}]  # three ticks without its neighbour are not yet over
        assert after(5, other) == [all_hosts]
        assert after(5, home) == [set()]  # it comes back, and all know of it from the next tick on
        assert after(5, other) == [second | {BINANCE}]
    ticks = other.warehouse.query("SELECT region, awake FROM region_ticks ORDER BY began_at DESC LIMIT 3").rows
    assert ticks == [(OTHER, "asia,eu"), (HOME, OTHER), (OTHER, OTHER)]
