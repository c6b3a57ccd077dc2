"""A program begins to search for garbage when it has read its libraries."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from crypto_pipeline.collection.garbage import seldom_searched
from crypto_pipeline.foundation.garbage import LIBRARIES, libraries_are_read, search_later


@pytest.fixture
def usual() -> Iterator[tuple[int, int, int]]:
    """As it is when a program begins: nothing is left out of the search."""
    before = gc.get_threshold()
    gc.unfreeze()
    yield before
    libraries_are_read()
    gc.set_threshold(*before)
    gc.freeze()


def test_nothing_is_searched_until_there_are_as_many_objects_as_libraries_make(usual: tuple[int, int, int]) -> None:
    gc.collect(1)  # so that objects are counted from here on: what the suite has need not be searched for that
    searches = gc.get_stats()[0]["collections"]
    search_later()
    made = [[number] for number in range(LIBRARIES // 2)]
    assert (gc.get_stats()[0]["collections"], gc.get_freeze_count()) == (searches, 0)
    made += [[number] for number in range(LIBRARIES)]
    assert gc.get_freeze_count() > LIBRARIES // 2  # what there was is never looked at again
    assert gc.get_stats()[0]["collections"] > searches
    del made


def test_a_collection_begins_with_the_search(usual: tuple[int, int, int]) -> None:
    search_later()
    with seldom_searched():
        assert usual[0] <= gc.get_threshold()[0] < LIBRARIES
    assert gc.get_freeze_count() > 0


def test_who_leaves_something_out_of_it_is_left_alone(usual: tuple[int, int, int]) -> None:
    gc.freeze()
    search_later()
    assert gc.get_threshold() == usual
