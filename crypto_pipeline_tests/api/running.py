"""The whole system as ``crypto-pipeline up`` starts it, for tests that ask it over HTTP."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import httpx

from crypto_pipeline.replay.app import Replay, running_replay
from crypto_pipeline.settings import Settings
from crypto_pipeline_tests.project import PROJECT, environment, free_ports

WORKER = "/api/worker"
SELDOM = {"ui_cron": "0 0 1 1 *", "historical_cron": "30 0 1 1 *"}
"""No tick falls into the tests."""


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
        with duckdb.connect(str(self.settings.database), read_only=True) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            return connection.execute(query).fetchall()

    def ask_dagster(self, query: str) -> Any:
        return httpx.post(self.graphql, json={"query": query}, timeout=300).json()["data"]

    def wait_for_runs(self, run_ids: list[str]) -> list[str]:
        """How these runs ended."""

        def statuses() -> list[str]:
            runs = [self.ask_dagster(f'{{runOrError(runId: "{one}") {{... on Run {{status}}}}}}') for one in run_ids]
            return [run["runOrError"]["status"] for run in runs]

        until(lambda: set(statuses()) <= {"SUCCESS", "FAILURE"})
        return statuses()


@contextmanager
def running_system(folder: Path) -> Iterator[System]:
    """Ready when its health can be told and the first collection is over."""
    ui_port, api_port = free_ports()
    with running_replay() as replay:
        choices: dict[str, Any] = {**SELDOM, "gateway_url": replay.base_url, "symbols": "BTC"}
        env = environment(folder, **choices, ui_port=str(ui_port), api_port=str(api_port))
        log = folder / "up.log"
        with log.open("wb") as output:
            command = [sys.executable, "-m", "crypto_pipeline", "up"]
            up = subprocess.Popen(command, env=env, cwd=PROJECT, stdout=output, stderr=subprocess.STDOUT)
        settings = Settings(data_dir=folder, **choices, ui_port=ui_port, api_port=api_port)
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{settings.api_port}", timeout=300, trust_env=False) as client:
                until(lambda: up.poll() is not None or _is_up(client))
                assert up.poll() is None, log.read_text()
                yield System(settings, replay, client)
        finally:
            up.send_signal(signal.SIGTERM)
            up.wait(30)


def until(condition: Callable[[], bool], seconds: float = 240) -> None:
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up, "it did not come about in time"
        time.sleep(0.2)


def _is_up(client: httpx.Client) -> bool:
    try:
        found = client.get(f"{WORKER}/health").json()
    except httpx.TransportError:
        return False
    return bool(found["healthy"])
