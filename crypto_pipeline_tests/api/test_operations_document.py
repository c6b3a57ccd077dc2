"""The queries of docs/operations.md, as they stand there, against a running system."""

from __future__ import annotations

import json
import os
import re
import subprocess
from typing import Any

from crypto_pipeline.schema.jobs import UI_JOB
from crypto_pipeline_tests.api.running import System
from crypto_pipeline_tests.project import PROJECT

_SECTION = (PROJECT / "docs" / "operations.md").read_text("utf-8").partition("## GraphQL for run status\n")[2]
COMMANDS = re.findall(r"```sh\n(.*?)```", _SECTION.partition("\n## ")[0], re.DOTALL)


def answer(command: str, system: System, **variables: str) -> Any:
    here = command.replace("http://127.0.0.1:3000/", f"http://127.0.0.1:{system.settings.ui_port}/")
    run = subprocess.run(["bash", "-c", here], capture_output=True, check=True, env={**os.environ, **variables})
    document = json.loads(run.stdout)
    assert "errors" not in document
    (field,) = document["data"].values()
    assert field
    assert "message" not in field
    return field


def command_with(field: str) -> str:
    (command,) = [one for one in COMMANDS if field in one]
    return str(command)


def test_each_command_of_the_document_is_tried_here() -> None:
    tried = (
        "limit: 5) {\n    ... on Runs { results { runId jobName",
        "FAILURE",
        "launchRun",
        "runOrError",
        "schedulesOrError",
    )
    assert len(COMMANDS) == len({command_with(field) for field in (*tried, "startSchedule", "assetOrError")})


def test_launching_a_job_and_following_its_run(system: System) -> None:
    launched = answer(command_with("launchRun"), system)["run"]
    assert launched["status"] == "QUEUED"
    newest = answer(command_with("results { runId jobName"), system)["results"]
    assert launched["runId"] in [run["runId"] for run in newest]
    run = answer(command_with("runOrError"), system, RUN_ID=launched["runId"])
    assert run["jobName"] == UI_JOB


def test_the_failed_runs_of_a_job(system: System) -> None:
    assert answer(command_with("FAILURE"), system) == {"results": []}


def test_the_schedules_with_their_state_and_ticks(system: System) -> None:
    schedules = answer(command_with("schedulesOrError"), system)["results"]
    assert {one["scheduleState"]["status"] for one in schedules} == {"RUNNING"}
    assert all(one["futureTicks"]["results"] for one in schedules)


def test_switching_a_schedule_on(system: System) -> None:
    assert answer(command_with("startSchedule"), system)["scheduleState"]["status"] == "RUNNING"


def test_materialisations_with_their_counts(system: System) -> None:
    newest, *_ = answer(command_with("assetOrError"), system)["assetMaterializations"]
    counts = {entry["label"]: entry.get("intValue") for entry in newest["metadataEntries"]}
    assert {"rows_given", "inserted", "updated", "unchanged"} <= set(counts)
