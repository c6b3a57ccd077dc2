"""How many files and connections this process may have open at once.

Belongs here: the limit, and raising it as far as the system lets us.
Does not belong here: what a command needs (cli/parts.py).
"""

from __future__ import annotations

import sys

ENOUGH = 4096
"""To which the limit is raised where the system lets us: macOS gives a shell 256."""


def allowed_open_files() -> int:
    """How many there may be, after the limit was raised as far as that is let and of use."""
    if sys.platform == "win32":
        return ENOUGH
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = ENOUGH if hard == resource.RLIM_INFINITY else min(ENOUGH, hard)
    if soft == resource.RLIM_INFINITY:
        return ENOUGH
    if soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (ValueError, OSError):
            return soft
    return max(soft, wanted)
