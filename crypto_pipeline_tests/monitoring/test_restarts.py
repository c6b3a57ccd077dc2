"""The ends of processes, as the supervisor notes them and whoever watches reads them."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from crypto_pipeline.monitoring import restarts
from crypto_pipeline.monitoring.facts import Restart
from crypto_pipeline_tests.monitoring.moments import minutes

KILLED = Restart("api", minutes(-3), "SIGKILL, as when memory runs out", 1)


def test_the_newest_end_of_each_part_is_kept(tmp_path: Path) -> None:
    assert restarts.noted(tmp_path) == ()
    again = replace(KILLED, ended_at=minutes(-1), times=2)
    for one in (KILLED, Restart("ui", minutes(-2), "exit code 1"), again):
        restarts.note(tmp_path, one)
    assert restarts.noted(tmp_path) == (again, Restart("ui", minutes(-2), "exit code 1"))
    restarts.forget(tmp_path)
    assert restarts.noted(tmp_path) == ()


@pytest.mark.parametrize("text", ["", "{", "[[1]]", "null", '[["api", "no time", "", 1]]'])
def test_what_cannot_be_read_says_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / restarts.FILE).write_text(text)
    assert restarts.noted(tmp_path) == ()
    restarts.note(tmp_path, KILLED)
    assert restarts.noted(tmp_path) == (KILLED,)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says what a process shares")
def test_the_memory_of_each_part_that_still_runs_is_told_in_bytes(tmp_path: Path) -> None:
    assert restarts.memory_of_parts(tmp_path) == {}
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    restarts.note_running(tmp_path, {"api": os.getpid(), "ui": ended.pid})
    (said,) = [line for line in Path("/proc/self/smaps_rollup").read_text().splitlines() if line.startswith("Pss:")]
    assert list(restarts.memory_of_parts(tmp_path)) == ["api"]
    assert restarts.memory_of_parts(tmp_path)["api"] == pytest.approx(int(said.split()[1]) * 1024, rel=0.3)


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", '{"api": "no number"}', '{"api": 0}'])
def test_where_nobody_knows_which_processes_run_no_memory_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / restarts.RUNNING).write_text(text)
    assert restarts.memory_of_parts(tmp_path) == {}


def test_a_system_without_dagsters_ui_is_known_by_the_parts_that_it_started(tmp_path: Path) -> None:
    assert not restarts.runs_without_ui(tmp_path)
    for parts, is_without in (({"up": 1}, False), ({"up": 1, "daemon": 2}, True), ({"daemon": 2, "ui": 3}, False)):
        restarts.note_running(tmp_path, parts)
        assert restarts.runs_without_ui(tmp_path) is is_without
    (tmp_path / restarts.RUNNING).write_text("null")
    assert not restarts.runs_without_ui(tmp_path)


def test_where_nothing_can_be_written_nothing_breaks(tmp_path: Path) -> None:
    restarts.note(tmp_path / "no such folder", KILLED)
