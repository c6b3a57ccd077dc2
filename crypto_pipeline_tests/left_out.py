"""How much is left out of Python's search for garbage, counted once: every collection asks whether it is anything.

Python has no other answer than the number, for which it looks at each of the objects. A process of the suite leaves out all that
there was when its tests had been collected (conftest.py), and to count that takes longer than most of their collections; what is
forked for tests leaves out what was read for it (read_already.py).
Belongs here: the same answers from one count, until something is left out or let in again.
"""

from __future__ import annotations

import gc
from functools import cache
from unittest.mock import patch

_freeze, _unfreeze = gc.freeze, gc.unfreeze
_count = cache(gc.get_freeze_count)


def freeze() -> None:
    _freeze()
    _count.cache_clear()


def unfreeze() -> None:
    _unfreeze()
    _count.cache_clear()


def count_once() -> None:
    """From now on, and for the whole process."""
    patch.multiple(gc, freeze=freeze, unfreeze=unfreeze, get_freeze_count=_count).start()
