"""One run at a time asks an endpoint, however many runs and programs there are on this machine.

Belongs here: claiming an endpoint, waiting for the run that has it, what that run left behind.
Does not belong here: what a collection makes of it (collection/collector.py), one run of a job at a time (orchestration/runs.py).

Every endpoint is one byte of one file. The lock on it is the kernel's, gone with its process however that ends. A file for
each endpoint would cost 0.04 s for 500 of them, and 500 open files where a Mac allows 256; this costs 0.002 s and one.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import anyio

from crypto_pipeline.schema.outcomes import Outcome

TIMEOUT_SECONDS = 5.0
"""Seconds that a run waits for another one's answer."""
LOOK_EVERY = 0.05
LONGEST = 1 << 20
"""Bytes after which the file begins anew."""


class PeerOutcome(NamedTuple):
    """What another run that had the endpoint left behind; nothing yet while it is still asking."""

    at: datetime | None = None
    outcome: Outcome | None = None


class EndpointLocks:
    """The endpoints that this process asks now. Get it from locks_in(), so that there is one for each file.

    A lock is the process's and not the thread's, and closing the file anywhere in the process would drop all of them
    (POSIX): so the file stays open, and what this process itself has claimed is kept beside it.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        self._ours: set[str] = set()
        self._guard = threading.Lock()
        if self._end() > LONGEST:
            os.ftruncate(self._file, 0)

    async def claim(self, endpoint: str, patience: float = TIMEOUT_SECONDS) -> PeerOutcome | None:
        """Claim an endpoint, to be given back with release(); None when that worked.

        While another run has it that is waited for; then its outcome is the answer, and nothing is claimed.
        """
        place = self._end()
        if self._take(endpoint):
            return None
        with anyio.move_on_after(patience):
            while True:
                await anyio.sleep(LOOK_EVERY)
                if self._take(endpoint):
                    # What the other one left it has written before it let go; nothing, when it was killed.
                    left = self._left_since(place, endpoint)
                    if left:
                        self._let_go(endpoint)
                    return left
        return PeerOutcome()

    def release(self, endpoint: str, outcome: Outcome, at: datetime) -> None:
        """Give an endpoint back and tell those who wait for it what became of it."""
        with contextlib.suppress(OSError):  # a full disk: those who wait ask it themselves
            os.write(self._file, f"{at.isoformat()} {outcome} {endpoint}\n".encode())
        self._let_go(endpoint)

    def _take(self, endpoint: str) -> bool:
        with self._guard:
            if endpoint in self._ours:
                return False
            try:
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _byte_of(endpoint))
            except (BlockingIOError, PermissionError):
                return False
            self._ours.add(endpoint)
            return True

    def _let_go(self, endpoint: str) -> None:
        with self._guard:
            self._ours.discard(endpoint)
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, _byte_of(endpoint))

    def _end(self) -> int:
        return os.fstat(self._file).st_size

    def _left_since(self, place: int, endpoint: str) -> PeerOutcome | None:
        end = self._end()
        start = place if place <= end else 0  # begun anew meanwhile
        for line in reversed(os.pread(self._file, end - start, start).decode("utf-8", "replace").splitlines()):
            parts = line.split(" ")
            if len(parts) == 3 and parts[2] == endpoint:
                return PeerOutcome(datetime.fromisoformat(parts[0]), Outcome(parts[1]))
        return None


_locks_of_process: dict[str, EndpointLocks] = {}
_guard_of_all = threading.Lock()


def locks_in(path: Path) -> EndpointLocks:
    """The EndpointLocks of a file in this process, however its path is spelled."""
    with _guard_of_all:
        real = os.path.realpath(path)
        if real not in _locks_of_process:
            _locks_of_process[real] = EndpointLocks(path)
        return _locks_of_process[real]


def _byte_of(endpoint: str) -> int:
    """Which byte stands for an endpoint. It need not exist, and of 2**56 no two endpoints have the same."""
    return int.from_bytes(sha256(endpoint.encode()).digest()[:7], "big")
