"""Memory of a process that stays for long: little is taken, and what is free goes back to the system.

Belongs here: what glibc can be told about it; nothing elsewhere.
Does not belong here: bounds of single answers (api/data/query_session.py), what DuckDB may take (warehouse/memory_bound.py).

Each thread that allocates gets an arena of its own, and an arena keeps what was freed in it: under fifty clients the API's process
grew to several times of what it needed and stayed there, and a back-fill held what a batch had taken while DuckDB took the same again.
"""

from __future__ import annotations

import ctypes
import sys

ARENAS = 2
_M_ARENA_MAX = -8
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def bound_arenas() -> None:
    """Let threads share a few arenas. To be called before there are any."""
    if _libc and hasattr(_libc, "mallopt"):
        _libc.mallopt(_M_ARENA_MAX, ARENAS)


def give_back() -> None:
    """Return what is free to the system; takes some milliseconds."""
    if _libc and hasattr(_libc, "malloc_trim"):
        _libc.malloc_trim(0)
