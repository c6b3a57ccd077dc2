"""What a failure means for whoever typed the command: one sentence where the machine is to blame, and what to do.

Belongs here: telling what a disk, a folder or a file does to us from a defect of ours; the sentences.
Does not belong here: the database's own (warehouse/errors.py), Dagster's damaged files, which are set aside
(orchestration/instance.py), exit codes (cli/app.py).
"""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from crypto_pipeline.foundation.postgres_address import shown
from crypto_pipeline.settings import Settings
from crypto_pipeline.version import VERSION

REPORT = (
    f"This is a fault of crypto_pipeline {VERSION}, not of what you typed. The lines above say where; please report them, with "
    "what you did, to whoever maintains your copy (CONTRIBUTING.md says what a report needs)."
)

LEAST_FREE_BYTES = 1_000_000
"""Below this a disk counts as full."""
_FULL = "is full; make room on it. What is stored stays."
_FORBIDDEN = "this user may not do that there; give it the right to read and write, or choose another folder with CRYPTO_PIPELINE_DATA_DIR."
_GONE = "is not there: was it moved or deleted meanwhile? Start the command again; the data folder is made anew where it is missing."
_BROKEN = "the disk reports errors; look at its health before anything else."
_OF_THE_SYSTEM: Mapping[int, str] = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.EROFS: _FORBIDDEN,
    errno.ENOENT: _GONE,
    errno.EIO: _BROKEN,
    errno.EMFILE: "too many files are open; allow more with 'ulimit -n 4096'.",
    errno.ENOTDIR: "a part of this path is a file and no folder.",
    errno.ENAMETOOLONG: "this path is too long for the file system.",
}
_OF_SQLITE: Mapping[str, str] = {
    "disk is full": _FULL,
    "readonly database": _FORBIDDEN,
    "unable to open database file": _FORBIDDEN,
    "disk i/o error": _BROKEN,
    "no such table": _GONE,
    "malformed": "is damaged; start the command again, and it is set aside and begun anew.",
    "not a database": "is damaged; start the command again, and it is set aside and begun anew.",
    "database is locked": "is held by another program; try again in a moment.",
}
"""What Dagster's storage says, by the words in it."""


def sentence(error: BaseException, settings: Settings | None) -> str | None:
    """What happened and what to do; None for a defect of ours. ``settings``, when they can be had, say where things are."""
    home = str(settings.dagster_home) if settings else "the data folder"
    full = _is_full(settings)
    for cause in _causes(error):
        if isinstance(cause, MemoryError):
            return "There is not enough memory for this; close other programs, or ask for less."
        if type(cause).__module__.startswith("psycopg2"):
            return _of_postgres(cause, settings)
        if isinstance(cause, sqlite3.Error):
            return _of_sqlite(cause, home, full)
        if isinstance(cause, OSError):
            return _of_the_system(cause, settings)
    return None


def _is_full(settings: Settings | None) -> bool:
    """Whether the disk of the data folder has no room: SQLite then speaks of an I/O error, for its journals are mapped files."""
    with suppress(OSError):
        return settings is not None and shutil.disk_usage(settings.data_dir).free < LEAST_FREE_BYTES
    return False


def _has_room(settings: Settings | None) -> bool:
    """Whether the disk of the data folder has room for sure, so that another one is full."""
    with suppress(OSError):
        return settings is not None and shutil.disk_usage(settings.data_dir).free >= LEAST_FREE_BYTES
    return False


def _of_sqlite(error: sqlite3.Error, home: str, full: bool) -> str | None:
    for words, meaning in _OF_SQLITE.items():
        if words in str(error).lower():
            if meaning is _FORBIDDEN and not Path(home).exists():
                meaning = _GONE
            meaning = _FULL if meaning is _BROKEN and full else meaning
            return _joined(
                "The disk of Dagster's history" if meaning is _FULL else f"Dagster's history in {home}", meaning
            )
    return None


def _of_postgres(error: BaseException, settings: Settings | None) -> str:
    """Only Dagster talks to PostgreSQL by this driver, and it repeats no password."""
    where = shown(settings.dagster_storage) if settings and settings.dagster_storage else "The PostgreSQL"
    said = " ".join(str(error).split()).rstrip(".")
    return f"{where}, where Dagster keeps its runs, does not answer or broke off: {said}."


def _of_the_system(error: OSError, settings: Settings | None) -> str:
    name = error.filename if isinstance(error.filename, str | bytes | Path) else ""
    where = name.decode(errors="replace") if isinstance(name, bytes) else str(name)
    if not where and error.errno == errno.ENOSPC and _has_room(settings):
        return "What this command writes to is full: it has nowhere to put its output."
    where = where or (str(settings.data_dir) if settings else "")
    meaning = _OF_THE_SYSTEM.get(error.errno or 0)
    if meaning is None:
        return f"{where}: {error.strerror or error}." if where and error.strerror else f"{error.strerror or error}"
    return _joined(f"The disk of {where}" if meaning is _FULL else where, meaning)


def _joined(who: str, meaning: str) -> str:
    """``meaning`` goes on with a verb, or is a sentence of its own."""
    return f"{who} {meaning}" if meaning.startswith("is ") else f"{who}: {meaning}"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from: SQLAlchemy and Dagster wrap what a disk said."""
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or getattr(one, "orig", None) or one.__context__
