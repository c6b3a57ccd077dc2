"""The details of runs that went well go after some hours; the runs, and what Dagster knows of the tables, stay."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from uuid import UUID

import dagster as dg
import pytest

from crypto_pipeline.orchestration import run_details
from crypto_pipeline.orchestration.dagster_history import DagsterHistory
from crypto_pipeline.orchestration.instance import open_instance
from crypto_pipeline.orchestration.run_details import (
    EVENTS_OF_RUNS,
    LOGS_OF_RUNS,
    _with_details,
    forget_details,
    is_run,
    remove_files,
)
from crypto_pipeline.settings import Settings
from crypto_pipeline_tests import templates

EMPTY_BYTES = 2**14

MOST = 100
NOON = datetime(2026, 11, 23, 12, tzinfo=timezone.utc)


@dg.asset(name="market_prices")
def prices() -> None:
    print("a line")


@dg.op
def fails() -> None:
    raise dg.Failure("as it should")


@dg.job(executor_def=dg.in_process_executor)
def failing() -> None:
    fails()


JOB = dg.Definitions([prices], jobs=[dg.define_asset_job("job")]).resolve_job_def("job")


@dataclass(frozen=True)
class Lived:
    """A home in which there have been runs, to be copied."""

    home: Path
    runs: list[str]
    """That went well, in their order."""
    failed: str


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    settings = Settings(data_dir=tmp_path_factory.mktemp("lived_in"))
    templates.dagster_home(settings.dagster_home)
    with open_instance(settings) as instance:
        runs = [JOB.execute_in_process(instance=instance).run_id for _ in range(3)]
        failed = failing.execute_in_process(instance=instance, raise_on_error=False).run_id
    return Lived(settings.dagster_home, runs, failed)


@pytest.fixture
def settings(tmp_path: Path, lived_in: Lived) -> Settings:
    """The events of all runs were written after NOON."""
    settings = Settings(data_dir=tmp_path)
    shutil.copytree(lived_in.home, settings.dagster_home)
    for run_id in (*lived_in.runs, lived_in.failed):
        ended(settings, run_id, NOON + timedelta(days=1))
    return settings


@pytest.fixture
def instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    with open_instance(settings) as instance:
        yield instance


def events(settings: Settings, run_id: str) -> Path:
    return settings.dagster_home / EVENTS_OF_RUNS / f"{run_id}.db"


def ended(settings: Settings, run_id: str, at: datetime) -> None:
    """The events of the run were written until this moment."""
    os.utime(events(settings, run_id), times=(at.timestamp(), at.timestamp()))


def test_details_go_once_they_are_older_than_asked_and_the_run_stays(
    instance: dg.DagsterInstance, settings: Settings, lived_in: Lived
) -> None:
    old, young, _ = lived_in.runs
    ended(settings, old, NOON - timedelta(minutes=1))
    ended(settings, young, NOON)
    assert forget_details(instance, settings.dagster_home, NOON, MOST) == 1
    assert events(settings, old).stat().st_size <= EMPTY_BYTES < events(settings, young).stat().st_size
    assert not (settings.dagster_home / LOGS_OF_RUNS / old).exists()
    assert (settings.dagster_home / LOGS_OF_RUNS / young).exists()
    assert instance.get_records_for_run(old).records == []
    assert instance.get_records_for_run(young).records != []
    assert {one.run_id for one in instance.get_runs()} == {*lived_in.runs, lived_in.failed}
    os.utime(events(settings, old), times=(0, 0))
    assert forget_details(instance, settings.dagster_home, NOON, MOST) == 0


def test_a_process_that_begins_later_finds_the_run_and_no_event(
    instance: dg.DagsterInstance, settings: Settings, lived_in: Lived
) -> None:
    old, *_ = lived_in.runs
    ended(settings, old, NOON - timedelta(days=1))
    forget_details(instance, settings.dagster_home, NOON, MOST)
    with open_instance(settings) as another:
        assert another.has_run(old)
        assert another.get_records_for_run(old).records == []
        another.delete_run(old)
        assert not another.has_run(old)


def test_when_a_table_was_last_stored_needs_no_details(
    instance: dg.DagsterInstance, settings: Settings, lived_in: Lived
) -> None:
    for run_id in lived_in.runs:
        ended(settings, run_id, NOON - timedelta(days=1))
    before = DagsterHistory(instance, settings).stored_tables()
    event = instance.get_latest_materialization_event(dg.AssetKey("market_prices"))
    assert event
    stored_at = datetime.fromtimestamp(event.timestamp, timezone.utc)
    assert [(one.name, one.stored_at) for one in before] == [("market_prices", stored_at)]
    assert forget_details(instance, settings.dagster_home, NOON, MOST) == 3
    assert DagsterHistory(instance, settings).stored_tables() == before


def test_what_a_failed_run_said_stays(instance: dg.DagsterInstance, settings: Settings, lived_in: Lived) -> None:
    ended(settings, lived_in.failed, NOON - timedelta(days=1))
    assert forget_details(instance, settings.dagster_home, NOON, MOST) == 0
    assert events(settings, lived_in.failed).exists()
    assert instance.get_records_for_run(lived_in.failed, of_type=dg.DagsterEventType.STEP_FAILURE).records != []


def test_a_backlog_goes_in_portions_the_oldest_first(
    instance: dg.DagsterInstance, settings: Settings, lived_in: Lived, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_details, "AT_ONCE", 1)
    younger, older, _ = lived_in.runs
    ended(settings, younger, NOON - timedelta(days=1))
    ended(settings, older, NOON - timedelta(days=2))
    assert forget_details(instance, settings.dagster_home, NOON, MOST) == 1
    assert events(settings, older).stat().st_size <= EMPTY_BYTES < events(settings, younger).stat().st_size


def test_of_more_runs_than_so_many_only_the_newest_keep_their_details(
    instance: dg.DagsterInstance, settings: Settings, lived_in: Lived
) -> None:
    for number, run_id in enumerate((lived_in.failed, *lived_in.runs)):
        ended(settings, run_id, NOON + timedelta(minutes=number))
    assert forget_details(instance, settings.dagster_home, NOON - timedelta(days=1), most=1) == 2
    kept = [events(settings, one).stat().st_size > EMPTY_BYTES for one in (lived_in.failed, *lived_in.runs)]
    assert kept == [True, False, False, True]


def test_files_that_are_of_no_run_are_left_alone(instance: dg.DagsterInstance, settings: Settings) -> None:
    index = settings.dagster_home / EVENTS_OF_RUNS / "index.db"
    os.utime(index, times=(0, 0))
    assert forget_details(instance, settings.dagster_home, NOON, MOST) == 0
    assert index.exists()


RUNS = [str(UUID(int=number)) for number in range(1, 7)]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a file of events of each run: the first run's is the newest, and each next one's a minute older."""
    folder = tmp_path / EVENTS_OF_RUNS
    folder.mkdir(parents=True)
    for number, run_id in enumerate(RUNS):
        file = folder / f"{run_id}.db"
        file.write_bytes(bytes(EMPTY_BYTES + 1))
        written = (NOON - timedelta(minutes=number)).timestamp()
        os.utime(file, (written, written))
    return tmp_path


def minutes_before(minutes: float) -> datetime:
    return NOON - timedelta(minutes=minutes)


def test_runs_with_details_are_those_that_ended_before_or_are_more_than_may_keep_them_the_oldest_first(
    home: Path,
) -> None:
    oldest_first = RUNS[::-1]
    assert _with_details(home, minutes_before(9), 6, None) == []
    assert _with_details(home, minutes_before(3), 6, None) == oldest_first[:2]
    assert _with_details(home, minutes_before(3), 5, None) == oldest_first[:2]
    assert _with_details(home, minutes_before(3), 2, None) == oldest_first[:4]
    assert _with_details(home, minutes_before(-1), 6, None) == oldest_first


def test_of_others_of_runs_without_details_and_of_what_is_no_run_nothing_goes(home: Path) -> None:
    ours = {RUNS[1], RUNS[3], RUNS[5]}
    (home / EVENTS_OF_RUNS / f"{RUNS[3]}.db").write_bytes(bytes(EMPTY_BYTES))
    for name in ("index", "0" * 32, f"{RUNS[0]}-wal"):
        (home / EVENTS_OF_RUNS / f"{name}.db").write_bytes(bytes(EMPTY_BYTES + 1))
    later = datetime.now(timezone.utc) + timedelta(days=1)
    assert _with_details(home, later, 6, ours) == [RUNS[5], RUNS[1]]
    assert _with_details(home, later, 1, ours) == [RUNS[5], RUNS[1]]
    assert len(_with_details(home, later, 6, None)) == 5
    assert [is_run(name) for name in (RUNS[0], "A" + RUNS[0][1:], "index", "0" * 32)] == [True, False, False, False]


def test_the_files_of_a_run_go_with_their_journals_and_what_it_printed_and_those_of_others_stay(home: Path) -> None:
    one, other = RUNS[:2]
    for run_id in (one, other):
        for suffix in (".db-wal", ".db-shm"):
            (home / EVENTS_OF_RUNS / f"{run_id}{suffix}").touch()
        (home / LOGS_OF_RUNS / run_id / "step").mkdir(parents=True)
    remove_files(home, one)
    remove_files(home, one)
    assert [path for path in home.rglob("*") if one in path.name] == []
    assert len([path for path in home.rglob("*") if other in path.name]) == 4
