"""Commands of crypto-pipeline as processes of their own that need not read their libraries anew, which costs more than most of
what they do: they are forked from one that has read them (read_already.py) and has done nothing else.

Belongs here: what wants a process, for its signals, locks and its end in the middle.
Does not belong here: commands that may run in the process of the tests (command.py); what is about how Python or our command
begins and ends, which needs an interpreter of its own (project.py).
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from crypto_pipeline_tests.peak import peak_bytes
from crypto_pipeline_tests.project import PROJECT, environment

TIMEOUT_SECONDS = 600.0

CONTEXT = multiprocessing.get_context("forkserver")
"""For functions that are to run in such a process."""
CONTEXT.set_forkserver_preload(["crypto_pipeline_tests.read_already"])


class Command:
    """``crypto-pipeline ARGUMENTS`` under way, in a session of its own: a signal to its group reaches nobody else."""

    peak_bytes: int
    """How much memory it took at most, once it has ended and was not killed."""

    _limits: Mapping[int, int] = {}

    def __init__(self, *arguments: str, data_dir: Path, **settings: str) -> None:
        self.arguments = arguments
        self._folder = tempfile.TemporaryDirectory()
        self._written = [Path(self._folder.name, name) for name in ("stdout", "stderr")]
        self._peak = Path(self._folder.name, "peak")
        self._process = CONTEXT.Process(
            target=_run, args=(arguments, environment(data_dir, **settings), self._written, self._peak, self._limits)
        )
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    @property
    def written(self) -> str:
        """What is on its standard output by now."""
        return self._written[0].read_text("utf-8") if self._written[0].exists() else ""

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
        if self._peak.exists():
            self.peak_bytes = int(self._peak.read_text("ascii"))
        self._folder.cleanup()
        return subprocess.CompletedProcess(self.arguments, code, out, err)


class Limited(Command):
    """The same where a shell has set limits with ``ulimit``, given by resource, as ``resource.RLIMIT_NOFILE``."""

    def __init__(self, limits: Mapping[int, int], *arguments: str, data_dir: Path, **settings: str) -> None:
        self._limits = limits
        super().__init__(*arguments, data_dir=data_dir, **settings)


def crypto_pipeline(*arguments: str, data_dir: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end, as ``project.crypto_pipeline`` does."""
    return Command(*arguments, data_dir=data_dir, **settings).ended()


def _run(
    arguments: tuple[str, ...],
    environment: Mapping[str, str],
    written: list[Path],
    peak: Path,
    limits: Mapping[int, int],
) -> None:
    os.setsid()
    for limited, most in limits.items():
        resource.setrlimit(limited, (most, most))
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
        peak.write_text(str(peak_bytes()), "ascii")
