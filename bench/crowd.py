"""What a crowd gets of the read API: ``python bench/crowd.py`` takes two minutes and leaves nothing behind.

Fifty clients ask without a pause, each answer made anew since the file is touched all the time; a hundred more connect and
send half a request. Promised: an answer or an honest 503 within 2 seconds, few threads, memory that is given back, and half-open
connections that are closed. On a busy machine read the ratios.
"""

from __future__ import annotations

import os
import re
import socket
import tempfile
import threading
import time
from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path
from statistics import quantiles

import httpx
from past import make
from reading import memory_of, questions, server

CLIENTS, HALF_OPEN, SECONDS = 50, 100, 20


def threads_of(pid: int) -> int:
    found = re.search(r"Threads:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) if found else 0


def half_open(port: int) -> list[socket.socket]:
    """Connections whose request never ends."""
    opened = [socket.create_connection(("127.0.0.1", port)) for _ in range(HALF_OPEN)]
    for number, one in enumerate(opened):
        one.sendall(b"GET /api/data/tables HTTP/1.1\r\nHost: 127" if number % 2 else b"")
        one.setblocking(False)
    return opened


def is_closed(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def main(database: Path, folder: Path) -> None:
    with server(database, folder) as (client, pid):
        paths = list(questions(datetime.now(timezone.utc)))
        before = memory_of(pid, "VmRSS")
        taken: list[float] = []
        statuses: Counter[int] = Counter()
        stop = time.monotonic() + SECONDS

        def ask(number: int) -> None:
            with httpx.Client(base_url=client.base_url, timeout=60, trust_env=False) as mine:
                for turn in range(10**6):
                    if time.monotonic() > stop:
                        return
                    os.utime(database)
                    began = time.monotonic()
                    answer = mine.get(f"/api/data/{paths[(number * 7 + turn) % len(paths)]}")
                    taken.append(time.monotonic() - began)
                    statuses[answer.status_code] += 1

        crowd = [threading.Thread(target=ask, args=(number,)) for number in range(CLIENTS)]
        for one in crowd:
            one.start()
        most_threads = peak = 0.0
        while any(one.is_alive() for one in crowd):
            most_threads, peak = max(most_threads, threads_of(pid)), max(peak, memory_of(pid, "VmRSS"))
            time.sleep(0.1)
        cut = quantiles(taken, n=100)
        print(
            f"{CLIENTS} clients, {len(taken)} answers {dict(statuses)}: p50 {cut[49]:.2f} s, p99 {cut[98]:.2f} s, max {max(taken):.2f} s"
        )
        connections = half_open(client.base_url.port or 0)
        began = time.monotonic()
        while not all(map(is_closed, connections)) and time.monotonic() - began < 30:
            time.sleep(0.5)
        print(
            f"{HALF_OPEN} half-open connections: {sum(map(is_closed, connections))} closed after {time.monotonic() - began:.0f} s"
        )
        print(
            f"memory {before:.0f} MB before, {peak:.0f} at most, {memory_of(pid, 'VmRSS'):.0f} after; {most_threads:.0f} threads at most"
        )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "past.duckdb"
        make(path, days=30, coins=50, dense_days=1, now=datetime.now(timezone.utc) - timedelta(minutes=1))
        main(path, Path(name))
