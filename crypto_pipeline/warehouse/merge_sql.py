"""The SQL by which a batch is merged: staged in the types of its table, compared by key, inserted or updated.

Belongs here: which of two rows of one key wins.
Does not belong here: other statements about a table (warehouse/sql.py), doing it (warehouse/merging.py, warehouse/hub/merging.py).

PostgreSQL 17 and newer understand the same MERGE but for two words, which a Dialect holds. PostgreSQL 15 and 16 do not:
their MERGE has neither RETURNING nor NOT MATCHED BY SOURCE. What only PostgreSQL understands is in warehouse/hub/statements.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from crypto_pipeline.schema.declare import TIME, Column, Table
from crypto_pipeline.warehouse.sql import columns_in_file, not_ahead, qualified, quoted

SAY_NOTHING_NEW = frozenset({"collected_at", "run_id", "fetched_at"})
"""They say who last looked, not what was seen: a row that differs in these alone is left as it is."""


class Dialect(NamedTuple):
    """The two words in which the engines differ where both of them merge."""

    temporary: str
    """The schema of temporary tables."""
    merge_action: str
    """What RETURNING asks for what became of a row: INSERT, UPDATE or DELETE."""


DUCKDB = Dialect("temp", "merge_action")
POSTGRESQL = Dialect("pg_temp", "merge_action()")


def staged(table: Table, dialect: Dialect = DUCKDB) -> str:
    """Where the batch waits that is about to be merged, with the table's columns in the table's types."""
    return f"{dialect.temporary}.{quoted(f'staged_{table.name}')}"


def known(table: Table) -> str:
    """Where those rows of staged() wait whose keys are stored."""
    return f"temp.{quoted(f'known_{table.name}')}"


def stage(table: Table, batch: str) -> str:
    """Fill staged() from what is registered under a name, with exact types; times are whole microseconds there."""
    values = ", ".join(
        f"make_timestamptz({quoted(column.name)}) AS {quoted(column.name)}"
        if column.type == TIME
        else quoted(column.name)
        for column in table.columns
    )
    return f"CREATE OR REPLACE TEMP TABLE {staged(table)} AS SELECT {values} FROM {quoted(batch)}"


def stage_nothing(table: Table) -> str:
    """Make staged() anew, empty."""
    return f"CREATE OR REPLACE TEMP TABLE {staged(table)} AS SELECT * FROM {qualified(table)} LIMIT 0"


def forget_staged(table: Table) -> list[str]:
    """Remove staged() and known(), with the memory that they take."""
    return [f"DROP TABLE IF EXISTS {name}" for name in (staged(table), known(table))]


def stage_answer(table: Table, query: str) -> str:
    """Fill staged() with the answer to a query; a column that it does not have is NULL."""
    return f"INSERT INTO {staged(table)} BY NAME {query}"


def stage_file(table: Table, present: Collection[str]) -> str:
    """Fill staged() from a Parquet file, the parameter, that has the columns in ``present``."""
    return (
        f"CREATE OR REPLACE TEMP TABLE {staged(table)} AS SELECT {columns_in_file(table, present)} FROM read_parquet(?)"
    )


def stage_known(table: Table) -> str:
    """Copy those rows of staged() to known() whose keys are stored."""
    stored = f"{qualified(table)} AS stored JOIN {staged(table)} AS staged ON {_same_keys(table)}"
    return f"CREATE OR REPLACE TEMP TABLE {known(table)} AS SELECT staged.* FROM {stored}"


def insert_unknown(table: Table) -> str:
    """Insert the rows of staged() that are not in known()."""
    names = ", ".join(map(quoted, table.column_names))
    key = ", ".join(map(quoted, table.key))
    return f"INSERT INTO {qualified(table)} ({names}) SELECT {names} FROM {staged(table)} ANTI JOIN {known(table)} USING ({key})"


def insert_staged(table: Table) -> str:
    """Insert all rows of staged(): none of their keys is stored."""
    names = ", ".join(map(quoted, table.column_names))
    return f"INSERT INTO {qualified(table)} ({names}) SELECT {names} FROM {staged(table)}"


def merge(table: Table, dialect: Dialect = DUCKDB, batch: str | None = None) -> str:
    """Merge staged(), which holds no key twice, into the table; one row (INSERT, UPDATE or DELETE) for each that changed.

    The key is compared by plain equality, so that DuckDB derives min/max filters from the batch and reads only the part
    of a long table that the batch can touch.

    :param batch: where the rows are, if not in staged().
    """
    clauses = [_merge_on_key(table, dialect, batch)]
    if table.write != "log":
        free = [column for column in table.columns if column.name not in table.key]
        news = [column for column in free if column.name not in SAY_NOTHING_NEW]
        if news:
            differs = " OR ".join(map(_differs, news))
            values = ", ".join(map(_new_value, free))
            wins = _all([_not_older(table), *_not_made_of_less(table)])
            clauses.append(f"WHEN MATCHED AND {wins} AND ({differs}) THEN UPDATE SET {values}")
    return " ".join([*clauses, *_others(table, dialect)])


def mirror(table: Table, batch: str | None = None) -> str:
    """Make the rows of staged() those of the table, whichever is newer; one row for each that changed.

    A ``replace`` table loses the rows that staged() does not have.

    :param batch: where the rows are, if not in staged().
    """
    clauses = [_merge_on_key(table, DUCKDB, batch)]
    free = [quoted(column.name) for column in table.columns if column.name not in table.key]
    if free:
        differs = " OR ".join(f"stored.{name} IS DISTINCT FROM staged.{name}" for name in free)
        values = ", ".join(f"{name} = staged.{name}" for name in free)
        clauses.append(f"WHEN MATCHED AND ({differs}) THEN UPDATE SET {values}")
    return " ".join([*clauses, *_others(table, DUCKDB)])


def _merge_on_key(table: Table, dialect: Dialect, batch: str | None = None) -> str:
    batch = batch or staged(table, dialect)
    return f"MERGE INTO {qualified(table)} AS stored USING {batch} AS staged ON {_same_keys(table)}"


def _same_keys(table: Table) -> str:
    return _all(f"stored.{name} = staged.{name}" for name in map(quoted, table.key))


def _others(table: Table, dialect: Dialect) -> Iterator[str]:
    """What becomes of rows whose key is on one side alone, and what the statement tells of each row."""
    names = [quoted(name) for name in table.column_names]
    yield f"WHEN NOT MATCHED THEN INSERT ({', '.join(names)}) VALUES ({', '.join(f'staged.{name}' for name in names)})"
    if table.write == "replace":
        yield "WHEN NOT MATCHED BY SOURCE THEN DELETE"
    yield f"RETURNING {dialect.merge_action}"


def staged_is_older(table: Table, dialect: Dialect = DUCKDB) -> str:
    """Whether the whole of staged() is older than what is stored: asked of ``replace`` tables, where it would remove rows."""
    age = quoted(table.newer_by or "collected_at")
    stored = f"SELECT max({age}) FROM {qualified(table)} WHERE {not_ahead(age)}"
    return f"SELECT (SELECT max({age}) FROM {staged(table, dialect)}) < ({stored})"


def staged_without_key(table: Table) -> str:
    """The number of staged rows that lack a part of their key."""
    missing = " OR ".join(f"{quoted(name)} IS NULL" for name in table.key)
    return f"SELECT count(*) FROM {staged(table)} WHERE {missing}"


def as_batch(table: Table) -> str:
    """The columns of a table as a Batch has them: times are microseconds since 1970."""
    return ", ".join(
        f"epoch_us({quoted(column.name)})" if column.type == TIME else quoted(column.name) for column in table.columns
    )


def _differs(column: Column) -> str:
    """A value that is kept as it was first known is news only where none was known, or by a clock that was ahead."""
    name = quoted(column.name)
    if column.keep_first:
        return f"((stored.{name} IS NULL AND staged.{name} IS NOT NULL) OR {_is_ahead_of_it(column)})"
    return f"stored.{name} IS DISTINCT FROM staged.{name}"


def _new_value(column: Column) -> str:
    name = quoted(column.name)
    if not column.keep_first:
        return f"{name} = staged.{name}"
    return f"{name} = CASE WHEN {_is_ahead_of_it(column)} THEN staged.{name} ELSE coalesce(stored.{name}, staged.{name}) END"


def _is_ahead_of_it(column: Column) -> str:
    """Whether the stored moment is one of a clock that was ahead, and the staged one is not. Other values never are."""
    if column.type != TIME:
        return "false"
    stored, staged_one = (f"{side}.{quoted(column.name)}" for side in ("stored", "staged"))
    return f"coalesce(NOT {not_ahead(stored)} AND {not_ahead(staged_one)}, false)"


def _not_older(table: Table) -> str:
    if table.newer_by is None:
        return "true"
    age = quoted(table.newer_by)
    newer = f"coalesce(staged.{age} >= stored.{age}, stored.{age} IS NULL)"
    stored_is_ahead = f"(NOT {not_ahead(f'stored.{age}')} AND {not_ahead(f'staged.{age}')})"
    return f"({newer} OR coalesce({stored_is_ahead}, false))"


def _not_made_of_less(table: Table) -> list[str]:
    if table.more_of is None:
        return []
    count = quoted(table.more_of)
    return [f"coalesce(staged.{count} >= stored.{count}, true)"]


def _all(conditions: Iterable[str]) -> str:
    return " AND ".join(conditions)
