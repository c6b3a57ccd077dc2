"""Several machines that merge the same keys at once, and are killed while they do, while their file follows or is made.

Run by test_processes.py as a program of its own: it forks, which a test process with threads should not.
Prints one JSON line: how many merges were acknowledged of each writer.
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

from crypto_pipeline.warehouse.engines import Storage, shared_for
from crypto_pipeline_tests.warehouse.facts import failure, latest, price, provider
from crypto_pipeline_tests.warehouse.forking import ended_badly, forked, load_duckdb
from crypto_pipeline_tests.warehouse.hub.machines import file_of

WRITERS = 3
KEYS = 12


def batch(writer: int, number: int) -> dict[str, Any]:
    """The same keys as everybody's, in another order, and one row that is this writer's alone."""
    chance = random.Random(writer * 1_000 + number)
    prices = [price(f"C{key}", usd=float(number), at=number, run=f"{writer}-{number}") for key in range(KEYS)]
    chance.shuffle(prices)
    return {
        "failure_logs": [failure(run=f"{writer}-{number}")],
        "market_prices": prices,
        "cached_market_data": [latest(float(writer), fetched=number)],
        "providers": [provider(name, collected=number) for name in chance.sample("abcdef", 3)],
    }


def write(folder: Path, hub: str, writer: int, count: int, acknowledge: int) -> None:
    # Not machine(), which brings the file: its making is a moment like any other to be killed in.
    warehouse = shared_for(Storage(file_of(folder, f"machine-{writer}"), lock_seconds=600, hub_url=hub))
    for number in range(count):
        written = warehouse.merge(batch(writer, number))
        os.write(acknowledge, f"{writer} {number} {written['market_prices'].spooled}\n".encode())


def main(folder: Path, hub: str, merges: int, rounds: int) -> None:
    """Let all writers merge at once, ``rounds`` times; in all rounds but the last each of them is killed on the way."""
    load_duckdb()
    chance = random.Random(7)
    reader, acknowledge = os.pipe()
    began = time.monotonic()
    failed = int(ended_badly(forked(partial(write, folder, hub, 0, 1, acknowledge))))
    one_merge = time.monotonic() - began  # how fast this machine is at this moment
    for turn in range(rounds):
        processes = [forked(partial(write, folder, hub, writer, merges, acknowledge)) for writer in range(WRITERS)]
        if turn < rounds - 1:
            for process in processes:
                time.sleep(chance.uniform(0, one_merge))
                os.kill(process, signal.SIGKILL)
        failed += sum(map(ended_badly, processes))
    os.close(acknowledge)
    with os.fdopen(reader) as lines:
        said = [tuple(map(int, line.split())) for line in lines]
    print(json.dumps({"acknowledged": said, "failed": failed}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
