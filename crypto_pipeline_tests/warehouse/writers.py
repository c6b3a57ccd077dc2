"""Several processes that write to one warehouse at once, and are killed while they do.

Run by test_processes.py as a program of its own: it forks, which a test process with threads should not.
Prints one JSON line: which batches were acknowledged, and as what.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.warehouse.facts import failure, minutes, price, provider
from crypto_pipeline_tests.warehouse.forking import ended_badly, forked, load_duckdb

PRICES = 50


def batch(run: str) -> dict[str, Any]:
    """Three tables that belong together: 50 prices, one log row, and the whole truth about providers."""
    return {
        "market_prices": [price(f"C{number}", run=run, pair=run, timestamp=moment(run)) for number in range(PRICES)],
        "failure_logs": [failure(run=run)],
        "providers": [provider("kraken"), provider("okx")],
    }


def moment(run: str) -> Any:
    writer, number = map(int, run.split("-"))
    return minutes(writer * 100_000 + number)


def write(path: Path, writer: Any, count: Any, acknowledge: Any) -> None:
    warehouse = DuckDBWarehouse(path, lock_seconds=0.02)
    for number in range(count):
        run = f"{writer}-{number}"
        written = warehouse.merge(batch(run))
        os.write(acknowledge, f"{run} {written['market_prices'].spooled}\n".encode())


def main(path: Path, rounds: Any, batches: Any, kill: Any) -> None:
    load_duckdb()
    chance = random.Random(7)
    reader, writer = os.pipe()
    began = time.monotonic()
    ended_badly(forked(partial(write, path, 999, 1, writer)))
    one_merge = time.monotonic() - began  # how fast this machine is at this moment
    failed = 0
    for turn in range(rounds):
        processes = [forked(partial(write, path, turn * 2 + side, batches, writer)) for side in range(2)]
        for process in processes:
            if kill:
                time.sleep(chance.uniform(0, 3 * one_merge))
                os.kill(process, signal.SIGKILL)
            failed += ended_badly(process)
    os.close(writer)
    with os.fdopen(reader) as lines:
        acknowledged = dict(line.split() for line in lines)
    print(json.dumps({"acknowledged": acknowledged, "failed": failed}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "kill")
