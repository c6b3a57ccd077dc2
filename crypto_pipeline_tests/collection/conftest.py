"""A machine that is there all the time, and Python's search for garbage as a process begins with it."""

from __future__ import annotations

import gc
import math
from collections.abc import Iterator

import pytest

from crypto_pipeline.collection.garbage import something_is_left_out
from crypto_pipeline.collection.http import inflight


@pytest.fixture(autouse=True, scope="module")
def _this_machine_is_never_away() -> Iterator[None]:
    """A busy one would take the blame upon itself that these tests give to a source. When it does so is what http/test_inflight.py
    and test_slow_machine.py are about."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inflight, "LAG_SECONDS", math.inf)
        yield


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
