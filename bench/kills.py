"""Kill a collection in the middle of its writing, twenty times, and look at what is left.

Prints how many of the kills struck while rows were being written and what the file looks like after the next whole run:
rows that stand twice and tables that lack a half of their batch, both of which must be none.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from crypto_pipeline.replay.app import running_replay
from crypto_pipeline.schema.tables import TABLES

KILLS = 20
COMMAND = [sys.executable, "-m", "crypto_pipeline", "collect", "ui", "--json"]


def main() -> None:
    random.seed(1)
    with tempfile.TemporaryDirectory() as folder, running_replay() as replay:
        env = {**os.environ, "CRYPTO_PIPELINE_DATA_DIR": folder, "CRYPTO_PIPELINE_GATEWAY_URL": replay.base_url}
        database = Path(folder) / "crypto_data.duckdb"
        struck = sum(_kill_while_it_writes(env, database) for _ in range(KILLS))
        last = subprocess.run(COMMAND, env=env, stdout=subprocess.DEVNULL, check=False)
        with duckdb.connect(str(database), read_only=True) as connection:
            twice = {table: _twice(connection, table) for table in TABLES if TABLES[table].group.name != "health"}
            halves = connection.execute(
                "SELECT count(*) FROM (SELECT run_id FROM connection_attempts GROUP BY 1"
                " EXCEPT SELECT run_id FROM data_collections GROUP BY 1)"
            ).fetchall()[0][0]
        print(f"{struck} of {KILLS} kills struck while the file was being written")
        print(f"next run: exit code {last.returncode}")
        print(f"rows that stand twice: {sum(twice.values())}; runs with half a log: {halves}")


def _kill_while_it_writes(env: dict[str, str], database: Path) -> bool:
    before = database.stat().st_mtime_ns if database.exists() else 0
    run = subprocess.Popen(COMMAND, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while run.poll() is None and (not database.exists() or database.stat().st_mtime_ns == before):
        time.sleep(0.002)
    time.sleep(random.uniform(0, 0.15))
    was_running = run.poll() is None
    run.kill()
    run.wait()
    return was_running


def _twice(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    key = ", ".join(TABLES[table].key)
    return len(connection.execute(f"SELECT {key} FROM {table} GROUP BY {key} HAVING count(*) > 1").fetchall())


if __name__ == "__main__":
    main()
