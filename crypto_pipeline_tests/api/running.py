"""The whole system as ``crypto-pipeline up`` starts it, for tests that ask it over HTTP."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import httpx

from crypto_pipeline.api.errors import Unavailable
from crypto_pipeline.replay.app import Replay, running_replay
from crypto_pipeline.settings import Settings
from crypto_pipeline_tests.few import ALL_BUT_FEW
from crypto_pipeline_tests.project import PROJECT, environment, free_ports
from crypto_pipeline_tests.waiting import until

WORKER = "/api/worker"
SELDOM = {"ui_cron": "0 0 1 1 *", "historical_cron": "30 0 1 1 *"}
"""No tick falls into the tests."""
PATIENCE = 1_200
"""Seconds: more than even a busy machine needs for anything."""


@dataclass
class System:
    settings: Settings
    replay: Replay
    client: httpx.Client
    log: Path
    """What a person sees of it."""

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
    """Ready when its health can be told and the first collection is over. It has to end at once, and well, when it is told to."""
    ui_port, api_port = free_ports()
    with running_replay() as replay:
        choices: dict[str, Any] = {
            **SELDOM,
            "gateway_url": replay.base_url,
            "symbols": "BTC",
            "past_since": "off",
            "sources_off": ALL_BUT_FEW,
        }
        env = environment(folder, **choices, ui_port=str(ui_port), api_port=str(api_port))
        log = folder / "up.log"
        with log.open("wb") as output:
            command = [sys.executable, "-m", "crypto_pipeline", "up"]
            up = subprocess.Popen(command, env=env, cwd=PROJECT, stdout=output, stderr=subprocess.STDOUT)
        settings = Settings(data_dir=folder, **choices, ui_port=ui_port, api_port=api_port)
        try:
            address = f"http://127.0.0.1:{settings.api_port}"
            with httpx.Client(base_url=address, timeout=300, transport=ComingAgain()) as client:
                until(lambda: up.poll() is not None or _is_up(client), PATIENCE)
                assert up.poll() is None, log.read_text()
                yield System(settings, replay, client, log)
        finally:
            up.send_signal(signal.SIGTERM)
            code = up.wait()
        assert (code, log.read_text().splitlines()[-1][:8]) == (0, "Stopped."), log.read_text()
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", ui_port)) != 0


def _is_up(client: httpx.Client) -> bool:
    try:
        found = client.get(f"{WORKER}/health").json()
    except httpx.TransportError:
        return False
    return bool(found["healthy"])
