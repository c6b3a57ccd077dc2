"""Maintenances that are killed while they do each of their steps.

Run by test_maintenance.py as a program of its own: it forks, which a test process with threads should not.
Prints one JSON line: what a reader found after each of them, and how many of them failed.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from crypto_pipeline.warehouse import compaction, maintenance, retention
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline.warehouse.maintenance import Rules, maintain
from crypto_pipeline_tests.warehouse.forking import ended_badly, forked

NOW = datetime(2026, 11, 24, 4, 10, tzinfo=timezone.utc)
KILLS = [
    ("removing", ""),
    ("moving", ""),
    ("moving", "before"),
    ("moving", "after"),
    ("compacting", "before"),
    ("compacting", "after"),
]
"""In which step: before or after a file takes its name, or else some time after the step has begun."""
A_SLICE = 1_000
"""Rows that are removed at a time: a third of those that are too old."""


def rules(archive: Path) -> Rules:
    return Rules(archive, {"connection_attempts": 30}, archive_months=3)


def work(path: Path, archive: Path, step: str, moment: str, said: int) -> None:
    def tell(line: str) -> None:
        os.write(said, f"{line}\n".encode())

    replace = Path.replace

    def killed_at_it(file: Path, target: Path) -> Path:
        is_it = moment and (target == path) == (step == "compacting")
        if is_it and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        replaced = replace(file, target)
        if is_it:
            os.kill(os.getpid(), signal.SIGKILL)
        return replaced

    reads_nothing = patch.object(maintenance, "_read_everything", lambda _: None)  # which changes nothing either
    with patch.object(Path, "replace", killed_at_it), reads_nothing:
        maintain(DuckDBWarehouse(path, lock_seconds=600), rules(archive), NOW, tell=tell)
    tell("ended")


def found(warehouse: DuckDBWarehouse) -> list[Any]:
    """How many prices there are and their sum, wherever they are, and how many attempts."""
    views = {name for (name,) in warehouse.query("SELECT view_name FROM duckdb_views() WHERE NOT internal").rows}
    prices = "market_prices_all" if "market_prices_all" in views else "market_prices"
    asked = f"SELECT count(*), sum(price_usd), (SELECT count(*) FROM connection_attempts) FROM {prices}"
    return list(warehouse.query(asked).rows[0])


def main(path: Path, archive: Path) -> None:
    compaction.PAYS_FROM_BYTES, compaction.PAYS_FROM_SHARE = 0, 0
    retention.SLICE, retention.PAUSE = A_SLICE, 0.001
    chance = random.Random(4)
    failed, seen = 0, []
    for step, moment in KILLS:
        reader, writer = os.pipe()
        process = forked(partial(work, path, archive, step, moment, writer))
        os.close(writer)
        with os.fdopen(reader) as said:
            reached = any(line.startswith(step) for line in said)
            if moment:
                reached &= "ended\n" not in said
            else:
                time.sleep(chance.uniform(0, 0.06))
                os.kill(process, signal.SIGKILL)
        failed += ended_badly(process) or not reached
        seen.append(found(DuckDBWarehouse(path)))
    print(json.dumps({"seen": seen, "failed": failed}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
