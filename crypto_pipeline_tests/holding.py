"""A database that is open in another program: a person's notebook, another tool.

It has the lock that DuckDB takes of a file, for reading or for writing, and is not DuckDB, which takes ten times as long to
load. That a real one is such a program, test_access.py and test_other_clients.py show.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_HOLD = """
import fcntl, sys, time
file, lock = (open(sys.argv[1], "rb"), fcntl.LOCK_SH) if sys.argv[2] == "read" else (open(sys.argv[1], "r+b"), fcntl.LOCK_EX)
while True:
    try:
        fcntl.lockf(file, lock | fcntl.LOCK_NB)
        break
    except OSError:  # somebody else has it for a moment
        time.sleep(0.01)
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held_by_another_process(database: Path, mode: str = "write") -> Iterator[subprocess.Popen[str]]:
    """The database is open, to "read" or to "write", for as long as the block lasts; whoever has it at the moment is waited for."""
    command = [sys.executable, "-I", "-S", "-c", _HOLD, str(database), mode]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        try:
            assert holder.stdout
            assert holder.stdout.readline() == "held\n"
            yield holder
        finally:
            holder.kill()
