"""Our code location beside one of somebody else's, in one Dagster, with names in common: each keeps its own."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.remote_origin import CodeLocationOrigin, InProcessCodeLocationOrigin
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._core.workspace.context import WorkspaceProcessContext, WorkspaceRequestContext
from dagster._core.workspace.load_target import WorkspaceLoadTarget

from crypto_pipeline.orchestration import runs
from crypto_pipeline.orchestration.runs import end_dead_runs
from crypto_pipeline.replay.app import running_replay
from crypto_pipeline.schema.jobs import UI_JOB, UI_SCHEDULE
from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.kit import discover
from crypto_pipeline.warehouse.engines import warehouse_for
from crypto_pipeline_tests import templates

ASKED = {"kraken", "coinbase", "alternative_me"}
OTHERS = ",".join(sorted({endpoint.provider.name for endpoint in discover()} - ASKED))
OURS = """
from crypto_pipeline.orchestration.build import build_defs
from crypto_pipeline.settings import Settings

defs = build_defs(
    settings=Settings(data_dir={folder!r}, gateway_url={gateway!r}, sources_off={others!r}),
    key_prefix="bank",
    schedules_on=False,
)
"""
THEIRS = f"""
import dagster as dg

@dg.asset
def market_prices() -> None:
    pass

job = dg.define_asset_job({UI_JOB!r}, selection=[market_prices], executor_def=dg.in_process_executor)
schedule = dg.ScheduleDefinition({UI_SCHEDULE!r}, cron_schedule="0 0 1 1 *", job=job)
defs = dg.Definitions([market_prices], jobs=[job], schedules=[schedule])
"""
START_THEIRS = f"""mutation {{ startSchedule(scheduleSelector: {{
    repositoryLocationName: "theirs", repositoryName: "__repository__", scheduleName: "{UI_SCHEDULE}" }}) {{ __typename }} }}"""


class InThisProcess(WorkspaceLoadTarget):
    """Files with definitions, each a code location of its own that is called like its file."""

    def __init__(self, *files: Path) -> None:
        self._files = files

    def create_origins(self) -> Sequence[CodeLocationOrigin]:
        return [
            InProcessCodeLocationOrigin(LoadableTargetOrigin(python_file=str(file)), location_name=file.stem)
            for file in self._files
        ]


def definitions_in(file: Path) -> dg.Definitions:
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = module.defs
    assert isinstance(found, dg.Definitions)
    return found


class Dagster:
    """One Dagster with both."""

    def __init__(self, context: WorkspaceRequestContext, files: Sequence[Path]) -> None:
        self.context = context
        self.instance = context.instance
        self._defs = {file.stem: definitions_in(file) for file in files}

    def ask(self, question: str) -> Any:
        """By GraphQL, as the UI does."""
        from dagster_graphql.test.utils import execute_dagster_graphql  # takes half a second to import

        said = execute_dagster_graphql(self.context, question)
        assert said.errors is None
        return said.data

    def run(self, location: str) -> dg.ExecuteInProcessResult:
        """The job that both have."""
        return self._defs[location].resolve_job_def(UI_JOB).execute_in_process(instance=self.instance)

    def begun(self, location: str) -> str:
        """The id of a run of that job whose process is gone."""
        job = self._defs[location].resolve_job_def(UI_JOB)
        run = self.instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED, tags=dict(job.run_tags))
        return run.run_id

    def state_of(self, run_id: str) -> dg.DagsterRunStatus:
        run = self.instance.get_run_by_id(run_id)
        assert run is not None
        return run.status


@pytest.fixture(scope="module")
def dagster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dagster]:
    folder = tmp_path_factory.mktemp("locations")
    ours, theirs = folder / "ours.py", folder / "theirs.py"
    theirs.write_text(THEIRS, "utf-8")
    file = warehouse_for(Settings(data_dir=folder / "data"))
    (folder / "data").mkdir()
    shutil.copy(templates.empty_database(), folder / "data")
    with running_replay() as replay, templates.dagster_instance() as instance, file.open():
        text = OURS.format(folder=str(folder / "data"), gateway=replay.base_url, others=OTHERS)
        ours.write_text(text, "utf-8")
        with WorkspaceProcessContext(instance, InThisProcess(ours, theirs)) as process:
            yield Dagster(process.create_request_context(), (ours, theirs))


def test_both_are_loaded_and_their_assets_have_keys_of_their_own(dagster: Dagster) -> None:
    (loaded,) = dagster.ask("""{ workspaceOrError { ... on Workspace { locationEntries {
        name locationOrLoadError { __typename ... on PythonError { message } } } } } }""").values()
    assert {one["name"]: one["locationOrLoadError"] for one in loaded["locationEntries"]} == {
        "ours": {"__typename": "RepositoryLocation"},
        "theirs": {"__typename": "RepositoryLocation"},
    }
    nodes = dagster.ask("{ assetNodes { assetKey { path } repository { location { name } } } }")["assetNodes"]
    of = {"/".join(node["assetKey"]["path"]): node["repository"]["location"]["name"] for node in nodes}
    assert (of["bank/market_prices"], of["market_prices"]) == ("ours", "theirs")
    assert {location for key, location in of.items() if key.startswith("bank/")} == {"ours"}
    assert [key for key, location in of.items() if location == "theirs"] == ["market_prices"]


def test_a_schedule_that_is_switched_on_is_that_of_one_of_them(dagster: Dagster) -> None:
    dagster.ask(START_THEIRS)
    found = dagster.ask("""{ workspaceOrError { ... on Workspace { locationEntries { name locationOrLoadError {
        ... on RepositoryLocation { repositories { schedules { name scheduleState { status } } } } } } } } }""")
    states = {
        (entry["name"], one["name"]): one["scheduleState"]["status"]
        for entry in found["workspaceOrError"]["locationEntries"]
        for one in entry["locationOrLoadError"]["repositories"][0]["schedules"]
    }
    assert states["theirs", UI_SCHEDULE] == "RUNNING"
    assert states["ours", UI_SCHEDULE] == "STOPPED"


def test_a_run_of_each_stores_its_own_asset_of_the_same_name(dagster: Dagster) -> None:
    ours, theirs = dagster.run("ours"), dagster.run("theirs")
    assert ours.success
    assert theirs.success
    for key, run in ((["bank", "market_prices"], ours), (["market_prices"], theirs)):
        event = dagster.instance.get_latest_materialization_event(dg.AssetKey(key))
        assert event is not None
        assert event.run_id == run.run_id


def test_a_run_of_theirs_whose_process_is_gone_is_theirs_to_judge(
    dagster: Dagster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "COMMAND_TAKES_AT_MOST", timedelta(0))
    ours, theirs = dagster.begun("ours"), dagster.begun("theirs")
    end_dead_runs(dagster.instance, tmp_path, prefix=["bank"], launcher_is_gone=True)
    assert dagster.state_of(ours) is dg.DagsterRunStatus.FAILURE
    assert dagster.state_of(theirs) is dg.DagsterRunStatus.STARTED
