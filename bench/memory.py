"""What hostile answers cost a collection: ``python bench/memory.py [KIND ...]`` takes some minutes and leaves nothing behind.

Every source gives the same answer, as large as is read and of the shape that costs most; each kind is one ``collect both`` in
a process of its own. Promised: 450 MB at most, and a log of every source. On a busy machine read the megabytes, not the seconds.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping

from crypto_pipeline.collection.http.bodies import MAX_BODY
from crypto_pipeline.replay.server import ServedResponse, running_server

MOST_MEGABYTES = 450
MEGABYTE = 1024 * 1024
TICKER = b'{"symbol":"BTCUSDT","lastPrice":"90500.1","price":"90500.1","last":"90500.1","volume":"12.5"},'


def filled(piece: bytes, size: int = MAX_BODY - MEGABYTE) -> bytes:
    """A piece again and again."""
    return piece * (size // len(piece))


def candles(count: int) -> bytes:
    """As many hours as Binance and those that copy it would write them, up to now: each source that asks so gives good rows."""
    ends = int(time.time()) // 3600 * 3600
    opens = ((ends - (count - number) * 3600) * 1000 for number in range(count))
    return json.dumps(
        [[at, "1.5", "2.5", "1.0", "2.0", "10.0", at + 3_599_999, "1", 3, "1", "1", "0"] for at in opens]
    ).encode()


HEADERS = {f"x-{n}": "a" * 7000 for n in range(60)}
"""Of a head that is larger than is read, for a kind of its own."""

KINDS: dict[str, Callable[[], bytes]] = {
    "headers": lambda: b"{}",
    "nothing": lambda: b"{}",
    "small objects": lambda: b"[" + filled(b"{},", 900_000 * 3) + b"{}]",
    "too many objects": lambda: b"[" + filled(b"{},") + b"{}]",
    "small texts": lambda: b"[" + filled(b'"ab",', 950_000 * 5) + b'"x"]',
    "tickers": lambda: b"[" + filled(TICKER) + TICKER[:-1] + b"]",
    "long names": lambda: json.dumps([{f"{n}{'x' * 100_000}": {f"{n}{'y' * 100_000}": 1} for n in range(75)}]).encode(),
    "long text": lambda: json.dumps({"error": "e" * (MAX_BODY - MEGABYTE), "message": "m" * 1000}).encode(),
    "wide text": lambda: b'["' + filled(b"e") + "\N{PILE OF POO}".encode() + b'"]',
    "wide escapes": lambda: rb'["\ud83d\udca9' + filled(b"e") + b'"]',
    "escapes": lambda: b'["' + filled(rb"\'") + b'"]',
    "deep": lambda: b"[" * 900 + b"]" * 900,
    "too deep": lambda: filled(b"["),
    "candles": lambda: candles(10_000),
    "no text": lambda: bytes(range(128, 256)) * 8192,
    "feed": lambda: b"<rss><channel>" + filled(b"<item><a/></item>", 2 * MEGABYTE) + b"</channel></rss>",
    "ampersands": lambda: b"<rss><channel><title>" + filled(b"&a", 4 * MEGABYTE) + b"</title></channel></rss>",
    "lines": lambda: b"date,close\n" + filled(b"1,2\n"),
    "bomb": lambda: filled(b" ", 64 * MEGABYTE),
}


def measure(body: bytes, more: Mapping[str, str]) -> tuple[int, float, dict[str, int]]:
    """Megabytes and seconds that a collection of all sources takes, and how many of them end with which outcome."""
    headers = {"content-type": "application/json", "content-encoding": "gzip", **more}
    answer = ServedResponse(200, headers, gzip.compress(body, compresslevel=1))
    with running_server(lambda request: answer) as gateway, tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "CRYPTO_PIPELINE_DATA_DIR": folder, "CRYPTO_PIPELINE_GATEWAY_URL": gateway}
        command = [sys.executable, "-m", "crypto_pipeline", "collect", "both", "--json"]
        began = time.monotonic()
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen(command, env=environment, stdout=said, stderr=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            seconds = time.monotonic() - began
            said.seek(0)
            sources = json.loads(said.read() or b'{"sources": []}')["sources"]
    peak = usage.ru_maxrss // (1024 if sys.platform != "darwin" else MEGABYTE)
    return peak, seconds, dict(Counter(source["outcome"] for source in sources).most_common())


if __name__ == "__main__":
    for kind in sys.argv[1:] or KINDS:
        peak, seconds, outcomes = measure(KINDS[kind](), HEADERS if kind == "headers" else {})
        mark = "" if peak <= MOST_MEGABYTES else "  TOO MUCH"
        print(f"{kind:17} {peak:5} MB {seconds:4.0f} s  {outcomes}{mark}", flush=True)
