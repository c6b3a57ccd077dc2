"""The system that ``crypto-pipeline up`` starts, in the process of the tests, for tests that ask it over HTTP.

Belongs here: Dagster's webserver, its daemon and our API, each in threads, over one data folder, one database and one replay.
Does not belong here: its parts as processes, and what starts, kills and stops them (system/test_operation.py).

Dagster's webserver and its daemon are read by the one process that runs such a system, and not by all that collect the tests.
"""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
import yaml
from dagster._core.remote_origin import InProcessCodeLocationOrigin
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import InProcessWorkspaceLoadTarget
from starlette.applications import Starlette

from crypto_pipeline.api.app import build_app
from crypto_pipeline.api.errors import Unavailable
from crypto_pipeline.api.worker import Worker
from crypto_pipeline.orchestration.instance import instance_config, open_instance
from crypto_pipeline.replay.app import Replay, running_replay
from crypto_pipeline.settings import Settings
from crypto_pipeline.system import parts
from crypto_pipeline.system.collecting import RecordingReporter, collect
from crypto_pipeline.warehouse.engines import warehouse_for
from crypto_pipeline_tests import templates
from crypto_pipeline_tests.few import ALL_BUT_FEW
from crypto_pipeline_tests.project import environment
from crypto_pipeline_tests.waiting import until

WORKER = "/api/worker"
SELDOM = {"ui_cron": "0 0 1 1 *", "historical_cron": "30 0 1 1 *"}
"""No tick falls into the tests."""
PATIENCE = 1_200
"""Seconds: more than even a busy machine needs for anything."""
IN_THIS_PROCESS = {
    "run_launcher": {
        "module": "dagster._core.launcher.sync_in_memory_run_launcher",
        "class": "SyncInMemoryRunLauncher",
    },
    "compute_logs": {
        "module": "dagster._core.storage.noop_compute_log_manager",
        "class": "NoOpComputeLogManager",
    },
}
"""What dagster.yaml says, so that a run needs no process of its own, and nobody reads along what this one prints."""


@dataclass
class System:
    settings: Settings
    replay: Replay
    client: httpx.Client

    @property
    def graphql(self) -> str:
        return f"http://127.0.0.1:{self.settings.ui_port}/graphql"

    def get(self, question: str) -> Any:
        return self.client.get(f"{WORKER}/{question}").json()

    def post(self, command: str, **options: Any) -> httpx.Response:
        return self.client.post(f"{WORKER}/{command}", **options)

    def sql(self, query: str) -> list[tuple[Any, ...]]:
        return warehouse_for(self.settings).query(query).rows

    def ask_dagster(self, query: str) -> Any:
        return self.client.post(self.graphql, json={"query": query}).json()["data"]

    def wait_for_runs(self, run_ids: list[str]) -> list[str]:
        """How these runs ended."""

        def statuses() -> list[str]:
            each = " ".join(
                f'r{n}: runOrError(runId: "{one}") {{... on Run {{status}}}}' for n, one in enumerate(run_ids)
            )
            return [run["status"] for run in self.ask_dagster(f"{{{each}}}").values()]

        until(lambda: set(statuses()) <= {"SUCCESS", "FAILURE"}, PATIENCE)
        return statuses()


class ComingAgain(httpx.HTTPTransport):
    """Asks as clients do: who is told to come again, because too many ask or Dagster is slow to answer, does so."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        give_up = time.monotonic() + PATIENCE
        while True:
            answer = super().handle_request(request)
            if answer.status_code != Unavailable.status or time.monotonic() > give_up:
                return answer
            answer.close()
            time.sleep(0.2)


@contextmanager
def running_system(folder: Path) -> Iterator[System]:
    """After its first collection, as soon as it says that it is healthy."""
    from dagster._daemon.controller import DagsterDaemonController, create_daemons_from_instance

    from crypto_pipeline.system.guarded_webserver import GuardedWebserver

    choices: dict[str, Any] = {**SELDOM, "symbols": "BTC", "past_since": "off", "sources_off": ALL_BUT_FEW}
    with ExitStack() as stack:
        replay = stack.enter_context(running_replay())
        ui, api = (stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(2))
        choices |= {"gateway_url": replay.base_url, "ui_port": _port(ui), "api_port": _port(api)}
        settings = Settings(data_dir=folder, **choices)
        _prepare_home(settings)
        collect("historical", settings, RecordingReporter())
        stack.enter_context(_as_its_environment(settings, {name: str(value) for name, value in choices.items()}))
        instance = stack.enter_context(open_instance(settings))
        context = stack.enter_context(WorkspaceProcessContext(instance, _code()))
        daemons = [stack.enter_context(daemon) for daemon in create_daemons_from_instance(instance)]
        stack.enter_context(DagsterDaemonController(context, daemons))
        stack.enter_context(_serving(GuardedWebserver(context).create_asgi_app(), ui))
        worker = stack.enter_context(Worker(settings))
        stack.enter_context(_serving(build_app(settings, worker), api))
        address = f"http://127.0.0.1:{settings.api_port}"
        client = stack.enter_context(httpx.Client(base_url=address, timeout=300, transport=ComingAgain()))
        until(lambda: client.get(f"{WORKER}/health").json()["healthy"], PATIENCE)
        yield System(settings, replay, client)


def _prepare_home(settings: Settings) -> None:
    templates.data_folder(settings.data_dir)
    home = settings.dagster_home
    config = instance_config(home) | IN_THIS_PROCESS
    (home / "dagster.yaml").write_text(yaml.safe_dump(config), "utf-8")


@contextmanager
def _as_its_environment(settings: Settings, choices: dict[str, str]) -> Iterator[None]:
    """What Dagster loads in this process finds the settings where a process of its own would."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(settings.data_dir, **choices).items():
            patch.setenv(name, value)
        patch.delitem(sys.modules, parts.MODULE, raising=False)
        yield


def _code() -> InProcessWorkspaceLoadTarget:
    origin = LoadableTargetOrigin(executable_path=sys.executable, module_name=parts.MODULE)
    return InProcessWorkspaceLoadTarget(InProcessCodeLocationOrigin(origin, location_name=parts.LOCATION))


@contextmanager
def _serving(app: Starlette, listener: socket.socket) -> Iterator[None]:
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


def _port(listener: socket.socket) -> int:
    port: int = listener.getsockname()[1]
    return port
