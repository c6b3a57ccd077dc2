"""Being the only one at something on this machine, across processes.

Belongs here: a lock that is a file, with one sentence for whoever came too late.
Does not belong here: the lock of DuckDB on its own file (warehouse/), one request in flight for each endpoint
(collection/endpoint_locks.py), which asks for thousands of locks in one file.

The lock is the kernel's: it is gone with the process that held it, however that process ended. The file stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout


@contextmanager
def only_one(file: Path, *, timeout_seconds: float, otherwise: Exception) -> Iterator[None]:
    """Hold the lock of this file while the block runs; its folder is made when it is missing.

    Raises ``otherwise`` when another process or thread held it for ``timeout_seconds``.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(file)
    try:
        lock.acquire(timeout=timeout_seconds)
    except Timeout:
        raise otherwise from None
    try:
        yield
    finally:
        lock.release()


def is_held(file: Path) -> bool:
    """Whether somebody holds the lock of this file at this moment."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(file).acquire(timeout=0):
            return False
    except Timeout:
        return True
