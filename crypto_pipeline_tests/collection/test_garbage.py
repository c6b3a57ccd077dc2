"""While a collection runs Python looks for cyclic garbage less often, and afterwards as before."""

from __future__ import annotations

import gc

import pytest

from crypto_pipeline.collection.garbage import seldom_searched


def test_what_was_there_before_is_left_out_until_the_last_collection_is_over(
    usual_search: tuple[int, int, int],
) -> None:
    with seldom_searched():
        with seldom_searched():
            assert gc.get_freeze_count() > 10_000
        assert gc.get_freeze_count() > 10_000
        assert all(meanwhile > usual for meanwhile, usual in zip(gc.get_threshold(), usual_search, strict=True))
    assert (gc.get_threshold(), gc.get_freeze_count()) == (usual_search, 0)


def test_a_collection_that_fails_leaves_nothing_behind(usual_search: tuple[int, int, int]) -> None:
    with pytest.raises(RuntimeError), seldom_searched():
        raise RuntimeError
    assert (gc.get_threshold(), gc.get_freeze_count()) == (usual_search, 0)


@pytest.mark.usefixtures("usual_search")
def test_what_the_program_leaves_out_for_good_stays_left_out() -> None:
    gc.freeze()
    left_out = gc.get_freeze_count()
    with seldom_searched():
        later = [[number] for number in range(1_000)]
        assert gc.get_freeze_count() == pytest.approx(left_out, abs=100)  # some of it ends
    assert gc.get_freeze_count() == pytest.approx(left_out, abs=100)
    del later


@pytest.mark.usefixtures("usual_search")
def test_a_program_that_searches_still_less_often_goes_on_doing_so() -> None:
    gc.set_threshold(100_000, 1, 200)
    with seldom_searched():
        assert gc.get_threshold()[0] == 100_000
        assert gc.get_threshold()[2] == 200
    assert gc.get_threshold() == (100_000, 1, 200)


@pytest.mark.usefixtures("usual_search")
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
