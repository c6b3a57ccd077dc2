"""Who is bounded to little memory gets more of it, step by step, for what cannot be done with less, and for no longer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import duckdb
import pytest

from crypto_pipeline.warehouse.connection import CONFIGURATION, Connection
from crypto_pipeline.warehouse.memory_bound import MemoryBound

USUAL = str(CONFIGURATION["memory_limit"])


@pytest.fixture
def connection() -> Iterator[Connection]:
    with duckdb.connect(config={"threads": 2}) as connection:
        yield connection


class Needs:
    """Work that runs out of memory so many times, and sees what it had each time."""

    def __init__(self, failures: int, now: Callable[[], str | None]) -> None:
        self.had: list[str | None] = []
        self._failures, self._now = failures, now

    def __call__(self, connection: Connection | None = None) -> str:
        self.had.append(self._now())
        if len(self.had) <= self._failures:
            raise duckdb.OutOfMemoryException("needs more")
        return "done"


def test_what_needs_more_gets_half_as_much_again_each_time_and_later_work_no_more_than_before(
    connection: Connection,
) -> None:
    bound = MemoryBound(None)
    work = Needs(2, lambda: bound._now)
    with bound.lowered("96MB"):
        bound.apply(connection)
        assert bound.with_room(connection, work) == "done"
        assert (work.had, bound._now) == (["96MB", "144MB", "216MB"], "96MB")
        ((limit, threads),) = connection.execute(
            "SELECT current_setting('memory_limit'), current_setting('threads')"
        ).fetchall()
        assert (limit, threads) == ("205.9 MiB", 1)  # 216 MB; each thread works in memory of its own
    assert not bound.is_lowered


@pytest.mark.parametrize(("first", "next_one"), [("666MB", "999MB"), ("667MB", USUAL), ("900MB", USUAL)])
def test_from_a_gigabyte_on_there_is_no_bound_but_the_usual_one(
    connection: Connection, first: str, next_one: str
) -> None:
    bound = MemoryBound(None)
    work = Needs(1, lambda: bound._now)
    with bound.lowered(first):
        bound.with_room(connection, work)
    assert work.had == [first, next_one]


@pytest.mark.parametrize("at_most", [None, "64MB"])
def test_who_is_not_lowered_gets_no_more(connection: Connection, at_most: str | None) -> None:
    bound = MemoryBound(at_most)
    work = Needs(1, lambda: bound._now)
    with pytest.raises(duckdb.OutOfMemoryException):
        bound.with_room(connection, work)
    assert (work.had, bound.is_lowered) == ([at_most], False)


def test_what_the_usual_memory_is_too_little_for_cannot_be_done(connection: Connection) -> None:
    bound = MemoryBound(None)
    work = Needs(9, lambda: bound._now)
    with bound.lowered("900MB"), pytest.raises(duckdb.OutOfMemoryException):
        bound.with_room(connection, work)
    assert work.had == ["900MB", USUAL]


def test_who_reads_begins_anew_with_another_connection(connection: Connection) -> None:
    bound = MemoryBound(None)
    opened: list[str | None] = []

    @contextmanager
    def anew() -> Iterator[Connection]:
        opened.append(bound._now)
        yield connection

    with bound.lowered("100MB"):
        assert bound.with_room_to_read(anew, Needs(2, lambda: bound._now)) == "done"
        assert bound._now == "100MB"
    assert opened == ["100MB", "150MB", "225MB"]


def test_a_bound_for_as_long_as_the_process_lives_leaves_the_threads(connection: Connection) -> None:
    MemoryBound("64MB").apply(connection)
    ((limit, threads),) = connection.execute(
        "SELECT current_setting('memory_limit'), current_setting('threads')"
    ).fetchall()
    assert (limit, threads) == ("61.0 MiB", 2)
