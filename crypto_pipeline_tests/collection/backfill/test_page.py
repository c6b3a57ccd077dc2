"""One page of the past: what an answer gave of the window that it was asked for, and how far it covers it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from crypto_pipeline.collection.backfill.page import HistoryPage, page_of
from crypto_pipeline.collection.backfill.series import Series
from crypto_pipeline.collection.normalise.context import Normalised
from crypto_pipeline.collection.reading import Read
from crypto_pipeline.schema.history import PageOutcome
from crypto_pipeline.sources.kit import Pages, Span
from crypto_pipeline_tests.collection.backfill.walked import NOW, exchange, series, unix

HOUR = 3_600
BEGIN = unix("2026-01-05")
WINDOW = Span(BEGIN, BEGIN + 100 * HOUR)
DAY = 24 * HOUR
BY_WHAT_LIES_BEFORE_IT = Pages(100, {"after": "{before_ms}", "limit": "{size}"}, since="2025-01-01")
BY_ITS_END = Pages(100, {"endTime": "{last_ms}", "limit": "{size}"}, since="2025-01-01")


def hours(pages: Pages | None = None) -> Series:
    (one,) = series([exchange(pages) if pages else exchange()], since="2025-01-01", until="2026-03-01", intervals="1h")
    return one


def page(answered: Iterable[float], of: Series | None = None, *, open_ones: Iterable[float] = ()) -> HistoryPage:
    """The page of an answer that holds the candles of these hours, counted from the beginning of the window."""
    still_open = set(open_ones)
    rows = [
        {"timestamp": at(hour), "is_final": hour not in still_open, "close": 1.0, "symbol": "BTC", "interval": "1h"}
        for hour in sorted({*answered, *still_open})
    ]
    return page_of(of or hours(), WINDOW, Read(Normalised({"cached_ohlc": rows}), len(rows)), NOW)


def at(hour: float) -> datetime:
    return datetime.fromtimestamp(BEGIN + hour * HOUR, timezone.utc)


def kept(page: HistoryPage) -> list[datetime]:
    return [row["timestamp"] for rows in page.rows.values() for row in rows]


def test_of_a_page_are_kept_the_entries_of_its_window_and_no_others() -> None:
    made = page([-1, 0, *range(1, 100), 100])
    assert kept(made) == [at(hour) for hour in range(100)]
    assert (made.outcome, made.span, made.count) == (PageOutcome.OK, WINDOW, 100)
    assert (made.first, made.last) == (BEGIN, BEGIN + 99 * HOUR)


def test_a_candle_that_is_still_open_is_not_kept() -> None:
    assert kept(page([0, 1], open_ones=[2])) == [at(0), at(1)]


def test_a_window_without_entries_is_covered_and_empty() -> None:
    made = page([])
    assert (made.outcome, made.span, made.rows, made.first, made.last) == (PageOutcome.EMPTY, WINDOW, {}, None, None)


@pytest.mark.parametrize(
    ("hour", "outcome"),
    [
        (101, PageOutcome.EMPTY),
        (101.1, PageOutcome.NOT_PAGED),
        (-1, PageOutcome.EMPTY),
        (-1.1, PageOutcome.NOT_PAGED),
        (-50, PageOutcome.NOT_PAGED),
    ],
)
def test_a_source_ignores_windows_when_it_answers_with_more_than_an_entry_beside_one(
    hour: float, outcome: PageOutcome
) -> None:
    made = page([hour])
    assert (made.outcome, made.span, made.rows) == (outcome, WINDOW, {})
    assert bool(made.error) is (outcome is PageOutcome.NOT_PAGED)


def test_entries_beside_a_window_prove_nothing_when_others_are_in_it() -> None:
    made = page([-50, 5, 150])
    assert (made.outcome, kept(made)) == (PageOutcome.OK, [at(5)])


def test_a_source_that_is_told_only_where_a_window_ends_may_reach_further_back() -> None:
    assert page([-50], hours(BY_ITS_END)).outcome is PageOutcome.EMPTY
    made = page([150], hours(BY_ITS_END))
    assert made.outcome is PageOutcome.NOT_PAGED
    assert made.error == (
        "it was asked for 2026-01-05 00:00 to 2026-01-09 04:00 and answered with 2026-01-11 06:00: it ignores the window"
    )


def test_a_source_that_is_told_what_lies_before_a_window_knows_where_it_begins() -> None:
    assert page([-50], hours(BY_WHAT_LIES_BEFORE_IT)).outcome is PageOutcome.NOT_PAGED


@pytest.mark.parametrize(
    ("answered", "covered"),
    [
        (range(10, 100), (10, 100)),
        (range(90), (0, 90)),
        (range(20, 100), (20, 100)),
        (range(9, 99), (0, 100)),
        (range(11, 100), (0, 100)),
        (range(100), (0, 100)),
        (range(10, 90), (0, 100)),
        (range(5, 95), (0, 100)),
        (range(21, 91), (21, 100)),
        (range(0), (0, 100)),
    ],
    ids=[
        "its beginning is missing",
        "its end is missing",
        "more of its beginning is missing",
        "too little is missing to ask again",
        "no round number of entries",
        "all is there",
        "both ends are missing",
        "half of a tenth is missing at each end",
        "nearly a tenth of its end is missing as well",
        "nothing came",
    ],
)
def test_an_answer_of_a_round_number_of_entries_that_lacks_one_end_was_cut_short_there(
    answered: range, covered: tuple[int, int]
) -> None:
    begin, end = covered
    assert page(answered).span == Span(BEGIN + begin * HOUR, BEGIN + end * HOUR)


@pytest.mark.parametrize(("first", "begins"), [(5, 0), (15, 15)])
def test_a_page_is_asked_for_again_when_a_tenth_of_its_window_is_missing(first: int, begins: int) -> None:
    window = Span(BEGIN, BEGIN + 105 * HOUR)
    rows = [{"timestamp": at(hour), "is_final": True} for hour in range(first, 105)]
    made = page_of(hours(), window, Read(Normalised({"cached_ohlc": rows}), len(rows)), NOW)
    assert made.span == Span(BEGIN + begins * HOUR, window.end)


def test_nothing_is_missing_before_a_market_opened() -> None:
    opened = replace(hours(), opened=BEGIN + 20 * HOUR)
    assert page(range(20, 100), opened).span == WINDOW
    assert page(range(30, 100), opened).span == Span(BEGIN + 30 * HOUR, WINDOW.end)


def test_what_comes_at_no_regular_times_is_never_taken_for_cut_short() -> None:
    of_hours = hours()
    irregular = replace(of_hours, spec=replace(of_hours.spec, values={"symbol": "BTC"}))
    assert page(range(10, 100), irregular).span == WINDOW


def test_days_that_follow_one_another_are_one_stretch() -> None:
    assert page([0, 24, 48, 96]).days == [Span(BEGIN, BEGIN + 3 * DAY), Span(BEGIN + 4 * DAY, BEGIN + 5 * DAY)]
    assert page([]).days == []


def test_the_ledger_has_of_a_page_how_many_entries_there_could_be_and_are() -> None:
    row = page(range(10, 100)).ledger_row(times_told=2)
    assert (row["endpoint"], row["ask"], row["symbol"], row["interval"]) == ("past.candles", "BTC 1h", "BTC", "1h")
    assert (row["from_at"], row["to_at"], row["expected"], row["rows"]) == (at(10), at(100), 90, 90)
    assert (row["first_at"], row["last_at"]) == (at(10), at(99))
    assert (row["outcome"], row["error"], row["times_told"], row["fetched_at"]) == ("ok", None, 2, NOW)
    empty = page([]).ledger_row(times_told=1)
    assert (empty["rows"], empty["first_at"], empty["last_at"], empty["outcome"]) == (0, None, None, "empty")


def test_rows_that_were_not_believed_are_counted_with_their_page() -> None:
    read = Read(Normalised(), 1)
    read.normalised.reject("cached_ohlc", "it is off the grid", {"timestamp": NOW - timedelta(days=9)})
    made = page_of(hours(), WINDOW, read, NOW)
    assert (made.refused, len(made.rejected), made.ledger_row(1)["refused"]) == (1, 1, 1)
