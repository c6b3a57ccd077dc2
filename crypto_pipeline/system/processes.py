"""Processes of ours: starting them, what they print, whether they listen.

Belongs here: their environment and signals, their lines in a log that rotates, waiting for a port.
Does not belong here: which processes there are (system/parts.py), starting them again (system/supervisor.py), ending them
(system/stale_processes.py, which knows them by a word in their environment).
"""

from __future__ import annotations

import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from crypto_pipeline.api.errors import StartError
from crypto_pipeline.api.ports import LOOPBACK
from crypto_pipeline.settings import PREFIX, Settings

_PR_SET_PDEATHSIG = 1
_prctl = getattr(ctypes.CDLL(None), "prctl", None) if sys.platform == "linux" else None
"""Looked up here: between fork and exec nothing may be loaded."""


def spawn(
    command: Sequence[str], env: Mapping[str, str], folder: Path, *, piped: bool = True
) -> subprocess.Popen[bytes]:
    """A child in a session of its own, so that Ctrl-C reaches us first and we end it in order.

    :param piped: what it prints comes to us, both streams as one; otherwise it has our own.
    """
    return subprocess.Popen(
        command,
        env=dict(env),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if piped else None,
        stderr=subprocess.STDOUT if piped else None,
        start_new_session=True,
        preexec_fn=default_signals,
    )


def pump(stream: IO[bytes], write: Callable[[str], None]) -> threading.Thread:
    """Hand on each line of a stream, in a thread of its own, until nobody writes to it any more."""

    def lines() -> None:
        with stream:
            for line in stream:
                write(line.decode("utf-8", "replace").rstrip("\r\n"))

    thread = threading.Thread(target=lines, daemon=True, name="lines of a child")
    thread.start()
    return thread


def environment(settings: Settings) -> dict[str, str]:
    """The environment of our processes: the settings as they are now, wherever they came from."""
    ours = {
        f"{PREFIX}{name.upper()}": _as_text(value) for name, value in settings.model_dump(exclude_none=True).items()
    }
    return {
        **settings.keys(),
        "MALLOC_ARENA_MAX": "2",  # of an arena for each thread what is free never goes back to the system
        **os.environ,
        **ours,
        "DAGSTER_HOME": str(settings.dagster_home),
        "PYTHONWARNINGS": "ignore",
    }


def listens(port: int) -> bool:
    """Whether somebody listens on this port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def require_guard(port: int) -> None:
    """Raise StartError when Dagster's UI answers a page of elsewhere: then nothing that is open to browsers may go on."""
    probe = http.client.HTTPConnection(LOOPBACK, port, timeout=30)
    try:
        probe.request("GET", "/server_info", headers={"Host": "somewhere.invalid"})
        status = probe.getresponse().status
    except OSError as error:
        raise StartError(f"Dagster's UI does not answer on port {port}: {error}.") from None
    finally:
        probe.close()
    if status != 403:
        raise StartError(f"Dagster's UI on port {port} answers pages of elsewhere (HTTP {status}) and was stopped.")


def default_signals() -> None:
    """For a child, before its program begins. A shell that starts us in the background has SIGINT ignored, and Dagster then ignores SIGTERM as well.

    Where the kernel can, it sends the child a SIGTERM when we are gone without a word: nobody else would stop it.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if _prctl:
        _prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
