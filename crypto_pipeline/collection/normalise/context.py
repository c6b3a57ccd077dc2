"""What normalising rows needs and gives, whatever the kind of row.

Belongs here: the context of an answer, rows for tables, how many were rejected.
Does not belong here: a rejected row (collection/normalise/rejections.py), how a kind of row is normalised (collection/normalise/simple_rows.py, collection/normalise/markets.py, collection/normalise/transfers.py, collection/normalise/news/articles.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from crypto_pipeline.collection.errors import FutureError, OtherTimeError, TooOldError
from crypto_pipeline.collection.normalise.rejections import MOST_KEPT, REASON_CHARACTERS, Rejected, cut, shown
from crypto_pipeline.collection.normalise.values import moment
from crypto_pipeline.schema.clock import CLOCK_TOLERANCE, GENESIS
from crypto_pipeline.schema.columns import rows_of_all
from crypto_pipeline.sources.symbols import Universe

TableRow: TypeAlias = dict[str, Any]
"""A row under the column names of its table, with the types of its columns."""

MOST_ROWS = 20_000
"""Rows of one answer for one table. A series of ten years by the day has 3,700, the largest list of markets that we know 5,000."""


@dataclass(frozen=True, slots=True)
class NormalisationContext:
    """What is known of the circumstances of an answer and not said in it."""

    fetched_at: datetime
    universe: Universe = field(default_factory=Universe)
    usd_per_unit: Mapping[str, float] = field(default_factory=dict)
    """Exchange rates of currencies, for quotes in local money."""
    prices: Mapping[str, float] = field(default_factory=dict)
    """Dollar prices of coins that are not older than half an hour, for transfers."""
    whale_usd: float = 1_000_000
    any_age: bool = False
    """A saved answer is read as it is; an answer of today is rejected when it tells of last week."""
    old_names: frozenset[str] = frozenset()
    """Symbols that are kept as the rows have them, whatever coin is meant by them today: the past of a coin that was exchanged."""


@dataclass(slots=True)
class Normalised:
    """Rows for tables, and those that were rejected."""

    rows: dict[str, Sequence[TableRow]] = field(default_factory=dict)
    """By table; candles that are all beyond doubt are columns."""
    rejected: list[Rejected] = field(default_factory=list)
    """The first MOST_KEPT of them."""
    rejected_count: int = 0
    """All of them."""
    stale_count: int = 0
    """Those of them that were rejected for their age alone."""
    future_count: int = 0
    """Those of them that are of a time that has not come."""
    clock_off: timedelta | None = None
    """The least that the clock of this machine must be off for one of these to be right."""
    contradiction: str | None = None
    """Why rows were rejected together that cannot all be what they are said to be."""

    @property
    def row_count(self) -> int:
        """The rows of all tables."""
        return sum(map(len, self.rows.values()))

    def add(self, table: str, row: TableRow) -> None:
        """Take a row, or reject it when the answer has given as many as can be meant."""
        rows = self.rows.get(table)
        if not isinstance(rows, list):
            rows = self.rows[table] = list(rows or ())
        if len(rows) < MOST_ROWS:
            rows.append(row)
        else:
            self.reject(table, f"its answer has more than {MOST_ROWS} rows", row)

    def extend(self, other: Normalised) -> None:
        """Add the rows and counts of another one; of its rejected rows only as many as there is still room for."""
        for table, rows in other.rows.items():
            self.rows[table] = rows_of_all(table, [self.rows.get(table, ()), rows])
        self._count_rejected(other)

    def _count_rejected(self, other: Normalised) -> None:
        self.rejected.extend(other.rejected[: MOST_KEPT - len(self.rejected)])
        self.rejected_count += other.rejected_count
        self.stale_count += other.stale_count
        self.future_count += other.future_count
        self._note_clock(other.clock_off)
        self.contradiction = self.contradiction or other.contradiction

    def only_rejected(self) -> Normalised:
        """The same without its rows."""
        return replace(self, rows={})

    def reject(self, table: str, reason: str | ValueError, row: object) -> None:
        """Count a row that is not believed, and keep it as text while few are."""
        self.rejected_count += 1
        self.stale_count += isinstance(reason, TooOldError)
        self.future_count += isinstance(reason, FutureError)
        if isinstance(reason, OtherTimeError):
            self._note_clock(reason.clock_off)
        if len(self.rejected) < MOST_KEPT:
            why = cut(str(reason), REASON_CHARACTERS)
            self.rejected.append(Rejected(table, why, shown(row), isinstance(reason, TooOldError)))

    def _note_clock(self, off: timedelta | None) -> None:
        self.clock_off = min((one for one in (off, self.clock_off) if one is not None), key=abs, default=None)


def combined(parts: Iterable[Normalised]) -> Normalised:
    """The rows of all parts, and what was rejected of them."""
    whole = Normalised()
    by_table: dict[str, list[Sequence[TableRow]]] = {}
    for part in parts:
        whole._count_rejected(part)
        for table, rows in part.rows.items():
            by_table.setdefault(table, []).append(rows)
    whole.rows = {table: rows_of_all(table, rows) for table, rows in by_table.items()}
    return whole


def time_of_data(raw: object, fetched_at: datetime) -> datetime:
    """The source's own time, or the time of the answer where it has none.

    A clock that is a little ahead is set back to the answer's time. FutureError for a time that has not come, ValueError for
    others that cannot be right.
    """
    own = moment(raw)
    if own is None:
        return fetched_at
    if own > fetched_at + CLOCK_TOLERANCE:
        too_early = fetched_at + CLOCK_TOLERANCE - own
        raise FutureError(f"its time {own:%Y-%m-%d %H:%M} UTC is in the future", too_early)
    if own < GENESIS:
        raise ValueError(f"its time {own:%Y-%m-%d} is before the first block of Bitcoin")
    return min(own, fetched_at)
