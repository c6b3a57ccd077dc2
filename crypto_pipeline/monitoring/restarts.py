"""The processes of the system: which run, and which ended by themselves, noted by whoever starts them.

Belongs here: the files by which the supervisor tells whoever watches; how much memory a process takes.
Does not belong here: starting processes again (system/supervisor.py), whether it is worth an alert (monitoring/conditions.py).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from crypto_pipeline.monitoring.facts import Restart

FILE = "restarts.json"
RUNNING = "running.json"
_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.M)


def note(home: Path, ended: Restart) -> None:
    """Keep the newest end of this part. A disk that is full must not be what ends the system: then it stays untold."""
    file = home / FILE
    known = {one.part: one for one in noted(home)} | {ended.part: ended}
    _write(file, [[one.part, one.ended_at.isoformat(), one.why, one.times] for one in known.values()])


def forget(home: Path) -> None:
    """Begin anew: what an earlier start noted is told no longer."""
    with suppress(OSError):
        (home / FILE).unlink(missing_ok=True)


def noted(home: Path) -> tuple[Restart, ...]:
    """The newest end of each part; nothing where none ended, or nobody can read what was noted."""
    try:
        rows = json.loads((home / FILE).read_text("utf-8"))
        return tuple(Restart(part, datetime.fromisoformat(at), why, times) for part, at, why, times in rows)
    except (OSError, ValueError, TypeError):
        return ()


def note_running(home: Path, pids: Mapping[str, int]) -> None:
    """Keep the process ids of the parts that run."""
    _write(home / RUNNING, dict(pids))


def runs_without_ui(home: Path) -> bool:
    """Whether the system that ran last was started without Dagster's UI (``up --no-ui``), as far as it was noted."""
    try:
        pids = json.loads((home / RUNNING).read_text("utf-8"))
        return "daemon" in pids and "ui" not in pids
    except (OSError, ValueError, TypeError):
        return False


def memory_of_parts(home: Path) -> dict[str, int]:
    """Bytes that each part takes, what processes share counted once (PSS); only where the kernel tells it: on Linux."""
    try:
        pids = json.loads((home / RUNNING).read_text("utf-8"))
        return {str(part): size for part, pid in pids.items() if (size := _pss_bytes(int(pid)))}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _pss_bytes(pid: int) -> int:
    try:
        found = _PSS.search(Path(f"/proc/{pid}/smaps_rollup").read_text("ascii"))
    except OSError:  # it has ended meanwhile, or belongs to somebody else
        return 0
    return int(found[1]) * 1024 if found else 0


def _write(file: Path, value: object) -> None:
    with suppress(OSError):
        draft = file.with_suffix(".new")
        draft.write_text(json.dumps(value), "utf-8")
        draft.replace(file)
