"""The maintenance as Dagster runs it and as a person calls it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from crypto_pipeline.maintenance.maintaining import Maintenance, Pruned, in_words, maintain
from crypto_pipeline.orchestration import ops
from crypto_pipeline.orchestration.build import build_defs
from crypto_pipeline.orchestration.instance import open_instance
from crypto_pipeline.orchestration.runs import only_run_of
from crypto_pipeline.schema.jobs import MAINTENANCE_JOB
from crypto_pipeline.settings import Settings, SettingsError, load_settings
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline.warehouse.maintenance import Kept, Maintained, Sizes
from crypto_pipeline_tests import templates
from crypto_pipeline_tests.command import run_here
from crypto_pipeline_tests.holding import held_by_another_process

NOW = datetime.now(timezone.utc)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    chosen = Settings(data_dir=tmp_path, keep_days="failure_logs=3", archive_months=2)
    templates.dagster_home(chosen.dagster_home)
    shutil.copy(templates.empty_database(), chosen.database)
    return chosen


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


def a_maintenance(**more: Any) -> Maintenance:
    """One of which every number is another."""
    tables = (Kept("failure_logs", 3, removed=7), Kept("gas_prices", None, archived=2), Kept("alerts", 9))
    database = Maintained(tables, Sizes(5_000_000, 100_000), Sizes(3_000_000, 200_000), "done", **more)
    return Maintenance(database, Pruned(4, 2_500_000_000, 900_000), 1_500_000)


def test_what_was_done_is_told_in_lines_and_in_numbers() -> None:
    done = a_maintenance()
    assert done.lines() == [
        "failure_logs: 7 rows removed, 0 moved to the archive",
        "gas_prices: 0 rows removed, 2 moved to the archive",
        "database: 5.0 MB before, 3.0 MB after; compaction: done",
        "archive: 0.1 MB before, 0.2 MB after",
        "Dagster: 4 runs removed; 2.5 GB before, 0.9 MB after",
        "log files: 1.5 MB given back",
    ]
    assert done.metadata() == {
        "rows_removed": 7,
        "rows_archived": 2,
        "runs_removed": 4,
        "database_bytes_before": 5_000_000,
        "database_bytes": 3_000_000,
        "archive_bytes_before": 100_000,
        "archive_bytes": 200_000,
        "dagster_bytes_before": 2_500_000_000,
        "dagster_bytes": 900_000,
        "log_bytes_removed": 1_500_000,
        "compaction": "done",
    }
    assert [in_words(size) for size in (999_900_000, 1e9)] == ["999.9 MB", "1.0 GB"]


def test_rows_of_the_future_and_of_the_hub_have_a_sentence_where_there_are_any() -> None:
    rows = {"market_prices": 2, "alerts": 1}
    assert a_maintenance().of_the_future() == a_maintenance().of_the_hub() == []
    assert a_maintenance(future_rows=rows, future_rows_set_right=True).of_the_future() == [
        "3 rows were of the future and are set right: market_prices 2, alerts 1"
    ]
    (line,) = a_maintenance(future_rows=rows).of_the_future()
    assert line.startswith("3 rows are of the future, written by a clock that was ahead (market_prices 2, alerts 1); ")
    shared = Maintenance(a_maintenance().database, a_maintenance().history, 0, rows)
    assert shared.of_the_hub() == ["PostgreSQL: 3 rows of 2 tables were old enough to go"]


def test_runs_go_first_that_are_older_than_the_settings_say_and_without_an_archive_no_month_moves(
    settings: Settings, bank: DuckDBWarehouse
) -> None:
    kept = settings.model_copy(update={"run_days": 14, "archive_months": 0})
    asked: list[tuple[datetime, bool]] = []

    def prune(older_than: datetime, *, dry_run: bool, tell: Callable[[str], None]) -> Pruned:
        asked.append((older_than, dry_run))
        return Pruned(1, 2, 3)

    done = maintain(kept, prune, now=NOW, dry_run=True, tell=print)
    assert asked == [(NOW - timedelta(days=14), True)]
    assert done.history == Pruned(1, 2, 3)
    assert (done.rows_removed, done.rows_archived) == (6, 0)
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
