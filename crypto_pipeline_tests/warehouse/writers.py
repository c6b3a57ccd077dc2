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
from pathlib import Path
from typing import Any

from crypto_pipeline.warehouse.connection import memory
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.warehouse.facts import failure, minutes, price, provider

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


def start(path: Path, writer: Any, count: Any, acknowledge: Any) -> Any:
    process = os.fork()
    if process == 0:
        try:
            write(path, writer, count, acknowledge)
            os._exit(0)
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
    return process


def main(path: Path, rounds: Any, batches: Any, kill: Any) -> None:
    with memory() as connection:  # what DuckDB loads at its first use is loaded before the clock of a writer starts
        connection.execute("SELECT unnest(?::VARCHAR[])", [["x"]])
    chance = random.Random(7)
    reader, writer = os.pipe()
    began = time.monotonic()
    os.waitpid(start(path, 999, 1, writer), 0)
    one_merge = time.monotonic() - began  # how fast this machine is at this moment
    failed = 0
    for turn in range(rounds):
        processes = [start(path, turn * 2 + side, batches, writer) for side in range(2)]
        for process in processes:
            if kill:
                time.sleep(chance.uniform(0, 3 * one_merge))
                os.kill(process, signal.SIGKILL)
            _, status = os.waitpid(process, 0)
            failed += os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0
    os.close(writer)
    with os.fdopen(reader) as lines:
        acknowledged = dict(line.split() for line in lines)
    print(json.dumps({"acknowledged": acknowledged, "failed": failed}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "kill")
