"""What is told when Dagster or the database cannot be reached."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from fastapi import FastAPI

from crypto_pipeline.api.answers import Down
from crypto_pipeline.api.app import build_app
from crypto_pipeline.api.worker import Worker
from crypto_pipeline.settings import Settings
from crypto_pipeline_tests.command import run_here
from crypto_pipeline_tests.project import free_port


@dataclass
class Client:
    """Asks an application in this process."""

    app: FastAPI

    def get(self, path: str, **options: Any) -> httpx.Response:
        return anyio.run(self._ask, "GET", path, options)

    def post(self, path: str) -> httpx.Response:
        return anyio.run(self._ask, "POST", path, {})

    async def _ask(self, method: str, path: str, options: dict[str, Any]) -> httpx.Response:
        transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:7860") as client:
            return await client.request(method, path, **options)


@contextmanager
def asked(settings: Settings) -> Iterator[Client]:
    with Worker(settings) as worker:
        yield Client(build_app(settings, worker))


def down(client: Client) -> dict[str, Any]:
    answer = client.get("/api/worker/health")
    assert answer.status_code == 503
    fields: dict[str, Any] = answer.json()
    Down.model_validate(fields)
    assert (fields["success"], fields["healthy"]) == (False, False)
    return fields


def test_without_dagster_nothing_can_be_switched_or_forced_and_the_numbers_are_told(
    tmp_path: Path, empty_database: Path
) -> None:
    settings = Settings(data_dir=tmp_path, ui_port=free_port())
    shutil.copy(empty_database, settings.database)
    with asked(settings) as client:
        assert f"Dagster does not answer at http://127.0.0.1:{settings.ui_port}" in down(client)["error"]
        for command in ("start", "stop", "force-collection"):
            answer = client.post(f"/api/worker/{command}")
            assert (answer.status_code, set(answer.json())) == (503, {"detail"})
        assert client.get("/api/worker/stats").json()["statistics"] == {
            "total_ui_collections": 0,
            "total_historical_collections": 0,
            "total_records_saved": 0,
            "last_ui_collection": None,
            "last_historical_collection": None,
            "average_records_per_ui_collection": 0,
            "average_records_per_historical_collection": 0,
        }
        assert client.get("/").status_code == 200


def test_a_port_that_never_answers_costs_a_second(tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with asked(Settings(data_dir=tmp_path, ui_port=silent.getsockname()[1])) as client:
            assert "does not answer" in down(client)["detail"]


def test_a_fault_of_our_own_is_json_and_tells_nothing_of_the_inside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(self: Worker) -> None:
        raise ZeroDivisionError("a secret of the inside")

    monkeypatch.setattr(Worker, "stats", breaks)
    with asked(Settings(data_dir=tmp_path)) as client:
        answer = client.get("/api/worker/stats")
    assert (answer.status_code, set(answer.json()), "secret" in answer.text) == (500, {"detail"}, False)


def test_a_token_that_is_set_is_demanded(tmp_path: Path) -> None:
    with asked(Settings(data_dir=tmp_path, api_token="secret")) as client:
        answer = client.get("/api/worker/stats")
        assert (answer.status_code, set(answer.json())) == (401, {"detail"})
        assert client.get("/api/worker/stats", headers={"Authorization": "Bearer secret"}).status_code == 200


def test_the_command_says_down_with_exit_code_2(tmp_path: Path) -> None:
    run = run_here("health", "--json", data_dir=tmp_path, ui_port=str(free_port()))
    assert run.returncode == 2
    assert json.loads(run.stdout)["healthy"] is False


def test_a_command_that_needs_dagster_says_in_one_sentence_that_it_does_not_answer(tmp_path: Path) -> None:
    run = run_here("stop", data_dir=tmp_path, ui_port=str(free_port()))
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (2, "", 1)
    assert "'crypto-pipeline up' starts it" in run.stderr


def test_an_address_for_everybody_without_a_token_is_refused_before_anything_starts(tmp_path: Path) -> None:
    for command in ("up", "api"):
        run = run_here(command, data_dir=tmp_path, api_host="0.0.0.0")
        assert (run.returncode, run.stderr.count("\n")) == (2, 1)
        assert "set CRYPTO_PIPELINE_API_TOKEN" in run.stderr
    assert list(tmp_path.iterdir()) == []
