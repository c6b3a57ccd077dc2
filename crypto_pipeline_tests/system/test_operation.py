"""The whole system as ``crypto-pipeline up`` runs it: one for all tests of this module, which read as its life.

It collects, a part is killed while the days of the past are filled, all of it is killed at once in the middle of a run, it starts
again without Dagster's pages, and is told to stop in the middle of its first collection.

A run that Dagster's pages launch, and parts that are told to stop while one of Dagster's runs is under way, are in
test_parts_in_postgres.py.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg
import duckdb
import httpx
import pytest

from crypto_pipeline.api.errors import Conflict, DagsterAway
from crypto_pipeline.api.worker import Worker
from crypto_pipeline.monitoring import restarts
from crypto_pipeline.orchestration.instance import open_instance
from crypto_pipeline.replay.app import Replay, running_replay
from crypto_pipeline.schema.jobs import HISTORICAL_JOB
from crypto_pipeline.settings import Settings
from crypto_pipeline.system import stale_processes
from crypto_pipeline_tests import templates
from crypto_pipeline_tests.command import run_here
from crypto_pipeline_tests.few import all_but
from crypto_pipeline_tests.project import PROJECT, environment, free_ports
from crypto_pipeline_tests.system.stopping import left_of, stop
from crypto_pipeline_tests.waiting import until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
]
ASKED = {"kraken", "coinbase"}
SELDOM = {"ui_cron": "0 0 1 1 *", "historical_cron": "30 0 1 1 *", "maintenance_cron": "0 1 1 1 *"}
DAYS = {"symbols": "BTC,ETH", "past_since": "2026-01-01"}
PARTS = {
    "code": "dagster api grpc",
    "daemon": "dagster-daemon run",
    "ui": "dagster_webserver",
    "api": "crypto_pipeline api",
}


@dataclass
class System:
    environment: dict[str, str]
    settings: Settings
    replay: Replay
    log: Path
    """What a person sees of the last start, or a program."""
    up: subprocess.Popen[bytes] = field(init=False)

    def start(self, *options: str, **settings: str) -> None:
        """Other settings than last time count from now on."""
        self.environment = {**self.environment, **environment(self.settings.data_dir, **settings)}
        command = [sys.executable, "-m", "crypto_pipeline", "up", *options]
        with self.log.open("wb") as output:
            self.up = subprocess.Popen(
                command, env=self.environment, cwd=PROJECT, stdout=output, stderr=subprocess.STDOUT
            )

    def until_it(self, condition: Callable[[], bool]) -> None:
        """The condition holds while the system still runs."""
        until(lambda: self.up.poll() is not None or condition())
        assert self.up.poll() is None, self.log.read_text("utf-8")

    @property
    def word(self) -> str:
        return stale_processes.secret_word(self.settings.dagster_home)

    def pid(self, part: str) -> int | None:
        """The process of a part, when it runs."""
        command = ""
        for pid in stale_processes.processes(self.word):
            with suppress(OSError):  # it has ended meanwhile
                command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            if PARTS[part] in command and "spawn_main" not in command:
                return pid
        return None

    def asked(self, part: str, path: str) -> httpx.Response | None:
        """What a part answers; None when it does not."""
        port = {"ui": self.settings.ui_port, "api": self.settings.api_port}[part]
        with suppress(httpx.HTTPError):
            return httpx.get(f"http://127.0.0.1:{port}{path}", trust_env=False, timeout=300)
        return None

    def answers(self, part: str, path: str) -> bool:
        found = self.asked(part, path)
        return found is not None and found.is_success

    def ask_dagster(self, query: str) -> str:
        address = f"http://127.0.0.1:{self.settings.ui_port}/graphql"
        return httpx.post(address, json={"query": query}, timeout=300, trust_env=False).text

    def force(self) -> str:
        """The id of a run of the 5-minute job that our API launches where Dagster's UI does not run: at that port is none."""
        run_ids: list[str] = []
        no_ui = self.settings.model_copy(update={"ui": False, "ui_port": self.settings.api_port})

        def launched() -> list[str]:
            with suppress(Conflict, DagsterAway):  # nothing ticks yet, or the code is not loaded again that was killed
                run_ids.extend(worker.force("ui").run_ids)
            return run_ids

        with Worker(no_ui) as worker:
            until(launched)
        return run_ids[0]


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    folder = templates.data_folder(tmp_path_factory.mktemp("up"))  # an empty one is filled in cli/test_app.py
    ui_port, api_port = free_ports()
    with running_replay(latency=0.0) as replay:
        # A run can be held back by a source that never answers, not by the clock: it is under way until it is ended.
        patient = {"request_seconds": "300", "ui_seconds": "3600"}
        ours = {"gateway_url": replay.base_url, "sources_off": all_but(ASKED), **patient}
        env = environment(folder, **SELDOM, **DAYS, **ours, ui_port=str(ui_port), api_port=str(api_port))
        settings = Settings(data_dir=folder, ui_port=ui_port, api_port=api_port)
        system = System(env, settings, replay, folder / "up.log")
        try:
            system.start()
            system.until_it(lambda: "UI is ready" in system.log.read_text("utf-8"))
            yield system
        finally:
            if system.up.poll() is None:
                system.up.send_signal(signal.SIGTERM)
            system.up.wait(300)


def test_it_collects_at_once_and_says_so(system: System) -> None:
    assert "sources asked" in system.log.read_text("utf-8")
    with duckdb.connect(str(system.settings.database), read_only=True) as database:
        assert database.execute("SELECT count(DISTINCT source) FROM market_prices").fetchone() != (0,)
        assert database.execute("SELECT DISTINCT job FROM data_collections").fetchall() == [(HISTORICAL_JOB,)]


def test_a_part_that_is_killed_comes_back_and_the_others_stay(system: System) -> None:
    """The code location, which leaves its socket behind and which all others need."""
    before = {name: system.pid(name) for name in PARTS}
    assert all(before.values())
    os.kill(before["code"] or 0, signal.SIGKILL)
    until(lambda: system.pid("code") not in {before["code"], None})
    assert {**before, "code": None} == {**{name: system.pid(name) for name in PARTS}, "code": None}
    assert [one.part for one in restarts.noted(system.settings.dagster_home)] == ["code"]
    assert system.log.read_text("utf-8").count("code ended by itself (SIGKILL, as when memory runs out)") == 1


def test_it_fills_the_days_of_the_past_in_a_run_that_the_ui_shows(system: System) -> None:
    until(lambda: "pages, " in system.log.read_text("utf-8").rpartition("Filling the days since 2026-01-01")[2])
    with duckdb.connect(str(system.settings.database), read_only=True) as database:
        days = database.execute(
            "SELECT symbol, count(DISTINCT timestamp) >= 300 FROM cached_ohlc"
            " WHERE interval = '1d' AND timestamp >= '2026-01-01' GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        assert database.execute("SELECT DISTINCT outcome FROM history_pages").fetchall() == [("ok",)]
    assert days == [("BTC", True), ("ETH", True)]
    until(lambda: system.answers("ui", "/server_info"))
    runs = '{ runsOrError(filter: {pipelineName: "backfill"}) { ... on Runs { results { status } } } }'
    assert '"status":"SUCCESS"' in system.ask_dagster(runs).replace(" ", "")


def test_after_kill_9_of_everything_the_next_start_works_and_no_run_stays_in_progress(system: System) -> None:
    """The next start is one without Dagster's pages, and one source keeps its first collection under way."""
    system.replay.set_fault("*=hang")
    with open_instance(system.settings) as instance:

        def status(run_id: str) -> dg.DagsterRunStatus | None:
            run = instance.get_run_by_id(run_id)
            return run.status if run else None

        asked = system.replay.requests.total()
        run = system.force()
        until(lambda: status(run) is dg.DagsterRunStatus.STARTED and system.replay.requests.total() > asked)
        os.kill(system.up.pid, signal.SIGKILL)  # the code location and its run stay alone
        system.up.wait()
        left = stale_processes.processes(system.word)
        assert left
        system.replay.clear_faults()
        system.replay.set_fault("api.kraken.com=hang")
        system.start("--no-ui", past_since="off", log_format="json")  # its first collection says what has come
        # On a busy machine parts of the one that was killed answer for a moment yet: only after that it is the new one that does.
        system.until_it(lambda: status(run) in {dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED})
        system.until_it(lambda: system.answers("api", "/readyz"))
        assert set(left).isdisjoint(stale_processes.processes(system.word))


def test_without_its_pages_it_is_ready_and_says_so_to_everybody(system: System) -> None:
    numbers = system.asked("api", "/metrics")
    assert numbers is not None
    assert "\ncrypto_pipeline_ready 1.0\n" in numbers.text
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", system.settings.ui_port)) != 0
    assert system.pid("ui") is None
    ports = {"ui_port": str(system.settings.ui_port), "api_port": str(system.settings.api_port)}

    def says_so() -> bool:
        """Nobody says --no-ui a second time. While the first collection stores something it may hold the database."""
        said = run_here("status", data_dir=system.settings.data_dir, **ports, **SELDOM)
        return said.stdout.startswith("Data is being collected on schedule.")

    system.until_it(says_so)


def test_stopped_while_it_collects_it_keeps_what_came_and_leaves_nothing_behind(system: System) -> None:
    """One source hangs; what the others answered is in the database afterwards, as the log says."""
    system.until_it(lambda: "coinbase.products " in system.log.read_text("utf-8"))
    assert stop(system.up) == [0]
    assert left_of(system.settings.data_dir) == []
    *_, last = system.log.read_text("utf-8").splitlines()
    assert "Stopped. Everything that was collected is in the database." in last
    with duckdb.connect(str(system.settings.database), read_only=True) as database:
        collections = (
            "SELECT run_id, outcome, rows FROM data_collections"
            f" WHERE job = '{HISTORICAL_JOB}' AND endpoint = 'coinbase.products' ORDER BY started_at"
        )
        _, (run, outcome, rows) = database.execute(collections).fetchall()
        ((stored,),) = database.execute(f"SELECT count(*) FROM market_prices WHERE run_id = '{run}'").fetchall()
    assert outcome in {"ok", "not_modified"}
    assert bool(stored) is bool(rows)
