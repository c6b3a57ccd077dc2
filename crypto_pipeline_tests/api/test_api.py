"""The API of a running system: real Dagster, real database, real sources of the replay."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
import pytest
from pydantic import BaseModel
from typer.testing import CliRunner

from crypto_pipeline.api.answers import Health, Schedules, Sharing, Stats, Status
from crypto_pipeline.cli.app import app as command
from crypto_pipeline.schema.jobs import HISTORICAL_JOB, HISTORICAL_SCHEDULE, UI_JOB, UI_SCHEDULE
from crypto_pipeline.settings import Settings
from crypto_pipeline_tests.api.documented import COMMANDS, answer_to, command_with
from crypto_pipeline_tests.api.running import SELDOM, System, running_system
from crypto_pipeline_tests.api.test_away import asked, down
from crypto_pipeline_tests.command import command_of
from crypto_pipeline_tests.holding import held_by_another_process
from crypto_pipeline_tests.project import free_port
from crypto_pipeline_tests.waiting import until

pytestmark = pytest.mark.slow

LANGUAGES = {"message_en", "message_fa"}
AGE = {"as_of", "stale_seconds"}


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Everything that ``crypto-pipeline up`` starts, after its first collection."""
    with running_system(tmp_path_factory.mktemp("system")) as system:
        yield system


def test_a_collection_that_a_command_made_is_a_run_like_any_other(system: System) -> None:
    runs = system.ask_dagster("{runsOrError {... on Runs {results {jobName status}}}}")["runsOrError"]["results"]
    assert runs == [{"jobName": HISTORICAL_JOB, "status": "SUCCESS"}]


def test_the_status_has_the_fields_that_programs_rely_on(system: System) -> None:
    answer = system.get("status")
    assert set(answer) == {"success", "worker_status", *LANGUAGES, *AGE}
    is_ = answer["worker_status"]
    assert set(is_) == {
        "is_running",
        "ui_collections",
        "historical_collections",
        "total_records_saved",
        "last_ui_collection",
        "last_historical_collection",
        "recent_errors",
        "scheduler_jobs",
    }
    assert is_["is_running"] is True
    assert [(job["id"], job["name"]) for job in is_["scheduler_jobs"]] == [
        (UI_JOB, f"UI Data Collection ({SELDOM['ui_cron']})"),
        (HISTORICAL_JOB, f"Historical Data Collection ({SELDOM['historical_cron']})"),
    ]
    for job in is_["scheduler_jobs"]:
        assert set(job) == {"id", "name", "next_run_time"}
        assert datetime.fromisoformat(job["next_run_time"]).utcoffset() == timedelta(0)


def test_every_number_is_what_its_sql_says(system: System) -> None:
    answer = system.get("stats")
    assert set(answer) == {"success", "statistics", "recent_errors", "sql", *LANGUAGES, *AGE}
    assert set(answer["sql"]) == set(answer["statistics"])
    for name, query in answer["sql"].items():
        ((stored,),) = system.sql(query)
        assert answer["statistics"][name] == (stored.isoformat() if isinstance(stored, datetime) else stored), name


def test_the_totals_are_those_of_all_the_runs(system: System) -> None:
    says, is_ = system.get("stats")["statistics"], system.get("status")["worker_status"]
    ui, historical = says["total_ui_collections"], says["total_historical_collections"]
    runs = system.ask_dagster("{runsOrError {... on Runs {results {jobName status}}}}")["runsOrError"]["results"]
    ended = [run["jobName"] for run in runs if run["status"] in {"SUCCESS", "FAILURE"}]
    assert (ended.count(UI_JOB), ended.count(HISTORICAL_JOB)) == (ui, historical)
    assert (is_["ui_collections"], is_["historical_collections"]) == (ui, historical)
    assert is_["total_records_saved"] == says["total_records_saved"] > 0
    assert says["total_records_saved"] == pytest.approx(
        ui * says["average_records_per_ui_collection"] + historical * says["average_records_per_historical_collection"]
    )


def forced(system: System) -> httpx.Response:
    """A forced collection; asked for again while the machine is too busy to answer everyone, as the answer says."""
    while (answer := system.post("force-collection")).status_code == 503:
        time.sleep(float(answer.headers["Retry-After"]))
    return answer


def test_ten_forced_collections_at_once_are_one_of_each_job_and_everyone_is_told_its_runs(system: System) -> None:
    before = system.get("stats")["statistics"]
    with ThreadPoolExecutor(10) as threads:
        answers = [one.json() for one in threads.map(lambda _: forced(system), range(10))]
    assert {one["collection_type"] for one in answers} == {"both"}
    assert len({tuple(one["run_ids"]) for one in answers}) == 1
    assert sorted(one["joined"] for one in answers) == [False, *[True] * 9]
    run_ids = answers[0]["run_ids"]
    assert system.wait_for_runs(run_ids) == ["SUCCESS", "SUCCESS"]
    after = system.get("stats")["statistics"]
    for kind in ("ui", "historical"):
        assert after[f"total_{kind}_collections"] == before[f"total_{kind}_collections"] + 1
    assert {one["last_run"]["run_id"] for one in system.get("schedules")["schedules"]} == set(run_ids)


def test_an_unknown_kind_of_collection_is_refused(system: System) -> None:
    answer = system.post("force-collection", params={"collection_type": "everything"})
    assert (answer.status_code, set(answer.json())) == (400, {"detail"})


def test_the_worker_is_stopped_and_started_by_its_two_schedules(system: System) -> None:
    stopped, again = system.post("stop"), system.post("stop")
    assert [(one.status_code, one.json()["success"]) for one in (stopped, again)] == [(200, True), (200, False)]
    assert _states(system) == {"STOPPED"}
    assert system.get("status")["worker_status"]["is_running"] is False
    assert [one["next_run_time"] for one in system.get("schedules")["schedules"]] == [None, None]
    health = system.get("health")
    assert (health["success"], health["healthy"], health["status"]) == (True, False, "stopped")
    refused = system.post("force-collection")
    assert (refused.status_code, "not running" in refused.json()["detail"]) == (400, True)

    started, again = system.post("start"), system.post("start")
    assert [(one.status_code, one.json()["success"]) for one in (started, again)] == [(200, True), (200, False)]
    assert set(started.json()["schedules"]) == {"ui_data", "historical_data"}
    assert _states(system) == {"RUNNING"}
    assert system.get("health")["status"] == "running"


def test_a_page_of_elsewhere_can_neither_stop_it_nor_ask_under_its_own_name(system: System) -> None:
    for headers in ({"Origin": "http://evil.example"}, {"Host": "evil.example"}):
        answer = system.post("stop", headers=headers)
        assert (answer.status_code, set(answer.json())) == (403, {"detail"})
    assert _states(system) == {"RUNNING"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/worker/nothing", 404),
        ("GET", "/api/worker/status/", 404),
        ("GET", "/api/worker/start", 405),
        ("DELETE", "/api/worker/status", 405),
        ("OPTIONS", "/api/worker/stop", 405),
    ],
)
def test_errors_are_json_as_well(method: str, path: str, status: int, system: System) -> None:
    answer = system.client.request(method, path)
    assert (answer.status_code, set(answer.json())) == (status, {"detail"})


def test_the_answers_have_their_shapes(system: System) -> None:
    shapes: dict[str, type[BaseModel]] = {
        "status": Status,
        "stats": Stats,
        "schedules": Schedules,
        "health": Health,
        "sharing": Sharing,
    }
    for question, shape in shapes.items():
        shape.model_validate(system.get(question))


def test_the_command_gives_the_same_answers(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    _as_the_system(monkeypatch, system)
    for question in ("status", "stats", "schedules", "health"):
        code, said = _command(question, "--json")
        assert code == 0, said
        assert _without_moments(json.loads(said)) == _without_moments(system.get(question)), question
        assert _command(question)[0] == 0
    assert json.loads(_command("stop", "--json")[1])["success"] is True
    assert _command("health")[0] == 1
    assert _command("start") == (0, "Both schedules are on now.\n")


def test_while_a_person_holds_the_database_the_answers_do_not_wait_and_say_their_age(system: System) -> None:
    before = system.get("stats")
    with held_by_another_process(system.settings.database):
        answers = [system.client.get(f"/api/worker/{one}") for one in ("status", "stats", "health")]
    assert [one.status_code for one in answers] == [200, 200, 200]
    status, answer, health = (one.json() for one in answers)
    assert status["stale_seconds"] > 0
    assert answer["statistics"] == before["statistics"]
    assert answer["stale_seconds"] > 0
    assert answer["as_of"] == before["as_of"]
    assert (health["healthy"], health["status"]) == (False, "degraded")
    assert "open in another program" in health["problems"][0]
    assert system.get("stats")["stale_seconds"] == 0


def test_one_kind_alone_can_be_forced_and_where_every_source_failed_it_is_not_healthy_and_names_them(
    system: System,
) -> None:
    system.replay.set_fault("*=404")
    try:
        forced = system.post("force-collection", params={"collection_type": "ui"}).json()
        assert [(run["job"], run["joined"]) for run in forced["runs"]] == [(UI_JOB, False)]
        run_ids = forced["run_ids"]
        assert system.wait_for_runs(run_ids) == ["FAILURE"]
    finally:
        system.replay.clear_faults()
    answers: list[dict[str, Any]] = []

    def names_them() -> bool:  # not while somebody stores and the numbers are as they were
        answers.append(system.get("health"))
        said: bool = answers[-1]["problems"] == [
            f"Every source failed in the last collection of {UI_JOB} ({run_ids[0][:8]})."
        ]
        return said

    until(names_them)
    health = answers[-1]
    assert (health["success"], health["healthy"], health["status"]) == (True, False, "degraded")
    assert health["last_collections"][UI_JOB]["ok"] == 0
    newest = "SELECT endpoint || ': ' || outcome FROM failure_logs ORDER BY failed_at DESC LIMIT 10"
    named = [one["error"].split(": ", 2) for one in health["recent_errors"]]
    assert sorted(": ".join(one[:2]) for one in named) == sorted(name for (name,) in system.sql(newest))
    assert {one["type"] for one in health["recent_errors"]} == {"ui_collection"}
    assert all(set(one) == {"timestamp", "type", "error"} for one in health["recent_errors"])


def test_another_program_on_dagster_s_port_is_not_taken_for_it(tmp_path: Path, system: System) -> None:
    settings = Settings(data_dir=tmp_path, ui_port=system.settings.api_port)
    with asked(settings) as client:
        assert "Something that is not Dagster answers" in down(client)["detail"]


def test_when_dagster_is_gone_the_worker_is_not_running_although_its_daemon_gave_a_sign_of_late(system: System) -> None:
    with asked(system.settings.model_copy(update={"ui_port": free_port()})) as client:
        assert client.get("/api/worker/status").json()["worker_status"]["is_running"] is False
        down(client)


def test_a_file_that_is_no_database_is_named(tmp_path: Path, system: System) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("not a database, and longer than nothing")
    settings = Settings(**{**system.settings.model_dump(), "database_url": str(notes)})
    with asked(settings) as client:
        assert f"{notes} is not a DuckDB file" in down(client)["detail"]
        for question in ("status", "stats"):
            answer = client.get(f"/api/worker/{question}")
            assert (answer.status_code, "is not a DuckDB file" in answer.json()["detail"]) == (503, True)


def test_numbers_that_were_never_read_are_not_made_up_while_another_program_holds_them(system: System) -> None:
    with held_by_another_process(system.settings.database), asked(system.settings) as client:
        answer = client.get("/api/worker/stats")
        assert (answer.status_code, "open in another program" in answer.json()["detail"]) == (503, True)
        assert client.get("/api/worker/health").json()["status"] == "degraded"


def test_each_command_of_the_document_is_tried_here() -> None:
    tried = (
        "limit: 5) {\n    ... on Runs { results { runId jobName",
        "FAILURE",
        "launchRun",
        "runOrError",
        "schedulesOrError",
    )
    assert len(COMMANDS) == len({command_with(field) for field in (*tried, "startSchedule", "assetOrError")})


def test_the_documented_query_launches_a_job_and_its_run_is_followed(system: System) -> None:
    launched = answer_to(command_with("launchRun"), system)["run"]
    assert launched["status"] == "QUEUED"
    newest = answer_to(command_with("results { runId jobName"), system)["results"]
    assert launched["runId"] in [run["runId"] for run in newest]
    run = answer_to(command_with("runOrError"), system, RUN_ID=launched["runId"])
    assert run["jobName"] == UI_JOB


def test_the_documented_query_for_the_failed_runs_of_a_job(system: System) -> None:
    assert answer_to(command_with("FAILURE"), system) == {"results": []}


def test_the_documented_query_for_the_schedules_with_their_state_and_ticks(system: System) -> None:
    schedules = answer_to(command_with("schedulesOrError"), system)["results"]
    assert {one["scheduleState"]["status"] for one in schedules} == {"RUNNING"}
    assert all(one["futureTicks"]["results"] for one in schedules)


def test_the_documented_query_that_switches_a_schedule_on(system: System) -> None:
    assert answer_to(command_with("startSchedule"), system)["scheduleState"]["status"] == "RUNNING"


def test_the_documented_query_for_materialisations_with_their_counts(system: System) -> None:
    newest, *_ = answer_to(command_with("assetOrError"), system)["assetMaterializations"]
    counts = {entry["label"]: entry.get("intValue") for entry in newest["metadataEntries"]}
    assert {"rows_given", "inserted", "updated", "unchanged"} <= set(counts)


def _without_moments(answer: dict[str, Any]) -> dict[str, Any]:
    """Without what is new each time that one asks."""
    return {name: value for name, value in answer.items() if name not in {"as_of", "daemon"}}


def _states(system: System) -> set[str]:
    """Whether the two schedules are on, as Dagster tells it."""
    answer = system.ask_dagster(
        '{schedulesOrError(repositorySelector: {repositoryLocationName: "crypto_pipeline",'
        ' repositoryName: "__repository__"}) {... on Schedules {results {name scheduleState {status}}}}}'
    )
    return {
        one["scheduleState"]["status"]
        for one in answer["schedulesOrError"]["results"]
        if one["name"] in {UI_SCHEDULE, HISTORICAL_SCHEDULE}
    }


def _as_the_system(monkeypatch: pytest.MonkeyPatch, system: System) -> None:
    for name, value in system.settings.model_dump(exclude_none=True).items():
        monkeypatch.setenv(f"CRYPTO_PIPELINE_{name.upper()}", str(value))


def _command(*arguments: str) -> tuple[int, Any]:
    with patch("typer.testing._get_command", command_of):
        result = CliRunner().invoke(command, arguments)
    return result.exit_code, result.output
