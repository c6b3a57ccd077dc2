"""Being the only one, between processes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crypto_pipeline.foundation.file_locks import is_held, only_one

HOLD = """
import sys, pathlib
from crypto_pipeline.foundation.file_locks import only_one
with only_one(pathlib.Path(sys.argv[1]), timeout_seconds=0, otherwise=SystemExit("held")):
    print("held", flush=True)
    sys.stdin.read()
"""


class TooLateError(Exception):
    """Somebody came too late."""


@contextmanager
def held_elsewhere(file: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", HOLD, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        yield holder
        holder.kill()


def test_a_lock_makes_its_folder_and_is_free_again_after_the_block(tmp_path: Path) -> None:
    file = tmp_path / "locks" / "one.lock"
    with only_one(file, timeout_seconds=0, otherwise=TooLateError()):
        assert is_held(file)
    assert not is_held(file)


def test_whoever_comes_too_late_gets_the_error_that_was_agreed(tmp_path: Path) -> None:
    file = tmp_path / "one.lock"
    late = TooLateError("somebody else maintains it")
    with held_elsewhere(file), pytest.raises(TooLateError) as error, only_one(file, timeout_seconds=0, otherwise=late):
        pytest.fail("the lock was held")
    assert error.value is late


def test_the_lock_of_a_process_that_was_killed_is_free(tmp_path: Path) -> None:
    file = tmp_path / "one.lock"
    with held_elsewhere(file) as holder:
        assert is_held(file)
        holder.kill()
        holder.wait()
        assert not is_held(file)
