"""When a program of ours begins to search for garbage.

Belongs here: not searching while libraries are read.
Does not belong here: how often a collection searches (collection/garbage.py), memory that goes back to the system
(foundation/memory.py).

What libraries are made of stays until the end of a program. To look through it again and again while it grows takes a sixth of the
time until a program that reads Dagster begins.
"""

from __future__ import annotations

import atexit
import gc

LIBRARIES = 200_000
"""Objects. Dagster alone makes 170,000; a program that asks sources or serves the API begins with 240,000 and more."""

_usual = gc.get_threshold()


def search_later() -> None:
    """Search for nothing until the libraries have been read, and never in them. For the first line of a program.

    Does nothing where somebody has left something out of the search for good (``gc.freeze()``).
    """
    global _usual
    if not gc.get_freeze_count() and libraries_are_read not in gc.callbacks:
        _usual = gc.get_threshold()
        gc.set_threshold(LIBRARIES, *_usual[1:])
        gc.callbacks.append(libraries_are_read)
        atexit.register(_everything_ends)


def libraries_are_read(*_: object) -> None:
    """From now on it is searched as usual, but for what there is by now. Happens by itself at the first search."""
    if libraries_are_read in gc.callbacks:
        gc.callbacks.remove(libraries_are_read)
        gc.set_threshold(*_usual)
        gc.freeze()


def _everything_ends() -> None:
    """Libraries as well: some complain of what was never freed."""
    if libraries_are_read in gc.callbacks:
        gc.callbacks.remove(libraries_are_read)
    gc.unfreeze()
