"""The replay server of a demo, in the place of the internet: a process that is kept running at one address.

Belongs here: starting it, starting it again where it was, ending it after everything else.
Does not belong here: what it answers (replay/), the parts of the system (system/parts.py).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from crypto_pipeline.api.errors import StartError
from crypto_pipeline.api.ports import LOOPBACK
from crypto_pipeline.system import processes
from crypto_pipeline.system.parts import Part
from crypto_pipeline.system.supervisor import Ended, Supervisor

NAME = "replay"


class ReplayServer:
    """One that runs. It is no part of the system, which ends its parts together: a run that still stores needs its answers."""

    def __init__(self, options: Iterable[str]) -> None:
        self._options = tuple(options)
        self._port = 0
        self._supervisor = Supervisor(self._launch)
        self._supervisor.start(Part(NAME, (), ""))
        if not self._port:
            self.close()
            raise StartError("The replay server did not start; run 'crypto-pipeline replay' to see why.")

    @property
    def url(self) -> str:
        """Its address, which stays."""
        return f"http://{LOOPBACK}:{self._port}"

    @property
    def pid(self) -> int:
        """Its process. Raises KeyError between its end and its next start."""
        return self._supervisor.processes()[NAME].pid

    def look(self) -> Iterable[Ended]:
        """Start it again when that is due; gives its end, when it has ended since the last look."""
        return self._supervisor.look()

    def close(self) -> None:
        """End it at once: it keeps nothing."""
        for process in self._supervisor.processes().values():
            process.kill()
            process.wait()

    def _launch(self, part: Part) -> subprocess.Popen[bytes]:
        port = str(self._port)
        process = subprocess.Popen(
            [sys.executable, "-m", "crypto_pipeline", "replay", "--port", port, *self._options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if self._port else subprocess.PIPE,
            start_new_session=True,
            preexec_fn=processes.default_signals,
        )
        if process.stdout is not None:
            with process.stdout as output:
                line = output.readline()
            self._port = json.loads(line)["port"] if line else 0
        return process


@contextmanager
def replay_server(*options: str) -> Iterator[ReplayServer]:
    """One that runs until the block ends. Raises StartError."""
    server = ReplayServer(options)
    try:
        yield server
    finally:
        server.close()
