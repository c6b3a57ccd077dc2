"""How much address space this process may have.

Belongs here: the limit (``ulimit -v``), and a sentence for a process that has too little.
Does not belong here: what takes how much (cli/parts.py, warehouse/connection.py).

Libraries that start threads end the process when they get no address space for them, with a signal and without a word. Who needs
them asks first.
"""

from __future__ import annotations

import sys


def too_little_for(needed: int) -> str | None:
    """What to tell a person whose shell allows less than ``needed`` bytes; None where that much is allowed."""
    allowed = _allowed()
    if allowed is None or allowed >= needed:
        return None
    return (
        f"This shell allows {allowed // 10**6:,} MB of address space, and {needed // 10**6:,} are needed; allow more with "
        "'ulimit -v unlimited'."
    )


def _allowed() -> int | None:
    """None where there is no limit."""
    if sys.platform == "win32":
        return None
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    return None if soft == resource.RLIM_INFINITY else soft
