"""The files below a folder in which other processes write and remove at the same moment.

Belongs here: finding them.
Does not belong here: what is done with a file that is gone when somebody looks at it: whoever looks knows.

``Path.rglob`` raises where a folder is removed between being seen and being read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


def files_below(folder: Path) -> Iterator[Path]:
    """Each file that is seen; none where there is no such folder. What was just seen may be gone again."""
    for place, _, names in os.walk(folder):
        for name in names:
            yield Path(place, name)
