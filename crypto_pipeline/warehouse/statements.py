"""Which statements can be asked.

Belongs here: telling a question from a statement that does something.
Does not belong here: running it (warehouse/duckdb.py), what DuckDB has to say about it (warehouse/errors.py).
"""

from __future__ import annotations

import re
from functools import lru_cache

import duckdb

from crypto_pipeline.warehouse.errors import cannot_be_run, not_reading
from crypto_pipeline.warehouse.parsed import LONGEST_KEPT

_SELECTS = frozenset({duckdb.StatementType.SELECT, duckdb.StatementType.MULTI})
"""A PIVOT is several statements to DuckDB 2.0. To 1.5 the first of them is a CREATE, unless its columns are named with IN."""
_DIAGNOSES = frozenset({duckdb.StatementType.EXPLAIN, duckdb.StatementType.PRAGMA})
_SHOWS = re.compile(r"\s*(show|pragma)\b", re.IGNORECASE)
"""SELECTs to some versions of DuckDB, but a table that were made of SHOW TABLES would be in it."""
_NO_SELECTS = re.compile(r"\s*(describe|desc|summarize|pivot|unpivot)\b", re.IGNORECASE)


def only_reading(query: str) -> bool:
    """Whether a table can be made of what the query gives, as of a SELECT; not of an EXPLAIN, a PRAGMA or a SHOW.

    Raises InvalidQuery for more than one statement, for one that writes, and for one that DuckDB does not understand.
    """
    return _known(query) if len(query) <= LONGEST_KEPT else _looked_at(query)


def _looked_at(query: str) -> bool:
    try:
        statements = duckdb.extract_statements(query)
    except duckdb.Error as error:
        raise cannot_be_run(error) from error
    if len(statements) != 1 or statements[0].type not in _SELECTS | _DIAGNOSES:
        raise not_reading()
    return statements[0].type in _SELECTS and not _SHOWS.match(query)


_known = lru_cache(maxsize=256)(_looked_at)
"""Pages and checks ask the same again and again."""


def as_table(query: str) -> str:
    """A query of which a table can be made, in words that CREATE TABLE AS takes."""
    return f"FROM (\n{query.rstrip().rstrip(';')}\n)" if _NO_SELECTS.match(query) else f"\n{query}"


def own_lines(message: str, *, before: int) -> str:
    """DuckDB's message about a query, without counting the lines that we put before it."""
    return re.sub(r"^LINE (\d+):", lambda found: f"LINE {int(found[1]) - before}:", message, flags=re.M)
