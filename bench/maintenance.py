"""What maintenance costs and gives back, as ratios: ``python bench/maintenance.py`` takes less than a minute.

The file holds 90 days of a log, of which 30 are kept, and a year of prices, of which the older months move. Seconds depend
on the machine; the merge of one answer is measured beside them for scale.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from statistics import median
from unittest.mock import patch

from crypto_pipeline.warehouse import archive, compaction, maintenance, retention
from crypto_pipeline.warehouse.connection import Connection
from crypto_pipeline.warehouse.database import Database
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse

NOW = datetime(2026, 11, 24, 4, 10, tzinfo=timezone.utc)
MEGABYTE = 1e6

LOG = """
INSERT INTO connection_attempts (run_id, endpoint, ask, attempt, provider, host, method, url, started_at, milliseconds,
    status_code, bytes, outcome, collected_at)
SELECT 'run-' || number // 500, 'provider.endpoint' || number % 500, '', 1, 'provider' || number % 200,
    'api' || number % 200 || '.example.com', 'GET', 'https://api' || number % 200 || '.example.com/v1/ticker',
    moment, random() * 2000, 200, 1000 + number % 60000, 'ok', moment
FROM (SELECT number, $now::TIMESTAMPTZ - INTERVAL 90 DAY + INTERVAL 90 DAY * (number / $rows) AS moment
      FROM range($rows) AS r(number))
"""
PRICES = """
INSERT INTO market_prices (source, symbol, timestamp, price_usd, volume_24h, fetched_at, collected_at, run_id)
SELECT 'kraken', 'C' || number % 100, moment, random() * 1000, random() * 1000000, moment, moment, 'run-' || number // 100
FROM (SELECT number, $now::TIMESTAMPTZ - INTERVAL 365 DAY + INTERVAL 365 DAY * (number // 100 / ($rows / 100)) AS moment
      FROM range($rows) AS r(number))
"""


class Held:
    """How long each connection that may write was held, one after the other."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self._writing = Database.writing

    @contextmanager
    def writing(self, database: Database, seconds: float) -> Iterator[Connection]:
        began = time.perf_counter()
        with self._writing(database, seconds) as connection:
            yield connection
        self.seconds.append(time.perf_counter() - began)


def seconds_of(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def answer(turn: int) -> list[dict[str, object]]:
    moment = NOW + timedelta(minutes=5 * turn)
    times = {"timestamp": moment, "fetched_at": moment, "collected_at": moment}
    return [{"source": "kraken", "symbol": f"N{coin}", "price_usd": coin * 1.1, **times} for coin in range(2_500)]


def main(rows: int) -> None:
    began = time.perf_counter()
    held = Held()
    with tempfile.TemporaryDirectory() as folder:
        warehouse = DuckDBWarehouse(Path(folder) / "crypto.duckdb", lock_seconds=30)
        warehouse.prepare()
        with warehouse.connection() as connection:
            connection.execute(LOG, {"now": NOW, "rows": rows})
            connection.execute(PRICES, {"now": NOW, "rows": rows})
            connection.execute("CHECKPOINT")
        merge = median(seconds_of(partial(warehouse.merge, {"market_prices": answer(turn)})) for turn in range(5))
        full = warehouse.path.stat().st_size
        print(f"file: {full / MEGABYTE:.0f} MB with {rows:,} rows of a log and {rows:,} prices")

        limit = NOW - timedelta(days=30)
        with patch.object(Database, "writing", lambda self, seconds: held.writing(self, seconds)):
            took = seconds_of(lambda: retention.remove_older(warehouse, "connection_attempts", limit))
        print(
            f"retention of {rows * 2 // 3:,} rows: {took:.2f} s in {len(held.seconds)} slices; the file was held for "
            f"{max(held.seconds) / merge:.1f} times as long as by a merge of 2,500 rows at most ({merge * 1000:.0f} ms)"
        )
        with warehouse.connection() as connection:
            connection.execute("CHECKPOINT")
        print(f"foreseen gain: {compaction.gain(warehouse)}; the file is {_ratio(warehouse, full)} of what it was")
        took = seconds_of(lambda: compaction.compact(warehouse))
        print(
            f"compaction: {took:.2f} s, {took / merge:.0f} merges; the file is {_ratio(warehouse, full)} of what it was"
        )

        rules = maintenance.Rules(Path(folder) / "archive", archive_months=3)
        before = warehouse.path.stat().st_size
        took = seconds_of(lambda: maintenance.maintain(warehouse, rules, NOW))
        files, after = archive.size(rules.archive), warehouse.path.stat().st_size
        ((both,),) = warehouse.query("SELECT count(*) FROM market_prices_all").rows
        assert both == rows + 5 * 2_500
        print(
            f"eight months to Parquet and compaction: {took:.2f} s; {(files + after) / before:.2f} of the size together"
        )
        whole, view = (
            median(seconds_of(partial(warehouse.query, f"SELECT avg(price_usd) FROM {of}")) for _ in range(5))
            for of in ("market_prices", "market_prices_all")
        )
        print(f"an average over the view: {view / whole:.0f} times as long as over the months in the table")
    print(f"{time.perf_counter() - began:.0f} s in all")


def _ratio(warehouse: DuckDBWarehouse, full: int) -> str:
    return f"{warehouse.path.stat().st_size / full:.2f}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="What maintenance costs and gives back, as ratios.")
    parser.add_argument("--rows", type=int, default=1_000_000, help="rows of each long table (default: 1,000,000)")
    main(parser.parse_args().rows)
