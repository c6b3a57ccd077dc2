"""Stopping processes of the system as service managers do, and what is left of them.

Does not belong here: starting them, which each test does as its users do.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

STOPS_IN = 8.0
"""Seconds: Docker gives ten. On a machine that is busy with other things nobody promises them."""


def stop(*processes: subprocess.Popen[bytes]) -> list[int]:
    """Tell all of them at once, and say how each has ended."""
    began = time.monotonic()
    for process in processes:
        process.send_signal(signal.SIGTERM)
    codes = [process.wait(300) for process in processes]
    took = time.monotonic() - began
    assert took < STOPS_IN or os.getloadavg()[0] > (os.cpu_count() or 1), f"{took:.1f} s"
    return codes


def left_of(folder: Path) -> list[str]:
    """The commands of all processes that were started with this data folder and still run."""
    mark, found = f"CRYPTO_PIPELINE_DATA_DIR={folder}".encode(), []
    for process in Path("/proc").iterdir():
        with suppress(OSError):
            if process.name.isdigit() and mark in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found
