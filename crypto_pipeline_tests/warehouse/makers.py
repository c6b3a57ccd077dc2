"""Processes that make a file and are killed while they do.

Run by test_layout.py as a program of its own: it forks, which a test process with threads should not.
Prints one JSON line: how many were killed before there was a file, how files were refused that others
had left, and how many children failed.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from pathlib import Path

from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline.warehouse.errors import WarehouseError
from crypto_pipeline_tests.warehouse.forking import ended_badly, forked


def main(folder: Path, times: int) -> None:
    """Kill at moments from the very first to that at which the file is there; of each file see whether it is a good one."""
    path = folder / "crypto.duckdb"
    began = time.monotonic()
    failed = int(ended_badly(forked(DuckDBWarehouse(path).prepare)))
    longest = time.monotonic() - began  # how fast this machine is at this moment
    chance = random.Random(7)
    none, refused = 0, []
    for _ in range(times):
        path.unlink(missing_ok=True)
        process = forked(DuckDBWarehouse(path).prepare)
        time.sleep(chance.uniform(0, longest))
        os.kill(process, signal.SIGKILL)
        failed += ended_badly(process)
        if not path.exists():
            none += 1
            continue
        try:
            if not DuckDBWarehouse(path).info():
                refused.append("it is no data bank yet")
        except WarehouseError as error:
            refused.append(str(error))
    DuckDBWarehouse(path).prepare()
    print(json.dumps({"killed before there was a file": none, "refused": refused, "failed": failed}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
