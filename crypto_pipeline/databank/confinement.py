"""Starting and ending the process that answers a question of somebody we do not trust, and taking its file.

Belongs here: the process, its environment, its time.
Does not belong here: what it does and may do (databank/confined.py), HTTP.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from crypto_pipeline.databank.confined import Reply, Task, took_too_long
from crypto_pipeline.databank.files import FileFormat, Times
from crypto_pipeline.warehouse import WarehouseError, errors
from crypto_pipeline.warehouse.errors import QueryLimitExceeded, no_database

START_SECONDS = 10.0
"""For Python to start on a machine that is busy; the question's own time comes after that."""
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "SYSTEMROOT")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one question may take."""

    seconds: float
    lock_seconds: float
    memory_mb: int
    rows: int


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer: an open file that no folder names any more, so that it is gone with whoever has it."""

    file: IO[bytes]
    size: int
    truncated: bool


def answered(database: Path, query: str, form: FileFormat, bounds: Bounds, *, times: Times = "iso") -> Answered:
    """Ask one question in a process of its own. The caller closes the file.

    Raises InvalidQuery, NoDatabase, DatabaseBusy, DatabaseUnusable, and QueryLimitExceeded for what ``bounds`` do not allow.
    """
    if not database.exists():
        raise no_database(database)
    with tempfile.TemporaryDirectory(prefix="crypto-pipeline-") as folder:
        answer = Path(folder, f"answer{form.suffix}")
        task = Task(
            str(database),
            query,
            form.name,
            times,
            bounds.rows,
            bounds.seconds,
            bounds.lock_seconds,
            bounds.memory_mb,
            str(answer),
        )
        outcome = _run(task, folder)
        if outcome.error:
            kind = getattr(errors, outcome.error, WarehouseError)
            raise kind(outcome.message)
        file = answer.open("rb")
    return Answered(file, os.fstat(file.fileno()).st_size, outcome.truncated)


def environment(folder: str) -> dict[str, str]:
    """All that the process knows of its surroundings: no key and no setting is in it."""
    package = Path(__file__).resolve().parents[2]
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    return {**kept, "PYTHONPATH": str(package), "TMPDIR": folder, "HOME": folder}


def _run(task: Task, folder: str) -> Reply:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "crypto_pipeline.databank.confined"],
            input=json.dumps(asdict(task)),
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=folder,
            env=environment(folder),
            timeout=task.seconds + task.lock_seconds + START_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise took_too_long(task.seconds) from None
    try:
        return Reply(**json.loads(done.stdout))
    except ValueError:
        if done.returncode == -14:  # its own alarm
            raise took_too_long(task.seconds) from None
        raise QueryLimitExceeded(
            f"This took more than {task.memory_mb} MB, or more than DuckDB could bear, and was given up; ask for less."
        ) from None
