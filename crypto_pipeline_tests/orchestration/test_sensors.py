"""Sensors on a real instance: the parts most likely to be wrong are statuses of runs, so these are real runs."""

from __future__ import annotations

from pathlib import Path

import dagster as dg

from crypto_pipeline.orchestration.build import build_defs
from crypto_pipeline.settings import Settings
from crypto_pipeline_tests.monitoring.test_evaluate import runs
from crypto_pipeline_tests.monitoring.watched import WithDagster, watched


def sensor(bank: WithDagster, name: str) -> dg.SensorDefinition:
    return next(one for one in build_defs(settings=bank.settings).sensors or [] if one.name == name)


def looked(bank: WithDagster) -> str | None:
    context = dg.build_sensor_context(instance=bank.instance)
    return sensor(bank, "health_sensor").evaluate_tick(context).skip_message


def failed(bank: WithDagster, job: str) -> None:
    result = runs(job, well=False).execute_in_process(instance=bank.instance, raise_on_error=False)
    context = dg.build_run_status_sensor_context(
        sensor_name="run_failure_sensor",
        dagster_instance=bank.instance,
        dagster_run=result.dagster_run,
        dagster_event=result.get_run_failure_event(),
    ).for_run_failure()
    sensor(bank, "run_failure_sensor")(context)


def test_both_sensors_run_by_default_and_look_every_minute_and_every_half() -> None:
    sensors = {one.name: one for one in build_defs().sensors or []}
    assert {name: one.minimum_interval_seconds for name, one in sensors.items()} == {
        "health_sensor": 60,
        "run_failure_sensor": 30,
    }
    assert all(one.default_status is dg.DefaultSensorStatus.RUNNING for one in sensors.values())


def test_a_look_says_what_it_found(tmp_path: Path) -> None:
    with watched(tmp_path, held=True) as bank:
        assert looked(bank) == "0 alerts are open."
        bank.settings = bank.settings.model_copy(update={"disk_free_gb": 10_000})
        assert looked(bank) == "1 alerts are open; 1 opened, 0 resolved."
        assert looked(bank) == "1 alerts are open."


def test_a_failed_run_is_an_alert_even_when_the_next_one_went_well_before_anybody_looked(tmp_path: Path) -> None:
    with watched(tmp_path, held=True) as bank:
        failing = runs("own_job", well=False).execute_in_process(instance=bank.instance, raise_on_error=False)
        runs("own_job", well=True).execute_in_process(instance=bank.instance)
        context = dg.build_run_status_sensor_context(
            sensor_name="run_failure_sensor",
            dagster_instance=bank.instance,
            dagster_run=failing.dagster_run,
            dagster_event=failing.get_run_failure_event(),
        ).for_run_failure()
        sensor(bank, "run_failure_sensor")(context)
        assert bank.sql("SELECT condition, resolved_at FROM alerts") == [("run_failed.own_job", None)]
        looked(bank)
        assert bank.sql("SELECT condition, resolved_at IS NULL FROM alerts") == [("run_failed.own_job", False)]


def test_two_failed_runs_of_a_job_are_one_alert_whichever_sensor_sees_them(tmp_path: Path) -> None:
    with watched(tmp_path, held=True) as bank:
        failed(bank, "ui_data_collection")
        looked(bank)
        failed(bank, "ui_data_collection")
        looked(bank)
        assert bank.sql("SELECT condition, count(*) FROM alerts GROUP BY ALL") == [("run_failed.ui_data_collection", 1)]


def test_a_sensor_that_cannot_look_says_so_and_does_not_fail(tmp_path: Path) -> None:
    with watched(tmp_path) as bank:
        (tmp_path / "crypto_data.duckdb").write_bytes(b"no database at all" * 1000)
        assert looked(bank) == "0 alerts are open."
        bank.settings = Settings(data_dir=Path("/dev/null/nowhere"))
        message = looked(bank)
        assert message
        assert message.startswith("Could not look: NotADirectoryError")
