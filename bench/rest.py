"""What the whole system takes at rest, with a collection, and how long it takes to stop with a run under way.

The first back-fill, a process of its own of some 130 MB for the minutes that it takes, is left out. Memory is PSS of /proc (smaps_rollup): what processes share counts once. Linux only.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from crypto_pipeline.replay.app import running_replay
from crypto_pipeline.settings import Settings
from crypto_pipeline.system import stale_processes

sys.path.append(str(Path(__file__).resolve().parents[1]))  # what tests have in common is not installed

from crypto_pipeline_tests.project import environment, free_ports

REST_SECONDS = 60
SELDOM = {"ui_cron": "0 0 1 1 *", "historical_cron": "30 0 1 1 *", "maintenance_cron": "0 1 1 1 *", "past_since": "off"}
LAUNCH = (
    'mutation { launchRun(executionParams: {selector: {repositoryLocationName: "crypto_pipeline", '
    'repositoryName: "__repository__", jobName: "historical_data_collection"}, runConfigData: {}}) { __typename } }'
)


def pss_megabytes(pid: int) -> float:
    try:
        found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text("ascii"), re.M)
    except OSError:
        return 0.0
    return int(found[1]) / 1024 if found else 0.0


def name(pid: int) -> str:
    words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    return " ".join(word.rpartition("/")[2] for word in words if not word.startswith("-"))[:60]


def measured(pids: list[int]) -> float:
    return sum(map(pss_megabytes, pids))


def main() -> None:
    with tempfile.TemporaryDirectory() as name_of_folder, running_replay() as replay:
        folder = Path(name_of_folder)
        ui_port, api_port = free_ports()
        ports = {"ui_port": str(ui_port), "api_port": str(api_port)}
        env = environment(folder, gateway_url=replay.base_url, **SELDOM, **ports)
        log = folder / "up.log"
        with log.open("wb") as output:
            up = subprocess.Popen(
                [sys.executable, "-m", "crypto_pipeline", "up"], env=env, stdout=output, stderr=subprocess.STDOUT
            )
        while "UI is ready" not in log.read_text("utf-8"):
            assert up.poll() is None, log.read_text("utf-8")
            time.sleep(0.5)
        word = stale_processes.secret_word(Settings(data_dir=folder).dagster_home)
        base = f"http://127.0.0.1:{ui_port}"
        httpx.get(f"{base}/runs", timeout=60)
        httpx.get(f"http://127.0.0.1:{api_port}/api/data/overview", timeout=60)
        time.sleep(REST_SECONDS)
        rest = [up.pid, *stale_processes.processes(word)]
        for pid in rest:
            print(f"{pss_megabytes(pid):6.0f} MB  {name(pid)}")
        print(
            f"{measured(rest):6.0f} MB at rest, {REST_SECONDS} s after the first collection (load {os.getloadavg()[0]:.1f})"
        )

        replay.set_fault("api.kraken.com=hang")
        httpx.post(f"{base}/graphql", json={"query": LAUNCH}, timeout=60)
        peak, until = 0.0, time.monotonic() + 25
        while time.monotonic() < until:
            peak = max(peak, measured([up.pid, *stale_processes.processes(word)]))
            time.sleep(0.2)
        print(f"{peak:6.0f} MB at the peak of a collection that Dagster launched")

        began = time.monotonic()
        up.send_signal(signal.SIGTERM)
        up.wait()
        print(f"{time.monotonic() - began:6.1f} s to stop, with a run under way (load {os.getloadavg()[0]:.1f})")


if __name__ == "__main__":
    main()
