"""Code location, daemon and UI as three machines would run them: a data folder each, and nothing shared but a PostgreSQL.

They are stopped in the middle of a run, as a service manager stops them. ``up`` with all parts is run in test_operation.py, the
API alone in test_api_alone.py.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import duckdb
import httpx
import pytest

from crypto_pipeline.replay.app import running_replay
from crypto_pipeline_tests.few import all_but
from crypto_pipeline_tests.postgres import Server, new_database
from crypto_pipeline_tests.project import PROJECT, environment, free_ports
from crypto_pipeline_tests.system.stopping import left_of, stop
from crypto_pipeline_tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")]
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
    """One that still runs when the block ends is killed: the test has failed then."""
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
        if process.poll() is None:
            process.terminate()  # it ends its children then
            process.wait(300)


def test_a_run_that_is_launched_in_one_place_is_started_by_another_works_in_a_third_and_keeps_what_came_when_all_are_stopped(
    tmp_path: Path, postgres: Server
) -> None:
    """One source hangs; what the other answered is in the database afterwards."""
    ui_port, code_port = free_ports()

    def ask(query: str) -> str:
        try:
            address = f"http://127.0.0.1:{ui_port}/graphql"
            return httpx.post(address, json={"query": query}, timeout=300, trust_env=False).text
        except httpx.HTTPError as error:
            return str(error)

    # Whoever launches a run says where its lines go: docs/sharing.md wants the folder to have the same path everywhere.
    printed = tmp_path / "daemon" / "dagster" / "compute_logs"
    with (
        new_database(postgres, "template1") as storage,
        running_replay(latency=0.0, faults=["api.kraken.com=hang"]) as replay,
        ExitStack() as parts,
    ):
        ours = {
            **SELDOM,
            "dagster_storage": storage,
            "gateway_url": replay.base_url,
            "sources_off": all_but(ASKED),
            "request_seconds": "300",
            "ui_seconds": "3600",
            "ui_port": str(ui_port),
            "code_server": f"127.0.0.1:{code_port}",
        }
        running = [parts.enter_context(part(name, tmp_path / name, ours)) for name in ("code", "daemon", "ui")]
        until(lambda: "runId" in ask(LAUNCH))
        until(lambda: any("coinbase.products " in one.read_text("utf-8") for one in printed.rglob("*.err")))
        assert '"STARTED"' in ask("{ runsOrError { ... on Runs { results { status } } } }")
        assert [process.poll() for process in running] == [None] * 3
        assert stop(*running) == [0] * 3

    assert [left_of(tmp_path / name) for name in ("code", "daemon", "ui")] == [[]] * 3
    with duckdb.connect(str(tmp_path / "code" / "crypto_data.duckdb"), read_only=True) as database:
        assert database.execute("SELECT DISTINCT source FROM market_prices").fetchall() == [("coinbase",)]
        assert ("coinbase.products",) in database.execute("SELECT endpoint FROM data_collections").fetchall()
    for name in ("daemon", "ui"):
        assert not (tmp_path / name / "crypto_data.duckdb").exists()
        assert not (tmp_path / name / "dagster" / "history").exists()
    assert os.listdir(printed)
