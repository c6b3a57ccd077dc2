"""A user whose permissions count, also where the tests run as root: in a container, in CI."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NOBODY = 65_534


@contextmanager
def plain_user(folder: Path) -> Iterator[None]:
    """For the length of the block root is somebody else, to whom all of the folder belongs."""
    if os.geteuid() != 0:
        yield
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    _become(NOBODY)
    try:
        yield
    finally:
        _become(0)


def _become(user: int) -> None:
    """The real user as well, by whom os.access() goes; root stays the saved one, and so there is a way back."""
    if sys.platform == "linux":
        os.setresuid(user, user, 0)
    else:
        os.seteuid(user)
