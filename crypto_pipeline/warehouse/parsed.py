"""Statements that are run again and again, parsed once in a process.

Belongs here: the parsed ones, and how many are kept. They are of no connection and no file: whoever has one runs it.
Does not belong here: the statements (warehouse/sql.py, warehouse/merge_sql.py), which of them a person may ask
(warehouse/statements.py).

DuckDB takes as long to parse a MERGE as to do it with a few rows.
"""

from __future__ import annotations

import duckdb

from crypto_pipeline.warehouse.connection import Connection

_MOST_KEPT = 256
"""A merge of each table, and what pages and checks ask. All are forgotten when there are more: most of so many are asked once."""
LONGEST_KEPT = 20_000
"""Characters; four times our longest. What a person has put together may be as long as memory is large."""
_kept: dict[str, duckdb.Statement] = {}


def parsed(connection: Connection, statement: str) -> duckdb.Statement:
    """The one statement that the text holds, to be executed with any connection. Raises duckdb.Error.

    :param connection: any; to parse without one DuckDB would start another DuckDB for it.
    """
    known = _kept.get(statement)
    if known is None:
        (known,) = connection.extract_statements(statement)
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        if len(statement) <= LONGEST_KEPT:
            _kept[statement] = known
    return known
