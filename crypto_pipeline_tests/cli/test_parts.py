"""What commands that ask sources have in common."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from crypto_pipeline_tests.forked import Limited


@pytest.mark.parametrize("command", ["collect ui", "backfill candles", "up", "serve daemon", "sources check"])
def test_with_few_open_files_a_command_that_asks_sources_ends_with_a_sentence(command: str, tmp_path: Path) -> None:
    done = Limited({resource.RLIMIT_NOFILE: 100}, *command.split(), data_dir=tmp_path).ended()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "This shell allows 100 open files, and 256 are needed; allow more with 'ulimit -n 4096'.\n"


@pytest.mark.parametrize(("command", "needed"), [("collect ui", "2,000"), ("query 'SELECT 1'", "1,500")])
def test_with_little_address_space_a_command_ends_with_a_sentence_and_not_by_a_signal(
    command: str, needed: str, tmp_path: Path
) -> None:
    (tmp_path / "crypto_data.duckdb").touch()  # there is something to ask
    """In an interpreter of its own: libraries that it reads could end it before it says anything."""
    limited = f"ulimit -v 1000000; exec {sys.executable} -m crypto_pipeline {command}"
    done = subprocess.run(
        ["bash", "-c", limited],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"CRYPTO_PIPELINE_DATA_DIR": str(tmp_path)},
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"This shell allows 1,024 MB of address space, and {needed} are needed; allow more with 'ulimit -v unlimited'.\n"
    )
