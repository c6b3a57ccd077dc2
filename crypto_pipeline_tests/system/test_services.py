"""The system as service managers run it: without Dagster's pages, each part alone or all of them under ``up --no-ui``.

``serve ui`` is run in test_parts_in_postgres.py, ``up`` with everything in test_operation.py.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import duckdb
import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from crypto_pipeline.replay.app import running_replay
from crypto_pipeline.sources.kit import discover
from crypto_pipeline_tests.project import PROJECT, crypto_pipeline, environment, free_port, free_ports
from crypto_pipeline_tests.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")]
ASKED = {"kraken", "coinbase"}
OURS = {
    "ui_cron": "0 0 1 1 *",
    "historical_cron": "30 0 1 1 *",
    "maintenance_cron": "0 1 1 1 *",
    "past_since": "off",
    "ui": "false",
    "sources_off": ",".join(sorted({endpoint.provider.name for endpoint in discover()} - ASKED)),
    "request_seconds": "300",
    "ui_seconds": "3600",
}
STOPS_IN = 8.0
"""Seconds: Docker gives ten. On a machine that is busy with other things nobody promises them."""


@contextmanager
def running(folder: Path, log: str, *command: str, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that still runs when the block ends is killed: the test has failed then."""
    with (folder / log).open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "crypto_pipeline", *command],
            env=environment(folder, **OURS, **settings),
            cwd=PROJECT,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def stop(*processes: subprocess.Popen[bytes]) -> list[int]:
    """Tell all of them at once, as a service manager does, and say how each has ended."""
    began = time.monotonic()
    for process in processes:
        process.send_signal(signal.SIGTERM)
    codes = [process.wait(300) for process in processes]
    took = time.monotonic() - began
    assert took < STOPS_IN or os.getloadavg()[0] > (os.cpu_count() or 1), f"{took:.1f} s"
    return codes


def of_this_folder(folder: Path) -> list[str]:
    """The commands of all processes that were started with this data folder."""
    mark, found = f"CRYPTO_PIPELINE_DATA_DIR={folder}".encode(), []
    for process in Path("/proc").iterdir():
        with suppress(OSError):
            if process.name.isdigit() and mark in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


def answer(port: int, path: str) -> httpx.Response | None:
    with suppress(httpx.HTTPError):
        return httpx.get(f"http://127.0.0.1:{port}{path}", timeout=300, trust_env=False)
    return None


def is_well(port: int, path: str) -> bool:
    found = answer(port, path)
    return found is not None and found.is_success


def numbers(port: int) -> dict[str, float]:
    """What Prometheus reads, for the names that have one value."""
    found = answer(port, "/metrics")
    assert found is not None
    families = list(text_string_to_metric_families(found.text))
    return {one.name: one.samples[0].value for one in families if len(one.samples) == 1}


def force(port: int) -> str:
    """The id of a run of the 5-minute job that the API has launched, as soon as the daemon ticks and the code is loaded."""
    address = f"http://127.0.0.1:{port}/api/worker/force-collection?collection_type=ui"
    launched: list[str] = []

    def launch() -> list[str]:
        posted = httpx.post(address, timeout=300, trust_env=False)
        assert posted.is_success or posted.status_code == 503 or "does not tick" in posted.text, posted.text
        launched.extend(run["run_id"] for run in posted.json().get("runs", ()))
        return launched

    until(launch)
    return launched[0]


def test_parts_that_are_served_alone_collect_together_and_keep_what_came_when_they_are_stopped(tmp_path: Path) -> None:
    port, code_port = free_ports()
    with running_replay(latency=0.0) as replay, ExitStack() as stack:
        where = {
            "api_port": str(port),
            "code_server": f"127.0.0.1:{code_port}",
            "gateway_url": replay.base_url,
        }
        parts = [
            stack.enter_context(running(tmp_path, f"{words[-1]}.log", *words, **where))
            for words in (("serve", "code"), ("serve", "daemon"), ("api",))
        ]
        until(lambda: is_well(port, "/healthz"))
        refused = answer(port, "/readyz")
        assert refused is not None
        assert (refused.status_code, bool(refused.json()["reasons"])) == (503, True)
        until(lambda: (tmp_path / "dagster" / "workspace.yaml").exists())

        force(port)
        until(lambda: is_well(port, "/readyz"))
        assert numbers(port)["crypto_pipeline_ready"] == 1

        replay.set_fault("api.kraken.com=hang")
        run = force(port)
        printed = tmp_path / "dagster" / "compute_logs"
        until(
            lambda: any(
                "coinbase.products " in one.read_text("utf-8") for one in printed.rglob("*.err") if run in one.parts
            )
        )
        assert [process.poll() for process in parts] == [None] * 3
        codes = stop(*parts)
    assert codes == [0, 0, 0]
    assert of_this_folder(tmp_path) == []
    with duckdb.connect(str(tmp_path / "crypto_data.duckdb"), read_only=True) as database:
        asked = database.execute(f"SELECT endpoint FROM data_collections WHERE run_id = '{run}'").fetchall()
    assert ("coinbase.products",) in asked


def test_without_its_pages_the_system_collects_and_leaves_nothing_behind(tmp_path: Path) -> None:
    port, ui_port = free_port(), free_port()
    with (
        running_replay(latency=0.0) as replay,
        running(
            tmp_path,
            "up.log",
            "up",
            "--no-ui",
            api_port=str(port),
            ui_port=str(ui_port),
            gateway_url=replay.base_url,
        ) as up,
    ):
        until(lambda: up.poll() is not None or is_well(port, "/readyz"))
        assert up.poll() is None, (tmp_path / "up.log").read_text("utf-8")
        until(lambda: numbers(port).get("crypto_pipeline_ready") == 1)
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", ui_port)) != 0
        assert not any("webserver" in command for command in of_this_folder(tmp_path))
        said = crypto_pipeline("status", data_dir=tmp_path, ui_port=str(ui_port))  # nobody says --no-ui a second time
        assert said.stdout.startswith("Data is being collected on schedule."), said.stdout + said.stderr
        assert stop(up) == [0]
    assert of_this_folder(tmp_path) == []
    assert (tmp_path / "up.log").read_text("utf-8").rstrip().endswith("is in the database.")
