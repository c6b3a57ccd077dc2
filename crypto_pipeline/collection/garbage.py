"""Python's search for cyclic garbage while a collection or a back-fill runs: a sixth of its processor time otherwise, or a tenth.

Belongs here: what is searched, and how often.
Does not belong here: what a collection may hold (collection/room.py), when the search begins (foundation/garbage.py).

A collection makes a million objects that live until it ends. Every 700 of them Python looks for cycles among the newest, and
now and then among all: those of the libraries, the declarations of the sources and everything else that stays anyway.

An answer of many megabytes is few objects. Where one of them is in a cycle, such as an error with the frames that it came through,
nothing would be found for long: so there is a search after each large answer.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock

from crypto_pipeline.foundation.garbage import libraries_are_read

_OBJECTS, _YOUNG, _MIDDLE = 5_000, 20, 20
"""So many more objects than before are searched for cycles; after so many searches those that stayed; after so many of these all."""

LARGE = 256 * 1024
"""Bytes of an answer after which a search is worth its while."""

_lock = Lock()
_under_way = 0
_before = gc.get_threshold()


@cache
def something_is_left_out() -> bool:
    """By the program that we are a part of. Asked once: Python counts each object for the answer, and who leaves out some for good
    does so before anything is collected."""
    return bool(gc.get_freeze_count())


@contextmanager
def seldom_searched() -> Iterator[None]:
    """In the block what there was before is left out of the search, and what is new searched less often. For the whole process.

    A program that searches more seldom by itself, or leaves out something for good (``gc.freeze()``), goes on doing so.
    """
    global _under_way, _before
    with _lock:
        if not _under_way:
            libraries_are_read()
            _before = gc.get_threshold()
            gc.set_threshold(*map(max, _before, (_OBJECTS, _YOUNG, _MIDDLE)))
            if not something_is_left_out():
                gc.freeze()
        _under_way += 1
    try:
        yield
    finally:
        with _lock:
            _under_way -= 1
            if not _under_way:
                if not something_is_left_out():
                    gc.unfreeze()
                gc.set_threshold(*_before)


def search_young() -> None:
    """Look for cycles among what is not old, at once: a millisecond or two."""
    gc.collect(1)
