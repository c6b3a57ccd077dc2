"""Python's search for garbage as a process begins with it."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture
def usual_search() -> Iterator[tuple[int, int, int]]:
    """How often it is made: the suite makes it seldom, and leaves out what there was when its tests were collected."""
    usual = (700, 10, 10)
    before = gc.get_threshold()
    gc.unfreeze()
    gc.set_threshold(*usual)
    yield usual
    gc.set_threshold(*before)
    gc.freeze()
