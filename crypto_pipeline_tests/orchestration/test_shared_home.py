"""A person's DAGSTER_HOME is used as a guest uses a house: what others have there stays as it is."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import dagster as dg
import pytest
from dagster import DagsterInstance

from crypto_pipeline.orchestration import instance as opening
from crypto_pipeline.orchestration.asset_keys import told_from_others
from crypto_pipeline.orchestration.instance import DATABASES, open_instance
from crypto_pipeline.orchestration.run_details import EVENTS_OF_RUNS, forget_details
from crypto_pipeline.orchestration.run_history import prune
from crypto_pipeline.orchestration.shared_home import require_room_for_a_daemon
from crypto_pipeline.schema.jobs import JOB_TAG, UI_JOB
from crypto_pipeline.settings import Settings, SettingsError, load_settings
from crypto_pipeline_tests import templates
from crypto_pipeline_tests.command import run_here
from crypto_pipeline_tests.project import PROJECT

LATER = datetime.now(timezone.utc) + timedelta(days=1)
"""Everything that the tests make is older than this."""


@dg.job(name="theirs", executor_def=dg.in_process_executor)
def their_job() -> None:
    @dg.op
    def step() -> None:
        pass

    step()


@dg.job(name=UI_JOB, tags={JOB_TAG: UI_JOB}, executor_def=dg.in_process_executor)
def our_job() -> None:
    @dg.op
    def other_step() -> None:
        pass

    other_step()


def new_home(home: Path) -> None:
    """As a person makes it."""
    home.mkdir()
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n", "utf-8")
    (home / "workspace.yaml").write_text("load_from: []\n", "utf-8")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A DAGSTER_HOME that a person made and set."""
    home = tmp_path / "theirs"
    new_home(home)
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    return home


@dataclass(frozen=True)
class Lived:
    """A home in which there have been runs, to be copied."""

    home: Path
    theirs: list[str]
    ours: list[str]
    files: frozenset[str]
    """That were in it when the runs were over."""


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    folder = tmp_path_factory.mktemp("lived_in")
    home = folder / "theirs"
    new_home(home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAGSTER_HOME", str(home))
        with open_instance(Settings(data_dir=folder / "data")) as instance:
            theirs, ours = (
                [job.execute_in_process(instance=instance).run_id for _ in range(2)] for job in (their_job, our_job)
            )
    return Lived(home, theirs, ours, frozenset(file.name for file in home.iterdir()))


@pytest.fixture
def guest(lived_in: Lived, home: Path, settings: Settings) -> Iterator[DagsterInstance]:
    """The instance of a copy of that home."""
    shutil.copytree(lived_in.home, home, dirs_exist_ok=True)
    with open_instance(settings) as instance:
        yield instance


@pytest.fixture
def settings(home: Path, tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def instance(home: Path, settings: Settings) -> Iterator[DagsterInstance]:
    """With nothing in its history."""
    templates.dagster_home(home)
    with open_instance(settings) as instance:
        yield instance


def test_a_dagster_home_that_a_person_set_is_used_after_a_folder_of_our_own_and_before_the_data_folder(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, wished = tmp_path / "data", tmp_path / "wished"
    assert Settings(data_dir=data).dagster_home == home
    assert Settings(data_dir=data, dagster_dir=wished).dagster_home == wished
    in_postgres = Settings(data_dir=data, dagster_storage="postgresql://somewhere/runs")
    assert in_postgres.dagster_home == data / "dagster"
    monkeypatch.delenv("DAGSTER_HOME")
    assert Settings(data_dir=data).dagster_home == data / "dagster"


def test_the_demo_keeps_its_own_home(home: Path, tmp_path: Path) -> None:
    assert Settings(data_dir=tmp_path, demo=True).dagster_home == tmp_path / "dagster_demo"


def test_the_home_that_an_installation_gives_by_default_is_no_wish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(PROJECT))
    assert Settings(data_dir=tmp_path).shared_home is None


def test_processes_that_are_told_of_our_own_home_take_it_for_our_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dagster").mkdir()
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "dagster"))
    assert Settings(data_dir=tmp_path).shared_home is None


@pytest.mark.parametrize("wrong", ["nowhere/at/all", "/nowhere/at/all"])
def test_a_home_that_is_not_there_is_refused_in_a_sentence_where_it_is_needed(
    wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", wrong)
    with pytest.raises(SettingsError, match=r"DAGSTER_HOME='/?nowhere/at/all' is no folder with its whole path"):
        _ = load_settings(data_dir=tmp_path).dagster_home
    assert load_settings(data_dir=tmp_path, demo=True).dagster_home == tmp_path / "dagster_demo"


def test_runs_are_found_there_by_dagsters_own_commands_and_no_file_of_a_person_changes(
    home: Path, guest: DagsterInstance, settings: Settings, lived_in: Lived
) -> None:
    with DagsterInstance.get() as theirs:
        assert theirs.get_run_by_id(lived_in.ours[0]) is not None
    assert (home / "dagster.yaml").read_text("utf-8") == "telemetry: {enabled: false}\n"
    assert (home / "workspace.yaml").read_text("utf-8") == "load_from: []\n"
    assert not {"locks", "dagster_version", "set_aside", "started_by"} & lived_in.files
    assert {file.name for file in home.iterdir()} == lived_in.files
    assert settings.locks.is_dir()
    assert not settings.locks.is_relative_to(home)


def test_maintenance_removes_old_runs_of_ours_and_none_of_others(
    guest: DagsterInstance, settings: Settings, lived_in: Lived, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crypto_pipeline.orchestration.run_history.KEEP_OF_EACH_JOB", 1)
    ours, newest = lived_in.ours
    left_over = settings.dagster_home / EVENTS_OF_RUNS / "0b6a5f6e-0000-4000-8000-000000000000.db"
    left_over.write_bytes(b"of somebody")
    done = prune(
        guest,
        settings.dagster_home,
        LATER,
        dry_run=False,
        tell=lambda what: None,
        ours=told_from_others(settings),
    )
    assert done.runs == 1
    assert {run.run_id for run in guest.get_runs()} == {*lived_in.theirs, newest}
    assert all(map(guest.all_logs, lived_in.theirs))
    assert left_over.exists()
    assert not (settings.dagster_home / EVENTS_OF_RUNS / f"{ours}.db").exists()


def test_details_of_our_runs_go_and_those_of_others_stay(
    guest: DagsterInstance, settings: Settings, lived_in: Lived
) -> None:
    assert forget_details(guest, settings.dagster_home, LATER, 100, told_from_others(settings)) == 2
    assert all(map(guest.all_logs, lived_in.theirs))
    assert not any(map(guest.all_logs, lived_in.ours))


def test_where_all_runs_are_ours_nothing_is_asked(tmp_path: Path) -> None:
    assert told_from_others(Settings(data_dir=tmp_path)) is None
    assert told_from_others(Settings(data_dir=tmp_path, key_prefix="bank")) is not None


@pytest.mark.parametrize("file", DATABASES, ids=str)
def test_a_damaged_history_of_others_is_named_and_left_where_it_is(file: Path, home: Path, settings: Settings) -> None:
    templates.dagster_home(home)
    (home / file).write_bytes(b"no database at all" * 400)
    with pytest.raises(SettingsError, match="Others keep their runs there too, so it is not begun anew"):
        open_instance(settings)
    assert (home / file).read_bytes() == b"no database at all" * 400


def test_the_history_of_an_earlier_dagster_is_theirs_to_bring_up_to_date(
    home: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    templates.dagster_home(home)
    versions = {}
    for file in DATABASES:
        with closing(sqlite3.connect(home / file)) as connection:
            versions[file] = connection.execute("SELECT version_num FROM alembic_version").fetchall()

    def never(instance: DagsterInstance) -> str:
        raise AssertionError("migrated")

    monkeypatch.setattr(opening, "migrate", never)
    open_instance(settings).dispose()
    for file, version in versions.items():
        with closing(sqlite3.connect(home / file)) as connection:
            assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == version


class Clock:
    """Time that passes when somebody sleeps; a daemon that lives gives a sign every 30 seconds."""

    def __init__(self, instance: DagsterInstance, *, daemon_lives: bool) -> None:
        self._instance = instance
        self._lives = daemon_lives
        self.seconds = 1_795_435_200.0
        self.beat()

    def beat(self) -> None:
        from dagster._daemon.types import DaemonHeartbeat

        self._instance.add_daemon_heartbeat(DaemonHeartbeat(self.seconds, "SCHEDULER", "somebody", []))

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        if self._lives and self.seconds % 30 == 0:
            self.beat()


def test_a_daemon_that_lives_there_is_respected(instance: DagsterInstance, settings: Settings) -> None:
    clock = Clock(instance, daemon_lives=True)
    with pytest.raises(SettingsError, match="a daemon of Dagster runs there already"):
        require_room_for_a_daemon(settings, instance, now=clock.now, sleep=clock.sleep)


@pytest.mark.parametrize(("ago", "looked_for"), [(0, 40), (90, 40), (91, 0)])
def test_a_daemon_that_was_stopped_is_looked_for_while_it_might_live_and_is_in_nobodys_way(
    ago: int, looked_for: int, instance: DagsterInstance, settings: Settings
) -> None:
    """A sign comes every thirty seconds; three that did not are enough."""
    clock = Clock(instance, daemon_lives=False)
    clock.seconds += ago
    began = clock.seconds
    require_room_for_a_daemon(settings, instance, now=clock.now, sleep=clock.sleep)
    assert clock.seconds - began == looked_for


def test_runs_of_others_that_wait_for_their_daemon_are_not_given_to_ours(
    instance: DagsterInstance, settings: Settings
) -> None:
    instance.create_run_for_job(our_job, status=dg.DagsterRunStatus.STARTING, tags={JOB_TAG: UI_JOB})
    require_room_for_a_daemon(settings, instance)
    instance.create_run_for_job(their_job, status=dg.DagsterRunStatus.STARTING)
    with pytest.raises(SettingsError, match="1 run of other projects waits there for their own daemon"):
        require_room_for_a_daemon(settings, instance)


@pytest.mark.parametrize("command", ["status", "schedules", "backfill status", "maintain --dry-run", "doctor"])
def test_commands_leave_what_a_person_made_there(command: str, home: Path, tmp_path: Path) -> None:
    run_here(*command.split(), data_dir=tmp_path / "data")
    kept = {file.name: file.read_text("utf-8") for file in home.iterdir() if file.is_file()}
    assert kept == {"dagster.yaml": "telemetry: {enabled: false}\n", "workspace.yaml": "load_from: []\n"}
