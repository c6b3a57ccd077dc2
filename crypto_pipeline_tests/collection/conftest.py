"""Python's search for garbage as a process begins with it."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from crypto_pipeline.collection.garbage import something_is_left_out


@pytest.fixture
def usual_search() -> Iterator[tuple[int, int, int]]:
    """How often it is made: the suite makes it seldom, and leaves out what there was when its tests were collected."""
    usual = (700, 10, 10)
    before = gc.get_threshold()
    gc.unfreeze()
    gc.set_threshold(*usual)
    something_is_left_out.cache_clear()
    yield usual
    gc.set_threshold(*before)
    gc.freeze()
    something_is_left_out.cache_clear()
