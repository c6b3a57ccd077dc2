"""How a program of ours begins and ends: without the work that Python does for programs which are a part of another one.

Belongs here: what holds for all of them, whatever they do.
Does not belong here: the programs (__main__.py, orchestration/dagster_program.py, system/dagster_webserver.py).
"""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Callable

from crypto_pipeline.foundation.garbage import search_later


def run(program: Callable[[], object]) -> None:
    """Run a program that is all that this process does, as the last thing that it does.

    It ends when what was registered for its end is done and what it has written is out. Python would take apart each of the 300,000
    objects that libraries are made of then, which takes half a second where Dagster has been read, and the system takes
    the memory back in a moment. A program that ends with a traceback, or cannot write what it should, ends as any does.
    """
    ended: list[int] = []
    atexit.register(_leave, ended)  # before everything else, which makes it the last of all
    search_later()
    try:
        program()
    except SystemExit as end:
        ended.append(_code_of(end))
        raise
    ended.append(0)


def _code_of(end: SystemExit) -> int:
    if end.code is None:
        return 0
    return end.code if isinstance(end.code, int) else 1


def _leave(ended: list[int]) -> None:
    if not ended:
        return
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream:
                stream.flush()
    except (OSError, ValueError):  # Python has an exit code for that
        return
    os._exit(ended[0] & 0xFF)
