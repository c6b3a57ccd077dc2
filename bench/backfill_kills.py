"""Kill a back-fill in the middle of its writing, twenty times, and look at what is left.

Prints how many of the kills struck while pages were being written, and what there is after the next whole run, compared with a
back-fill that nobody killed: candles that are missing, other or twice, and pages of the ledger that say something else than
what is stored. All of these must be none.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import duckdb
from backfill import COINS, environment_of, made_pages

from crypto_pipeline.settings import Settings

CONSENSUS = "SELECT symbol, interval, timestamp, open, high, low, close, volume, providers FROM {}.consensus_ohlc"
CANDLES = "SELECT provider, symbol, interval, timestamp, open, high, low, close, volume, volume_quote, trades FROM {}.cached_ohlc"
TWICE = "SELECT count(*) FROM (SELECT 1 FROM cached_ohlc GROUP BY provider, symbol, interval, timestamp HAVING count(*) > 1)"
UNTRUE = """
SELECT count(*) FROM history_pages AS page WHERE rows <> (
    SELECT count(*) FROM cached_ohlc AS candle
    WHERE candle.provider = page.source AND candle.symbol = page.symbol AND candle.interval = page.interval
    AND candle.timestamp >= page.from_at AND candle.timestamp < page.to_at
)
"""
OUTSIDE = """
SELECT count(*) FROM cached_ohlc AS candle WHERE NOT EXISTS (
    SELECT 1 FROM history_pages AS page
    WHERE candle.provider = page.source AND candle.symbol = page.symbol AND candle.interval = page.interval
    AND candle.timestamp >= page.from_at AND candle.timestamp < page.to_at
)
"""


def main() -> None:
    """Kill, finish, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--coins", type=int, default=100)
    chosen = parser.parse_args()
    random.seed(1)
    span = ["--interval", "1h", "--provider", "binance", "--since", "2025-01-01", "--until", "2026-01-01", "--json"]
    command = [
        sys.executable,
        "-m",
        "crypto_pipeline",
        "backfill",
        "candles",
        "--symbols",
        ",".join(COINS[: chosen.coins]),
        *span,
    ]
    with tempfile.TemporaryDirectory() as name, made_pages(2) as url:
        killed, whole = Path(name) / "killed", Path(name) / "whole"
        _to_the_end(command, environment_of(whole, url))  # the replay makes the pages meanwhile
        environment = environment_of(killed, url)
        struck = sum(_killed_while_it_writes(command, environment, killed) for _ in range(chosen.kills))
        print(f"{struck} of {chosen.kills} kills struck while pages were being written", flush=True)
        _to_the_end(command, environment)
        again = json.loads(_to_the_end(command, environment))
        databases = [Settings(data_dir=folder).database for folder in (killed, whole)]
        with duckdb.connect() as connection:
            for alias, database in zip(("killed", "whole"), databases, strict=True):
                connection.execute(f"ATTACH '{database}' AS {alias} (READ_ONLY)")
            for one, other, what in (("whole", "killed", "missing"), ("killed", "whole", "too many or other")):
                for rows, query in (("candles", CANDLES), ("candles of the consensus", CONSENSUS)):
                    count = f"SELECT count(*) FROM ({query.format(one)} EXCEPT {query.format(other)})"
                    print(f"{rows} {what}: {_number(connection, count)}")
            connection.execute("USE killed")
            print(f"candles that stand twice: {_number(connection, TWICE)}")
            print(f"pages of the ledger with another number of candles: {_number(connection, UNTRUE)}")
            print(f"candles that no page of the ledger has: {_number(connection, OUTSIDE)}")
        print(f"pages when asked again: {again['pages']}, left: {again['pages_left']}")


def _to_the_end(command: list[str], environment: Mapping[str, str]) -> str:
    while True:
        run = subprocess.run(command, env=dict(environment), stdout=subprocess.PIPE, text=True, check=False)
        if run.returncode not in {3, 4}:  # some pages were too slow in coming
            run.check_returncode()
            return run.stdout


def _killed_while_it_writes(command: list[str], environment: Mapping[str, str], folder: Path) -> bool:
    """Whether the process was still there when it was killed."""
    database = Settings(data_dir=folder).database
    log = database.with_name(f"{database.name}.wal")
    run = subprocess.Popen(command, env=dict(environment), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _wait_for(run, database.exists)
    time.sleep(random.uniform(0, 3))
    before = _mark(database), _mark(log)
    _wait_for(run, lambda: (_mark(database), _mark(log)) != before)
    time.sleep(random.uniform(0, 0.3))
    was_running = run.poll() is None
    run.kill()
    run.wait()
    return was_running


def _wait_for(run: subprocess.Popen[bytes], done: object) -> None:
    assert callable(done)
    while run.poll() is None and not done():
        time.sleep(0.002)


def _mark(file: Path) -> tuple[int, int]:
    try:
        return file.stat().st_mtime_ns, file.stat().st_size
    except FileNotFoundError:
        return 0, 0


def _number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(connection.execute(query).fetchall()[0][0])


if __name__ == "__main__":
    main()
