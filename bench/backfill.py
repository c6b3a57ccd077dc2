"""What the past costs: ``python bench/backfill.py`` fills a year of hours of a hundred coins at one source in some minutes.

The back-fill is the command that a person types, in a process of its own, whose CPU seconds and peak memory are printed beside
what is promised. The replay makes each page before, in another process (bench/page_store.py), so that neither its time nor its
CPU counts. Prints, too, how many requests the dry run had counted, and how large the file is before and after a maintenance.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.symbols import COINGECKO_IDS
from crypto_pipeline.warehouse.compaction import compact
from crypto_pipeline.warehouse.engines import Storage, file_for

PROMISED_RATIO, PROMISED_MICROSECONDS, PROMISED_BYTES, PROMISED_MB = 1.15, 35, 20, 250
COINS = [coin for coin in COINGECKO_IDS if coin not in {"USDT", "USDC", "DAI"}]


class Ran(NamedTuple):
    """A command that was run."""

    said: Any
    seconds: float
    cpu: float
    peak_mb: float


def main() -> None:
    """Fill, print, fill again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--coins", type=int, default=100)
    parser.add_argument("--made", type=int, default=6, help="coins whose candles the replay makes (default: 6)")
    parser.add_argument("--since", default="2025-01-01")
    parser.add_argument("--until", default="2026-01-01")
    parser.add_argument("--keep", type=Path, help="a folder that does not exist yet, for the database")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, made_pages(chosen.made) as url:
        folder = chosen.keep or Path(name) / "data"
        asked = [
            "--interval",
            "1h",
            "--provider",
            "binance",
            "--since",
            chosen.since,
            "--until",
            chosen.until,
            "--json",
        ]
        made = ["backfill", "candles", "--symbols", ",".join(COINS[: chosen.made]), *asked]
        while _run(made, environment_of(Path(name) / "made", url), may_be_left=True).said["pages_left"]:
            print("the replay is slow; once more", flush=True)
        command = ["backfill", "candles", "--symbols", ",".join(COINS[: chosen.coins]), *asked]
        environment = environment_of(folder, url)
        (dry,) = _run([*command, "--dry-run"], environment).said
        filled = _run(command, environment)
        again = _run(command, environment)
        warehouse = file_for(Storage(Settings(data_dir=folder).database, 3.0, False))
        before = warehouse.size()
        compact(warehouse)
        after = warehouse.size()
        stored = warehouse.query("SELECT (SELECT count(*) FROM cached_ohlc), (SELECT count(*) FROM consensus_ohlc)")
        (((candles, consensus),), sent) = stored.rows, _sent(warehouse)
    rows, allowed = filled.said["rows"], dry["minutes"] * 60
    print(
        f"{rows:,} rows in {sent} requests; the dry run had counted {dry['requests']}; {again.said['pages']} when asked again"
    )
    _line("seconds", filled.seconds, f"{allowed:.1f} that the budget allows")
    _line("of that", filled.seconds / allowed if allowed else 0.0, PROMISED_RATIO)
    _line("µs of CPU a row", filled.cpu / rows * 1e6, PROMISED_MICROSECONDS)
    _line("  beyond a run with nothing to do", (filled.cpu - again.cpu) / rows * 1e6, "")
    _line("bytes a row as it was written", before / rows, "")
    _line("bytes a row after a compaction", after / rows, PROMISED_BYTES)
    _line(f"  of {candles + consensus:,} rows, consensus included", after / (candles + consensus), "")
    _line("MB of memory at most", filled.peak_mb, PROMISED_MB)


def _line(what: str, measured: float, promised: object) -> None:
    print(f"{what:36}{measured:10.2f}   {f'promised {promised}' if promised != '' else ''}")


def _sent(warehouse: Any) -> int:
    ((count,),) = warehouse.query("SELECT count(*) FROM connection_attempts").rows
    return int(count)


@contextmanager
def made_pages(made: int) -> Iterator[str]:
    """The address of the pages that the replay makes."""
    markets = ",".join(f"{coin}USDT" for coin in COINS[:made])
    store = [sys.executable, str(Path(__file__).with_name("page_store.py"))]
    with replayed() as address, _first_line([*store, address, markets]) as port:
        yield f"http://127.0.0.1:{int(port)}"


@contextmanager
def replayed() -> Iterator[str]:
    """The address of a replay in a process of its own."""
    with _first_line([sys.executable, "-m", "crypto_pipeline", "replay", "--speed", "0"]) as line:
        yield json.loads(line)["url"]


@contextmanager
def _first_line(command: list[str]) -> Iterator[str]:
    """What a process says first, which runs meanwhile, in time that nobody else wants: the sources are on other machines."""
    process = subprocess.Popen(["nice", "-n", "19", *command], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield process.stdout.readline()
    finally:
        process.terminate()
        process.wait()


def environment_of(folder: Path, url: str) -> Mapping[str, str]:
    return {**os.environ, "CRYPTO_PIPELINE_DATA_DIR": str(folder), "CRYPTO_PIPELINE_GATEWAY_URL": url}


def _run(arguments: list[str], environment: Mapping[str, str], *, may_be_left: bool = False) -> Ran:
    """Run the command; what it said, and what it took.

    :param may_be_left: it is no failure that some pages could not be had.
    """
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "crypto_pipeline", *arguments], env=dict(environment), stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in ({0, 3, 4} if may_be_left else {0}):
        sys.exit(f"{arguments}: {said}")
    kilobytes = used.ru_maxrss if sys.platform == "linux" else used.ru_maxrss / 1024
    usage: resource.struct_rusage = used
    return Ran(json.loads(said), time.perf_counter() - began, usage.ru_utime + usage.ru_stime, kilobytes / 1024)


if __name__ == "__main__":
    main()
