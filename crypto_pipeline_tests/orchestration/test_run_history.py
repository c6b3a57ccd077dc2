"""Dagster's runs go with everything that Dagster keeps of them; what is under way or the newest of its job stays."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta, timezone
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.utils import make_new_run_id

from crypto_pipeline.maintenance import sqlite_files
from crypto_pipeline.maintenance.maintaining import Pruned
from crypto_pipeline.orchestration import run_history
from crypto_pipeline.orchestration.instance import open_instance
from crypto_pipeline.orchestration.run_history import prune
from crypto_pipeline.settings import Settings
from crypto_pipeline_tests import templates

LATER = datetime.now(timezone.utc) + timedelta(days=1)
"""Everything that the tests make is older than this."""


@dg.asset_check(asset="table", name="is_there")
def is_there() -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=True)


@dg.asset(name="table")
def table() -> None:
    pass


@dg.job(name="other")
def other_job() -> None:
    pass


DEFS = dg.Definitions([table], asset_checks=[is_there], jobs=[dg.define_asset_job("job")])
JOB = DEFS.resolve_job_def("job")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(data_dir=tmp_path)
    templates.dagster_home(settings.dagster_home)
    return settings


@pytest.fixture
def instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    with open_instance(settings) as instance:
        yield instance


@pytest.fixture
def pruned(instance: dg.DagsterInstance, settings: Settings) -> Callable[..., Pruned]:
    def prune_before(limit: datetime = LATER, *, dry_run: bool = False) -> Pruned:
        return prune(instance, settings.dagster_home, limit, dry_run=dry_run, tell=lambda what: None)

    return prune_before


def over(
    instance: dg.DagsterInstance, count: int, status: dg.DagsterRunStatus = dg.DagsterRunStatus.SUCCESS
) -> list[str]:
    """Runs of a job that are known by name alone: what goes with a run that was executed has a test of its own."""
    runs = [dg.DagsterRun("job", make_new_run_id(), status=status, tags={"x": "y"}) for _ in range(count)]
    return [instance.add_run(run).run_id for run in runs]


def files_of(run_id: str, home: Path) -> list[Path]:
    return list(home.rglob(f"{run_id}*"))


def runs_in(file: str, table: str, home: Path) -> set[str]:
    with closing(sqlite3.connect(home / "history" / file)) as connection:
        return {run_id for (run_id,) in connection.execute(f"SELECT run_id FROM {table}")}


def test_an_old_run_goes_with_its_events_checks_tags_logs_and_files(
    instance: dg.DagsterInstance, settings: Settings, pruned: Callable[..., Pruned], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_history, "KEEP_OF_EACH_JOB", 1)
    old, new = (JOB.execute_in_process(instance=instance, tags={"x": "y"}).run_id for _ in range(2))
    home = settings.dagster_home
    in_logs = home / "compute_logs" / old / "compute_logs"
    in_logs.mkdir(parents=True, exist_ok=True)
    (in_logs / "step.err").write_text("said on standard error")
    assert len(files_of(old, home)) >= 2

    done = pruned()

    assert done.runs == 1
    assert done.after < done.before
    assert files_of(old, home) == []
    assert files_of(new, home)
    assert runs_in("runs.db", "run_tags", home) == {new}
    assert runs_in("runs/index.db", "event_logs", home) == {new}
    assert runs_in("runs/index.db", "asset_check_executions", home) == {new}
    assert [run.run_id for run in instance.get_runs()] == [new]
    assert instance.get_latest_materialization_event(dg.AssetKey("table"))


def test_the_newest_runs_of_each_job_stay_whatever_their_age(
    instance: dg.DagsterInstance, pruned: Callable[..., Pruned], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_history, "KEEP_OF_EACH_JOB", 3)
    rests = instance.create_run_for_job(other_job, status=dg.DagsterRunStatus.FAILURE).run_id
    runs = over(instance, 5)
    assert pruned(dry_run=True).runs == pruned().runs == 2
    assert {run.run_id for run in instance.get_runs()} == {rests, *runs[2:]}
    assert pruned().runs == 0


def test_a_job_keeps_its_last_twenty_runs(instance: dg.DagsterInstance, pruned: Callable[..., Pruned]) -> None:
    over(instance, 21)
    assert pruned(dry_run=True).runs == 1


def test_a_run_that_is_young_or_not_over_stays(
    instance: dg.DagsterInstance, pruned: Callable[..., Pruned], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_history, "KEEP_OF_EACH_JOB", 1)
    (started,) = over(instance, 1, dg.DagsterRunStatus.STARTED)
    older, newer = over(instance, 2)
    assert pruned(datetime.now(timezone.utc) - timedelta(days=7)).runs == 0
    assert pruned().runs == 1
    assert {run.run_id for run in instance.get_runs()} == {started, newer}
    assert not instance.has_run(older)


def test_many_runs_go_in_batches_and_no_more_at_a_time_than_is_bearable(
    instance: dg.DagsterInstance, pruned: Callable[..., Pruned], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("KEEP_OF_EACH_JOB", 1), ("PAGE", 4), ("BATCH", 2), ("AT_MOST", 5)):
        monkeypatch.setattr(run_history, name, value)
    runs = over(instance, 10)
    assert pruned().runs == 5
    assert {run.run_id for run in instance.get_runs()} == {*runs[5:]}
    assert pruned().runs == 4


def test_files_that_a_cut_off_maintenance_left_behind_go_with_the_next(
    instance: dg.DagsterInstance, settings: Settings, pruned: Callable[..., Pruned]
) -> None:
    result = JOB.execute_in_process(instance=instance)
    instance.run_storage.delete_run(result.run_id)
    assert files_of(result.run_id, settings.dagster_home)
    pruned()
    assert files_of(result.run_id, settings.dagster_home) == []
    assert (settings.dagster_home / "history" / "runs" / "index.db").exists()


@pytest.fixture
def bloated(tmp_path: Path) -> Path:
    file = tmp_path / "some.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(
            "CREATE TABLE t AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 40000)"
            " SELECT x, hex(randomblob(40)) AS text FROM n"
        )
        connection.execute("DELETE FROM t WHERE x > 100")
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file


def test_a_sqlite_file_that_is_mostly_free_gives_the_room_back(bloated: Path) -> None:
    assert sqlite_files.give_back(bloated) > 2_000_000
    assert bloated.stat().st_size < 100_000
    assert sqlite_files.give_back(bloated) == 0
    with closing(sqlite3.connect(bloated)) as connection:
        assert connection.execute("SELECT count(*) FROM t").fetchall() == [(100,)]


def test_a_sqlite_file_in_use_or_too_large_to_copy_in_a_moment_is_left_alone(
    bloated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_files, "WAITS", 0.05)
    with closing(sqlite3.connect(bloated)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert sqlite_files.give_back(bloated) == 0
    monkeypatch.setattr(sqlite_files, "AT_MOST_BYTES", 1)
    assert sqlite_files.give_back(bloated) == 0
    assert sqlite_files.give_back(bloated.with_name("none.db")) == 0
