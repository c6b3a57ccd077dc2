"""Commands of crypto-pipeline as processes of their own that need not read their libraries anew, which costs more than most of
what they do: they are forked from one that has read them and has done nothing else.

Belongs here: what wants a process, for its signals, locks and its end in the middle.
Does not belong here: commands that may run in the process of the tests (command.py); what is about how Python or our command
begins and ends, which needs an interpreter of its own (project.py).
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from crypto_pipeline_tests.project import PROJECT, environment

READ_ALREADY = ["crypto_pipeline.cli.app", "crypto_pipeline.system.backfilling", "crypto_pipeline.warehouse.engines"]
"""With what they import. None of them looks at settings, which each command has of its own."""
TIMEOUT_SECONDS = 600.0

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(READ_ALREADY)


class Command:
    """``crypto-pipeline ARGUMENTS`` under way, in a session of its own: a signal to its group reaches nobody else."""

    def __init__(self, *arguments: str, data_dir: Path, **settings: str) -> None:
        self.arguments = arguments
        self._folder = tempfile.TemporaryDirectory()
        self._written = [Path(self._folder.name, name) for name in ("stdout", "stderr")]
        self._process = _context.Process(
            target=_run, args=(arguments, environment(data_dir, **settings), self._written)
        )
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """Its exit code, or the negative number of the signal that ended it; None while it runs."""
        return self._process.exitcode

    def send_signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it, and wait until it is gone."""
        self._process.kill()
        self._process.join(TIMEOUT_SECONDS)

    def ended(self) -> subprocess.CompletedProcess[str]:
        """Wait for its end: what it has written, and its exit code as ``poll`` says it."""
        self._process.join(TIMEOUT_SECONDS)
        code = self._process.exitcode
        assert code is not None, f"{self.arguments} does not end"
        out, err = (file.read_text("utf-8") for file in self._written)
        self._folder.cleanup()
        return subprocess.CompletedProcess(self.arguments, code, out, err)


def crypto_pipeline(*arguments: str, data_dir: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end, as ``project.crypto_pipeline`` does."""
    return Command(*arguments, data_dir=data_dir, **settings).ended()


def _run(arguments: tuple[str, ...], environment: Mapping[str, str], written: list[Path]) -> None:
    os.setsid()
    os.chdir(PROJECT)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["crypto-pipeline", *arguments]
    for descriptor, file in enumerate(written, start=1):
        with file.open("w") as opened:
            os.dup2(opened.fileno(), descriptor)
    sys.stdout, sys.stderr = (os.fdopen(descriptor, "w", encoding="utf-8", closefd=False) for descriptor in (1, 2))
    from crypto_pipeline.__main__ import main

    try:
        main()
    finally:
        atexit._run_exitfuncs()  # a forked process ends without them
