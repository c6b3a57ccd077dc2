"""A database that is open in another program: a person's notebook, another tool."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_HOLD = """
import sys, time, duckdb
while True:
    try:
        connection = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "read")
        break
    except duckdb.IOException:  # somebody else has it for a moment
        time.sleep(0.01)
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def held_by_another_process(database: Path, mode: str = "write") -> Iterator[subprocess.Popen[str]]:
    """The database is open, to "read" or to "write", for as long as the block lasts; whoever has it at the moment is waited for."""
    command = [sys.executable, "-c", _HOLD, str(database), mode]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        try:
            assert holder.stdout
            assert holder.stdout.readline() == "held\n"
            yield holder
        finally:
            holder.kill()
