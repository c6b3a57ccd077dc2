"""What a back-fill does to collections and merges beside it: ``python bench/beside_backfill.py``, some minutes; also on a busy machine.

First both jobs are collected from the replay, each as the command that a person types: alone, and beside a back-fill of the same
data folder, which goes on until the collection is over. Printed are the sources that were asked, how many answered well, the
seconds beside those until the next collection is due, and the pages of the past that came meanwhile. A collection beside a
back-fill shall get what one alone gets, in its time.

Then merges. A slice is a back-fill of some coins in a process of its own, with live merges (the newest hour of 500 series) beside it; then as
many of the same merges alone, and beside a loop that does nothing but count: two processes at work get slower processors than
one on many machines, whatever they do. Slices take turns, so that what else the machine does falls on both alike, and a ratio of medians
is printed: of CPU time, which nobody else takes, and of time by the clock, which includes waiting for the file. A merge that
cannot have the file goes to the spool, whose rows the next one takes along; how many did is printed too.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from backfill import COINS, environment_of, made_pages, replayed

from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.settings import Settings
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline.warehouse.errors import WarehouseError

PROMISED_RATIO = 1.1
SOURCES, SERIES = 5, 100
SECONDS_BETWEEN = 0.3
MADE = 2
"""Markets that the replay computes; the others get their candles."""
CADENCE_SECONDS = 300
"""Until the next collection is due."""
SHOWN = 8
"""Names of sources that failed in one way."""
WELL = {Outcome.OK, Outcome.NOT_MODIFIED, Outcome.EMPTY}


class Merge(NamedTuple):
    """What one live merge took."""

    cpu: float
    seconds: float
    spooled: bool


def main() -> None:
    """Slices with and without a back-fill, by turns; then the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slices", type=int, default=4, help="of merges; 0: collections alone")
    parser.add_argument("--coins", type=int, default=20, help="of each slice, a year of hours (default: 20)")
    chosen = parser.parse_args()
    beside: list[Merge] = []
    alone: list[Merge] = []
    in_company: list[Merge] = []
    with tempfile.TemporaryDirectory() as name, made_pages(MADE) as url:
        with replayed() as present:
            alone_there = _collected(Path(name) / "alone", present)
            beside_it = _collected_beside(Path(name) / "beside", present, url)
        _told("collected alone", alone_there, "")
        _told("beside a back-fill", beside_it[0], f", {beside_it[1]} pages of the past meanwhile")
        if chosen.slices == 0:
            return
        _make_pages(Path(name) / "made", url)
        folder = Path(name) / "data"
        store = DuckDBWarehouse(Settings(data_dir=folder).database)
        store.prepare()
        live = _Live(store)
        for number in range(chosen.slices):
            coins = COINS[number * chosen.coins :][: chosen.coins]
            process = subprocess.Popen(
                _command(coins), env=dict(environment_of(folder, url)), stdout=subprocess.DEVNULL
            )
            some = live.merges(partial(_is_running, process))
            if process.wait():
                sys.exit(f"the back-fill ended with {process.returncode}")
            store.drain()
            beside += some
            alone += live.merges(_as_often(some))
            with _counting():
                in_company += live.merges(_as_often(some))
    cpu, seconds = _shown("beside a back-fill", beside)
    for what, others in {"alone": alone, "beside a loop": in_company}.items():
        cpu_then, seconds_then = _shown(what, others)
        ratios = f"of CPU {cpu / cpu_then:.2f} times, by the clock {seconds / seconds_then:.2f} times"
        print(f"  of what they take {what}: {ratios}; promised {PROMISED_RATIO}")


class Collected(NamedTuple):
    """What one collection got."""

    asked: int
    well: int
    seconds: float
    failed: dict[str, list[str]]
    """Their names by outcome."""


def _collected(folder: Path, url: str) -> Collected:
    """Both jobs, of a folder that has none of their rows yet, so that everything is due."""
    command = [sys.executable, "-m", "crypto_pipeline", "collect", "both", "--json"]
    began = time.perf_counter()
    run = subprocess.run(command, env=dict(environment_of(folder, url)), stdout=subprocess.PIPE, text=True, check=False)
    seconds = time.perf_counter() - began
    names: dict[Outcome, list[str]] = {}
    for source in json.loads(run.stdout)["sources"]:
        names.setdefault(Outcome(source["outcome"]), []).append(source["id"])
    asked = {outcome: ids for outcome, ids in names.items() if outcome not in {Outcome.STANDBY, Outcome.NOT_DUE}}
    failed = {outcome.value: ids for outcome, ids in asked.items() if outcome not in WELL}
    count = sum(map(len, asked.values()))
    return Collected(count, count - sum(map(len, failed.values())), seconds, failed)


def _collected_beside(folder: Path, present: str, past: str) -> tuple[Collected, int]:
    """The same while a back-fill fills the folder; also the pages that came from its first one until the collection was over."""
    process = subprocess.Popen(_command(COINS[:100], since="2022-01-01"), env=dict(environment_of(folder, past)))
    store = DuckDBWarehouse(Settings(data_dir=folder).database)
    try:
        while not _pages(store):
            if not _is_running(process):
                sys.exit(f"the back-fill ended with {process.returncode}")
            time.sleep(SECONDS_BETWEEN)
        before = _pages(store)
        collected = _collected(folder, present)
        if not _is_running(process):
            print("the back-fill was over before the collection")
        return collected, _pages(store) - before
    finally:
        process.terminate()
        process.wait()


def _pages(store: DuckDBWarehouse) -> int:
    """Pages that are stored; 0 while there is no file, or it cannot be read now."""
    with suppress(WarehouseError):
        if store.exists():
            return int(store.query("SELECT count(*) FROM history_pages").rows[0][0])
    return 0


def _told(what: str, one: Collected, more: str) -> None:
    said = [f"{len(ids)} {outcome} ({', '.join(ids[:SHOWN])})" for outcome, ids in sorted(one.failed.items())]
    failed = ", ".join(said) or "none"
    print(
        f"{what:20}{one.asked:5} sources asked, {one.well} well, failed: {failed}; "
        f"{one.seconds:.1f} s of {CADENCE_SECONDS}{more}",
        flush=True,
    )


def _shown(what: str, of: list[Merge]) -> tuple[float, float]:
    cpu, seconds = median(one.cpu for one in of), median(one.seconds for one in of)
    spooled = sum(one.spooled for one in of)
    print(f"{what:20}{len(of):5} merges, {cpu * 1000:6.1f} ms of CPU, {seconds * 1000:6.1f} ms, {spooled} spooled")
    return cpu, seconds


class _Live:
    """Merges as a collection makes them: each one the next hour of all series."""

    def __init__(self, store: DuckDBWarehouse) -> None:
        self._store = store
        self._hour = datetime(2026, 2, 1, tzinfo=timezone.utc)

    def merges(self, goes_on: Callable[[], bool]) -> list[Merge]:
        done = []
        while goes_on():
            self._hour += timedelta(hours=1)
            rows = [_candle(self._hour, f"source{s}", f"COIN{c}") for s in range(SOURCES) for c in range(SERIES)]
            began, used = time.perf_counter(), time.process_time()
            written = self._store.merge({"cached_ohlc": rows})["cached_ohlc"]
            done.append(Merge(time.process_time() - used, time.perf_counter() - began, bool(written.spooled)))
            time.sleep(SECONDS_BETWEEN)
        return done


def _candle(opened: datetime, provider: str, symbol: str) -> dict[str, Any]:
    prices = dict.fromkeys(("open", "high", "low", "close"), 1.5)
    return {
        **prices,
        "provider": provider,
        "symbol": symbol,
        "interval": "1h",
        "timestamp": opened,
        "currency": "USD",
        "is_final": True,
        "fetched_at": utc_now(),
    }


def _command(coins: list[str], since: str = "2025-01-01") -> list[str]:
    wish = ["--interval", "1h", "--provider", "binance", "--since", since, "--until", "2026-01-01", "--quiet"]
    return [sys.executable, "-m", "crypto_pipeline", "backfill", "candles", "--symbols", ",".join(coins), *wish]


def _as_often(merges: list[Merge]) -> Callable[[], bool]:
    """True as often as there are merges, and then False."""
    return partial(next, iter([True] * len(merges)), False)


@contextmanager
def _counting() -> Iterator[None]:
    """A loop that takes a processor in the block, and no disk and little memory."""
    loop = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        loop.terminate()
        loop.wait()


def _make_pages(folder: Path, url: str) -> None:
    """Ask for each page once: what the replay computes is nobody's work beside the merges."""
    subprocess.run(_command(COINS[:MADE]), env=dict(environment_of(folder, url)), stdout=subprocess.DEVNULL, check=True)


def _is_running(process: subprocess.Popen[bytes]) -> bool:
    return process.poll() is None


if __name__ == "__main__":
    main()
