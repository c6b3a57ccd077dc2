"""What a tick costs with a shared PostgreSQL: ``python bench/hub.py`` takes some minutes and leaves nothing behind.

Seconds depend on the machine and on what else it does, so CPU is measured as well: this process' and PostgreSQL's. The same
ticks are merged into a plain file, into the hub alone, and the hub is followed by another file, in turn.

``python bench/hub.py --rows 27000000`` is the size that decisions were made with; it needs 7 GB in the temporary folder.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from crypto_pipeline.schema.declare import TIME
from crypto_pipeline.schema.tables import TABLES, UI_TABLES
from crypto_pipeline.warehouse import sql
from crypto_pipeline.warehouse.batches import Batch, batches_of
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline.warehouse.engines import Storage, shared_for
from crypto_pipeline.warehouse.hub import merging
from crypto_pipeline.warehouse.hub.connecting import hub_at
from crypto_pipeline.warehouse.hub.moving import move_to_hub

sys.path.append(str(Path(__file__).resolve().parents[1]))  # what tests have in common is not installed

from crypto_pipeline_tests.postgres import Server, embedded, lay_out, new_database, running

COINS = 2_500
SOURCES = 4
START = datetime(2026, 1, 1, tzinfo=timezone.utc)

FILL = """
INSERT INTO market_prices (source, symbol, timestamp, price_usd, volume_24h, fetched_at, collected_at, run_id)
SELECT 'source-' || source, 'C' || coin, moment, random() * 1000, random() * 1000000, moment, moment, 'run-' || turn
FROM (SELECT turn, TIMESTAMPTZ '2020-01-01 00:00:00+00' + INTERVAL 5 MINUTE * turn AS moment FROM range($turns) AS t(turn)),
     range($coins) AS c(coin), range($sources) AS s(source)
"""


def tick(number: int) -> dict[str, Any]:
    """Some 15,000 rows in all tables of the 5-minute job: new prices, and states that change."""
    moment = START + timedelta(minutes=5 * number)
    rows: dict[str, Any] = {name: [_row(name, coin, moment, number) for coin in range(300)] for name in UI_TABLES}
    rows["market_prices"] = [
        {
            "source": f"source-{source}",
            "symbol": f"C{coin}",
            "timestamp": moment,
            "price_usd": coin * 1.1 + number,
            "volume_24h": coin * 1000.5 if coin % 7 else None,
            "fetched_at": moment,
            "collected_at": moment,
            "run_id": f"run-{number}",
        }
        for coin in range(COINS)
        for source in range(SOURCES)
    ]
    return rows


def _row(table: str, coin: int, moment: datetime, number: int) -> dict[str, Any]:
    declared = TABLES[table]
    row: dict[str, Any] = {"collected_at": moment, "run_id": f"run-{number}"}
    for column in declared.columns:
        if column.type == TIME:
            row[column.name] = moment
        elif column.name in declared.key or column.type == "VARCHAR":
            row[column.name] = f"{column.name}-{coin}" if column.type == "VARCHAR" else coin
        elif column.type == "DOUBLE":
            row[column.name] = coin + number / 7
    return row


@dataclass
class Cost:
    wall: list[float]
    cpu: list[float]

    def __str__(self) -> str:
        return f"{median(self.wall):6.2f} s wall, {median(self.cpu):6.2f} s CPU"


def measured(cost: Cost, server: Server, action: Callable[[], object]) -> None:
    before, began = _cpu(server), time.perf_counter()
    action()
    cost.wall.append(time.perf_counter() - began)
    time.sleep(0.1)  # PostgreSQL's process of this connection ends, and what it took is counted
    cost.cpu.append(_cpu(server) - before)


def _cpu(server: Server) -> float:
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime + _cpu_of_server(server)


def _cpu_of_server(server: Server) -> float:
    """Of the server and of what has ended of it, from /proc: ticks of its own and of its children."""
    pid = int((server.data / "postmaster.pid").read_text().split()[0])
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return sum(map(int, fields[11:15])) / 100


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=1_000_000, help="prices that are there before (default: 1,000,000)")
    asked.add_argument("--ticks", type=int, default=7)
    chosen = asked.parse_args()
    with tempfile.TemporaryDirectory() as name, running(embedded()) as server, new_database(server, "template0") as hub:
        folder = Path(name)
        plain = DuckDBWarehouse(folder / "plain.duckdb", lock_seconds=30)
        plain.prepare()
        with plain.connection() as connection:
            turns = chosen.rows // (COINS * SOURCES)
            connection.execute(FILL, {"turns": turns, "coins": COINS, "sources": SOURCES})
            connection.execute("CHECKPOINT")
        lay_out(hub)
        began = time.perf_counter()
        moved = move_to_hub(plain, hub_at(hub), demo=False, seconds=60)
        print(
            f"moved to the hub: {sum(one.inserted for one in moved.values()):,} rows in {time.perf_counter() - began:.0f} s"
        )
        server.execute("VACUUM ANALYZE", hub.rpartition("/")[2])
        reader = shared_for(Storage(folder / "reader.duckdb", 30, False, hub))
        began = time.perf_counter()
        reader.follow()
        print(f"copied by a new follower in {time.perf_counter() - began:.0f} s, {reader.size() / 1e6:.0f} MB")
        file, write, follow = Cost([], []), Cost([], []), Cost([], [])
        for number in range(chosen.ticks):
            rows = tick(number)
            batches, _ = batches_of(rows)
            measured(file, server, partial(plain.merge, rows))
            measured(write, server, partial(_write, hub, batches))
            measured(follow, server, reader.follow)
        print(f"a tick of {sum(map(len, batches)):,} rows in {len(batches)} tables onto {chosen.rows:,}")
        print(f"  into a file alone: {file}\n  into the hub:      {write}\n  following it:      {follow}")
        print(f"  CPU of the hub to that of the file: {median(write.cpu) / median(file.cpu):.2f}")
        bad = [t for t in TABLES if _sum(plain, t) != _sum(reader, t)]
        print(f"  tables in which the file and the follower differ: {bad or 'none'}")


def _write(hub: str, batches: list[Batch]) -> None:
    with hub_at(hub).connected(30) as connection:
        merging.merge(connection, batches, 30)


def _sum(warehouse: Any, table: str) -> object:
    names = ", ".join(map(sql.quoted, TABLES[table].column_names))
    return warehouse.query(f"SELECT count(*), bit_xor(hash(ROW({names}))) FROM main.{table}").rows


if __name__ == "__main__":
    main()
