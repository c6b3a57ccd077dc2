"""What takes long to make and is the same for tests of many files: made once in a run of the suite, whoever needs it first.

Belongs here: folders that all workers of a run share.
Does not belong here: what one worker makes for itself in a moment (templates.py).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock


def made_once(folder: Path, make: Callable[[Path], None]) -> Path:
    """The folder, made by the first worker that asks for it while the others wait. Who writes to it takes a copy."""
    with FileLock(folder.with_suffix(".lock")):
        if not folder.exists():
            draft = folder.with_suffix(".draft")  # what ended in the middle is no folder
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir()
            make(draft)
            draft.rename(folder)
    return folder
