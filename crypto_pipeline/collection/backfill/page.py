"""One page of the past: what an answer gave of the window that it was asked for.

Belongs here: which of its rows are kept, how far it covers its window, what the ledger says of it.
Does not belong here: reading an answer (collection/reading.py), the order of pages (collection/backfill/walk.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from operator import and_

from crypto_pipeline.collection.backfill.series import DAY, Series
from crypto_pipeline.collection.normalise.context import TableRow
from crypto_pipeline.collection.normalise.rejections import Rejected
from crypto_pipeline.collection.reading import Read
from crypto_pipeline.schema.columns import Columns, columns_of
from crypto_pipeline.schema.history import PageOutcome
from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.schema.tables import feed_of
from crypto_pipeline.sources.kit import Pages, Span

MICROSECONDS = 1_000_000
"""Of a second."""
ROUND_NUMBER = 10
"""Bounds of answers are multiples of it: a page that holds 100 entries where 300 were asked for may have been cut short."""
WORTH_ASKING_AGAIN = 0.1
"""Part of a window that must be missing at one of its ends before it is taken for cut short."""


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """What is known of one stretch of a series now."""

    series: Series
    span: Span
    """What was asked for; after an answer that was cut short, what it covers of that."""
    outcome: PageOutcome | Outcome
    at: datetime
    error: str | None = None
    rows: Mapping[str, Columns] = field(default_factory=dict)
    """Those that are kept, by table."""
    rejected: list[Rejected] = field(default_factory=list)
    refused: int = 0
    first: int | None = None
    """When the oldest of its entries is of, in unix seconds."""
    last: int | None = None
    times: tuple[int, ...] = ()
    """Of all entries of the answer, in the order of time, where its page was asked for by its number."""
    planned: int = 1
    """Pages of the plan that are done with it: none where it is what an answer had left out, several where nothing older is."""

    @property
    def count(self) -> int:
        """The rows that are kept."""
        return sum(map(len, self.rows.values()))

    @property
    def is_answer(self) -> bool:
        """Whether it tells what its source has in that window."""
        return self.outcome in {PageOutcome.OK, PageOutcome.EMPTY}

    @property
    def days(self) -> list[Span]:
        """The stretches of days that it has, where its entries are candles of a day."""
        rows = self.rows.get(self.series.endpoint.tables[0], ())
        spans: list[Span] = []
        for start in sorted({int(row["timestamp"].timestamp()) for row in rows}):
            if spans and spans[-1].end == start:
                spans[-1] = Span(spans[-1].start, start + DAY)
            else:
                spans.append(Span(start, start + DAY))
        return spans

    def ledger_row(self, times_told: int) -> TableRow:
        """The page as history_pages keeps it."""
        series = self.series
        return {
            "endpoint": series.endpoint.id,
            "ask": series.ask,
            "source": series.source,
            "symbol": series.symbol,
            "interval": series.interval,
            "from_at": _time(self.span.start),
            "to_at": _time(self.span.end),
            "expected": series.expected(self.span),
            "rows": self.count,
            "refused": self.refused,
            "first_at": None if self.first is None else _time(self.first),
            "last_at": None if self.last is None else _time(self.last),
            "outcome": self.outcome.value,
            "error": self.error,
            "times_told": times_told,
            "fetched_at": self.at,
        }


def page_of(series: Series, window: Span, read: Read, at: datetime) -> HistoryPage:
    """The page that an answer gave: its complete entries of the window, and how far it covers it.

    :param window: what was asked for, which ends with the newest entry that is complete.
    """
    table = series.endpoint.tables[0]
    moment = feed_of(table).time_column
    made = _columns(read)
    times = sorted({one // MICROSECONDS for one in made[table].expanded(moment)}) if table in made else []
    inside = [one for one in times if one in window]
    rows = {name: kept for name, columns in made.items() if len(kept := _kept(columns, window))}
    page = HistoryPage(
        series,
        _covered(series, window, inside),
        PageOutcome.OK if inside else PageOutcome.EMPTY,
        at,
        rows=rows,
        rejected=read.normalised.rejected,
        refused=read.normalised.rejected_count,
        first=inside[0] if inside else None,
        last=inside[-1] if inside else None,
        times=tuple(times) if series.is_numbered else (),
    )
    stray = None if inside or series.is_numbered else _stray(series, window, times)
    if stray is None:
        return page
    error = f"it was asked for {_spoken(window)} and answered with {_time(stray):%Y-%m-%d %H:%M}: it ignores the window"
    return replace(page, span=window, outcome=PageOutcome.NOT_PAGED, error=error, rows={})


def _columns(read: Read) -> dict[str, Columns]:
    return {
        table: rows if isinstance(rows, Columns) else columns_of(table, rows)
        for table, rows in read.normalised.rows.items()
    }


def _kept(rows: Columns, span: Span) -> Columns:
    """Those of the window that are complete."""
    start, end = span.start * MICROSECONDS, span.end * MICROSECONDS
    moments = rows.expanded(feed_of(rows.table).time_column)
    in_time = [start <= moment < end for moment in moments]
    if "is_final" in rows.values:
        return rows.only([*map(and_, in_time, rows.expanded("is_final"))])
    return rows.only(in_time)


def _stray(series: Series, window: Span, times: list[int]) -> int | None:
    """A time that shows that the source ignores the window; None where there is none.

    Ends count as in or out as each source likes, so one entry beside the window proves nothing. Nor do older ones where a
    window is named by its end alone: such a source skips the intervals in which nobody traded, and reaches further back.
    """
    step = series.seconds
    history = series.endpoint.history
    words = " ".join((*history.params.values(), str(history.body), history.path or "")) if history else ""
    names_its_start = isinstance(history, Pages) and ("{start" in words or "{before" in words)
    strays = [one for one in times if one > window.end + step or (names_its_start and one < window.start - step)]
    return strays[0] if strays else None


def _covered(series: Series, asked: Span, times: list[int]) -> Span:
    """How far a page covers what was asked for: one that was cut short says nothing about the rest."""
    expected = series.expected(asked)
    if series.is_one_page or not times or expected is None or len(times) >= expected or len(times) % ROUND_NUMBER:
        return asked
    enough = WORTH_ASKING_AGAIN * expected * series.seconds
    begins = max(asked.start, series.opened or asked.start)
    before, after = times[0] - begins, asked.end - (times[-1] + series.seconds)
    if before >= enough > after:
        return Span(times[0], asked.end)
    if after >= enough > before:
        return Span(asked.start, times[-1] + series.seconds)
    return asked


def _time(moment: int) -> datetime:
    return datetime.fromtimestamp(moment, timezone.utc)


def _spoken(span: Span) -> str:
    return f"{_time(span.start):%Y-%m-%d %H:%M} to {_time(span.end):%Y-%m-%d %H:%M}"
