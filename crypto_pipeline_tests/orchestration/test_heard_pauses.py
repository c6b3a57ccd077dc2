"""What one process is told of a pause, another hears while it is under way."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from crypto_pipeline.collection.backfill.streaming import stream
from crypto_pipeline.collection.backfill.walk import Walk
from crypto_pipeline.collection.health import EndpointState
from crypto_pipeline.collection.http.client import Client
from crypto_pipeline.collection.log import pause_rows
from crypto_pipeline.collection.results import EndpointResult
from crypto_pipeline.orchestration.backfill_planning import paused_hosts
from crypto_pipeline.orchestration.build import build_defs
from crypto_pipeline.orchestration.heard_pauses import HeardPauses
from crypto_pipeline.orchestration.resources import Sources
from crypto_pipeline.replay.server import ServedRequest, ServedResponse, running_server
from crypto_pipeline.schema.jobs import UI_JOB
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.schema.rows import Quote
from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.kit import Budget, Context, Endpoint, Payload, Provider, RequestSpec, Rows, discover, each
from crypto_pipeline.warehouse import Warehouse
from crypto_pipeline.warehouse.engines import warehouse_for
from crypto_pipeline.warehouse.errors import DatabaseBusy
from crypto_pipeline_tests.collection.backfill.walked import HOST, NOW, Exchange, exchange, plan, series
from crypto_pipeline_tests.orchestration.bank import Bank
from crypto_pipeline_tests.orchestration.telling import another_process_is_told


@pytest.fixture(autouse=True)
def listening_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crypto_pipeline.collection.hearing.LISTENS_EVERY", 0.02)


def test_a_back_fill_heeds_a_pause_that_another_process_is_told_meanwhile(tmp_path: Path, empty_database: Path) -> None:
    server, refused_at = Exchange(), 5
    store = warehouse_for(Settings(data_dir=tmp_path))
    shutil.copy(empty_database, tmp_path)

    def answer(request: ServedRequest) -> ServedResponse:
        if len(server.asked) == refused_at:
            another_process_is_told(tmp_path, HOST)
        if len(server.asked) >= refused_at:
            time.sleep(0.05)
        return server.answer(request)

    of = series([exchange()], since="2025-01-01", until="2026-03-10", intervals="1h")
    walk = Walk(plan(of), clock=lambda: NOW)
    with running_server(answer) as url:
        batches = list(stream(walk, lambda: Client(user_agent="tests", gateway_url=url), HeardPauses(store)))
    assert refused_at < len(server.asked) < 50 < (of[0].expected(of[0].wanted) or 0) // 100
    assert "too many requests" in walk.ended[HOST]
    assert sum(len(batch.pages) for batch in batches) == len(server.asked)


COINS = 200


def slow_exchange(name: str) -> Endpoint:
    """One that is asked for many coins, ten in a tenth of a second."""
    provider = Provider(name, f"https://{name}.example", budget=Budget(10, 0.1))

    def each_coin(context: Context) -> list[RequestSpec]:
        return [RequestSpec(f"{number}", params={"coin": f"{number}"}) for number in range(COINS)]

    @provider.endpoint(Quote, "/ticker", requests=each_coin)
    def ticker(payload: Payload) -> Rows:
        return each(payload.items(), lambda pair, price: Quote(pair, last=price))

    return provider.endpoints[0]


def test_a_collection_heeds_a_pause_that_another_process_is_told_meanwhile(
    tmp_path: Path, empty_database: Path
) -> None:
    asked: dict[str, int] = {"busy": 0, "free": 0}
    refused_at = 20

    def answer(request: ServedRequest) -> ServedResponse:
        name = "busy" if "busy.example" in request.path else "free"
        asked[name] += 1
        if name == "busy" and asked[name] == refused_at:
            another_process_is_told(tmp_path, "busy.example")
        return ServedResponse(200, {"content-type": "application/json"}, b'{"BTC-USD": "90500"}')

    with running_server(answer) as gateway, dg.DagsterInstance.ephemeral() as instance:
        settings = Settings(data_dir=tmp_path, gateway_url=gateway)
        shutil.copy(empty_database, tmp_path)
        sources = Sources(settings, [slow_exchange("busy"), slow_exchange("free")])
        data = Bank(settings, build_defs(settings=settings, resources={"sources": sources}), instance)
        assert data.run(UI_JOB).success
        errors = dict(data.sql("SELECT endpoint, error FROM data_collections"))
        assert data.sql("SELECT DISTINCT source FROM market_prices ORDER BY ALL") == [("busy",), ("free",)]
    assert refused_at <= asked["busy"] < COINS == asked["free"]
    assert "wants a pause" in errors["busy.ticker"]
    assert errors["free.ticker"] is None


def test_a_back_fill_is_told_of_a_pause_before_the_collection_that_heard_it_is_over(
    tmp_path: Path, empty_database: Path
) -> None:
    store = warehouse_for(Settings(data_dir=tmp_path))
    shutil.copy(empty_database, tmp_path)
    hear = HeardPauses(store, lambda file: paused_hosts(file, [exchange()]))
    assert hear() == {}
    (endpoint,) = [one for one in discover() if one.id == "binance.candles"]
    until = NOW + timedelta(days=4000)
    asked = EndpointResult(endpoint, Outcome.RATE_LIMITED, NOW, NOW, remembered=EndpointState(host_not_before=until))
    store.merge({"host_pauses": pause_rows([asked, replace(asked, remembered=None)])})
    assert hear() == {endpoint.host: until}


def test_nobody_reads_again_what_nobody_has_written_to(tmp_path: Path, empty_database: Path) -> None:
    store = warehouse_for(Settings(data_dir=tmp_path))
    read: list[Warehouse] = []

    def reading(file: Warehouse) -> dict[str, datetime]:
        read.append(file)
        return {}

    hear = HeardPauses(store, reading)
    hear()
    assert read == []
    shutil.copy(empty_database, tmp_path)
    for _ in range(3):
        hear()
    assert len(read) == 1


@pytest.mark.parametrize(
    "problem", [OSError(5, "Input/output error"), OSError(116, "Stale file handle"), DatabaseBusy("held")]
)
def test_a_disk_that_went_away_ends_no_collection(tmp_path: Path, empty_database: Path, problem: Exception) -> None:
    store = warehouse_for(Settings(data_dir=tmp_path))
    shutil.copy(empty_database, tmp_path)

    def reading(file: Warehouse) -> dict[str, datetime]:
        raise problem

    assert HeardPauses(store, reading)() == {}
    path = tmp_path / "crypto_data.duckdb"
    path.unlink()
    path.symlink_to(path.name)
    assert HeardPauses(store)() == {}
