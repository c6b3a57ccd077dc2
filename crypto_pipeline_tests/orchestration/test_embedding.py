"""For people with a Dagster of their own: launches that are configured, assets of their own, our definitions among theirs."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pandas
import pytest

from crypto_pipeline.orchestration.asset_keys import ANSWERS
from crypto_pipeline.orchestration.build import build_defs
from crypto_pipeline.orchestration.dagster_history import DagsterHistory
from crypto_pipeline.orchestration.io_managers import WarehouseIOManager
from crypto_pipeline.orchestration.resources import WarehouseResource
from crypto_pipeline.replay.app import running_replay
from crypto_pipeline.schema.jobs import UI_JOB
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.kit import discover
from crypto_pipeline.warehouse.engines import warehouse_for
from crypto_pipeline_tests import templates
from crypto_pipeline_tests.project import PROJECT

ASKED = {"kraken", "coinbase", "alternative_me"}
OTHERS = ",".join(sorted({endpoint.provider.name for endpoint in discover()} - ASKED))


AT = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


def sql(file: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(file), read_only=True) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def gateway() -> Iterator[str]:
    with running_replay(latency=0.0) as replay:
        yield replay.base_url


@contextmanager
def launched(
    folder: Path, gateway: str, resources: dict[str, Any]
) -> Iterator[tuple[Settings, dg.ExecuteInProcessResult]]:
    """A run of the 5-minute job with this configuration of resources, as the Launchpad takes it."""
    with dg.DagsterInstance.ephemeral() as instance:
        settings = Settings(data_dir=folder, gateway_url=gateway, sources_off=OTHERS)
        job = build_defs(settings=settings).resolve_job_def(UI_JOB)
        config = {"resources": resources}
        yield settings, job.execute_in_process(run_config=config, instance=instance, raise_on_error=False)


@pytest.fixture(scope="module")
def narrowed(
    tmp_path_factory: pytest.TempPathFactory, gateway: str
) -> Iterator[tuple[Settings, Path, dg.ExecuteInProcessResult]]:
    """A launch of one source, one coin and two tables, into a database of its own choice."""
    folder = tmp_path_factory.mktemp("narrowed")
    other = folder / "other.duckdb"
    shutil.copy(templates.empty_database(), other)
    narrow = {"symbols": "BTC", "sources": "kraken", "tables": "market_prices, cached_market_data"}
    config = {"warehouse": {"config": {"database": str(other)}}, "sources": {"config": narrow}}
    with launched(folder / "data", gateway, config) as (settings, result):
        assert result.success
        yield settings, other, result


def test_a_database_that_is_set_at_launch_gets_rows_and_logs_alike(
    narrowed: tuple[Settings, Path, dg.ExecuteInProcessResult],
) -> None:
    settings, other, result = narrowed
    assert not settings.database.exists()
    assert sql(other, "SELECT count(*) > 0 FROM market_prices") == [(True,)]
    assert sql(other, "SELECT DISTINCT run_id FROM data_collections") == [(result.run_id,)]


def test_a_launch_can_be_narrowed_to_coins_sources_and_tables(
    narrowed: tuple[Settings, Path, dg.ExecuteInProcessResult],
) -> None:
    _, other, _ = narrowed
    assert sql(other, "SELECT DISTINCT source, symbol FROM market_prices") == [("kraken", "BTC")]
    assert sql(other, "SELECT DISTINCT provider FROM data_collections") == [("kraken",)]
    assert sql(other, "SELECT count(*) FROM sentiment_metrics") == [(0,)]


def test_the_size_of_the_table_is_told_with_each_materialisation(
    narrowed: tuple[Settings, Path, dg.ExecuteInProcessResult],
) -> None:
    _, other, result = narrowed
    (event,) = [e for e in result.get_asset_materialization_events() if e.asset_key == dg.AssetKey("market_prices")]
    count = event.step_materialization_data.materialization.metadata["dagster/row_count"].value
    assert sql(other, "SELECT count(*) FROM market_prices") == [(count,)]


@pytest.mark.parametrize(
    ("narrow", "said"),
    [
        ({"sources": "krakn"}, "sources: There is no source krakn"),
        ({"tables": "prices"}, "is no table that is collected"),
    ],
)
def test_a_name_that_nobody_knows_ends_the_launch_with_a_sentence(
    tmp_path: Path, gateway: str, narrow: dict[str, str], said: str
) -> None:
    shutil.copy(templates.empty_database(), tmp_path)
    with launched(tmp_path, gateway, {"sources": {"config": narrow}}) as (_, result):
        assert not result.success
        (failure,) = [event for event in result.all_events if event.is_step_failure]
        assert said in str(failure.step_failure_data.error)


@dg.asset(
    ins={"market_prices": dg.AssetIn(metadata={"where": "symbol = 'BTC'"}, input_manager_key="warehouse_io")},
    io_manager_key="warehouse_io",
)
def spread(market_prices: Any) -> Any:
    """The documented example: what bitcoin's sources are apart."""
    low, high = market_prices["price_usd"].min(), market_prices["price_usd"].max()
    return pandas.DataFrame([{"symbol": "BTC", "low": low, "high": high}])


@dg.asset(key=["research", "seen"], metadata={"key": "symbol"}, io_manager_key="warehouse_io")
def seen(spread: Any) -> list[dict[str, Any]]:
    """Merged by its key: rows of other coins stay."""
    return [{"symbol": "BTC", "times": len(spread)}]


def test_assets_of_ones_own_read_our_tables_and_write_and_read_their_own(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    shutil.copy(templates.empty_database(), settings.database)
    prices = {"symbol": "BTC", "timestamp": AT, "fetched_at": AT, "collected_at": AT, "run_id": "r"}
    warehouse_for(settings).merge(
        {
            "market_prices": [
                {**prices, "source": name, "price_usd": usd} for name, usd in (("one", 90.0), ("two", 91.0))
            ]
        }
    )
    warehouse = WarehouseResource(database=str(settings.database))
    resources = {"warehouse_io": WarehouseIOManager(warehouse=warehouse)}
    for _ in range(2):
        assert dg.materialize([dg.AssetSpec("market_prices"), spread, seen], resources=resources).success
    (low, high), *rest = sql(settings.database, "SELECT low, high FROM own.spread")
    assert (low, high) == (90.0, 91.0)
    assert rest == []
    assert sql(settings.database, "SELECT symbol, times FROM research.seen") == [("BTC", 1)]
    with duckdb.connect(str(settings.database)) as connection:
        connection.execute("INSERT INTO research.seen VALUES ('ETH', 7)")
    assert dg.materialize([dg.AssetSpec("market_prices"), spread, seen], resources=resources, selection=[seen]).success
    assert sql(settings.database, "SELECT symbol, times FROM research.seen ORDER BY ALL") == [("BTC", 1), ("ETH", 7)]


@pytest.mark.parametrize("page", ["docs/operations.md", "docs/fa/operations.md"])
def test_the_example_of_the_document_is_the_one_that_is_tried_here(page: str) -> None:
    module = Path(__file__).read_text("utf-8")
    (example,) = (one for one in ast.parse(module).body if isinstance(one, ast.FunctionDef) and one.name == "spread")
    source = ast.get_source_segment(module, example) or ""
    body = source[source.index("    low, high") :].strip()
    assert body in (PROJECT / page).read_text("utf-8")


def test_our_definitions_stand_among_those_of_another_deployment_with_their_schedules_off(tmp_path: Path) -> None:
    ours = build_defs(settings=Settings(data_dir=tmp_path), schedules_on=False)
    merged = dg.Definitions.merge(ours, dg.Definitions(assets=[spread, seen]))
    repository = merged.get_repository_def()
    assert {one.default_status for one in repository.schedule_defs} == {dg.DefaultScheduleStatus.STOPPED}
    assert {one.default_status for one in repository.sensor_defs} == {dg.DefaultSensorStatus.STOPPED}
    assert dg.AssetKey("spread") in repository.asset_graph.get_all_asset_keys()


@dg.asset(ins={"prices": dg.AssetIn(key=["crypto", "bank", "market_prices"], input_manager_key="warehouse_io")})
def counted(prices: Any) -> int:
    """An asset of somebody else's over one of our tables."""
    return len(prices)


def test_two_deployments_in_one_dagster_keep_their_tables_apart_by_a_prefix(tmp_path: Path, gateway: str) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        settings = Settings(data_dir=tmp_path, gateway_url=gateway, sources_off=OTHERS)
        shutil.copy(templates.empty_database(), settings.database)
        ours = build_defs(settings=settings, key_prefix=["crypto", "bank"])
        keys = ours.get_repository_def().asset_graph.get_all_asset_keys()
        assert {tuple(key.path[:2]) for key in keys} == {("crypto", "bank")}
        assert {key.path[2] for key in keys} == {*TABLES, ANSWERS}
        result = ours.resolve_job_def(UI_JOB).execute_in_process(instance=instance)
        assert result.success
        stored = {event.asset_key for event in result.get_asset_materialization_events()}
        assert dg.AssetKey(["crypto", "bank", "market_prices"]) in stored
        assert dg.AssetKey(["crypto", "bank", "data_collections"]) in stored
        checked = {one.asset_key for one in result.get_asset_check_evaluations()}
        assert dg.AssetKey(["crypto", "bank", "market_prices"]) in checked
        watched = DagsterHistory(instance, settings.model_copy(update={"key_prefix": "crypto/bank"}))
        assert "market_prices" in {one.name for one in watched.stored_tables()}
        assert DagsterHistory(instance, settings).stored_tables() == ()
        merged = dg.Definitions.merge(ours, dg.Definitions(assets=[counted]))
        own = merged.resolve_implicit_global_asset_job_def().execute_in_process(
            instance=instance, asset_selection=[dg.AssetKey("counted")]
        )
    assert sql(settings.database, "SELECT count(*) FROM market_prices") == [(own.output_for_node("counted"),)]


@pytest.mark.parametrize("prefix", ["crypto//bank", "crypto bank", "/", ["a", ""]])
def test_a_prefix_that_is_no_name_is_refused(tmp_path: Path, prefix: str | list[str]) -> None:
    with pytest.raises(ValueError, match="names of letters, digits and underscores"):
        build_defs(settings=Settings(data_dir=tmp_path), key_prefix=prefix)
