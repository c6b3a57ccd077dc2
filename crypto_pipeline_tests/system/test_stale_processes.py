"""What an earlier start left behind is found and ended, and nobody else is."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crypto_pipeline.api.errors import StartError
from crypto_pipeline.settings import Settings
from crypto_pipeline.system import stale_processes
from crypto_pipeline_tests.project import PROJECT
from crypto_pipeline_tests.waiting import until

pytestmark = pytest.mark.slow

WORD, OTHER = "0" * 32, "1" * 32
WAITS = "import sys; print('up', flush=True); sys.stdin.read()"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {WAITS}"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(data_dir=tmp_path)
    settings.dagster_home.mkdir(parents=True)
    return settings


@contextmanager
def program(code: str, word: str) -> Iterator[subprocess.Popen[str]]:
    """A process that an earlier start with this word has left behind."""
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, stale_processes.MARK: word},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout
        assert process.stdout.readline() == "up\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def test_processes_of_an_earlier_start_are_ended_and_nobody_else() -> None:
    with program(WAITS, WORD) as one, program(WAITS, WORD) as two, program(WAITS, OTHER) as stranger:
        assert set(stale_processes.processes(WORD)) == {one.pid, two.pid}
        assert stale_processes.end(WORD) == 2
        assert (one.wait(), two.wait()) == (-signal.SIGTERM, -signal.SIGTERM)
        assert stranger.poll() is None
        assert stale_processes.end(WORD) == 0


def test_a_process_that_does_not_end_by_itself_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stale_processes, "ENDS_IN", 0.2)
    with program(STUBBORN, WORD) as stubborn:
        assert stale_processes.end(WORD) == 1
        assert stubborn.wait() == -signal.SIGKILL


@pytest.mark.skipif(shutil.which("ps") is None, reason="no ps here")
def test_without_proc_the_same_processes_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stale_processes, "_PROC", Path("/nowhere"))
    with program(WAITS, WORD) as ours, program(WAITS, OTHER):
        assert stale_processes.processes(WORD) == [ours.pid]


def test_the_word_stays_the_same_and_a_file_that_was_cut_short_is_no_word(settings: Settings) -> None:
    word = stale_processes.secret_word(settings.dagster_home)
    assert stale_processes.secret_word(settings.dagster_home) == word
    (settings.dagster_home / "started_by").write_text("")
    assert stale_processes.secret_word(settings.dagster_home) not in {"", word}
    with pytest.raises(ValueError, match="no word"):
        stale_processes.processes("")


def test_a_second_system_of_the_same_folder_is_refused_with_one_sentence(settings: Settings) -> None:
    second = stale_processes.only_one(settings)
    with stale_processes.only_one(settings), pytest.raises(StartError, match="runs already with the state in"), second:
        pass
    with stale_processes.only_one(settings):
        assert stale_processes.MARK in os.environ
    assert stale_processes.MARK not in os.environ


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent is gone")
def test_children_end_with_a_parent_that_is_killed() -> None:
    parent = (
        "import os, sys, time; from pathlib import Path; from crypto_pipeline.system import processes\n"
        "child = processes.spawn([sys.executable, '-c', 'import time; time.sleep(60)'], os.environ, Path.cwd())\n"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", parent], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    child = int(process.stdout.readline())
    process.kill()
    process.wait()
    until(lambda: not Path(f"/proc/{child}").exists())
