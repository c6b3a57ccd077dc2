"""While a collection runs Python looks for cyclic garbage less often, and afterwards as before."""

from __future__ import annotations

import gc

import pytest

from crypto_pipeline.collection.garbage import seldom_searched


def test_what_was_there_before_is_left_out_until_the_last_collection_is_over() -> None:
    before = gc.get_threshold()
    gc.unfreeze()  # the suite leaves out what it has collected
    with seldom_searched():
        with seldom_searched():
            assert gc.get_freeze_count() > 10_000
        assert gc.get_freeze_count() > 10_000
        assert gc.get_threshold() > before
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)


def test_a_collection_that_fails_leaves_nothing_behind() -> None:
    before = gc.get_threshold()
    with pytest.raises(RuntimeError), seldom_searched():
        raise RuntimeError
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)


def test_cycles_that_arise_meanwhile_are_found_meanwhile() -> None:
    class Node:
        """Refers to itself."""

        alive = 0

        def __init__(self) -> None:
            self.own, Node.alive = self, Node.alive + 1

        def __del__(self) -> None:
            Node.alive -= 1

    with seldom_searched():
        for _ in range(50_000):
            Node()
        assert Node.alive < 40_000  # of 50,000; how soon differs between Pythons
