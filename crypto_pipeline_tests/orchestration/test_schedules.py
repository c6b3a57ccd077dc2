"""When a tick starts a run, and the reasons why one does not."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.remote_origin import InProcessCodeLocationOrigin, RemoteInstigatorOrigin, RemoteRepositoryOrigin
from dagster._core.scheduler.instigation import InstigatorState, InstigatorStatus, ScheduleInstigatorData
from dagster._core.test_utils import freeze_time
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import InProcessWorkspaceLoadTarget
from dagster._scheduler.scheduler import launch_scheduled_runs

from crypto_pipeline.orchestration.build import build_defs
from crypto_pipeline.orchestration.instance import open_instance
from crypto_pipeline.orchestration.runs import only_run_of
from crypto_pipeline.schema.jobs import (
    HISTORICAL_JOB,
    HISTORICAL_SCHEDULE,
    MAINTENANCE_SCHEDULE,
    REPAIR_SCHEDULE,
    UI_JOB,
    UI_SCHEDULE,
)
from crypto_pipeline.settings import Settings
from crypto_pipeline_tests import templates


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Of one folder, in which there are locks and nothing else."""
    return Settings(data_dir=tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def defs(settings: Settings) -> dg.Definitions:
    return build_defs(settings=settings)


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with templates.dagster_instance() as instance:
        yield instance


EARLIER, LATER = 2020, 2100
"""Ticks before and after the runs that a test makes now."""


def tick(
    job: str, minute: int, defs: dg.Definitions, instance: dg.DagsterInstance, *, year: int = EARLIER
) -> tuple[int, str | None]:
    """How many runs a tick asks for, and why none."""
    at = datetime(year, 11, 23, 12, minute, tzinfo=timezone.utc)
    context = dg.build_schedule_context(instance=instance, scheduled_execution_time=at)
    data = defs.resolve_schedule_def(f"{job}_schedule").evaluate_tick(context)
    return len(data.run_requests or []), data.skip_message


def running(instance: dg.DagsterInstance, job: str, defs: dg.Definitions) -> None:
    found = defs.resolve_job_def(job)
    instance.create_run_for_job(found, status=dg.DagsterRunStatus.STARTED, tags=dict(found.run_tags))


def stop(instance: dg.DagsterInstance, schedule: str) -> None:
    location = InProcessCodeLocationOrigin(LoadableTargetOrigin(module_name="crypto_pipeline.definitions"))
    origin = RemoteInstigatorOrigin(RemoteRepositoryOrigin(location, "__repository__"), schedule)
    instance.add_instigator_state(
        InstigatorState(
            origin, InstigatorType.SCHEDULE, InstigatorStatus.STOPPED, ScheduleInstigatorData("*/15 * * * *")
        )
    )


def test_prices_are_collected_every_five_minutes(defs: dg.Definitions, instance: dg.DagsterInstance) -> None:
    for minute in (5, 10, 20, 55):
        assert tick(UI_JOB, minute, defs, instance) == (1, None)


def test_at_the_quarter_hours_no_source_is_asked_twice(defs: dg.Definitions, instance: dg.DagsterInstance) -> None:
    for minute in (0, 15, 30, 45):
        runs, reason = tick(UI_JOB, minute, defs, instance)
        assert (runs, reason) == (0, f"{HISTORICAL_JOB} runs at 12:{minute:02} UTC and asks the same sources.")
        assert tick(HISTORICAL_JOB, minute, defs, instance) == (1, None)


def test_prices_are_collected_at_the_quarter_hour_when_the_other_schedule_is_stopped(
    defs: dg.Definitions, instance: dg.DagsterInstance
) -> None:
    stop(instance, HISTORICAL_SCHEDULE)
    assert tick(UI_JOB, 15, defs, instance) == (1, None)


def test_a_tick_that_finds_a_run_of_its_job_is_skipped_with_a_reason(
    settings: Settings, defs: dg.Definitions, instance: dg.DagsterInstance
) -> None:
    running(instance, UI_JOB, defs)
    with only_run_of(UI_JOB, settings.locks, patience=0):
        runs, reason = tick(UI_JOB, 5, defs, instance)
    assert runs == 0
    assert reason
    assert reason.endswith(f"of {UI_JOB} is still under way.")


def test_prices_do_not_wait_for_a_historical_run_that_takes_long(
    settings: Settings, defs: dg.Definitions, instance: dg.DagsterInstance
) -> None:
    running(instance, HISTORICAL_JOB, defs)
    with only_run_of(HISTORICAL_JOB, settings.locks, patience=0):
        assert tick(HISTORICAL_JOB, 15, defs, instance, year=LATER)[0] == 0
        assert tick(UI_JOB, 15, defs, instance, year=LATER) == (1, None)


def test_the_run_that_the_same_minute_has_started_already_takes_over(
    settings: Settings, defs: dg.Definitions, instance: dg.DagsterInstance
) -> None:
    """Whichever of the two schedules the daemon comes to first."""
    running(instance, HISTORICAL_JOB, defs)
    with only_run_of(HISTORICAL_JOB, settings.locks, patience=0):
        assert tick(UI_JOB, 15, defs, instance)[0] == 0


def test_other_intervals_are_a_setting(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    settings = Settings(data_dir=tmp_path, ui_cron="*/2 * * * *", historical_cron="0 * * * *")
    defs = build_defs(settings=settings)
    names = (UI_SCHEDULE, HISTORICAL_SCHEDULE, MAINTENANCE_SCHEDULE)
    crons = [defs.resolve_schedule_def(name).cron_schedule for name in names]
    assert crons == ["*/2 * * * *", "0 * * * *", settings.maintenance_cron]
    assert tick(UI_JOB, 30, defs, instance) == (1, None)
    assert tick(UI_JOB, 0, defs, instance)[0] == 0


def test_runs_of_the_demo_are_marked(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    settings = Settings(data_dir=tmp_path, demo=True)
    context = dg.build_schedule_context(
        instance=instance, scheduled_execution_time=datetime(2026, 11, 23, 12, 5, tzinfo=timezone.utc)
    )
    schedule = build_defs(settings=settings).resolve_schedule_def(UI_SCHEDULE)
    (request,) = schedule.evaluate_tick(context).run_requests or []
    assert request.tags["crypto_pipeline/demo"] == "true"


def test_after_half_an_hour_without_a_scheduler_only_the_last_tick_is_made_up_for(tmp_path: Path) -> None:
    """The scheduler itself, as the daemon calls it, on our code location and our instance."""
    templates.dagster_home(tmp_path / "dagster")
    (tmp_path / "location.py").write_text(
        "from crypto_pipeline.orchestration.build import build_defs\nfrom crypto_pipeline.settings import Settings\n"
        f"defs = build_defs(settings=Settings(data_dir={str(tmp_path)!r}))\n"
    )
    code = LoadableTargetOrigin(python_file=str(tmp_path / "location.py"))
    target = InProcessWorkspaceLoadTarget(InProcessCodeLocationOrigin(code, location_name="here"))
    began = datetime(2026, 11, 23, 12, 1, tzinfo=timezone.utc)
    with (
        open_instance(Settings(data_dir=tmp_path)) as instance,
        WorkspaceProcessContext(instance, target) as context,
    ):
        evaluated: dict[str, Any] = {}
        for moment in (began, began + timedelta(minutes=32)):
            with freeze_time(moment):
                list(launch_scheduled_runs(context, logging.getLogger("scheduler"), moment, evaluated))
                evaluated = {}  # another daemon remembers nothing
        ticks = {
            state.instigator_name: [
                datetime.fromtimestamp(tick.timestamp, timezone.utc).minute
                for tick in instance.get_ticks(state.instigator_origin_id, state.selector_id)
            ]
            for state in instance.all_instigator_state(instigator_type=InstigatorType.SCHEDULE)
        }
        assert ticks == {
            UI_SCHEDULE: [30],
            HISTORICAL_SCHEDULE: [30],
            MAINTENANCE_SCHEDULE: [],
            REPAIR_SCHEDULE: [],
        }
        assert [run.job_name for run in instance.get_runs()] == [HISTORICAL_JOB]
