"""Where the project is, for tests that look at its files and run its commands."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


def environment(data_dir: Path, **settings: str) -> dict[str, str]:
    """An environment of its own: nothing that the developer's shell or .env says reaches the command."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CRYPTO_PIPELINE_")}
    ours = {f"CRYPTO_PIPELINE_{name.upper()}": value for name, value in settings.items()}
    return {**inherited, "CRYPTO_PIPELINE_DATA_DIR": str(data_dir), "COLUMNS": "160", **ours}


def crypto_pipeline(
    *arguments: str, data_dir: Path, stdin: str | None = None, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run the crypto-pipeline command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "crypto_pipeline", *arguments],
        capture_output=True,
        text=True,
        input=stdin,
        env=environment(data_dir, **settings),
        cwd=PROJECT,
        timeout=600,
    )


def free_ports() -> tuple[int, int]:
    """Two different ports of 127.0.0.1 on which nobody listens."""
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def free_port() -> int:
    return free_ports()[0]
