"""Code location, daemon and UI as three machines would run them: a data folder each, and nothing shared but a PostgreSQL."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import duckdb
import httpx
import pytest

from crypto_pipeline.replay.app import running_replay
from crypto_pipeline.sources.kit import discover
from crypto_pipeline_tests.postgres import Server, new_database
from crypto_pipeline_tests.project import PROJECT, environment, free_ports
from crypto_pipeline_tests.waiting import until

pytestmark = pytest.mark.slow
ASKED = {"kraken", "coinbase"}
SELDOM = {"ui_cron": "0 0 1 1 *", "historical_cron": "30 0 1 1 *", "maintenance_cron": "0 1 1 1 *"}
SELECTOR = (
    '{repositoryLocationName: "crypto_pipeline", repositoryName: "__repository__", jobName: "ui_data_collection"}'
)
LAUNCH = (
    f"mutation {{ launchRun(executionParams: {{selector: {SELECTOR}, runConfigData: {{}}}})"
    " { ... on LaunchRunSuccess { run { runId } } ... on Error { message } } }"
)


@contextmanager
def part(name: str, folder: Path, settings: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    folder.mkdir()
    with (folder / "printed.log").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "crypto_pipeline", "serve", name],
            env=environment(folder, **settings),
            cwd=PROJECT,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(300)


def test_a_run_that_is_launched_in_one_place_is_started_by_another_and_works_in_a_third(
    tmp_path: Path, postgres: Server
) -> None:
    ui_port, code_port = free_ports()
    off = ",".join(sorted({endpoint.provider.name for endpoint in discover()} - ASKED))

    def ask(query: str) -> str:
        try:
            address = f"http://127.0.0.1:{ui_port}/graphql"
            return httpx.post(address, json={"query": query}, timeout=300, trust_env=False).text
        except httpx.HTTPError as error:
            return str(error)

    with (
        new_database(postgres, "template1") as storage,
        running_replay(latency=0.0) as replay,
        ExitStack() as parts,
    ):
        ours = {
            **SELDOM,
            "dagster_storage": storage,
            "gateway_url": replay.base_url,
            "sources_off": off,
            "request_seconds": "300",
            "ui_port": str(ui_port),
            "code_server": f"127.0.0.1:{code_port}",
        }
        running = [parts.enter_context(part(name, tmp_path / name, ours)) for name in ("code", "daemon", "ui")]
        until(lambda: "runId" in ask(LAUNCH))
        until(lambda: '"SUCCESS"' in ask("{ runsOrError { ... on Runs { results { status } } } }"))
        assert [process.poll() for process in running] == [None] * 3

    with duckdb.connect(str(tmp_path / "code" / "crypto_data.duckdb"), read_only=True) as database:
        assert database.execute("SELECT count(DISTINCT source) FROM market_prices").fetchone() == (len(ASKED),)
    for name in ("daemon", "ui"):
        assert not (tmp_path / name / "crypto_data.duckdb").exists()
        assert not (tmp_path / name / "dagster" / "history").exists()
    # Whoever launches a run says where its lines go: docs/sharing.md wants the folder to have the same path everywhere.
    assert os.listdir(tmp_path / "daemon" / "dagster" / "compute_logs")
