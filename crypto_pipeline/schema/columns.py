"""Rows of one table, held column by column: what candles travel in, of the past a million at a time.

Belongs here: how such rows are held, joined and marked.
Does not belong here: what a value must be (warehouse/batches.py), how rows become such (collection/normalise/candle_columns.py).

A row as a dict takes a kilobyte. Here it takes eight bytes for each number and time, and nothing for what all rows share.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from itertools import compress
from math import isnan, nan
from typing import Any, NamedTuple, TypeAlias, overload

from crypto_pipeline.schema.declare import REAL, TIME
from crypto_pipeline.schema.tables import TABLES

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)


class Same(NamedTuple):
    """One value, of the column's type, for all rows."""

    value: object


_NONE = Same(None)

Values: TypeAlias = "array[float] | array[int] | list[Any] | Same"
"""Numbers are in an array, and so are times, as microseconds since 1970 in UTC; a number that is none is NaN there. A list holds
values as rows do."""


@dataclass(frozen=True, slots=True)
class Columns(Sequence[dict[str, Any]]):
    """Rows of one table: a sequence of dicts, each of which is made when it is asked for."""

    table: str
    length: int
    values: Mapping[str, Values]
    """By column; one that is not here is NULL in all rows."""

    def __len__(self) -> int:
        return self.length

    def __iter__(self) -> Iterator[dict[str, Any]]:
        names = list(self.values)
        for row in zip(*map(self.as_rows_have_it, names), strict=True):
            yield dict(zip(names, row, strict=True))

    @overload
    def __getitem__(self, place: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[dict[str, Any]]: ...
    def __getitem__(self, place: int | slice) -> dict[str, Any] | Sequence[dict[str, Any]]:
        """A row, or some of them. Raises IndexError where there is none."""
        chosen = range(self.length)[place]
        if isinstance(chosen, range):
            return [self[one] for one in chosen]
        wanted = slice(chosen, chosen + 1)
        return {name: self._as_rows_have_it(name, _part(values, wanted))[0] for name, values in self.values.items()}

    def expanded(self, name: str) -> Sequence[Any]:
        """A column with one value for each row, as it is held: times in an array are microseconds."""
        values = self.values.get(name, Same(None))
        if not isinstance(values, Same):
            return values
        value = values.value
        if isinstance(value, datetime):
            return array("q", [int((value - _EPOCH) // _MICROSECOND)]) * self.length
        return [value] * self.length

    def numbers(self, name: str) -> Sequence[Any]:
        """The same, but of a number that no row has, NaN: so that it can be joined to numbers in an array."""
        if self.values.get(name, _NONE) == _NONE and _kind(self.table, name) == REAL:
            return array("d", [nan]) * self.length
        return self.expanded(name)

    def only(self, wanted: Sequence[bool]) -> Columns:
        """The rows for which it is true, in their order."""
        if all(wanted):
            return self
        kept = {name: _compressed(values, wanted) for name, values in self.values.items()}
        return replace(self, length=sum(wanted), values=kept)

    def marked(self, marks: Mapping[str, object]) -> Columns:
        """The same with some values that all rows share."""
        return replace(self, values={**self.values, **{name: Same(value) for name, value in marks.items()}})

    def as_rows_have_it(self, name: str) -> Sequence[Any]:
        """A column with one value for each row: times are moments in UTC, what is missing is None."""
        return self._as_rows_have_it(name, self.values.get(name, Same(None)))

    def _as_rows_have_it(self, name: str, values: Values) -> Sequence[Any]:
        if isinstance(values, Same):
            return [values.value] * self.length
        if isinstance(values, list):
            return values
        kind = _kind(self.table, name)
        if kind == TIME:
            return [_EPOCH + timedelta(microseconds=value) for value in values]
        return [None if isnan(value) else value for value in values] if kind == REAL else values


def _kind(table: str, name: str) -> str | None:
    """The type of a column; None for one that the table does not have."""
    return next((column.type for column in TABLES[table].columns if column.name == name), None)


def columns_of(table: str, rows: Sequence[Mapping[str, Any]]) -> Columns:
    """Rows of a table as columns. A column that a row does not have is NULL there."""
    names = dict.fromkeys(name for row in rows for name in row)
    kinds = {column.name: column.type for column in TABLES[table].columns}
    return Columns(table, len(rows), {name: _held([row.get(name) for row in rows], kinds.get(name)) for name in names})


def _held(values: list[Any], kind: str | None) -> Values:
    """Values as rows have them, in the least room; in a list whatever a column of that kind does not expect."""
    types = set(map(type, values))
    if kind == TIME and types == {datetime} and all(value.tzinfo for value in values):
        return array("q", [int((value - _EPOCH) // _MICROSECOND) for value in values])
    if kind == REAL and types == {float}:
        return array("d", values)
    if len(types) == 1 and kind not in {TIME, REAL} and all(value == values[0] for value in values):
        return Same(values[0])
    return values


def rows_of_all(table: str, parts: Iterable[Sequence[dict[str, Any]]]) -> Sequence[dict[str, Any]]:
    """The rows of all parts in their order: columns where any part has them, else a list."""
    some = [part for part in parts if part]
    if any(isinstance(part, Columns) for part in some):
        return joined([part if isinstance(part, Columns) else columns_of(table, part) for part in some])
    return [row for part in some for row in part]


def joined(parts: Sequence[Columns]) -> Columns:
    """The rows of all parts, of one table, in their order. ValueError without a part."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        raise ValueError("no rows to join")
    names = dict.fromkeys(name for part in parts for name in part.values)
    return Columns(parts[0].table, sum(map(len, parts)), {name: _joined(name, parts) for name in names})


def _joined(name: str, parts: Sequence[Columns]) -> Values:
    first = parts[0].values.get(name, Same(None))
    if isinstance(first, Same) and all(part.values.get(name, Same(None)) == first for part in parts):
        return first
    pieces = [part.numbers(name) for part in parts]
    typecodes = {piece.typecode if isinstance(piece, array) else "" for piece in pieces}
    if len(typecodes) == 1 and "" not in typecodes:
        whole: array[Any] = array(typecodes.pop())
        for piece in pieces:
            whole.extend(piece)
        return whole
    return [value for part in parts for value in part.as_rows_have_it(name)]


def _part(values: Values, wanted: slice) -> Values:
    return values if isinstance(values, Same) else values[wanted]


def _compressed(values: Values, wanted: Sequence[bool]) -> Values:
    if isinstance(values, Same):
        return values
    kept = compress(values, wanted)
    return array(values.typecode, kept) if isinstance(values, array) else list(kept)
