"""A data bank as it is after a collection, in a folder in which a reader of the documents might be."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import httpx

from crypto_pipeline.api.app import build_app
from crypto_pipeline.api.worker import Worker
from crypto_pipeline.settings import Settings
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.command import run_here
from crypto_pipeline_tests.project import free_port

SHELL = {">", "|", "&", "&&"}
"""What only a shell understands."""


@contextmanager
def working_in(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


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
        """A command as a person types it after ``source .venv/bin/activate``; one of ours alone runs in this process."""
        typed = shlex.split(command, comments=True)
        if typed[0] == "crypto-pipeline" and SHELL.isdisjoint(typed):
            with working_in(self.folder):
                return run_here(*typed[1:], data_dir=Path("data"))
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
