"""A data bank as it is after a collection, in a folder in which a reader of the documents might be."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import httpx

from crypto_pipeline.api.app import build_app
from crypto_pipeline.api.worker import Worker
from crypto_pipeline.replay.app import running_replay
from crypto_pipeline.settings import Settings
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.command import run_here
from crypto_pipeline_tests.project import free_port

FAULTS = ("api.kraken.com/0/public/Ticker=503", "api.coingecko.com=451")
"""Something to be seen in the tables of failures."""


@dataclass(frozen=True)
class Bank:
    """``folder`` is where commands are typed; the data is in ``folder/data``, as in a fresh checkout."""

    folder: Path

    @property
    def settings(self) -> Settings:
        return Settings(_env_file=None, data_dir=self.folder / "data")

    @property
    def warehouse(self) -> DuckDBWarehouse:
        return DuckDBWarehouse(self.settings.database)

    def one(self, query: str) -> Any:
        ((value,),) = self.warehouse.query(query).rows
        return value

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        """A command as a person types it after ``source .venv/bin/activate``."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("CRYPTO_PIPELINE_")}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env={**inherited, "PATH": path, "COLUMNS": "160"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
        )

    def ask(self, method: str, url: str, headers: dict[str, str]) -> httpx.Response:
        """What the HTTP API of this data bank answers, without a server and without Dagster."""

        async def asked() -> httpx.Response:
            # A port of which nobody knows: a Dagster that runs on this machine must not be told to stop.
            settings = self.settings.model_copy(update={"ui_port": free_port()})
            with Worker(settings) as worker:
                transport = httpx.ASGITransport(build_app(settings, worker), raise_app_exceptions=False)
                async with httpx.AsyncClient(transport=transport) as client:
                    return await client.request(method, url, headers=headers)

        return anyio.run(asked)


def collected(folder: Path) -> Bank:
    """A data bank after one collection of everything."""
    with running_replay(faults=FAULTS) as replay:
        run = run_here("collect", data_dir=folder / "data", gateway_url=replay.base_url)
    assert run.returncode == 0, run.stdout + run.stderr
    return Bank(folder)
