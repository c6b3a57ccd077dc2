"""A data bank as it is after a collection, in a folder in which a reader of the documents might be."""

from __future__ import annotations

import io
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
from anyio.from_thread import start_blocking_portal

from crypto_pipeline.api.app import build_app
from crypto_pipeline.api.worker import Worker
from crypto_pipeline.schema.declare import TIME
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.settings import Settings
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.command import run_here
from crypto_pipeline_tests.project import environment, free_port

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

    def bring_prices_to_now(self) -> None:
        """As old as those of a reader whose data bank collects: on a busy machine the suite has asked for them half an hour ago."""
        age = self.one("SELECT now() - max(collected_at) FROM cached_market_data")
        with self.warehouse.connection() as connection:
            for table in ("cached_market_data", "market_prices", "consensus_prices"):
                times = [column.name for column in TABLES[table].columns if column.type == TIME]
                connection.execute(
                    f"UPDATE {table} SET {', '.join(f'{name} = {name} + $age' for name in times)}", {"age": age}
                )

    def one(self, query: str) -> Any:
        ((value,),) = self.warehouse.query(query).rows
        return value

    def output_of(self, program: str) -> str:
        """What a program in Python prints that is run in the folder."""
        out = io.StringIO()
        ours = environment(Path("data"))
        with working_in(self.folder), patch.dict(os.environ, ours, clear=True), redirect_stdout(out):
            exec(compile(program, "program.py", "exec"), {"__name__": "__main__"})
        return out.getvalue()

    def run(self, command: str) -> subprocess.CompletedProcess[str]:
        """A command as a person types it after ``source .venv/bin/activate``; one of ours alone runs in this process.

        Its output may go to a file.
        """
        typed = shlex.split(command, comments=True)
        *alone, arrow, target = typed if typed[-2:-1] == [">"] else [*typed, "", ""]
        if typed[0] == "crypto-pipeline" and SHELL.isdisjoint(alone):
            with working_in(self.folder):
                run = run_here(
                    *alone[1:], data_dir=Path("data"), encoding="latin-1" if "--parquet" in alone else "utf-8"
                )
                if arrow:
                    Path(target).write_text(run.stdout, "latin-1" if "--parquet" in alone else "utf-8")
                return run
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

    @contextmanager
    def api(self) -> Iterator[Callable[[str, str, dict[str, str]], httpx.Response]]:
        """What the HTTP API of this data bank answers to a method, an address and headers, without a server and without Dagster."""
        # A port of which nobody knows: a Dagster that runs on this machine must not be told to stop.
        settings = self.settings.model_copy(update={"ui_port": free_port()})
        with Worker(settings) as worker, start_blocking_portal() as portal:
            transport = httpx.ASGITransport(build_app(settings, worker), raise_app_exceptions=False)
            with portal.wrap_async_context_manager(httpx.AsyncClient(transport=transport)) as client:
                yield lambda method, url, headers: portal.call(partial(client.request, method, url, headers=headers))
