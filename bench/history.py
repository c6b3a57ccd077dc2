"""How large Dagster's history becomes: ``python bench/history.py --runs 400`` takes some minutes.

Two runs of each job are whole collections from the replay; the others are stored with the same events and printed lines: as the
first, which shows every check, once an hour, and as the second, which shows those that are new, at all other times.
``--keep`` is how many of the newest runs keep their details.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from datetime import datetime, timezone
from pathlib import Path

import dagster as dg

from crypto_pipeline.orchestration.build import build_defs
from crypto_pipeline.orchestration.instance import open_instance
from crypto_pipeline.orchestration.resources import Reporter
from crypto_pipeline.orchestration.run_details import EVENTS_OF_RUNS, LOGS_OF_RUNS, RUNS_AN_HOUR, forget_details
from crypto_pipeline.replay.app import running_replay
from crypto_pipeline.schema.jobs import HISTORICAL_JOB, UI_JOB
from crypto_pipeline.settings import Settings

AN_HOUR = 16
"""Runs of both jobs."""
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class Silent(Reporter):
    """Says nothing of 500 sources."""

    def answered(self, result: object) -> None:
        """Nothing."""


def size(home: Path) -> int:
    return sum(file.stat().st_size for file in home.rglob("*") if file.is_file())


def again(job: dg.JobDefinition, run_id: str, instance: dg.DagsterInstance, home: Path) -> str:
    """Store one run more like this one."""
    new = instance.create_run_for_job(job, status=dg.DagsterRunStatus.SUCCESS, tags=dict(job.tags)).run_id
    for event in instance.all_logs(run_id):
        instance.event_log_storage.store_event(event._replace(run_id=new))
    shutil.copytree(home / LOGS_OF_RUNS / run_id, home / LOGS_OF_RUNS / new)
    return new


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=40)
    hours = Settings.model_fields["event_hours"].default
    parser.add_argument("--keep", type=int, default=hours * RUNS_AN_HOUR)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running_replay() as replay:
        settings = Settings(data_dir=Path(folder), gateway_url=replay.base_url)
        home = settings.dagster_home
        defs = build_defs(settings=settings, resources={"reporter": Silent()})
        jobs = {name: defs.resolve_job_def(name) for name in (UI_JOB, HISTORICAL_JOB)}
        with open_instance(settings) as instance:

            def run_all() -> dict[str, str]:
                return {
                    name: job.execute_in_process(run_config=QUIET, instance=instance, raise_on_error=False).run_id
                    for name, job in jobs.items()
                }

            began, seconds = size(home), 0.0
            first, second = run_all(), run_all()
            real = len(first) + len(second)
            for number in range(real + 1, asked.runs + 1):
                name = HISTORICAL_JOB if number % 4 == 0 else UI_JOB
                new = again(jobs[name], (second if number % AN_HOUR else first)[name], instance, home)
                os.utime(home / EVENTS_OF_RUNS / f"{new}.db", times=(number, number))
                started = time.perf_counter()
                forget_details(instance, home, datetime.fromtimestamp(0, timezone.utc), asked.keep)
                seconds += time.perf_counter() - started
                if number % 20 == 0 or number == asked.runs:
                    grown = size(home) - began
                    print(f"{number:4} runs: {grown / 1e6:6.1f} MB, {grown / number / 1e3:5.0f} kB a run", flush=True)
        print(f"removing details took {seconds / max(asked.runs - asked.keep, 1) * 1000:.0f} ms a run")


if __name__ == "__main__":
    main()
