"""The reading API says the same of a file that follows a PostgreSQL as of a file that is alone, byte by byte."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import anyio
import httpx
import pytest

from crypto_pipeline.api.app import build_app
from crypto_pipeline.api.worker import Worker
from crypto_pipeline.docgen.api_pages import openapi
from crypto_pipeline.replay.app import running_replay
from crypto_pipeline.settings import Settings
from crypto_pipeline_tests.command import run_here
from crypto_pipeline_tests.few import ALL_BUT_FEW
from crypto_pipeline_tests.postgres import Server, new_database
from crypto_pipeline_tests.project import free_port


def paths() -> list[str]:
    """What can be asked without knowing anything."""
    return [
        path
        for path, methods in openapi()["paths"].items()
        if "get" in methods
        and "{" not in path
        and "/worker/" not in path  # of Dagster's runs on this machine
        and not any(one.get("required") for one in methods["get"].get("parameters", ()))
    ]


@pytest.fixture(scope="module")
def machines(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Settings]]:
    """A machine with a file alone; one that moved the same into a PostgreSQL; one that follows it."""
    folder = tmp_path_factory.mktemp("machines")
    with running_replay(latency=0.0) as replay:
        run = run_here("collect", "ui", data_dir=folder / "alone", gateway_url=replay.base_url, sources_off=ALL_BUT_FEW)
    assert run.returncode == 0, run.stderr
    with new_database(postgres) as hub:
        assert run_here("move-to", hub, data_dir=folder / "alone").returncode == 0
        assert run_here("follow", "--once", data_dir=folder / "follower", database_url=hub).returncode == 0
        shutil.rmtree(folder / "alone" / "dagster")
        alone = Settings(_env_file=None, ui_port=free_port(), data_dir=folder / "alone")
        follower = alone.model_copy(update={"data_dir": folder / "follower", "database_url": hub})
        yield {"alone": alone, "follower": follower}


def answers(settings: Settings) -> dict[str, bytes]:
    """What each path answers: the status, and the body as it is sent."""

    async def ask() -> dict[str, bytes]:
        with Worker(settings) as worker:
            transport = httpx.ASGITransport(build_app(settings, worker), raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
                said = {path: await client.get(path) for path in paths()}
        return {path: f"{answer.status_code} ".encode() + answer.content for path, answer in said.items()}

    return anyio.run(ask)


def test_every_answer_is_the_same(machines: dict[str, Settings]) -> None:
    before, follower, after = (answers(machines[name]) for name in ("alone", "follower", "alone"))
    steady = {path for path in before if before[path] == after[path]}  # others say what time it is
    assert {path: follower[path] for path in steady} == {path: before[path] for path in steady}
    assert len(steady) >= 0.6 * len(before), sorted(before.keys() - steady)
    assert sum(before[path].startswith(b"200") for path in steady) >= 10
