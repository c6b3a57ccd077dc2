"""What the whole system takes at rest, with a collection, and how long it takes to stop with a run under way:
``python bench/rest.py [DATABASE] [--use SECONDS]``.

With ``--use`` eight clients ask everything that the dashboard asks, at its widest, without a pause, before the system rests; DATABASE,
which past.py has made, is what they ask (it is copied), beside the rows of the first collection. The first back-fill, a process of its own of some 130 MB for the minutes that it takes, is left out. Memory is PSS of /proc (smaps_rollup): what processes share counts once. Linux only.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import datetime, timezone
from pathlib import Path

import httpx

from crypto_pipeline.replay.app import running_replay
from crypto_pipeline.settings import Settings
from crypto_pipeline.system import stale_processes

sys.path.extend(map(str, Path(__file__).resolve().parents[:2]))  # neither benchmarks nor what tests share is installed

from reading import questions

from crypto_pipeline_tests.project import environment, free_ports

REST_SECONDS = 60
CLIENTS = 8
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


def use(base: str, seconds: float) -> Counter[int]:
    """How often which status was answered to clients that ask without a pause."""
    paths, statuses = list(questions(datetime.now(timezone.utc))), Counter[int]()
    stop = time.monotonic() + seconds

    def ask(number: int) -> None:
        turn = number * 7
        with httpx.Client(base_url=base, timeout=60, trust_env=False) as client:
            while time.monotonic() < stop:
                statuses[client.get(f"/api/data/{paths[turn % len(paths)]}").status_code] += 1
                turn += 1

    clients = [threading.Thread(target=ask, args=(number,)) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return statuses


def main(database: Path | None, seconds: float) -> None:
    with tempfile.TemporaryDirectory() as name_of_folder, running_replay() as replay:
        folder = Path(name_of_folder)
        ui_port, api_port = free_ports()
        ports = {"ui_port": str(ui_port), "api_port": str(api_port)}
        env = environment(folder, gateway_url=replay.base_url, **SELDOM, **ports)
        if database:
            shutil.copy(database, Settings(data_dir=folder).database)
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
        api = f"http://127.0.0.1:{api_port}"
        httpx.get(f"{api}/api/data/overview", timeout=60)
        if seconds:
            print(f"{CLIENTS} clients for {seconds:g} s: {dict(use(api, seconds))}")
        time.sleep(REST_SECONDS)
        rest = [up.pid, *stale_processes.processes(word)]
        for pid in rest:
            print(f"{pss_megabytes(pid):6.0f} MB  {name(pid)}")
        print(
            f"{measured(rest):6.0f} MB at rest, {REST_SECONDS} s after {'it was used' if seconds else 'the first collection'} (load {os.getloadavg()[0]:.1f})"
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
    parser = argparse.ArgumentParser(description="What the whole system takes at rest.")
    parser.add_argument("database", nargs="?", type=Path, help="one that past.py has made (default: none)")
    parser.add_argument(
        "--use", type=float, default=0, help="seconds in which the dashboard's API is used (default: 0)"
    )
    asked = parser.parse_args()
    main(asked.database, asked.use)
