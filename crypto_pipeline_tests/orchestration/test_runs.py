"""One run of a job at a time, and no run that stays "in progress" after its process is gone."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.remote_origin import InProcessCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin

from crypto_pipeline.orchestration import runs
from crypto_pipeline.orchestration.build import build_defs
from crypto_pipeline.orchestration.runs import JobIsBusyError, end_dead_runs, only_run_of, run_under_way, stamped
from crypto_pipeline.schema.jobs import JOB_TAG, UI_JOB
from crypto_pipeline.settings import Settings

HOLD = """
import sys
from pathlib import Path
from crypto_pipeline.foundation.file_locks import only_one
with only_one(Path(sys.argv[1]), timeout_seconds=0, otherwise=TimeoutError()):
    print("held", flush=True)
    sys.stdin.read()
"""
"""What the process of a run holds; Dagster takes a second to import."""


@pytest.fixture
def instance() -> dg.DagsterInstance:
    return dg.DagsterInstance.ephemeral()


@dg.job(name="job", tags={JOB_TAG: "job"})
def some_job() -> None:
    pass


@dg.job(name="other_job", tags={JOB_TAG: "other_job"})
def other_job() -> None:
    pass


LOCATION = InProcessCodeLocationOrigin(LoadableTargetOrigin(module_name="crypto_pipeline.definitions"))
ORIGIN = RemoteJobOrigin(RemoteRepositoryOrigin(LOCATION, "__repository__"), "job")
"""What a run has that Dagster's daemon launches."""


def created(instance: dg.DagsterInstance, job: dg.JobDefinition, **facts: Any) -> dg.DagsterRun:
    """A run with the marks of its job, as everybody gets one who launches it."""
    return instance.create_run_for_job(job, tags=dict(job.run_tags), **facts)


def status_of(run: dg.DagsterRun, instance: dg.DagsterInstance) -> dg.DagsterRunStatus:
    after = instance.get_run_by_id(run.run_id)
    assert after
    return after.status


def test_a_second_run_of_a_job_waits_and_then_says_that_the_job_is_busy(tmp_path: Path) -> None:
    first, second = only_run_of("job", tmp_path, patience=0), only_run_of("job", tmp_path, patience=0.05)
    with first, pytest.raises(JobIsBusyError, match="another run of job"), second:
        pass
    with only_run_of("job", tmp_path, patience=0), only_run_of("other_job", tmp_path, patience=0):
        pass


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "job.lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(JobIsBusyError), only_run_of("job", tmp_path, patience=0):
        pass
    holder.kill()
    holder.wait()
    with only_run_of("job", tmp_path, patience=5):
        pass


def test_a_run_that_holds_its_lock_is_under_way(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    run = created(instance, some_job, status=dg.DagsterRunStatus.STARTED)
    with only_run_of("job", tmp_path, patience=0):
        assert run_under_way(instance, "job", tmp_path) == run.run_id
    assert run_under_way(instance, "other_job", tmp_path) is None


def test_a_run_that_has_just_been_started_is_given_time_to_take_its_lock(
    instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    run = created(instance, some_job, status=dg.DagsterRunStatus.STARTING)
    assert run_under_way(instance, "job", tmp_path) == run.run_id


def test_a_run_whose_process_died_without_a_word_is_marked_as_failed(
    instance: dg.DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = created(instance, some_job, status=dg.DagsterRunStatus.STARTED)
    monkeypatch.setattr(runs, "COMMAND_TAKES_AT_MOST", timedelta(0))
    assert run_under_way(instance, "job", tmp_path) is None
    assert status_of(run, instance) is dg.DagsterRunStatus.FAILURE


def test_a_run_that_dagster_launched_is_given_time_unless_nobody_is_left_who_could_have_it_in_hand(
    instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    run = created(instance, some_job, status=dg.DagsterRunStatus.STARTING, remote_job_origin=ORIGIN)
    assert run_under_way(instance, "job", tmp_path) == run.run_id
    end_dead_runs(instance, tmp_path)
    assert status_of(run, instance) is dg.DagsterRunStatus.STARTING
    end_dead_runs(instance, tmp_path, launcher_is_gone=True)
    assert status_of(run, instance) is dg.DagsterRunStatus.FAILURE


def test_dead_runs_of_every_job_are_found_and_those_that_live_are_left(
    instance: dg.DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "COMMAND_TAKES_AT_MOST", timedelta(0))
    dead = created(instance, other_job, status=dg.DagsterRunStatus.STARTED)
    alive = created(instance, some_job, status=dg.DagsterRunStatus.STARTED)
    with only_run_of("job", tmp_path, patience=0):
        end_dead_runs(instance, tmp_path, launcher_is_gone=True)
    assert status_of(dead, instance) is dg.DagsterRunStatus.FAILURE
    assert status_of(alive, instance) is dg.DagsterRunStatus.STARTED


def test_a_run_that_waits_in_the_queue_is_never_taken_for_dead(
    instance: dg.DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = created(instance, some_job, status=dg.DagsterRunStatus.QUEUED, remote_job_origin=ORIGIN)
    monkeypatch.setattr(runs, "STARTING_TAKES_AT_MOST", timedelta(0))
    assert run_under_way(instance, "job", tmp_path) == run.run_id


def test_rows_carry_the_run_and_the_moment_that_wrote_them() -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)
    (row,) = stamped([{"currency": "EUR"}], "exchange_rates", "run", now)
    assert row == {"currency": "EUR", "collected_at": now, "run_id": "run"}


@pytest.mark.parametrize(
    ("origin", "seconds"), [(None, 30), (ORIGIN, 180)], ids=["in the process of a command", "launched by the daemon"]
)
def test_a_run_without_its_lock_has_so_long_to_take_it_and_no_longer(
    instance: dg.DagsterInstance,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    origin: RemoteJobOrigin | None,
    seconds: int,
) -> None:
    run = created(instance, some_job, status=dg.DagsterRunStatus.STARTING, remote_job_origin=origin)
    record = instance.get_run_record_by_id(run.run_id)
    assert record
    for later, found in ((seconds - 1, run.run_id), (seconds, None)):
        monkeypatch.setattr(runs, "utc_now", lambda later=later: record.create_timestamp + timedelta(seconds=later))
        assert run_under_way(instance, "job", tmp_path) == found
    assert status_of(run, instance) is dg.DagsterRunStatus.FAILURE


def test_of_several_runs_the_one_that_was_first_has_the_lock(instance: dg.DagsterInstance, tmp_path: Path) -> None:
    first, _ = (created(instance, some_job, status=dg.DagsterRunStatus.STARTED) for _ in range(2))
    with only_run_of("job", tmp_path, patience=0):
        assert run_under_way(instance, "job", tmp_path) == first.run_id


@dg.job(name=UI_JOB)
def job_of_somebody_else() -> None:
    """Called as one of ours, in another deployment."""


@dg.asset(key=["theirs", "table"])
def of_somebody_else() -> None:
    pass


@dg.asset(name="market_prices")
def of_ours() -> None:
    pass


BOTH = dg.Definitions(assets=[of_somebody_else, of_ours]).resolve_implicit_global_asset_job_def()
THEIRS, OURS = of_somebody_else.key, of_ours.key


@pytest.mark.parametrize("selected", [{THEIRS}, {THEIRS, OURS}])
def test_runs_of_others_in_the_same_dagster_are_left_alone_however_long_they_take(
    instance: dg.DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, selected: set[dg.AssetKey]
) -> None:
    monkeypatch.setattr(runs, "COMMAND_TAKES_AT_MOST", timedelta(0))
    of_a_job = created(instance, job_of_somebody_else, status=dg.DagsterRunStatus.STARTED)
    of_assets = created(instance, BOTH, status=dg.DagsterRunStatus.STARTED, asset_selection=frozenset(selected))
    end_dead_runs(instance, tmp_path, launcher_is_gone=True)
    assert status_of(of_a_job, instance) is dg.DagsterRunStatus.STARTED
    assert status_of(of_assets, instance) is dg.DagsterRunStatus.STARTED
    assert run_under_way(instance, UI_JOB, tmp_path) is None


def test_a_dead_run_that_a_person_launched_for_some_of_our_tables_is_found(
    instance: dg.DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "COMMAND_TAKES_AT_MOST", timedelta(0))
    dead = created(instance, BOTH, status=dg.DagsterRunStatus.STARTED, asset_selection=frozenset({OURS}))
    end_dead_runs(instance, tmp_path)
    assert status_of(dead, instance) is dg.DagsterRunStatus.FAILURE


def test_two_of_us_in_one_dagster_have_a_run_of_each_job_under_way(
    instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    ours, others = (build_defs(settings=Settings(data_dir=tmp_path), key_prefix=prefix) for prefix in ("", "desk/b"))
    run = created(instance, others.resolve_job_def(UI_JOB), status=dg.DagsterRunStatus.STARTING)
    assert run_under_way(instance, UI_JOB, tmp_path) is None
    assert run_under_way(instance, UI_JOB, tmp_path, prefix=["desk", "b"]) == run.run_id
    mine = created(instance, ours.resolve_job_def(UI_JOB), status=dg.DagsterRunStatus.STARTING)
    assert run_under_way(instance, UI_JOB, tmp_path) == mine.run_id
