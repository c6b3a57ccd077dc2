"""One part of the system alone, for containers and service managers, which start it again themselves.

Belongs here: starting it, and handing on the wish to stop.
Does not belong here: which parts there are (system/parts.py), all of them together (system/operation.py).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType

from crypto_pipeline.api.errors import StartError
from crypto_pipeline.settings import Settings
from crypto_pipeline.system import parts, processes
from crypto_pipeline.system.stale_processes import ENDS_IN

AT = "127.0.0.1:4266"
"""Where the code location listens when CRYPTO_PIPELINE_CODE_SERVER does not say."""

BY_SIGNAL = 128
"""An exit code above this is the number of the signal that ended a process, as shells say it."""


def serve_part(settings: Settings, name: str) -> int:
    """Run a part of Dagster (code, daemon, ui) until it ends or is told to; gives its exit code, which is 0 when it was told to.

    SIGTERM goes to its whole group: runs are children of the code location, which would wait for their end and not tell them.
    What is left of the group after stale_processes.ENDS_IN seconds is killed.

    :raises StartError: it cannot be started.
    """
    server = parts.CodeServer.at(settings.code_server or AT)
    env = processes.environment(settings)
    options = {"code": [], "daemon": ["--instance-only", "--daemon"], "ui": ["--instance-only"]}[name]
    prepared = subprocess.run(
        [sys.executable, "-m", "crypto_pipeline", "prepare", *options],
        env=env,
        capture_output=True,
        text=True,
    )
    if prepared.returncode:
        raise StartError(prepared.stderr.strip())
    parts.write_workspace(settings, server)
    made = {"code": parts.code(settings, server), "daemon": parts.daemon(settings), "ui": parts.ui(settings)}
    return _run(made[name], env, settings.notes)


def _run(part: parts.Part, env: dict[str, str], folder: Path) -> int:
    child = processes.spawn(part.command, env, folder, piped=False)
    asked_to_end: list[int] = []

    def to_the_group(what: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, what)

    def hand_on(number: int, frame: FrameType | None) -> None:
        asked_to_end.append(number)
        to_the_group(signal.SIGTERM)
        signal.setitimer(signal.ITIMER_REAL, ENDS_IN)

    signal.signal(signal.SIGTERM, hand_on)
    signal.signal(signal.SIGINT, hand_on)
    signal.signal(signal.SIGALRM, lambda *_: to_the_group(signal.SIGKILL))
    code = child.wait()
    signal.setitimer(signal.ITIMER_REAL, 0)
    if asked_to_end:
        return 0
    return code if code >= 0 else BY_SIGNAL - code
