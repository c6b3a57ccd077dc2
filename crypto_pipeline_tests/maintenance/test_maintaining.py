"""The maintenance as Dagster runs it and as a person calls it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from crypto_pipeline.orchestration import ops
from crypto_pipeline.orchestration.build import build_defs
from crypto_pipeline.orchestration.instance import open_instance
from crypto_pipeline.orchestration.runs import only_run_of
from crypto_pipeline.schema.jobs import MAINTENANCE_JOB
from crypto_pipeline.settings import Settings, SettingsError, load_settings
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.command import run_here
from crypto_pipeline_tests.holding import held_by_another_process

NOW = datetime.now(timezone.utc)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, keep_days="failure_logs=3", archive_months=2)


@pytest.fixture
def bank(settings: Settings) -> DuckDBWarehouse:
    """Ten failures, one a day, and two fees, one of them a year old."""
    warehouse = DuckDBWarehouse(settings.database)
    failures = [
        {"run_id": f"{day}", "endpoint": "kraken.ticker", "ask": "", "collected_at": NOW - timedelta(days=day)}
        for day in range(10)
    ]
    fees = [
        {"source": "owlracle", "blockchain": "ethereum", "timestamp": at, "gas_price_gwei": 1.0, "collected_at": at}
        for at in (NOW, NOW - timedelta(days=365))
    ]
    warehouse.prepare()
    warehouse.merge({"failure_logs": failures, "gas_prices": fees})
    return warehouse


def run_job(settings: Settings) -> dg.ExecuteInProcessResult:
    job = build_defs(settings=settings).resolve_job_def(MAINTENANCE_JOB)
    with open_instance(settings) as instance:
        return job.execute_in_process(instance=instance, raise_on_error=False)


def metadata(result: dg.ExecuteInProcessResult) -> dict[str, Any]:
    (event,) = [one for one in result.all_events if one.is_successful_output]
    return {name: value.value for name, value in event.step_output_data.metadata.items()}


def failure(result: dg.ExecuteInProcessResult) -> str:
    (event,) = [one for one in result.all_events if one.is_step_failure]
    assert event.step_failure_data.user_failure_data
    return event.step_failure_data.user_failure_data.description or ""


def test_the_job_does_it_and_shows_the_sizes(settings: Settings, bank: DuckDBWarehouse) -> None:
    result = run_job(settings)
    assert result.success
    report = metadata(result)
    assert (report["rows_removed"], report["rows_archived"]) == (7, 1)
    assert report["database_bytes"] == settings.database.stat().st_size
    assert report["archive_bytes"] == sum(file.stat().st_size for file in (settings.archive / "gas_prices").iterdir())
    assert report["dagster_bytes"] > 0
    assert len(bank.read("failure_logs")) == 3
    assert bank.query("SELECT count(*) FROM gas_prices_all").rows == [(2,)]
    assert bank.query("SELECT count(*) FROM market_prices_all").rows == [(0,)]


def test_the_job_fails_with_one_sentence_while_somebody_else_holds_the_database_or_maintains_it(
    settings: Settings, bank: DuckDBWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ops, "LOCK_SECONDS", 0.05)
    hasty = settings.model_copy(update={"lock_seconds": 0.05})
    with held_by_another_process(settings.database):
        assert "is open in another program" in failure(run_job(hasty))
    with only_run_of(MAINTENANCE_JOB, settings.locks, patience=0):
        assert "another run of maintenance is under way" in failure(run_job(hasty))
    assert len(bank.read("failure_logs")) == 10


def test_the_command_says_what_was_removed_and_how_large_things_are(settings: Settings, bank: DuckDBWarehouse) -> None:
    wishes: dict[str, Any] = {"data_dir": settings.data_dir, "keep_days": "failure_logs=3", "archive_months": "2"}
    foreseen = run_here("maintain", "--dry-run", "--json", **wishes)
    assert foreseen.returncode == 0, foreseen.stderr
    assert len(bank.read("failure_logs")) == 10
    done = run_here("maintain", "--json", **wishes)
    assert done.returncode == 0, done.stderr
    for report in (json.loads(foreseen.stdout), json.loads(done.stdout)):
        tables = {table["table"]: table for table in report["database"]["tables"]}
        assert tables["failure_logs"] == {"table": "failure_logs", "keep_days": 3, "removed": 7, "archived": 0}
        assert tables["gas_prices"] == {"table": "gas_prices", "keep_days": None, "removed": 0, "archived": 1}
        assert (report["rows_removed"], report["rows_archived"]) == (7, 1)
    shown = run_here("maintain", **wishes)
    assert shown.returncode == 0, shown.stderr
    assert "Compaction: not worth it: " in shown.stdout
    assert "Dagster's history" in shown.stdout


@pytest.mark.parametrize("name", ["connection_attempts=7,market_prices=365", "failure_logs=forever"])
def test_how_long_a_table_is_kept_is_a_setting(name: str) -> None:
    kept = Settings(keep_days=name).kept_days
    assert kept["quarantined_payloads"] == 7
    if "forever" in name:
        assert "failure_logs" not in kept
        assert "market_prices" not in kept
    else:
        assert (kept["connection_attempts"], kept["market_prices"], kept["failure_logs"]) == (7, 365, 30)


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        ("prices=30", "'prices' is no table that grows"),
        ("source_health=30", "'source_health' is no table that grows"),
        ("market_prices", "'market_prices' should look like market_prices=30 or market_prices=forever"),
        ("market_prices=0", "'market_prices=0' should look like"),
    ],
)
def test_a_wish_that_makes_no_sense_is_named(wish: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        load_settings(keep_days=wish)


def test_the_command_gives_up_with_one_sentence_while_the_database_is_in_use(
    settings: Settings, bank: DuckDBWarehouse
) -> None:
    with held_by_another_process(settings.database):
        run = run_here("maintain", data_dir=settings.data_dir, lock_seconds="0.05")
    assert run.returncode == 2
    assert "is open in another program (python" in run.stderr
    assert len(run.stderr.splitlines()) == 1
    nothing = run_here("maintain", data_dir=settings.data_dir / "nowhere")
    assert (nothing.returncode, "There is no database at" in nothing.stderr) == (2, True)
