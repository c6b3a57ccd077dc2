"""What normalising rows needs and gives, whatever the kind of row.

Belongs here: the context of an answer, rows for tables, rejected rows.
Does not belong here: how a kind of row is normalised (collection/normalise/simple_rows.py, collection/normalise/markets.py, collection/normalise/transfers.py, collection/normalise/news/articles.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any, TypeAlias

from crypto_pipeline.collection.normalise.values import moment
from crypto_pipeline.schema.clock import CLOCK_TOLERANCE
from crypto_pipeline.sources.symbols import Universe

TableRow: TypeAlias = dict[str, Any]
"""A row under the column names of its table, with the types of its columns."""

EPOCH_OF_CRYPTO = datetime(2009, 1, 3, tzinfo=timezone.utc)
"""The first Bitcoin block: nothing that is collected here can be older."""


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


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not believed, and why."""

    table: str
    reason: str
    row: object
    stale: bool = False
    """It was rejected for its age alone."""


@dataclass(slots=True)
class Normalised:
    """Rows for tables, and those that were rejected."""

    rows: dict[str, list[TableRow]] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)

    def add(self, table: str, row: TableRow) -> None:
        self.rows.setdefault(table, []).append(row)

    def extend(self, other: Normalised) -> None:
        for table, rows in other.rows.items():
            self.rows.setdefault(table, []).extend(rows)
        self.rejected.extend(other.rejected)

    def reject(self, table: str, reason: str, row: object, *, stale: bool = False) -> None:
        self.rejected.append(Rejected(table, reason, row, stale))


def time_of_data(raw: object, fetched_at: datetime) -> datetime:
    """The source's own time, or the time of the answer where it has none.

    A clock that is a little ahead is set back to the answer's time. ValueError for times that cannot be right.
    """
    own = moment(raw)
    if own is None:
        return fetched_at
    if own > fetched_at + CLOCK_TOLERANCE:
        raise ValueError(f"its time {own:%Y-%m-%d %H:%M} UTC is in the future")
    if own < EPOCH_OF_CRYPTO:
        raise ValueError(f"its time {own:%Y-%m-%d} is before the first block of Bitcoin")
    return min(own, fetched_at)
