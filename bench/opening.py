"""What it saves to open a file in a DuckDB that runs already: ``python bench/opening.py`` takes half a minute.

The same small things are done by turns with the DuckDB that the one before has left, and with one that is started for each. What
is printed is the processor time of both, in milliseconds, and how many times the second is of the first. The last line is a wait of
seconds for a file that another program holds.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from statistics import median

from crypto_pipeline.warehouse import DatabaseBusy, opening
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse

REPEATS = 40
WAITS_SECONDS = 3.0
HOLDS = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print(flush=True); sys.stdin.read()"


def cpu_ms(action: Callable[[], object]) -> float:
    """Processor time of the process, its threads included."""
    begun = time.process_time()
    action()
    return (time.process_time() - begun) * 1000


def by_turns(action: Callable[[], object]) -> tuple[float, float]:
    """The medians with a DuckDB that is kept and with one that is started."""
    kept, anew = [], []
    for _ in range(REPEATS):
        kept.append(cpu_ms(action))
        opening.end_kept()
        anew.append(cpu_ms(action))
    return median(kept), median(anew)


def wait_in_vain(warehouse: DuckDBWarehouse) -> None:
    with suppress(DatabaseBusy):
        warehouse.query("SELECT 1")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "crypto.duckdb")
        warehouse = DuckDBWarehouse(path)
        warehouse.prepare()
        warehouse.query("SELECT 1")
        actions: dict[str, Callable[[], object]] = {
            "merge of one row": lambda: warehouse.merge({"providers": [{"name": "kraken"}]}),
            "question": lambda: warehouse.query("SELECT count(*) FROM providers"),
        }
        for name, action in actions.items():
            kept, anew = by_turns(action)
            print(
                f"{name}: {kept:.1f} ms in a DuckDB that is kept, {anew:.1f} in one that is started: {anew / kept:.1f}"
            )
        waiting = DuckDBWarehouse(path, lock_seconds=WAITS_SECONDS)
        with subprocess.Popen(
            [sys.executable, "-c", HOLDS, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as holder:
            assert holder.stdout is not None
            holder.stdout.readline()
            used = cpu_ms(lambda: wait_in_vain(waiting))
            holder.communicate()
        print(
            f"waiting {WAITS_SECONDS:.0f} s for a file that is held: {used / WAITS_SECONDS / 10:.0f} % of a processor"
        )


if __name__ == "__main__":
    main()
