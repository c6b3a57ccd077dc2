"""Runs of the jobs: a real instance, a real server, a real database."""

from __future__ import annotations

import os
import shutil
import signal
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from crypto_pipeline.collection.results import EndpointResult, TableBatch
from crypto_pipeline.monitoring import heartbeat
from crypto_pipeline.orchestration.build import build_defs
from crypto_pipeline.orchestration.collection_report import metadata_of
from crypto_pipeline.orchestration.resources import Reporter, Sources
from crypto_pipeline.replay.faults import FaultPlan, faulty
from crypto_pipeline.replay.server import running_server
from crypto_pipeline.schema.jobs import UI_JOB
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.kit import PoolMember
from crypto_pipeline_tests import templates
from crypto_pipeline_tests.collection.collected import exchange, index, usual_answers
from crypto_pipeline_tests.orchestration.bank import Bank, bank, materialised
from crypto_pipeline_tests.orchestration.conftest import Run

LOG_TABLES = ("connection_attempts", "data_collections", "failure_logs", "rejected_rows", "providers", "source_health")


def test_a_run_stores_its_tables_and_says_what_it_stored(first_run: Run) -> None:
    data, result = first_run.bank, first_run.result
    assert result.success
    prices = materialised(result)["market_prices"]
    assert (prices["inserted"], prices["updated"], prices["unchanged"]) == (5, 0, 0)
    assert (prices["sources_asked"], prices["sources_ok"], prices["sources_failed"]) == (4, 3, 1)
    assert data.sql(
        "SELECT source, symbol, price_usd FROM market_prices WHERE source IN ('one', 'two') ORDER BY ALL"
    ) == [
        ("one", "BTC", 90500.0),
        ("one", "ETH", 3050.0),
        ("two", "BTC", 90500.0),
        ("two", "ETH", 3050.0),
    ]
    assert data.sql("SELECT symbol, sources FROM consensus_prices ORDER BY ALL") == [("BTC", 3), ("ETH", 2)]
    assert data.sql("SELECT DISTINCT run_id FROM market_prices") == [(result.run_id,)]


def test_all_tables_exist_after_the_first_run(first_run: Run) -> None:
    names = first_run.bank.sql("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'")
    assert {name for (name,) in names} == set(TABLES)


def test_every_count_that_is_shown_is_the_count_in_sql(first_run: Run) -> None:
    data, shown = first_run.bank, materialised(first_run.result)
    for table in ("market_prices", "cached_market_data", "sentiment_metrics", *LOG_TABLES):
        ((stored,),) = data.sql(f"SELECT count(*) FROM {table}")
        assert shown.get(table, {}).get("inserted", 0) == stored, table
    ((rejected,),) = data.sql("SELECT sum(rejected) FROM data_collections")
    assert data.sql("SELECT count(*) FROM rejected_rows") == [(rejected,)]
    assert rejected > 0
    ((requests,),) = data.sql("SELECT sum(requests) FROM data_collections")
    assert data.sql("SELECT count(*) FROM connection_attempts") == [(requests,)]


def test_a_table_of_which_every_source_failed_is_not_materialised_and_fails_the_run(failed_run: Run) -> None:
    data, result = failed_run.bank, failed_run.result
    assert not result.success
    (failure,) = [event for event in result.all_events if event.is_step_failure]
    message = failure.step_failure_data.user_failure_data
    assert message
    assert "market_prices (ill.ticker: server_error)" in (message.description or "")
    assert set(materialised(result)) >= {"sentiment_metrics"}
    assert "market_prices" not in materialised(result)
    assert data.sql("SELECT count(*) FROM sentiment_metrics") == [(1,)]
    assert data.sql("SELECT outcome FROM data_collections ORDER BY endpoint") == [("server_error",), ("ok",)]


def test_a_table_that_got_some_is_materialised_with_a_table_of_the_failed_ones(first_run: Run) -> None:
    prices = materialised(first_run.result)["market_prices"]
    assert prices["sources_failed"] == 1
    assert "| ill.ticker | blocked | 451 |" in prices["failures"]


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


def test_rows_wait_in_the_spool_while_somebody_else_holds_the_database(run_beside_a_holder: Run) -> None:
    data, result = run_beside_a_holder.bank, run_beside_a_holder.result
    assert result.success
    assert materialised(result)["market_prices"]["spooled"] == 2
    assert data.sql("SELECT DISTINCT run_id FROM data_collections") == [(result.run_id,)]
    assert data.sql("SELECT count(*) FROM market_prices") == [(2,)]


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
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first_run: Run
) -> None:
    assert first_run.heartbeats == ("https://uptime.example/ping",)
    asked: list[str] = []
    monkeypatch.setattr(heartbeat, "beat", asked.append)
    monkeypatch.setenv("CRYPTO_PIPELINE_HEARTBEAT_URL", "https://uptime.example/ping")
    with bank(tmp_path, [exchange("ill")], "ill.example=503") as data:
        data.run(UI_JOB)
    assert asked == []


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
        shutil.copy(templates.empty_database(), settings.database)
        resources = {"sources": Sources(settings, [exchange("one"), exchange("ill")]), "reporter": Impatient()}
        defs = build_defs(settings=settings, resources=resources)
        with templates.dagster_instance() as instance:
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


@pytest.mark.parametrize(
    ("failed", "last"), [(50, "| n49.ticker | timeout |  |  |"), (51, "| and 1 more | | | see failure_logs |")]
)
def test_of_the_failed_sources_fifty_are_named_and_the_others_are_counted(failed: int, last: str) -> None:
    now = datetime.now(timezone.utc)
    results = [EndpointResult(exchange(f"n{number}"), Outcome.TIMEOUT, now, now) for number in range(failed)]
    shown = metadata_of(TableBatch("market_prices", [], results), 0)["failures"].value
    assert shown.splitlines()[-1] == last
    assert shown.count("timeout") == 50
