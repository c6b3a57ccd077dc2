"""Pages that are numbered from the newest entry: which number is asked for, and what stretch of time an answer covers.

Belongs here: the way through the numbers of one series, from what it is missing to the last page that its source has.
Does not belong here: asking and storing (collection/backfill/walk.py), what is kept of an answer (collection/backfill/page.py).

What lies on page 7 today lies on page 8 next month, so the ledger has no numbers: a line of it is the stretch of time from the
oldest entry of a page up to what was known before, and stays true. An entry that is paid meanwhile moves others to later
pages, never past the page that is asked for next. Where newer stretches are settled, the first number follows from the usual time
between two entries, and after each answer from the time between its entries; a page is taken only when nothing can
lie between it and what is known.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from crypto_pipeline.collection.backfill.page import HistoryPage
from crypto_pipeline.collection.backfill.series import Series
from crypto_pipeline.collection.backfill.windows import without
from crypto_pipeline.schema.history import PageOutcome
from crypto_pipeline.sources.kit import Span

MOST_SEARCHED = 20
"""Pages that are asked for one after another without one that reaches what is known: then a source does not count as it should."""
BESIDE = 1.5
"""Between two entries of which none is missing lies at most so many times what usually lies between them."""


class Numbered(NamedTuple):
    """A page that is to be asked for, and what is missing of which it shall hold the newest part."""

    number: int
    missing: Span


class Numbers:
    """The way through the numbered pages of one series."""

    def __init__(self, series: Series, settled: Iterable[Span]) -> None:
        known = list(settled)
        self._series = series
        self._plan = list(series.missing(known))
        self._left = [span for span in without(series.reach, known) if span.both(series.wanted)]
        self._seconds = float(series.seconds)
        self._size = 0
        """Of the longest page that came: a source may give less than it is asked for."""
        self._newer = 0
        """The largest number of a page that lies wholly in what is known."""
        self._older: int | None = None
        """The smallest number of a page that lies beyond what is missing."""
        self._searched = 0
        self._last: tuple[int, ...] | None = None
        """The times of the entries of the page that came last."""
        self._turned = False
        """Whether two numbers had different entries."""
        self._number = self._series.number_of(self._left[-1].end - 1) if self._left else 1

    @property
    def next(self) -> Numbered | None:
        """What is to be asked for now; None when nothing is missing any more."""
        return Numbered(self._number, self._left[-1]) if self._left else None

    def read(self, page: HistoryPage) -> list[HistoryPage]:
        """What an answer to ``next`` says, as lines of the ledger; none where it does not reach what is known.

        :param page: its entries, of which those are kept that are missing.
        """
        times = page.times
        before, self._last = self._last, times
        is_repeated = bool(times) and before == times
        self._turned = self._turned or before not in {None, times}
        self._size = max(self._size, len(times))
        if is_repeated and not self._turned:
            return [self._ignored(page)]
        if not times or is_repeated:
            return self._nothing_older(page)
        self._seconds = _usual(times) or self._seconds
        if times[0] >= self._left[-1].end:
            self._newer = self._number
            return self._search(page)
        if not self._reaches(times):
            self._older = self._number
            return self._search(page)
        return [self._taken(page)]

    def failed(self, page: HistoryPage) -> HistoryPage:
        """The line of a page that could not be had: all that is missing there, until lines of pages replace it."""
        return replace(page, planned=0)

    def _reaches(self, times: tuple[int, ...]) -> bool:
        """Whether nothing can lie between a page and what is known already."""
        is_next = self._number == self._newer + 1
        return is_next or self._left[-1].end - times[-1] <= BESIDE * self._seconds

    def _taken(self, page: HistoryPage) -> HistoryPage:
        """The line of a page whose entries follow what is known."""
        missing = self._left.pop()
        begins = max(missing.start, page.times[0])
        if begins - missing.start < self._seconds:
            begins = missing.start  # not even one entry more
        goes_on = begins > missing.start and begins > self._series.wanted.start
        if goes_on:
            self._left.append(Span(missing.start, begins))
        self._newer, self._older, self._searched = self._number, None, 0
        self._number = self._number + 1 if goes_on or not self._left else self._guess(page.times)
        return replace(page, span=Span(begins, missing.end), planned=self._done(begins if goes_on else missing.start))

    def _search(self, page: HistoryPage) -> list[HistoryPage]:
        """Another number, between those that are known to be too small and too large."""
        self._searched += 1
        if self._searched >= MOST_SEARCHED:
            return [self._ignored(page)]
        self._number = self._guess(page.times)
        return []

    def _guess(self, times: tuple[int, ...]) -> int:
        """The number of the page on which the newest missing entry should be, after one with entries of these times."""
        if times:
            entries = (times[-1] - self._left[-1].end) / self._seconds + 1
            guess = self._number + int(entries // self._size)
        else:
            guess = (self._newer + self._number) // 2
        if self._older is not None:
            guess = min(guess, self._older - 1)
        return max(guess, self._newer + 1)

    def _nothing_older(self, page: HistoryPage) -> list[HistoryPage]:
        """An empty page, or the last one once more: where it follows what is known, nothing older is to be had."""
        if self._number > self._newer + 1:
            self._older = self._number
            return self._search(page)
        older = Span(self._left[0].start, self._left[-1].end)
        self._left.clear()
        outcome = PageOutcome.END_OF_HISTORY if self._number > 1 else PageOutcome.EMPTY
        return [replace(page, span=older, outcome=outcome, rows={}, first=None, last=None, planned=len(self._plan))]

    def _ignored(self, page: HistoryPage) -> HistoryPage:
        self._left.clear()
        error = f"it was asked for page {self._number} and answered with what is on another: it ignores the number"
        return replace(page, outcome=PageOutcome.NOT_PAGED, error=error, rows={}, first=None, last=None, planned=0)

    def _done(self, begins: int) -> int:
        """How many pages of the plan are done with a line that begins at a moment."""
        left = [window for window in self._plan if window.start < begins]
        done = len(self._plan) - len(left)
        self._plan = left
        return done


def _usual(times: tuple[int, ...]) -> float | None:
    """What usually lies between two entries; None where there are not two."""
    between = sorted(later - earlier for earlier, later in pairwise(times))
    return float(between[len(between) // 2]) if between else None
