"""Answers of DuckDB as columns, for rows that go back into a table and that nobody looks at one by one.

Belongs here: from Arrow's layout to columns.
Does not belong here: the way into DuckDB (warehouse/staging.py), answers as rows (warehouse/results.py).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from typing import Any

import duckdb
import nanoarrow

from crypto_pipeline.schema.columns import Columns, Values, joined
from crypto_pipeline.schema.declare import INT, REAL, TIME
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse.connection import Connection, heeding_signals
from crypto_pipeline.warehouse.parsed import parsed

_CODES = {REAL: "d", INT: "q", TIME: "q"}


def columns_of_answer(connection: Connection, table: str, query: str, parameters: Mapping[str, object]) -> Columns:
    """The answer to a query whose columns are columns of a table, with their types. Raises duckdb.Error.

    TypeError for a column that has another type.
    """
    relation = connection.sql(parsed(connection, query), params=dict(parameters))
    wanted = {column.name: column.type for column in TABLES[table].columns}
    kinds = dict(zip(relation.columns, map(str, relation.types), strict=True))
    for name, kind in kinds.items():
        if wanted.get(name) != kind:
            raise TypeError(f"{table}.{name} is {wanted.get(name)}, and the answer has {kind}")
    parts = [
        Columns(
            table,
            piece.length,
            {name: _values(piece.child(place), kind) for place, (name, kind) in enumerate(kinds.items())},
        )
        for piece in _pieces(relation)
    ]
    return joined(parts) if parts else Columns(table, 0, {})


def _pieces(relation: duckdb.DuckDBPyRelation) -> Iterator[Any]:
    """Of the answer, one after another. What fails on the way is DuckDB's error all the same, though nanoarrow raises it."""
    try:
        with heeding_signals():
            yield from nanoarrow.c_array_stream(relation)
    except RuntimeError as error:
        kind = duckdb.OutOfMemoryException if "Out of Memory Error" in str(error) else duckdb.OperationalError
        raise kind(str(error)) from error


def _values(column: Any, kind: str) -> Values:
    code = _CODES.get(kind)
    if code is None or column.null_count:
        values: list[Any] = nanoarrow.Array(column).to_pylist()
        return values
    made: array[Any] = array(code)
    numbers = memoryview(column.view().buffer(1)).cast("B")
    made.frombytes(numbers[column.offset * made.itemsize : (column.offset + column.length) * made.itemsize])
    return made
