"""How much memory a process took at most.

Belongs here: measuring from inside. What the kernel says of a child from outside (ru_maxrss) begins with the size of the
parent that forked it, which may be a large process of pytest.
"""

from __future__ import annotations

import re
import resource
import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")
_KILOBYTE = 1024


def peak_bytes() -> int:
    """Of this process, since it began to run its program; of one that was forked, since then."""
    if _STATUS.exists():
        found = re.search(r"VmHWM:\s+(\d+) kB", _STATUS.read_text("ascii"))
        if found:
            return int(found[1]) * _KILOBYTE
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else _KILOBYTE)
