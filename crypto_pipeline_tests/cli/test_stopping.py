"""What a command does that somebody stops: Ctrl-C, which a terminal sends to all its processes, and SIGTERM of a service manager."""

from __future__ import annotations

import json
import math
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import pytest
import typer

from crypto_pipeline.cli.parts import NOT_ALL_WELL, kept_when_stopped
from crypto_pipeline.replay.app import Replay, running_replay
from crypto_pipeline.replay.server import ServedRequest, ServedResponse, running_server
from crypto_pipeline.sources.kit import discover
from crypto_pipeline.system import collecting
from crypto_pipeline_tests import templates
from crypto_pipeline_tests.command import run_here
from crypto_pipeline_tests.forked import Command
from crypto_pipeline_tests.project import PROJECT, environment
from crypto_pipeline_tests.waiting import until

ASKED = {"kraken", "bitstamp"}
SILENT = "www.bitstamp.net"
OTHERS = ",".join(sorted({endpoint.provider.name for endpoint in discover()} - ASKED))
STOPS = [signal.SIGINT, signal.SIGTERM]


@contextmanager
def silent_host() -> Iterator[tuple[str, list[str]]]:
    """The address of the replay with one host that never answers, and the hosts that were asked."""
    asked: list[str] = []

    def answer(replay: Replay, request: ServedRequest) -> ServedResponse:
        asked.append(request.path)
        return ServedResponse(delay=math.inf) if SILENT in request.path else replay.answer(request)

    with running_replay() as replay, running_server(lambda request: answer(replay, request)) as url:
        yield url, asked


def stopped(command: tuple[str, ...], ending: signal.Signals, data: Path, wait_for: frozenset[str]) -> tuple[int, str]:
    """The exit code and what was noted, of a command that is stopped once these hosts were asked."""
    with silent_host() as (url, asked):
        settings = {"gateway_url": url, "request_seconds": "300", "sources_off": OTHERS, "symbols": "BTC"}
        run = Command(*command, data_dir=data, **settings)
        until(lambda: all(any(host in path for path in asked) for host in wait_for) or run.poll() is not None)
        assert run.poll() is None
        if ending is signal.SIGINT:
            os.killpg(run.pid, ending)
        else:
            run.send_signal(ending)
        ended = run.ended()
    return ended.returncode, ended.stderr


@pytest.mark.parametrize("ending", STOPS)
def test_a_collection_that_is_stopped_keeps_what_came_and_says_so_with_the_code_of_something_left(
    ending: signal.Signals, tmp_path: Path
) -> None:
    data = templates.data_folder(tmp_path)
    code, noted = stopped(("collect", "ui"), ending, data, frozenset({"api.kraken.com", SILENT}))
    assert (code, noted.splitlines()[-1]) == (NOT_ALL_WELL, collecting.STOPPED)
    assert "Traceback" not in noted
    there = run_here("query", "SELECT count(*) AS kept FROM data_collections", "--json", data_dir=tmp_path)
    assert json.loads(there.stdout)[0]["kept"] > 0


@pytest.mark.parametrize("ending", STOPS)
def test_a_command_that_keeps_nothing_ends_as_programs_do(ending: signal.Signals, tmp_path: Path) -> None:
    code, noted = stopped(("sources", "check", "bitstamp"), ending, tmp_path, frozenset({SILENT}))
    assert code in {128 + ending, -ending}, "a shell makes the first of the second"
    assert "Traceback" not in noted


SAID_TO_NOBODY = {
    ("sources", "--json"): 0,
    ("tables",): 0,
    ("--version",): 0,
    ("--help",): 0,
    ("query", "SELECT 1 AS one", "--csv"): 0,
    ("query", "SELECT 1 AS one", "--parquet"): 0,
    ("sources", "test", "nothing_recorded.py"): NOT_ALL_WELL,
}
"""Commands with their exit codes. Of some the output is long, of others it is all in the buffer until the end."""
EACH_BY_ITSELF = """
import json, os, sys
from crypto_pipeline.__main__ import main
import crypto_pipeline.cli.app
codes = []
for command in json.loads(sys.argv[1]):
    child = os.fork()
    if not child:
        sys.argv = ["crypto-pipeline", *command]
        main()
        sys.exit()
    codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
sys.stderr.write(json.dumps(codes))
"""
"""Only one interpreter has to begin, and each command ends as an interpreter does, which flushes its streams then."""


def test_a_reader_that_goes_away_is_no_defect_and_changes_no_exit_code(tmp_path: Path) -> None:
    shutil.copy(templates.empty_database(), tmp_path)
    source = "from crypto_pipeline.sources.kit import Provider\nfrom crypto_pipeline.schema.rows import Quote\n"
    source += "one = Provider('one', 'https://one.example')\none.endpoint(Quote, '/a', name='a')(lambda payload: [])\n"
    (tmp_path / "nothing_recorded.py").write_text(source, "utf-8")
    reads, writes = os.pipe()
    os.close(reads)
    run = subprocess.run(
        [sys.executable, "-c", EACH_BY_ITSELF, json.dumps(list(SAID_TO_NOBODY))],
        env={**environment(tmp_path), "PYTHONPATH": str(PROJECT)},
        cwd=tmp_path,
        stdout=writes,
        stderr=subprocess.PIPE,
        text=True,
    )
    os.close(writes)
    assert run.stderr.startswith("["), "a command has said something"
    assert dict(zip(SAID_TO_NOBODY, json.loads(run.stderr), strict=True)) == SAID_TO_NOBODY


def test_ctrl_c_while_the_command_is_still_being_read_is_an_end_without_a_word(tmp_path: Path) -> None:
    program = (
        "import builtins; reads = builtins.__import__\n"
        "def read(name, *rest, **more):\n"
        "    if name == 'typer': raise KeyboardInterrupt\n"
        "    return reads(name, *rest, **more)\n"
        "builtins.__import__ = read\n"
        "from crypto_pipeline.__main__ import main; main()\n"
    )
    run = subprocess.run([sys.executable, "-c", program], env=environment(tmp_path), capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (130, "", "")


@pytest.mark.parametrize("ending", STOPS)
def test_what_is_stopped_outside_of_a_run_ends_the_same(
    ending: signal.Signals, capsys: pytest.CaptureFixture[str]
) -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(typer.Exit) as end, kept_when_stopped("What came is stored."):
        os.kill(os.getpid(), ending)
    assert end.value.exit_code == NOT_ALL_WELL
    assert capsys.readouterr().err == "What came is stored.\n"
    assert signal.getsignal(signal.SIGTERM) == before


@pytest.mark.parametrize("ending", STOPS)
def test_a_run_that_is_stopped_before_its_step_is_known_as_stopped(ending: signal.Signals) -> None:
    @dg.resource
    def stops() -> None:
        os.kill(os.getpid(), ending)

    @dg.op(required_resource_keys={"stops"})
    def step() -> None: ...

    @dg.job(resource_defs={"stops": stops})
    def job() -> None:
        step()

    result = job.execute_in_process(raise_on_error=False)
    assert not result.success
    assert collecting.was_stopped(result)
    assert collecting.error_of(result) == collecting.STOPPED
