"""What a back-fill will cost, before anything is asked: pages, requests, minutes, megabytes.

Belongs here: counting what is missing.
Does not belong here: the walk (collection/backfill/walk.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from crypto_pipeline.collection.backfill.series import DAY, Series
from crypto_pipeline.sources.kit import Budget, Pages, Span

BYTES_OF_AN_ENTRY = 130
"""Of JSON, as exchanges write a candle."""
BYTES_OF_A_ROW = 20
"""In the database, after compaction."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is missing of one source, or of all."""

    source: str
    series: int
    pages: int
    entries: int
    seconds: float
    """At the rate that the past may use."""
    at_most: int = 0
    """Of the pages those that may lie before the listing of a coin, of which no exchange has said when it was: where a coin was not
    listed yet none is needed. Of days these are the pages older than any day that is known, but for the newest, which is asked
    anyway; of hours all, where nobody has asked for the days."""

    @property
    def megabytes(self) -> float:
        """That come over the network."""
        return self.entries * BYTES_OF_AN_ENTRY / 1e6

    @property
    def stored_megabytes(self) -> float:
        """That the database grows by."""
        return self.entries * BYTES_OF_A_ROW / 1e6


def estimates(
    series: Iterable[Series],
    settled: Mapping[tuple[str, str], Collection[Span]],
    days: Mapping[tuple[str, str], Collection[Span]],
    shares: Mapping[str, Budget],
) -> list[Estimate]:
    """By source what is missing; the slowest first.

    Hours are counted where days are known or were not asked for yet. Where the exchange's list does not say when a coin was
    listed either, the count is the most that it can be.
    """
    listed = list(series)
    days_pending = {
        one.market for one in listed if one.interval == "1d" and any(one.missing(settled.get(_key(one), ())))
    }
    pages: dict[str, list[tuple[Series, int, int]]] = defaultdict(list)
    at_most: dict[str, int] = defaultdict(int)
    for one in listed:
        has_days = one.interval not in {None, "1d", "1w"}
        known = days.get(one.market) if has_days and one.market not in days_pending else None
        windows = [
            window
            for window in one.missing(settled.get(_key(one), ()))
            if known is None or any(window.both(_whole_days(span)) for span in known) or _is_new(window, one)
        ]
        entries = sum((window.end - window.start) // one.seconds for window in windows)
        pages[one.source].append((one, len(windows), entries))
        if one.opened is None:
            of_market = days.get(one.market, ())
            at_most[one.source] += _doubtful(one, windows, of_market, days_are_pending=one.market in days_pending)
    made = [replace(_of_source(source, parts, shares), at_most=at_most[source]) for source, parts in pages.items()]
    return sorted((one for one in made if one.pages), key=lambda one: (-one.seconds, one.source))


def _of_source(source: str, parts: list[tuple[Series, int, int]], shares: Mapping[str, Budget]) -> Estimate:
    seconds = 0.0
    for series, pages, _ in parts:
        history, share = series.endpoint.history, shares.get(series.endpoint.host)
        weight = (history.weight if isinstance(history, Pages) else None) or series.endpoint.request.weight
        seconds += pages * weight * share.seconds / share.requests if share else 0.0
    with_pages = [one for one in parts if one[1]]
    return Estimate(source, len(with_pages), sum(p for _, p, _ in parts), sum(e for _, _, e in parts), seconds)


def _doubtful(series: Series, windows: Sequence[Span], days: Collection[Span], *, days_are_pending: bool) -> int:
    """How many of the pages, the newest first, may lie before the listing of the coin."""
    if series.interval not in {None, "1d", "1w"}:
        return len(windows) if days_are_pending else 0
    if not series.symbol or series.is_one_page:
        return 0
    oldest = min((span.start for span in days), default=None)
    return len(windows[1:]) if oldest is None else sum(window.end <= oldest for window in windows)


def _whole_days(span: Span) -> Span:
    return Span(span.start // DAY * DAY, -(-span.end // DAY) * DAY)


def _is_new(window: Span, series: Series) -> bool:
    """Whether a window holds the day that is not over, which no candle of days shows yet."""
    return window.end > series.reach.end // DAY * DAY


def _key(series: Series) -> tuple[str, str]:
    return series.endpoint.id, series.ask
