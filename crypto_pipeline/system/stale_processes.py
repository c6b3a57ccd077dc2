"""What an earlier start left behind: after kill -9 its processes live on, hold the ports and go on with the schedules.

Belongs here: being the only one who runs the system of a data folder; knowing processes of an earlier start for ours, and
ending them.
Does not belong here: starting processes and ending them in order (system/processes.py), runs (orchestration/runs.py).

A process is known by a secret word in its environment, which it has from the start that began it and hands on to whatever
it starts itself. Process ids are given to strangers in the course of time, and names are anybody's; that word is in no
other environment.
"""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from crypto_pipeline.api.errors import StartError
from crypto_pipeline.foundation import file_locks
from crypto_pipeline.settings import PREFIX, STARTED_BY, Settings

MARK = STARTED_BY
ENDS_IN = 4.0
"""Seconds that a process gets to end by itself; a collection stores what it has. Containers are given ten until they are killed,
and on a busy machine the rest takes three (bench/rest.py)."""
LOOK_EVERY = 0.1
"""Seconds between two looks; each reads the environment of every process of the machine."""
_PROC = Path("/proc")
_WORD = re.compile("[0-9a-f]{32}")


@contextmanager
def only_one(settings: Settings) -> Iterator[set[int]]:
    """Run the system of this data folder alone: nothing of it is there before the block and nothing is left after it.

    What is started in the block can be known by the next start, should this one have no after. Gives a set for the ids of
    processes that were asked to end in the block: a second SIGTERM would be an end at once. Raises StartError when the
    system runs already.
    """
    with alone(settings):
        word = secret_word(settings.notes)
        end(word)
        os.environ[MARK] = word  # handed on to every process from here on
        asked: set[int] = set()
        try:
            yield asked
        finally:
            del os.environ[MARK]
            end(word, asked)


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Keep the system of this data folder from being started in the block. Raises StartError when it runs."""
    runs_already = StartError(
        f"'crypto-pipeline up' runs already with the state in {settings.notes}; stop that one first, "
        f"or choose another folder with {PREFIX}DATA_DIR."
    )
    with file_locks.only_one(settings.locks / "up.lock", timeout_seconds=0, otherwise=runs_already):
        yield


def secret_word(home: Path) -> str:
    """The word of this folder, made when there is none yet."""
    file = home / "started_by"
    word = file.read_text("ascii") if file.exists() else ""
    if not _WORD.fullmatch(word):
        word = secrets.token_hex(16)
        draft = file.with_suffix(".new")
        draft.write_text(word, "ascii")
        draft.replace(file)
    return word


def end(word: str, asked: Collection[int] = ()) -> int:
    """End every process that has this word in its environment, but for our own; says how many that were.

    ValueError for a word that others may have.

    :param asked: those that have had their SIGTERM already.
    """
    found = left = processes(word)
    _signal((pid for pid in found if pid not in asked), signal.SIGTERM)
    give_up = time.monotonic() + ENDS_IN
    while left and time.monotonic() < give_up:
        time.sleep(LOOK_EVERY)
        left = processes(word)
    _signal(left, signal.SIGKILL)
    return len(found)


def processes(word: str) -> list[int]:
    """Ids of the processes that have this word in their environment, but for our own. ValueError for a word that others may have."""
    if not _WORD.fullmatch(word):
        raise ValueError(f"{word!r} is no word that only our processes have")
    mark = f"{MARK}={word}".encode()
    environments = _from_proc() if (_PROC / "self" / "environ").exists() else _from_ps()
    return [pid for pid, environment in environments if pid != os.getpid() and mark in environment]


def _from_proc() -> Iterator[tuple[int, list[bytes]]]:
    for folder in _PROC.iterdir():
        if folder.name.isdigit():
            with suppress(OSError):  # it has ended meanwhile, or belongs to somebody else
                yield int(folder.name), (folder / "environ").read_bytes().split(b"\0")


def _from_ps() -> Iterator[tuple[int, list[bytes]]]:
    """Where there is no /proc: ``e`` adds the environment of the user's own processes to their command."""
    listed = subprocess.run(["ps", "axeww", "-o", "pid=,command="], capture_output=True, check=False).stdout
    for line in listed.splitlines():
        pid, *words = line.split()
        yield int(pid), words


def _signal(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
