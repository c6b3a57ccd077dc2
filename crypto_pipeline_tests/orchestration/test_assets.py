"""Runs of the jobs: a real instance, a real server, a real database."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from crypto_pipeline.collection.results import EndpointResult, TableBatch
from crypto_pipeline.monitoring import heartbeat
from crypto_pipeline.orchestration.build import build_defs
from crypto_pipeline.orchestration.collection_report import metadata_of
from crypto_pipeline.orchestration.resources import Reporter, Sources
from crypto_pipeline.replay.faults import FaultPlan, faulty
from crypto_pipeline.replay.server import running_server
from crypto_pipeline.schema.jobs import HISTORICAL_JOB, UI_JOB
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.kit import Endpoint, PoolMember
from crypto_pipeline_tests import templates
from crypto_pipeline_tests.collection.collected import exchange, index, usual_answers
from crypto_pipeline_tests.holding import held_by_another_process

LOG_TABLES = ("connection_attempts", "data_collections", "failure_logs", "rejected_rows", "providers", "source_health")


@dataclass
class Bank:
    """A data bank with sources of the test's own."""

    settings: Settings
    defs: dg.Definitions
    instance: dg.DagsterInstance

    def run(self, job: str, **options: Any) -> dg.ExecuteInProcessResult:
        return self.defs.resolve_job_def(job).execute_in_process(
            instance=self.instance, raise_on_error=False, **options
        )

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.settings.database), read_only=True) as connection:
            return connection.execute(query).fetchall()


@contextmanager
def bank(
    folder: Path, endpoints: list[Endpoint], *faults: str, symbols: str = "", is_new: bool = False
) -> Iterator[Bank]:
    """With a database in which nothing is yet; of a new bank not even that is there."""
    if not is_new:
        shutil.copy(templates.empty_database(), Settings(data_dir=folder).database)
    with running_server(faulty(usual_answers, FaultPlan(faults))) as gateway:
        settings = Settings(data_dir=folder, gateway_url=gateway, lock_seconds=0.2, symbols=symbols)
        defs = build_defs(settings=settings, resources={"sources": Sources(settings, endpoints)})
        with dg.DagsterInstance.ephemeral() as instance:
            yield Bank(settings, defs, instance)


def materialised(result: dg.ExecuteInProcessResult) -> dict[str, dict[str, Any]]:
    """The metadata of each materialisation, by table."""
    return {
        event.asset_key.to_user_string(): {
            name: value.value for name, value in event.step_materialization_data.materialization.metadata.items()
        }
        for event in result.get_asset_materialization_events()
        if event.asset_key
    }


def test_a_run_stores_its_tables_and_says_what_it_stored(tmp_path: Path) -> None:
    with bank(tmp_path, [exchange("one"), exchange("two"), index("sentiment")]) as data:
        result = data.run(UI_JOB)
        assert result.success
        prices = materialised(result)["market_prices"]
        assert (prices["inserted"], prices["updated"], prices["unchanged"]) == (4, 0, 0)
        assert (prices["sources_asked"], prices["sources_ok"], prices["sources_failed"]) == (2, 2, 0)
        assert data.sql("SELECT source, symbol, price_usd FROM market_prices ORDER BY ALL") == [
            ("one", "BTC", 90500.0),
            ("one", "ETH", 3050.0),
            ("two", "BTC", 90500.0),
            ("two", "ETH", 3050.0),
        ]
        assert data.sql("SELECT symbol, sources FROM consensus_prices ORDER BY ALL") == [("BTC", 2), ("ETH", 2)]
        assert data.sql("SELECT DISTINCT run_id FROM market_prices") == [(result.run_id,)]


def test_all_tables_exist_after_the_first_run(tmp_path: Path) -> None:
    with bank(tmp_path, [exchange("one")], is_new=True) as data:
        data.run(UI_JOB)
        names = data.sql("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'")
        assert {name for (name,) in names} == set(TABLES)


def test_every_count_that_is_shown_is_the_count_in_sql(tmp_path: Path) -> None:
    with bank(tmp_path, [exchange("one"), exchange("ill"), index("sentiment")], "ill.example=bad_row") as data:
        shown = materialised(data.run(HISTORICAL_JOB))
        for table in ("market_prices", "cached_market_data", "sentiment_metrics", *LOG_TABLES):
            ((stored,),) = data.sql(f"SELECT count(*) FROM {table}")
            assert shown.get(table, {}).get("inserted", 0) == stored, table
        ((rejected,),) = data.sql("SELECT sum(rejected) FROM data_collections")
        assert data.sql("SELECT count(*) FROM rejected_rows") == [(rejected,)]
        ((requests,),) = data.sql("SELECT sum(requests) FROM data_collections")
        assert data.sql("SELECT count(*) FROM connection_attempts") == [(requests,)]


def test_a_table_of_which_every_source_failed_is_not_materialised_and_fails_the_run(tmp_path: Path) -> None:
    with bank(tmp_path, [exchange("ill"), index("sentiment")], "ill.example=503") as data:
        result = data.run(UI_JOB)
        assert not result.success
        (failure,) = [event for event in result.all_events if event.is_step_failure]
        message = failure.step_failure_data.user_failure_data
        assert message
        assert "market_prices (ill.ticker: server_error)" in (message.description or "")
        assert set(materialised(result)) >= {"sentiment_metrics"}
        assert "market_prices" not in materialised(result)
        assert data.sql("SELECT count(*) FROM sentiment_metrics") == [(1,)]
        assert data.sql("SELECT outcome FROM data_collections ORDER BY endpoint") == [("server_error",), ("ok",)]


def test_a_table_that_got_some_is_materialised_with_a_table_of_the_failed_ones(tmp_path: Path) -> None:
    with bank(tmp_path, [exchange("well"), exchange("ill")], "ill.example=451") as data:
        result = data.run(UI_JOB)
        assert result.success
        prices = materialised(result)["market_prices"]
        assert prices["sources_failed"] == 1
        assert "| ill.ticker | blocked | 451 |" in prices["failures"]


def test_one_table_can_be_collected_alone(tmp_path: Path) -> None:
    with bank(tmp_path, [exchange("one"), index("sentiment")]) as data:
        result = data.run(HISTORICAL_JOB, asset_selection=[dg.AssetKey("sentiment_metrics")])
        assert result.success
        assert data.sql("SELECT endpoint FROM data_collections") == [("sentiment.index",)]


def test_what_a_run_leaves_behind_decides_about_the_next(tmp_path: Path) -> None:
    members = [exchange(name, pool=PoolMember("gas_somewhere", number)) for number, name in enumerate("abc")]
    ill = exchange("ill")
    with bank(tmp_path, [*members, ill, index("sentiment")], "ill.example=429:3600") as data:
        for _ in range(2):
            data.run(UI_JOB)
        asked = "SELECT endpoint FROM connection_attempts JOIN data_collections USING (run_id, endpoint) ORDER BY ALL"
        assert data.sql(asked) == [
            ("a.ticker",),
            ("b.ticker",),
            ("ill.ticker",),
            ("sentiment.index",),
            ("sentiment.index",),
        ]
        assert data.sql("SELECT from_endpoint, to_endpoint FROM rotation_history") == [("a.ticker", "b.ticker")]
        assert data.sql("SELECT endpoint, next_endpoint FROM rotation_state") == [("b.ticker", "c.ticker")]
        assert data.sql("SELECT name, strategy, members FROM source_pools") == [("gas_somewhere", "round_robin", 3)]
        health = "SELECT outcome, breaker_state, host_not_before = not_before FROM source_health"
        assert data.sql(f"{health} WHERE endpoint = 'ill.ticker'") == [("rate_limited", "closed", True)]
        fields = data.sql(
            "SELECT json_extract_string(fields, '$.fields') FROM source_health WHERE endpoint = 'a.ticker'"
        )
        assert fields == [('["*"]',)]


def test_rows_wait_in_the_spool_while_somebody_else_holds_the_database(tmp_path: Path) -> None:
    with bank(tmp_path, [exchange("one")]) as data:
        assert data.run(UI_JOB).success
        with held_by_another_process(data.settings.database):
            result = data.run(UI_JOB)
            assert result.success
            assert materialised(result)["market_prices"]["spooled"] == 2
        third = data.run(UI_JOB)
        assert third.success
        runs = data.sql("SELECT count(DISTINCT run_id) FROM data_collections")
        assert runs == [(3,)]


def test_the_collection_log_is_kept_when_storing_a_table_breaks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with bank(tmp_path, [exchange("one")]) as data:
        from crypto_pipeline.orchestration.io_managers import WarehouseIOManager

        def breaks(self: WarehouseIOManager, context: dg.OutputContext, rows: Any) -> None:
            raise OSError("no space left on device")

        monkeypatch.setattr(WarehouseIOManager, "handle_output", breaks)
        assert not data.run(UI_JOB).success
        assert data.sql("SELECT outcome FROM data_collections") == [("ok",)]


def test_a_collection_that_stored_something_asks_the_heartbeat_address_and_one_that_did_not_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(heartbeat, "beat", asked.append)
    monkeypatch.setenv("CRYPTO_PIPELINE_HEARTBEAT_URL", "https://uptime.example/ping")
    with bank(tmp_path, [exchange("ill")], "ill.example=503") as data:
        data.run(UI_JOB)
        assert asked == []
    with bank(tmp_path, [exchange("one"), exchange("ill")], "ill.example=503") as data:
        data.run(UI_JOB)
    assert asked == ["https://uptime.example/ping"]


def test_a_collection_that_is_stopped_stores_what_had_come_as_its_log_says(tmp_path: Path) -> None:
    """One source never answers; somebody presses Ctrl-C as soon as the other has."""

    class Impatient(Reporter):
        def answered(self, result: EndpointResult) -> None:
            if (
                result.endpoint.provider.name == "one"
            ):  # told in the thread of the collection; the signal reaches the main one
                os.kill(os.getpid(), signal.SIGINT)

    with running_server(faulty(usual_answers, FaultPlan(["ill.example=hang"]))) as gateway:
        settings = Settings(data_dir=tmp_path, gateway_url=gateway, request_seconds=300, ui_seconds=3600)
        resources = {"sources": Sources(settings, [exchange("one"), exchange("ill")]), "reporter": Impatient()}
        defs = build_defs(settings=settings, resources=resources)
        with dg.instance_for_test() as instance:
            job = defs.resolve_job_def(UI_JOB)
            with suppress(KeyboardInterrupt, dg.DagsterExecutionInterruptedError):
                job.execute_in_process(instance=instance, raise_on_error=False)
            data = Bank(settings, defs, instance)
            assert data.sql("SELECT endpoint, outcome, rows FROM data_collections ORDER BY ALL") == [
                ("ill.ticker", "out_of_time", 0),
                ("one.ticker", "ok", 4),
            ]
            assert data.sql("SELECT source, symbol FROM market_prices ORDER BY ALL") == [("one", "BTC"), ("one", "ETH")]
            (run,) = instance.get_runs()
            assert run.is_finished


@pytest.mark.parametrize(("lag_seconds", "is_told"), [(0.9, False), (1.0, True)])
def test_a_table_is_shown_with_the_sources_that_were_asked_and_what_became_of_them(
    lag_seconds: float, is_told: bool
) -> None:
    now = datetime.now(timezone.utc)
    outcomes = [Outcome.OK, Outcome.NOT_MODIFIED, Outcome.TIMEOUT, Outcome.STANDBY]
    results = [EndpointResult(exchange(f"n{n}"), outcome, now, now) for n, outcome in enumerate(outcomes)]
    shown = metadata_of(TableBatch("market_prices", [{}, {}], results), lag_seconds)
    assert {name: shown[name] for name in ("rows_given", "sources_asked", "sources_ok", "sources_failed")} == {
        "rows_given": 2,
        "sources_asked": 3,
        "sources_ok": 2,
        "sources_failed": 1,
    }
    assert ("machine_lag_seconds" in shown) is is_told
