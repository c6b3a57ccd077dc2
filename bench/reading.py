"""What the read API costs: ``python bench/reading.py`` takes two minutes and leaves nothing behind.

The real server is started over a database with a year of past (see past.py), and each question is asked several times, the
file being touched in between so that nothing is remembered. Two bounds are promised for each: 2 seconds and 64 MB; what is
printed is how much of them was needed. Memory is the peak of the process above what it had before, as Linux tells it.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from statistics import median

import httpx
from past import make

SECONDS, MEGABYTES = 2, 64
REPEATS = 7


def questions(now: datetime) -> Iterator[str]:
    """Each path, as a page would ask it and at its widest."""
    year, months, month = (f"{now - timedelta(days=days):%Y-%m-%d}" for days in (364, 91, 30))
    yield from (
        "overview",
        "prices",
        "prices?spark=1",
        "prices/BTC",
        "history?symbol=BTC",
        f"history?symbol=BTC&from={year}",
    )
    yield f"history?symbol=BTC&from={year}&points=2000"
    yield from ("history?symbol=BTC&source=binance", f"history?symbol=BTC&source=binance&from={months}&points=2000")
    yield from ("candles?symbol=BTC", "candles?symbol=BTC&interval=1d&limit=2000", "candles?symbol=BTC&limit=2000")
    yield from ("consensus", "consensus?limit=2000", "consensus?symbol=BTC&limit=2000", f"consensus?to={year}")
    yield from ("news", "news?language=fa", "news?q=nothing of the kind", "news?tag=btc&limit=200")
    yield from ("metrics", "metrics?name=fear_greed_index&limit=1000", f"metrics?from={year}&limit=1000")
    yield from ("gas", "gas?blockchain=ethereum&history=1", f"gas?blockchain=ethereum&history=1&from={month}")
    yield from ("chains", "derivatives", "derivatives?limit=2000", "transfers", "transfers?limit=500&min_usd=20000000")
    yield from ("sources", "sources?runs=100", "sources/kraken.ticker?runs=100", "tables")


@contextmanager
def server(database: Path, folder: Path) -> Iterator[tuple[httpx.Client, int]]:
    """The API in a process of its own, and the id of that."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {name: value for name, value in os.environ.items() if not name.startswith("CRYPTO_PIPELINE_")}
    env |= {
        "CRYPTO_PIPELINE_DATA_DIR": str(folder),
        "CRYPTO_PIPELINE_DATABASE_URL": str(database),
        "CRYPTO_PIPELINE_API_PORT": str(port),
    }
    process = subprocess.Popen([sys.executable, "-m", "crypto_pipeline", "api"], env=env, cwd=folder)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as client:
            while not _answers(client):
                assert process.poll() is None
                time.sleep(0.1)
            yield client, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/openapi.json").is_success
    except httpx.TransportError:
        return False


def memory_of(pid: int, field: str) -> float:
    """VmRSS or VmHWM (its peak) in MB; nothing where there is no /proc."""
    try:
        found = re.search(rf"{field}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0.0
    return int(found[1]) / 1024 if found else 0.0


def forget_peak(pid: int) -> None:
    with suppress(OSError):
        Path(f"/proc/{pid}/clear_refs").write_text("5")


def ask(client: httpx.Client, pid: int, database: Path, question: str) -> tuple[list[float], float, float]:
    """Milliseconds of each answer, its KB, and the MB that the dearest took."""
    taken, grown, size = [], 0.0, 0.0
    for _ in range(REPEATS):
        os.utime(database)
        forget_peak(pid)
        before = memory_of(pid, "VmRSS")
        began = time.perf_counter()
        answer = client.get(f"/api/data/{question}")
        taken.append((time.perf_counter() - began) * 1000)
        assert answer.is_success, (question, answer.text)
        grown = max(grown, memory_of(pid, "VmHWM") - before)
        size = len(answer.content) / 1000
    return taken, size, grown


def main(database: Path, folder: Path) -> None:
    with server(database, folder) as (client, pid):
        newest = client.get("/api/data/overview").json()["prices"][0]["timestamp"]
        print(f"{'ms':>6}{'max':>6}{'KB':>7}{'MB':>6}   of {SECONDS} s  of {MEGABYTES} MB   question")
        worst = [0.0, 0.0]
        for question in questions(datetime.fromisoformat(newest).astimezone(timezone.utc)):
            taken, size, grown = ask(client, pid, database, question)
            shares = (max(taken) / 1000 / SECONDS, grown / MEGABYTES)
            worst = [max(pair) for pair in zip(worst, shares, strict=True)]
            print(
                f"{median(taken):6.0f}{max(taken):6.0f}{size:7.0f}{grown:6.1f}{shares[0]:9.1%}{shares[1]:9.1%}   {question}"
            )
        etag = client.get("/api/data/overview").headers["etag"]
        for name, headers in (("remembered", {}), ("304", {"If-None-Match": etag})):
            began = time.perf_counter()
            for _ in range(100):
                client.get("/api/data/overview", headers=headers)
            print(f"{(time.perf_counter() - began) * 10:6.1f} ms for an overview that has not changed: {name}")
        print(
            f"at worst {worst[0]:.0%} of the time and {worst[1]:.0%} of the memory; {memory_of(pid, 'VmRSS'):.0f} MB in all"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="What the read API costs.")
    parser.add_argument("database", nargs="?", type=Path, help="one that past.py has made (default: a year, made now)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        path = asked.database and asked.database.absolute()
        if path is None:
            path = Path(name) / "past.duckdb"
            make(path, days=365, coins=100, dense_days=2, now=datetime.now(timezone.utc) - timedelta(minutes=1))
        main(path, Path(name))
