"""The words in which a table is declared: what it holds, how it is written and kept, what feeds it, how old it may be.

Belongs here: the types of declarations.
Does not belong here: the declarations (schema/tables/), kinds of rows (schema/rows.py), SQL, Dagster, sources.

One declaration is all that a new table needs. The DDL, the asset with its freshness and checks, the jobs that collect
it, the way from a simple row to its columns, the documents: all are made from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal, NamedTuple

from crypto_pipeline.schema.rows import Row

TEXT: Final = "VARCHAR"
REAL: Final = "DOUBLE"
INT: Final = "BIGINT"
TIME: Final = "TIMESTAMP WITH TIME ZONE"
FLAG: Final = "BOOLEAN"

ColumnType = Literal["VARCHAR", "DOUBLE", "BIGINT", "TIMESTAMP WITH TIME ZONE", "BOOLEAN"]
Write = Literal["history", "latest", "replace", "log"]
Cadence = Literal[5, 15]
"""Minutes: the job that collects a table first. The 15-minute job collects all of them."""

SCHEMA_VERSION = 2
"""Raised when a file written by this version can no longer be understood by the one before it."""


class Group(NamedTuple):
    """Tables that belong together: a group in Dagster's UI, a chapter of docs/tables.md."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its SQL type, what it means and the unit of its numbers."""

    name: str
    type: ColumnType
    comment: str
    unit: str = ""
    keep_first: bool = False
    """An update of the row leaves this value as it was first known."""
    before: str | None = None
    """What rows have here that were written before the table had this column; NULL when it is not known."""
    field: str = ""
    """The field of the row kind that fills it, where that has another name."""


@dataclass(frozen=True, slots=True)
class Feed:
    """How collections fill a table, and how old what they fill it with may be."""

    cadence: Cadence
    rows: tuple[type[Row], ...] = ()
    """Kinds of rows that become rows of this table."""
    made_of: str | None = None
    """The table that this one is computed from; the rows of no source go into it directly."""
    copy_of: str | None = None
    """The table whose rows this one holds as they are: their times are looked at there."""
    time_column: str = "timestamp"
    """Of which time a row is; it must not lie in the future."""
    arrival_column: str = "timestamp"
    """By which a row is new: the newest one tells how fresh the table is."""
    new_for: timedelta | None = None
    """A row is an arrival only while its own time is no older: what a back-fill brings of the past is no news. None: every
    row is one."""
    shortest_interval: timedelta = timedelta()
    """Between two requests to the source that is asked most often, where that is longer than the cadence."""
    usual_age: timedelta | None = None
    """How old the newest row may be where nothing new may happen in the world for longer than the cadence."""
    stale_after: timedelta | None = None
    """How old the newest row of an answer may be: older ones are no news, and no success. None: any age will do."""


@dataclass(frozen=True, slots=True)
class Lineage:
    """Of a table that follows from another one: which columns from which."""

    table: str
    columns: Mapping[str, tuple[str, ...]]
    """Columns of the other table, by the column whose value follows from them."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    ``write`` says what a new batch does to rows that have the same key:

    - ``history``: a changed row is corrected in place, an equal one is left alone; rows are never removed.
    - ``latest``: the same, but only the newest state of a key is kept, so a row that is older by ``newer_by`` loses.
    - ``replace``: the batch is the whole truth; rows with other keys are removed.
    - ``log``: rows are written once and never touched again.

    ``newer_by`` names the column by which a late batch (one that waited in the spool) is recognised as older, ``more_of`` one that
    counts what a row is made of: a row that is made of less does not take the place of one that is made of more.
    Without a ``feed`` it tells how the data bank itself is doing.
    ``series`` are the columns that name a series, the length of its intervals last, whose rows follow one another by ``timestamp``:
    a compaction puts them together, and beside those of which ``level`` is alike, for numbers of a kind take less room.
    """

    name: str
    group: Group
    doc: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    write: Write = "history"
    newer_by: str | None = None
    more_of: str | None = None
    keep_days: int | None = None
    feed: Feed | None = None
    lineage: Lineage | None = None
    series: tuple[str, ...] = ()
    level: str = ""

    @property
    def column_names(self) -> tuple[str, ...]:
        """The names of its columns, in their order."""
        return tuple(column.name for column in self.columns)

    @property
    def may_lose_rows(self) -> bool:
        """Tables of states do not grow, and what they lost would be missed: the state of a source that rests, say."""
        return self.write in {"history", "log"}
