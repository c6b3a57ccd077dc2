"""Children of a program that forks, which may be killed at any moment.

Belongs here: what the programs share that test_processes.py and test_layout.py run by themselves, because a test process has
threads and should not fork.
Does not belong here: what a child does (writers.py, makers.py, hub/writers.py).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from crypto_pipeline.warehouse.connection import in_memory


def forked(work: Callable[[], object]) -> int:
    """The process in which this is done now. It ends with 1, and says why, where the work fails."""
    process = os.fork()
    if process == 0:
        try:
            work()
            os._exit(0)
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
    return process


def ended_badly(process: int) -> bool:
    """Wait for a child: whether it failed. One that was killed did not."""
    _, status = os.waitpid(process, 0)
    return os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0


def load_duckdb() -> None:
    """What DuckDB loads at its first use is loaded before the clock of a child starts."""
    with in_memory() as connection:
        connection.execute("SELECT unnest(?::VARCHAR[])", [["x"]])
