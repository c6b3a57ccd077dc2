"""Where the files of tests are: in memory, where the machine has room for them.

Nobody needs a database file of a test after the test, and to write thousands of them to a disk is a tenth of the suite's work. Who
names a folder (TMPDIR) has them there.

Belongs here: which folder is the temporary one.
Does not belong here: what is made in it once for many tests (shared.py, templates.py).
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM = 4 * 1024**3
"""Bytes; the whole suite leaves one gigabyte, and Linux gives half of the memory to this folder."""


def keep_files_in_memory() -> None:
    """For this process and those that it starts; before the first of them asks for a temporary folder."""
    if "TMPDIR" not in os.environ and _has_room(MEMORY):
        os.environ["TMPDIR"] = str(MEMORY)
        tempfile.tempdir = None  # what was found before is looked for again


def _has_room(folder: Path) -> bool:
    """Programs are started from there as well, which some containers do not allow."""
    if not (folder.is_dir() and os.access(folder, os.W_OK)):
        return False
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize >= ROOM and not found.f_flag & os.ST_NOEXEC
