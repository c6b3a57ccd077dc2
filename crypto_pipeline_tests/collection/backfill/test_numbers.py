"""The way through numbered pages: what becomes of each answer, said with answers as values.

At this moment the newest payment is number 0, the one before it number 1. Walks over a server: test_numbered.py.
"""

from __future__ import annotations

import pytest

from crypto_pipeline.collection.backfill.numbered import Numbers
from crypto_pipeline.collection.backfill.page import HistoryPage
from crypto_pipeline.schema.columns import columns_of
from crypto_pipeline.schema.history import PageOutcome
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.sources.kit import Pages, Span
from crypto_pipeline_tests.collection.backfill.numbered_contract import HOUR, NEWEST, wanted
from crypto_pipeline_tests.collection.backfill.walked import NOW, unix

EIGHT = 8 * HOUR
TEN = Pages(10, {"page": "{page}", "size": "{size}"}, since="2025-01-01", seconds=EIGHT)


def at(number: float) -> int:
    """When a payment was made, by how many were made after it."""
    return NEWEST - int(number * EIGHT)


def stretch(older: float, newer: float) -> Span:
    return Span(at(older), at(newer))


def numbers(*known: Span, since: str = "2025-01-01") -> Numbers:
    """The way through pages of ten of a contract of which some stretches are known."""
    (one,) = wanted(since, TEN)
    return Numbers(one, known)


def says(way: Numbers, *payments: float) -> list[tuple[str, Span, int]]:
    """The lines of the ledger for an answer with these payments: outcome, stretch and pages of the plan that are done."""
    (one,) = wanted(pages=TEN)
    times = tuple(sorted(map(at, payments)))
    assert way.next
    page = HistoryPage(
        one,
        way.next.missing,
        PageOutcome.OK if times else PageOutcome.EMPTY,
        NOW,
        rows={"funding_rates": columns_of("funding_rates", [])},
        first=times[0] if times else None,
        last=times[-1] if times else None,
        times=times,
    )
    lines = way.read(page)
    for line in lines:
        is_kept = line.outcome is PageOutcome.OK
        assert (line.rows, line.first, line.last) == (
            (page.rows, page.first, page.last) if is_kept else ({}, None, None)
        )
    return [(str(line.outcome), line.span, line.planned) for line in lines]


def page(number: int) -> range:
    """The payments on a page of ten."""
    return range(10 * number - 10, 10 * number)


def asked(way: Numbers) -> int | None:
    return way.next and way.next.number


BEGINNING = unix("2025-01-01")


@pytest.mark.parametrize(
    ("known", "number"), [((), 1), ([stretch(8, 0)], 1), ([stretch(9, 0)], 2), ([stretch(95, 0), stretch(99, 97)], 10)]
)
def test_the_first_page_is_that_on_which_the_newest_missing_payment_usually_is(known: list[Span], number: int) -> None:
    assert asked(numbers(*known)) == number


def test_where_nothing_is_missing_of_what_is_wanted_nothing_is_asked() -> None:
    assert numbers(Span(BEGINNING, NEWEST)).next is None
    assert numbers(stretch(30, 0), since="2026-03-01").next is None
    assert asked(numbers(stretch(20, 0), since="2026-03-01")) == 3


def test_the_newest_of_several_missing_stretches_comes_first() -> None:
    way = numbers(stretch(40, 19), stretch(60, 50))
    assert way.next == (1, stretch(19, 0))
    assert says(way, *page(1)) == [("ok", stretch(9, 0), 1)]
    assert way.next == (2, stretch(19, 9))
    assert says(way, *page(2)) == [("ok", stretch(19, 9), 1)]
    assert way.next == (5, stretch(50, 40))


@pytest.mark.parametrize(("gap", "is_taken"), [(1, True), (1.5, True), (1.501, False)])
def test_a_page_is_taken_when_no_payment_can_lie_between_it_and_what_is_known(gap: float, is_taken: bool) -> None:
    way = numbers(stretch(20, 0))
    assert asked(way) == 3
    payments = [20 + gap + one for one in range(10)]
    assert says(way, *payments) == ([("ok", stretch(29 + gap, 20), 1)] if is_taken else [])
    assert asked(way) == (4 if is_taken else 2)


@pytest.mark.parametrize(("newest", "done"), [(19, 0), (20, 1)])
def test_a_page_that_begins_in_what_is_known_is_taken(newest: int, done: int) -> None:
    way = numbers(stretch(20, 0))
    assert says(way, *range(newest, newest + 10)) == [("ok", stretch(newest + 9, 20), done)]


def test_a_page_that_follows_one_of_what_is_known_is_taken_whatever_lies_between() -> None:
    way = numbers(stretch(20, 0))
    assert says(way, *range(11, 21)) == []
    assert asked(way) == 4
    assert says(way, *range(40, 50)) == [("ok", stretch(49, 20), 3)]


def test_on_the_first_page_is_the_newest_there_is() -> None:
    assert says(numbers(), *range(30, 40)) == [("ok", stretch(39, 0), 4)]


@pytest.mark.parametrize(
    ("oldest", "newest", "number"),
    [(29, 20, 13), (39, 30, 12), (49, 40, 11), (50, 41, 10)],
)
def test_pages_of_what_is_known_say_how_far_it_still_is(oldest: int, newest: int, number: int) -> None:
    """From the page that was asked for to the one on which the first missing payment should be."""
    way = numbers(stretch(69, 0))
    assert asked(way) == 8
    assert says(way, *range(newest, oldest + 1)) == []
    assert asked(way) == number


@pytest.mark.parametrize(("newest", "number"), [(22, 2), (31, 2), (32, 1), (41, 1), (90, 1)])
def test_pages_of_what_is_older_say_how_far_one_must_go_back(newest: int, number: int) -> None:
    way = numbers(stretch(20, 0))
    assert asked(way) == 3
    assert says(way, *range(newest, newest + 10)) == []
    assert asked(way) == number


def test_a_source_that_gives_less_or_pays_more_often_is_followed_by_what_it_gives() -> None:
    fewer = numbers(stretch(69, 0))
    assert says(fewer, *range(40, 45)) == []
    assert asked(fewer) == 8 + 30 // 5
    hourly = numbers(stretch(69, 0))
    assert says(hourly, *[59 + one / 8 for one in range(10)]) == []
    assert asked(hourly) == 8 + 81 // 10
    single = numbers(stretch(69, 0))
    assert says(single, 60) == []
    assert asked(single) == 8 + 10, "one payment tells nothing of the time between two"


def test_what_usually_lies_between_two_payments_is_the_middle_one_of_all_distances() -> None:
    for payments, number in (((40, 41, 42, 43, 63), 26), ((40, 41, 42, 62, 82), 13)):
        way = numbers(stretch(109, 0))
        assert asked(way) == 12
        assert says(way, *payments) == []
        assert asked(way) == number


def test_a_page_that_is_empty_or_too_old_bounds_the_search_from_above_and_one_that_is_known_from_below() -> None:
    way = numbers(stretch(95, 0))
    assert asked(way) == 10
    assert says(way) == []
    assert asked(way) == 5
    assert says(way, *range(3)) == []
    assert asked(way) == 9, "far below it by its entries, and below the empty page"
    assert says(way) == []
    assert asked(way) == 7, "between the last that is known and the first that is empty"
    assert says(way, *range(97, 100)) == []
    assert asked(way) == 6
    assert says(way, *range(93, 98)) == [("ok", stretch(97, 95), 0)]
    old = numbers(stretch(95, 0))
    assert says(old, *range(150, 160)) == []
    assert asked(old) == 4
    assert says(old, *range(3)) == []
    assert asked(old) == 9, "below the page that was too old"


def test_two_empty_pages_are_no_page_that_was_answered_twice() -> None:
    way = numbers(stretch(95, 0))
    assert (asked(way), says(way)) == (10, [])
    assert (asked(way), says(way)) == (5, [])
    assert asked(way) == 2


def test_after_an_empty_page_that_follows_what_is_known_nothing_older_is_to_be_had() -> None:
    way = numbers()
    says(way, *page(1))
    (line,) = says(way)
    assert line[:2] == ("end_of_history", Span(BEGINNING, at(9)))
    assert way.next is None
    gaps = numbers(stretch(19, 9), stretch(60, 50))
    says(gaps, *page(1))
    assert asked(gaps) == 3
    assert says(gaps) == []
    assert asked(gaps) == 2
    assert says(gaps)[0][:2] == ("end_of_history", Span(BEGINNING, at(19)))


def test_after_a_page_that_is_taken_comes_the_next_one_whatever_its_entries_say_of_the_time_between_them() -> None:
    way = numbers()
    assert says(way, *range(9), 40) == [("ok", stretch(40, 0), 4)]
    assert asked(way) == 2


def test_a_contract_of_which_the_first_page_is_empty_has_no_payments() -> None:
    way = numbers()
    assert says(way) == [("empty", Span(BEGINNING, NEWEST), len(list(wanted(pages=TEN)[0].missing([]))))]
    assert way.next is None


def test_the_last_page_once_more_is_the_end_where_pages_have_differed_and_else_the_number_is_ignored() -> None:
    way = numbers()
    says(way, *page(1))
    says(way, *page(2))
    assert says(way, *page(2))[0][:2] == ("end_of_history", Span(BEGINNING, at(19)))
    ignores = numbers()
    says(ignores, *page(1))
    assert says(ignores, *page(1)) == [("not_paged", Span(BEGINNING, at(9)), 0)]
    assert ignores.next is None


def test_the_same_payments_under_the_same_number_are_no_repetition() -> None:
    """After a page that could not be had the same one is asked for."""
    way = numbers(stretch(20, 0))
    assert says(way, *range(30, 40)) == []
    assert says(way, *range(10, 20)) == []
    assert asked(way) == 3
    assert says(way, *range(30, 40)) == [("ok", stretch(39, 20), 2)]


def test_a_source_on_whose_pages_nothing_fits_is_left_after_twenty() -> None:
    way = numbers(stretch(300, 0))
    for newest in range(19):
        assert says(way, newest, newest + 1) == []
    assert says(way, 300, 301) == [("ok", stretch(301, 300), 0)], "found in time, which is counted anew"
    way = numbers(stretch(300, 0), stretch(600, 400))
    for newest in range(19):
        assert says(way, newest, newest + 1) == []
    assert says(way, 30, 31) == [("not_paged", stretch(400, 300), 0)]
    assert way.next is None


@pytest.mark.parametrize(("oldest", "is_all"), [(48, False), (49, False), (49.1, True), (50, True), (52, True)])
def test_a_stretch_is_closed_when_not_even_one_payment_more_fits_into_it(oldest: float, is_all: bool) -> None:
    way = numbers(stretch(40, 0), Span(BEGINNING, at(50)))
    assert asked(way) == 5
    (line,) = says(way, *range(40, 48), oldest)
    assert line[:2] == ("ok", stretch(50 if is_all else oldest, 40))
    assert asked(way) == (None if is_all else 6)


@pytest.mark.parametrize("since", ["2026-02-28T16:00", "2026-03-01"])
def test_what_is_older_than_what_is_wanted_is_not_asked_for(since: str) -> None:
    assert at(29) == unix("2026-02-28T16:00")
    way = numbers(since=since)
    says(way, *page(1))
    says(way, *page(2))
    assert says(way, *page(3)) == [("ok", stretch(29, 19), 1)]
    assert way.next is None


def test_a_page_that_is_shorter_than_usual_and_holds_all_that_is_wanted_is_done_with_its_window() -> None:
    assert at(25) == unix("2026-03-02")
    way = numbers(stretch(20, 0), since="2026-03-02")
    assert says(way, *range(20, 26)) == [("ok", stretch(25, 20), 1)]
    assert way.next is None


def test_a_page_that_could_not_be_had_is_a_line_for_all_that_is_missing_there() -> None:
    way = numbers(stretch(20, 0))
    (one,) = wanted(pages=TEN)
    broken = HistoryPage(one, Span(BEGINNING, at(20)), Outcome.TIMEOUT, NOW, "it did not answer")
    line = way.failed(broken)
    assert (line.span, line.planned, line.outcome, line.error) == (
        Span(BEGINNING, at(20)),
        0,
        Outcome.TIMEOUT,
        "it did not answer",
    )
    assert asked(way) == 3
