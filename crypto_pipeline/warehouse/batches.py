"""Rows as they come, made columns of exact types.

Belongs here: what a value must be to go into a column, and which of two rows of one key counts.
Does not belong here: SQL, connections. Types come from schema/tables/ alone; a frame or a first row never decides one.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from numbers import Integral, Real
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeAlias

from crypto_pipeline.schema.columns import Columns, Same, columns_of
from crypto_pipeline.schema.declare import FLAG, INT, REAL, TEXT, TIME, ColumnType, Table
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.schema.tables.shared import REGION
from crypto_pipeline.warehouse.errors import no_table

if TYPE_CHECKING:
    import pandas

Rows: TypeAlias = "Sequence[Mapping[str, object]] | Columns | pandas.DataFrame"

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MICROSECOND = timedelta(microseconds=1)


class _RowDoesNotFit(ValueError):
    """A row has a column, or a value, that its table cannot take; stays inside this module."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one table, one per key, column by column. Times are microseconds since 1970 in UTC."""

    table: Table
    columns: Mapping[str, Sequence[object]]

    def __len__(self) -> int:
        return len(self.columns[self.table.key[0]])


@dataclass(frozen=True, slots=True)
class Misfit:
    """A row that its table cannot take, and why."""

    table: str
    row: Mapping[str, object]
    reason: str


def batches_of(rows_by_table: Mapping[str, Rows], region: str = "") -> tuple[list[Batch], list[Misfit]]:
    """The batches that have rows, and the rows that fit into none. Raises NoSuchTable.

    :param region: of rows that do not say theirs, in tables that know regions.
    """
    batches, misfits = [], []
    for name, rows in rows_by_table.items():
        if name not in TABLES:
            raise no_table(name)
        batch, left_out = batch_of(TABLES[name], rows, region)
        misfits += left_out
        if len(batch):
            batches.append(batch)
    return batches, misfits


def batch_of(table: Table, rows: Rows, region: str = "") -> tuple[Batch, list[Misfit]]:
    """The rows of one table, and those that it cannot take.

    A column that a row does not have is NULL, its region the one given; NaN and infinities are missing numbers: NULL.
    """
    if not isinstance(rows, Columns):
        rows = list(_records(rows))
    whole = _whole_batch(table, rows, region)
    if whole is not None:
        return whole, []
    exact, misfits = [], []
    for number, row in enumerate(rows, start=1):
        try:
            exact.append(_exact(table, number, row, region))
        except _RowDoesNotFit as error:
            misfits.append(Misfit(table.name, row, str(error)))
    kept = list(_one_per_key(table, exact))
    return Batch(table, {name: [row[place] for row in kept] for place, name in enumerate(table.column_names)}), misfits


def _whole_batch(table: Table, rows: Columns | list[Mapping[str, object]], region: str) -> Batch | None:
    """All rows, where each of them fits and no two have one key; else None. A column at a time takes two fifths of the time."""
    if not isinstance(rows, Columns) and 0 < sum(REGION.name in row for row in rows) < len(rows):
        return None  # a region that a row says to be none is another than one that it does not say
    try:
        rows = rows if isinstance(rows, Columns) else columns_of(table.name, rows)
        if not rows.values.keys() <= set(table.column_names):
            return None
        exact = {column.name: _exact_column(column.type, rows, column.name, region) for column in table.columns}
    except (TypeError, ValueError, ArithmeticError):
        return None
    key = [exact[name] for name in table.key]
    if any(None in part for part in key) or len(set(zip(*key, strict=True))) < len(rows):
        return None
    return Batch(table, exact)


def _exact_column(kind: ColumnType, rows: Columns, name: str, region: str) -> Sequence[object]:
    """A column of exact values. Raises TypeError, ValueError or ArithmeticError where one is none."""
    values = rows.values.get(name, Same(region if name == REGION.name else None))
    if isinstance(values, Same):
        exact = None if values.value is None else _CONVERTERS[kind](values.value)
        return [exact] * len(rows)
    if isinstance(values, array):
        if (values.typecode == "d") != (kind == REAL):
            raise TypeError(kind)
        return values if kind != REAL or math.isfinite(sum(values)) else list(map(_real, values))
    return _exact_values(kind, values)


def _exact_values(kind: ColumnType, values: list[Any]) -> Sequence[object]:
    """A list of exact values, most of which are exact already. Raises TypeError, ValueError or ArithmeticError where one is none."""
    types = set(map(type, values)) - {NoneType}
    if kind == FLAG and types <= {bool}:
        return values
    if kind == INT and types == {int}:
        known = [value for value in values if value is not None]
        _whole(min(known)), _whole(max(known))
        return values
    if kind == TEXT and types == {str}:  # a few that come again and again
        exact = {value: _text(value) for value in set(values) if value is not None}
        return [None if value is None else exact[value] for value in values]
    return [None if value is None else _CONVERTERS[kind](value) for value in values]


def _records(rows: Rows) -> Iterable[Mapping[str, object]]:
    """Rows one by one. A frame is recognised by what it can do, because importing pandas costs every run a quarter second."""
    frame: Any = rows
    if hasattr(frame, "to_dict"):
        frame = frame.astype(object)
        frame = frame.where(frame.notna(), None).to_dict("records")
    records: Iterable[Mapping[str, object]] = frame
    return records


def _exact(table: Table, number: int, row: Mapping[str, object], region: str) -> tuple[object, ...]:
    values = []
    present = 0
    for column in table.columns:
        value = row.get(column.name, region if column.name == REGION.name else None)
        present += column.name in row
        if value is not None:
            try:
                value = _CONVERTERS[column.type](value)
            except (TypeError, ValueError, ArithmeticError) as error:
                raise _RowDoesNotFit(
                    f"{table.name}.{column.name}: row {number} has {_short(value)}, which is no {error}."
                ) from None
        if value is None and column.name in table.key:
            raise _RowDoesNotFit(f"{table.name}: row {number} has no {column.name}, which is part of the key.")
        values.append(value)
    if present != len(row):
        unknown = ", ".join(sorted(set(map(str, row)) - set(table.column_names)))
        raise _RowDoesNotFit(
            f"{table.name} has no column {unknown}; row {number} has. Columns are declared in schema/tables/."
        )
    return tuple(values)


def _one_per_key(table: Table, rows: Iterable[tuple[object, ...]]) -> Iterable[tuple[object, ...]]:
    """Of rows of one key the newest, by ``newer_by`` where the table has it; of equally new ones the last."""
    places = [table.column_names.index(name) for name in table.key]
    age = table.column_names.index(table.newer_by) if table.newer_by else None
    kept: dict[tuple[object, ...], tuple[object, ...]] = {}
    for row in rows:
        key = tuple(row[place] for place in places)
        other = kept.get(key)
        if other is None or age is None or _not_older(row[age], other[age]):
            kept[key] = row
    return kept.values()


def _not_older(new: Any, old: Any) -> bool:
    """The same rule as the MERGE's: an unknown age is older than a known one."""
    return old is None or (new is not None and bool(new >= old))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("text")
    text = str.__str__(value)  # of an Enum its value
    if text.isascii():
        return text
    # Half of a surrogate pair, as a cut "\ud83d" in JSON leaves it, has no UTF-8.
    return text.encode("utf-8", "replace").decode()


def _real(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, Real | Decimal):
        raise TypeError("number")
    try:
        real = float(value)
    except OverflowError:
        raise ValueError("number that a DOUBLE can hold") from None
    return real if math.isfinite(real) else None


def _whole(value: object) -> int | None:
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        if not value.is_integer():  # 3.0 is how a frame with gaps writes 3
            raise ValueError("whole number")
    elif isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError("whole number")
    whole = int(value)
    if not -(2**63) <= whole < 2**63:
        raise ValueError("whole number of 64 bits")
    return whole


def _time(value: object) -> int:
    if not isinstance(value, datetime):
        raise TypeError("time")
    if value.tzinfo is None:
        raise ValueError("time with a zone (a naive time is a bug where it was made)")
    return int((value - EPOCH) // MICROSECOND)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("truth value")
    return value


_CONVERTERS: Mapping[str, Callable[[object], object]] = {
    TEXT: _text,
    REAL: _real,
    INT: _whole,
    TIME: _time,
    FLAG: _flag,
}


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
