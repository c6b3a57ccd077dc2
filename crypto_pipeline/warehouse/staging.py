"""Staging: columns of exact types, made the temporary table from which a batch is merged.

Belongs here: how values of Python reach DuckDB, without a value of DuckDB's own for each of them.
Does not belong here: what a value must be (warehouse/batches.py), merging (warehouse/merging.py).

They travel in Arrow's layout. A list as a parameter of a statement becomes a value of DuckDB for each of its elements, which
took six times the processor time of a row, and 70 bytes of memory for each of its values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import nanoarrow

from crypto_pipeline.schema.declare import FLAG, INT, REAL, TEXT, TIME, Table
from crypto_pipeline.warehouse import merge_sql
from crypto_pipeline.warehouse.connection import Connection
from crypto_pipeline.warehouse.parsed import parsed

_TYPES = {
    TEXT: nanoarrow.string(),
    REAL: nanoarrow.float64(),
    INT: nanoarrow.int64(),
    TIME: nanoarrow.int64(),
    FLAG: nanoarrow.bool_(),
}


class _Stream:
    """What DuckDB can read as often as it likes: it asks for the names of the columns first, and for their values then."""

    def __init__(self, array: Any) -> None:
        self._array = array

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return nanoarrow.c_array_stream(self._array).__arrow_c_stream__(requested_schema)


def stage(connection: Connection, table: Table, columns: Mapping[str, Sequence[object]]) -> None:
    """Make the staged table of these values, whatever it held before. Raises duckdb.Error.

    :param columns: every column of the table, in its order: texts, floats, whole numbers, truth values, and for times whole
        microseconds since 1970 in UTC, which no session's time zone can bend. None is NULL.
    """
    _stage(connection, table, _arrow(table, columns))


def _stage(connection: Connection, table: Table, batch_that_is_staged: _Stream) -> None:
    """DuckDB finds the batch by the name of the argument. A view of it, which register() makes, takes as long as the statement."""
    connection.execute(parsed(connection, merge_sql.stage(table, "batch_that_is_staged")))


def _arrow(table: Table, columns: Mapping[str, Sequence[object]]) -> _Stream:
    types = {column.name: _TYPES[column.type] for column in table.columns}
    made = [nanoarrow.c_array(columns[name], kind) for name, kind in types.items()]
    rows = made[0].length if made else 0
    return _Stream(nanoarrow.c_array_from_buffers(nanoarrow.struct(types), rows, [None], children=made))
