"""Files: when they are really on the disk, and which they are.

Belongs here: making a file or the name of a file survive a power cut, asking for a file without opening it, DuckDB's log.
Does not belong here: what is in the files.
"""

from __future__ import annotations

import os
from pathlib import Path


def flush(path: Path) -> None:
    """Wait until a file's bytes, or a folder's names, would survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def identity(path: Path) -> tuple[int, int] | None:
    """Which file has this name now; None when there is none. Asked without opening it."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def holds_something(path: Path) -> bool:
    """Whether there is such a file, and it is not empty. Asked without opening it."""
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


def size_of(path: Path) -> int:
    """Bytes; 0 when there is no such file."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def log_of(database: Path) -> Path:
    """DuckDB's write-ahead log: what is committed and not yet in the file."""
    return database.with_name(f"{database.name}.wal")
