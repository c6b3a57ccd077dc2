"""What commands that ask sources have in common."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("command", ["collect ui", "backfill candles", "up", "serve daemon", "sources check"])
def test_with_few_open_files_a_command_that_asks_sources_ends_with_a_sentence(command: str) -> None:
    limited = f"ulimit -n 100; exec {sys.executable} -m crypto_pipeline {command}"
    done = subprocess.run(["bash", "-c", limited], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "This shell allows 100 open files, and 256 are needed; allow more with 'ulimit -n 4096'.\n"
