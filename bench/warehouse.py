"""What a merge costs, as ratios: ``python bench/warehouse.py`` takes less than a minute and leaves nothing behind.

Seconds depend on the machine and on what else it does. So the things that are compared are measured in turn, and what is
printed is how many times one costs the other.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from statistics import median

from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse

COINS = 2_500
START = datetime(2026, 1, 1, tzinfo=timezone.utc)

FILL = """
INSERT INTO market_prices (source, symbol, timestamp, price_usd, volume_24h, fetched_at, collected_at, run_id)
SELECT 'kraken', 'C' || coin, moment, random() * 1000, random() * 1000000, moment, moment, 'run-' || turn
FROM (SELECT turn, TIMESTAMPTZ '2020-01-01 00:00:00+00' + INTERVAL 5 MINUTE * turn AS moment FROM range($turns) AS t(turn)),
     range($coins) AS c(coin)
"""


def answer(turn: int) -> list[dict[str, object]]:
    """One answer of one source: 2,500 coins at one moment."""
    moment = START + timedelta(minutes=5 * turn)
    return [
        {
            "source": "kraken",
            "symbol": f"C{coin}",
            "timestamp": moment,
            "price_usd": coin * 1.1 + turn,
            "volume_24h": coin * 1000.5 if coin % 7 else None,
            "fetched_at": moment,
            "collected_at": moment,
            "run_id": f"run-{turn}",
        }
        for coin in range(COINS)
    ]


@contextmanager
def warehouse_of(rows: int) -> Iterator[DuckDBWarehouse]:
    with tempfile.TemporaryDirectory() as folder:
        warehouse = DuckDBWarehouse(Path(folder) / "crypto.duckdb", lock_seconds=30)
        warehouse.prepare()
        with warehouse.connection() as connection:
            connection.execute(FILL, {"turns": rows // COINS, "coins": COINS})
            connection.execute("CHECKPOINT")
        yield warehouse


def in_turn(repeats: int, *actions: Callable[[int], object]) -> list[float]:
    """The median seconds of each action; each is called with 0, 1, 2 ... and the first call only warms up."""
    taken: list[list[float]] = [[] for _ in actions]
    for turn in range(repeats + 1):
        for action, times in zip(actions, taken, strict=True):
            began = time.perf_counter()
            action(turn)
            times.append(time.perf_counter() - began)
    return [median(times[1:]) for times in taken]


def one_by_one(warehouse: DuckDBWarehouse, rows: list[dict[str, object]]) -> None:
    columns = ", ".join(rows[0])
    marks = ", ".join("?" * len(rows[0]))
    with warehouse.connection() as connection:
        connection.execute("BEGIN")
        connection.executemany(
            f"INSERT INTO market_prices ({columns}) VALUES ({marks})", [[*row.values()] for row in rows]
        )
        connection.execute("COMMIT")


def eight_small_merges(warehouse: DuckDBWarehouse, turn: int) -> None:
    rows = answer(turn)
    for number in range(8):
        warehouse.merge({"market_prices": rows[number * 50 : number * 50 + 50]})


def eight_together(warehouse: DuckDBWarehouse, turn: int) -> None:
    with warehouse.open():
        eight_small_merges(warehouse, turn)


def main(long: int) -> None:
    began = time.perf_counter()
    with warehouse_of(0) as empty, warehouse_of(long) as full:
        print(f"file: {full.path.stat().st_size / long:.0f} bytes a row at {long:,} rows")

        of_empty, of_full = in_turn(
            9,
            lambda turn: empty.merge({"market_prices": answer(turn)}),
            lambda turn: full.merge({"market_prices": answer(turn)}),
        )
        print(f"merge of {COINS:,} new rows: {of_full / of_empty:.2f} times as long at {long:,} rows as at none")

        new, known = in_turn(
            5,
            lambda turn: full.merge({"market_prices": answer(100 + turn)}),
            lambda turn: full.merge({"market_prices": answer(100 + turn)}),
        )
        print(f"merge of {COINS:,} rows that are known: {known / new:.2f} times as long as of new ones")

        merged, inserted = in_turn(
            2,
            lambda turn: full.merge({"market_prices": answer(200 + turn)}),
            lambda turn: one_by_one(empty, answer(200 + turn)),
        )
        print(f"executemany of {COINS:,} rows: {inserted / merged:.0f} times as long as the merge")

        apart, together = in_turn(
            3,
            lambda turn: eight_small_merges(full, 300 + turn),
            lambda turn: eight_together(full, 400 + turn),
        )
        print(f"eight merges of 50 rows, each alone: {apart / together:.1f} times as long as over one connection")
        print(f"for scale: that merge of {COINS:,} rows took {of_full * 1000:.0f} ms, opening and closing included")
    print(f"{time.perf_counter() - began:.0f} s in all")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="What a merge costs, as ratios.")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of the long table (default: 1,000,000)")
    main(parser.parse_args().rows)
