"""The log files of the processes that 'crypto-pipeline up' starts: they must not grow for ever.

Belongs here: shortening a file that another process goes on writing to.
Does not belong here: what is logged (logs.py), who writes (system/processes.py).

The writers have the file open for appending, so what they write next goes to its new end. What they write in the moment
between copying and cutting is lost; these files are for reading along, the truth of a run is in Dagster's history.
"""

from __future__ import annotations

import os
from pathlib import Path

KEPT_BYTES = 10 << 20
NAMES = ("dagster.log", "api.log")


def shorten(home: Path, *, dry_run: bool = False) -> int:
    """Move the newest 10 MB of each log that has more to ``<name>.1`` and empty it; gives the bytes that are freed."""
    return sum(_shorten(home / name, dry_run=dry_run) for name in NAMES)


def _shorten(file: Path, *, dry_run: bool) -> int:
    size = file.stat().st_size if file.exists() else 0
    if size <= KEPT_BYTES:
        return 0
    before = file.with_name(f"{file.name}.1")
    freed = size - KEPT_BYTES + (before.stat().st_size if before.exists() else 0)
    if not dry_run:
        with file.open("rb") as log:
            log.seek(-KEPT_BYTES, os.SEEK_END)
            log.readline()  # begins in the middle of a line
            before.write_bytes(log.read())
        os.truncate(file, 0)
    return freed
