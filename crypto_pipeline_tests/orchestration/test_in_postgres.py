"""Dagster's runs in a real PostgreSQL that several machines share: each machine is a data folder of its own."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import dagster as dg
import pytest

from crypto_pipeline.foundation import postgres_locks
from crypto_pipeline.orchestration import run_history, runs
from crypto_pipeline.orchestration.asset_keys import told_from_others
from crypto_pipeline.orchestration.instance import instance_config, is_written_by_a_person, open_instance, prepare_home
from crypto_pipeline.orchestration.run_details import forget_details
from crypto_pipeline.orchestration.runs import JobIsBusyError, end_dead_runs, only_run_of, run_under_way
from crypto_pipeline.schema.jobs import JOB_TAG
from crypto_pipeline.settings import Settings
from crypto_pipeline_tests.command import run_here
from crypto_pipeline_tests.orchestration.opening import opened_at_once
from crypto_pipeline_tests.postgres import PASSWORD, Server, new_database
from crypto_pipeline_tests.program import Program
from crypto_pipeline_tests.waiting import until

MOST = 100
LATER = datetime.now(timezone.utc) + timedelta(days=1)
"""Everything that the tests make is older than this."""
HOLD = """
import sys
from crypto_pipeline.foundation.postgres_locks import only_one
with only_one(sys.argv[1], sys.argv[2], timeout_seconds=60, otherwise=TimeoutError()):
    print("held", flush=True)
    sys.stdin.readline()
"""
"""What the process of a run holds as long as it lives, on another machine."""


@dg.asset(name="market_prices")
def prices() -> None:
    print("a line")


JOB = dg.Definitions([prices], jobs=[dg.define_asset_job("job", tags={JOB_TAG: "job"})]).resolve_job_def("job")


@dg.op
def work() -> None:
    pass


@dg.job(name="job")
def their_job() -> None:
    """Of somebody whose job has the name of one of ours."""
    work()


@dataclass(frozen=True)
class Opened:
    """A database that was empty until machines opened it at once."""

    address: str
    seen: list[str]
    """What each of them saw."""


@pytest.fixture(scope="module")
def opened(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Opened:
    postgres.execute("CREATE DATABASE lived_in")
    address, folder = postgres.address("lived_in"), tmp_path_factory.mktemp("opened")
    return Opened(address, opened_at_once([folder / name for name in "abc"], dagster_storage=address))


@dataclass(frozen=True)
class Lived:
    """The same after some runs, to be read, or to be copied: Dagster makes its tables in half a second, a run in a fourth."""

    settings: Settings
    theirs: str
    ours: list[str]

    @property
    def address(self) -> str:
        return self.settings.dagster_storage

    @property
    def database(self) -> str:
        return self.address.rpartition("/")[2]

    @property
    def runs(self) -> set[str]:
        return {self.theirs, *self.ours}


@pytest.fixture(scope="module")
def lived_in(opened: Opened, tmp_path_factory: pytest.TempPathFactory) -> Lived:
    settings = Settings(data_dir=tmp_path_factory.mktemp("lived_in"), dagster_storage=opened.address)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRYPTO_PIPELINE_DAGSTER_STORAGE", opened.address)
        with open_instance(settings) as instance:
            theirs = their_job.execute_in_process(instance=instance).run_id
            ours = [JOB.execute_in_process(instance=instance).run_id for _ in range(3)]
    return Lived(settings, theirs, ours)


@pytest.fixture
def storage(postgres: Server, lived_in: Lived) -> Iterator[str]:
    """The address of a copy of it."""
    with new_database(postgres, lived_in.database) as address:
        yield address


@pytest.fixture
def here(tmp_path: Path, storage: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("CRYPTO_PIPELINE_DAGSTER_STORAGE", storage)
    return Settings(data_dir=tmp_path / "here", dagster_storage=storage)


@pytest.fixture
def instance(here: Settings) -> Iterator[dg.DagsterInstance]:
    with open_instance(here) as instance:
        yield instance


@pytest.fixture
def there(storage: str, instance: dg.DagsterInstance) -> Iterator[tuple[Program, str]]:
    """A process of another machine that has a run in hand until it is told to end, and the run's id."""
    run = instance.create_run_for_job(JOB, status=dg.DagsterRunStatus.STARTED, tags={JOB_TAG: "job"})
    with Program(HOLD, storage, runs._name("job")) as process:
        assert process.stdout.readline() == "held\n"
        yield process, run.run_id


@pytest.fixture
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "COMMAND_TAKES_AT_MOST", timedelta(0))
    monkeypatch.setattr(runs, "LOOKS_AGAIN_AFTER", 0.0)


def status_of(run_id: str, instance: dg.DagsterInstance) -> dg.DagsterRunStatus:
    run = instance.get_run_by_id(run_id)
    assert run
    return run.status


@pytest.mark.slow
def test_machines_that_open_an_empty_storage_at_once_make_its_tables_once(opened: Opened, postgres: Server) -> None:
    assert opened.seen == ["0"] * 3
    database = opened.address.rpartition("/")[2]
    assert len(postgres.execute("SELECT * FROM alembic_version", database)) == 1


def test_who_opens_it_while_another_machine_does_waits(lived_in: Lived, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crypto_pipeline.orchestration.instance.OPENING_TAKES_AT_MOST", 0.1)
    with (
        postgres_locks.only_one(lived_in.address, "opening", timeout_seconds=0, otherwise=JobIsBusyError()),
        pytest.raises(postgres_locks.PostgresUnusable, match="Another machine has been opening"),
    ):
        open_instance(lived_in.settings)


def test_runs_are_in_postgres_and_no_password_is_in_dagster_yaml(lived_in: Lived, postgres: Server) -> None:
    runs = postgres.execute("SELECT run_id FROM runs", lived_in.database)
    assert {run_id for (run_id,) in runs} == lived_in.runs
    home = lived_in.settings.dagster_home
    assert not (home / "history").exists()
    assert PASSWORD not in (home / "dagster.yaml").read_text("utf-8")
    assert PASSWORD not in repr(lived_in.settings)


def test_a_run_that_lives_on_another_machine_is_under_way_and_is_not_judged_and_others_wait_for_its_end(
    here: Settings, instance: dg.DagsterInstance, there: tuple[Program, str], no_patience: None
) -> None:
    process, run_id = there
    assert run_under_way(instance, "job", here.locks) == run_id
    end_dead_runs(instance, here.locks, launcher_is_gone=True)
    assert status_of(run_id, instance) is dg.DagsterRunStatus.STARTED
    with pytest.raises(JobIsBusyError), only_run_of("job", here.locks, patience=0, instance=instance):
        pass
    with only_run_of("other_job", here.locks, patience=0, instance=instance):
        pass
    entered = threading.Event()

    def wait() -> None:
        with only_run_of("job", here.locks, patience=600, instance=instance):
            entered.set()

    waiting = threading.Thread(target=wait)
    waiting.start()
    assert not entered.wait(0.3)
    process.ended("\n")
    waiting.join()
    assert entered.is_set()


def test_a_run_whose_machine_died_is_marked_as_failed_by_another(
    here: Settings, instance: dg.DagsterInstance, there: tuple[Program, str], no_patience: None
) -> None:
    process, run_id = there
    process.kill()
    with only_run_of("job", here.locks, patience=60, instance=instance):
        pass  # PostgreSQL has noticed by now
    assert run_under_way(instance, "job", here.locks) is None
    assert status_of(run_id, instance) is dg.DagsterRunStatus.FAILURE


def test_a_run_that_is_launched_by_the_daemon_of_another_machine_gets_its_time_when_this_one_starts(
    here: Settings, instance: dg.DagsterInstance
) -> None:
    run = instance.create_run_for_job(JOB, status=dg.DagsterRunStatus.STARTING, tags={JOB_TAG: "job"})
    end_dead_runs(instance, here.locks, launcher_is_gone=True)
    assert status_of(run.run_id, instance) is dg.DagsterRunStatus.STARTING


@pytest.mark.slow
def test_a_lock_outlives_a_restart_of_postgres(postgres: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres_locks, "TAKEN_ANEW_AFTER", 0.1)
    address = postgres.address("postgres")
    with postgres_locks.only_one(address, "a", timeout_seconds=0, otherwise=JobIsBusyError()):
        assert postgres_locks.is_held(address, "a")
        assert not postgres_locks.is_held(address, "b")
        postgres.stop()
        postgres.start()
        until(lambda: postgres_locks.is_held(address, "a"))
    until(lambda: not postgres_locks.is_held(address, "a"))  # a server notices an end when it gets to it


def test_old_runs_go_with_everything_that_is_kept_of_them(
    here: Settings, instance: dg.DagsterInstance, postgres: Server, lived_in: Lived, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_history, "KEEP_OF_EACH_JOB", 1)
    done = run_history.prune(instance, here.dagster_home, LATER, dry_run=False, tell=lambda what: None)
    assert done.runs == 3
    assert done.after > 1_000_000, "the database is counted"
    database = here.dagster_storage.rpartition("/")[2]
    for table in ("runs", "event_logs"):
        assert postgres.execute(f"SELECT DISTINCT run_id FROM {table}", database) == [(lived_in.ours[-1],)]


def test_details_of_runs_that_went_well_go_earlier_once(
    here: Settings, instance: dg.DagsterInstance, lived_in: Lived
) -> None:
    assert forget_details(instance, here.dagster_home, LATER - timedelta(days=2), MOST) == 0
    assert forget_details(instance, here.dagster_home, LATER, MOST) == 4
    another = JOB.execute_in_process(instance=instance).run_id
    assert not any(instance.get_records_for_run(run).records for run in lived_in.runs)
    assert instance.get_records_for_run(another).records != []
    assert forget_details(instance, here.dagster_home, LATER, MOST) == 1
    assert forget_details(instance, here.dagster_home, LATER, MOST) == 0
    assert {run.run_id for run in instance.get_runs()} == {*lived_in.runs, another}
    assert instance.get_latest_materialization_event(dg.AssetKey("market_prices"))


def test_runs_of_others_in_the_same_postgres_keep_everything(
    here: Settings, instance: dg.DagsterInstance, lived_in: Lived, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_history, "KEEP_OF_EACH_JOB", 1)
    *older, newest = lived_in.ours
    left_over = here.dagster_home / "compute_logs" / "0b6a5f6e-0000-4000-8000-000000000000"
    left_over.mkdir(parents=True)
    events = len(instance.all_logs(lived_in.theirs))
    forget_details(instance, here.dagster_home, LATER, MOST, told_from_others(here))
    done = run_history.prune(
        instance, here.dagster_home, LATER, dry_run=False, tell=lambda what: None, ours=told_from_others(here)
    )
    assert (done.runs, {run.run_id for run in instance.get_runs()}) == (2, {lived_in.theirs, newest})
    assert not any(map(instance.all_logs, older))
    assert len(instance.all_logs(lived_in.theirs)) == events > 0
    assert not left_over.exists()  # the folder is ours alone, although the PostgreSQL is not


def test_of_more_runs_than_so_many_only_the_newest_keep_their_details(
    here: Settings, instance: dg.DagsterInstance, lived_in: Lived
) -> None:
    forget_details(instance, here.dagster_home, datetime.fromtimestamp(0, timezone.utc), most=1)
    kept = [bool(instance.get_records_for_run(run).records) for run in (lived_in.theirs, *lived_in.ours)]
    assert kept == [False, False, False, True]


OWN = """
storage:
  sqlite:
    base_dir: {folder}
"""


def test_a_dagster_yaml_that_a_person_wrote_stays_and_is_followed(tmp_path: Path, lived_in: Lived) -> None:
    settings = Settings(data_dir=tmp_path / "data", dagster_storage=lived_in.address)
    home = prepare_home(settings)
    (home / "dagster.yaml").write_text(own := OWN.format(folder=tmp_path / "mine"))
    with open_instance(settings) as instance:
        assert instance.get_runs() == []
    assert (home / "dagster.yaml").read_text("utf-8") == own
    assert (tmp_path / "mine").exists()


def test_a_dagster_yaml_of_ours_follows_the_settings_until_somebody_changes_it(tmp_path: Path, lived_in: Lived) -> None:
    files, shared = Settings(data_dir=tmp_path), Settings(data_dir=tmp_path, dagster_storage=lived_in.address)
    file = prepare_home(files) / "dagster.yaml"
    in_files = file.read_bytes()
    assert not is_written_by_a_person(file)
    prepare_home(shared)
    assert b"SettingsPostgresStorage" in file.read_bytes()
    prepare_home(files)
    assert file.read_bytes() == in_files
    file.write_text(changed := file.read_text("utf-8").replace("max_concurrent_runs: 4", "max_concurrent_runs: 2"))
    assert is_written_by_a_person(file)
    prepare_home(shared)
    assert file.read_text("utf-8") == changed
    assert os.listdir(file.parent) == ["dagster.yaml"]


def test_a_dagster_yaml_from_before_it_said_who_made_it_is_ours(tmp_path: Path) -> None:
    import yaml

    settings = Settings(data_dir=tmp_path)
    settings.dagster_home.mkdir()
    file = settings.dagster_home / "dagster.yaml"
    file.write_text(yaml.safe_dump(instance_config(settings.dagster_home), sort_keys=False))
    assert not is_written_by_a_person(file)
    prepare_home(settings)
    assert file.read_text("utf-8").startswith("# Made by crypto-pipeline")


@pytest.mark.parametrize("content", [b"", b"\n", b"\0" * 80, b"\xff\xfe\x00"])
def test_what_a_power_cut_left_of_a_dagster_yaml_is_written_anew(tmp_path: Path, content: bytes) -> None:
    file = prepare_home(Settings(data_dir=tmp_path)) / "dagster.yaml"
    good = file.read_bytes()
    file.write_bytes(content)
    prepare_home(Settings(data_dir=tmp_path))
    assert file.read_bytes() == good


@pytest.mark.parametrize(
    ("change", "says"),
    [(PASSWORD, "password authentication failed"), ("@127.0.0.1", "does not exist"), (":", "refused")],
    ids=["another password", "no such database", "nobody there"],
)
def test_a_storage_that_cannot_be_used_is_told_in_one_sentence(
    tmp_path: Path, lived_in: Lived, change: str, says: str
) -> None:
    address = {
        PASSWORD: lived_in.address.replace(PASSWORD, "hunter2-hunter2"),
        "@127.0.0.1": lived_in.address + "_not",
        ":": f"postgresql://crypto:{PASSWORD}@127.0.0.1:1/x",
    }[change]
    done = run_here("collect", "ui", data_dir=tmp_path, dagster_storage=address)
    (sentence,) = done.stderr.strip().splitlines()
    assert done.returncode == 2
    assert says in sentence
    assert sentence.endswith("Look at CRYPTO_PIPELINE_DAGSTER_STORAGE.")
    assert PASSWORD not in sentence
    assert "hunter2" not in sentence


def test_the_demo_keeps_files(tmp_path: Path) -> None:
    assert Settings(data_dir=tmp_path, dagster_storage="postgresql://somewhere/runs", demo=True).dagster_postgres == ""
