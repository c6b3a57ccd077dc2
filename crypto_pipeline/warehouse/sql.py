"""The SQL of the warehouse, made from schema/tables/.

Belongs here: every statement that depends on a table's declaration. Functions of declarations, nothing is executed.
Does not belong here: connections, transactions, rows.

PostgreSQL 17 and newer understand the same MERGE but for two words, which a Dialect holds. PostgreSQL 15 and 16 do not:
their MERGE has neither RETURNING nor NOT MATCHED BY SOURCE. What only PostgreSQL understands is in warehouse/hub/statements.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from crypto_pipeline.schema.clock import CLOCK_TOLERANCE
from crypto_pipeline.schema.declare import TIME, Column, Table

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


def quoted(name: str) -> str:
    """A name as an identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as a string of SQL."""
    return "'" + text.replace("'", "''") + "'"


def not_ahead(column: str) -> str:
    """Whether a moment is not ahead of the clock. One that is comes of a clock that was wrong once: it is not the newest."""
    return f"{column} <= now() + INTERVAL '{round(CLOCK_TOLERANCE.total_seconds())} seconds'"


def main(table: Table) -> str:
    """The table of the current database; a temporary view of its name stands before it (warehouse/older.py)."""
    return f"main.{quoted(table.name)}"


def staged(table: Table, dialect: Dialect = DUCKDB) -> str:
    """Where the batch waits that is about to be merged, with the table's columns in the table's types."""
    return f"{dialect.temporary}.{quoted(f'staged_{table.name}')}"


def known(table: Table) -> str:
    """Where those rows of staged() wait whose keys are stored."""
    return f"temp.{quoted(f'known_{table.name}')}"


def create(table: Table) -> str:
    """No primary key: it makes a growing table 2.4 to 3.3 times bigger, and the MERGE needs none."""
    columns = ", ".join(
        f"{quoted(column.name)} {column.type}{' NOT NULL' if column.name in table.key else ''}"
        for column in table.columns
    )
    return f"CREATE TABLE IF NOT EXISTS {main(table)} ({columns})"


def add(table: Table, column: Column) -> list[str]:
    """Add a column. The rows that are there get what it says of them; those to come say it themselves."""
    altered, name = f"ALTER TABLE {main(table)}", quoted(column.name)
    if column.before is None:
        return [f"{altered} ADD COLUMN {name} {column.type}"]
    return [
        f"{altered} ADD COLUMN {name} {column.type} DEFAULT {literal(column.before)}",
        f"{altered} ALTER COLUMN {name} DROP DEFAULT",
    ]


def comments(table: Table) -> list[str]:
    """The statements that write into the file what a row and each column mean."""
    return [
        f"COMMENT ON TABLE {main(table)} IS {literal(table.doc)}",
        *(
            f"COMMENT ON COLUMN {main(table)}.{quoted(column.name)} IS {literal(comment(column))}"
            for column in table.columns
        ),
    ]


def comment(column: Column) -> str:
    """The meaning of a column, with its unit in brackets where it has one."""
    return f"{column.comment} [{column.unit}]" if column.unit else column.comment


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
    return f"CREATE OR REPLACE TEMP TABLE {staged(table)} AS SELECT * FROM {main(table)} LIMIT 0"


def forget_staged(table: Table) -> list[str]:
    """Remove staged() and known(), with the memory that they take."""
    return [f"DROP TABLE IF EXISTS {name}" for name in (staged(table), known(table))]


def stage_answer(table: Table, query: str) -> str:
    """Fill staged() with the answer to a query; a column that it does not have is NULL."""
    return f"INSERT INTO {staged(table)} BY NAME {query}"


def stage_file(table: Table, present: Collection[str]) -> str:
    """Fill staged() from a Parquet file, the parameter, that has the columns in ``present``."""
    return f"CREATE OR REPLACE TEMP TABLE {staged(table)} AS SELECT {_of_file(table, present)} FROM read_parquet(?)"


def stage_known(table: Table) -> str:
    """Copy those rows of staged() to known() whose keys are stored."""
    stored = f"{main(table)} AS stored JOIN {staged(table)} AS staged ON {_same_keys(table)}"
    return f"CREATE OR REPLACE TEMP TABLE {known(table)} AS SELECT staged.* FROM {stored}"


def insert_unknown(table: Table) -> str:
    """Insert the rows of staged() that are not in known()."""
    names = ", ".join(map(quoted, table.column_names))
    key = ", ".join(map(quoted, table.key))
    return f"INSERT INTO {main(table)} ({names}) SELECT {names} FROM {staged(table)} ANTI JOIN {known(table)} USING ({key})"


def insert_staged(table: Table) -> str:
    """Insert all rows of staged(): none of their keys is stored."""
    names = ", ".join(map(quoted, table.column_names))
    return f"INSERT INTO {main(table)} ({names}) SELECT {names} FROM {staged(table)}"


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
    clauses.append(_or_insert(table))
    if table.write == "replace":
        clauses.append("WHEN NOT MATCHED BY SOURCE THEN DELETE")
    clauses.append(f"RETURNING {dialect.merge_action}")
    return " ".join(clauses)


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
    clauses.append(_or_insert(table))
    if table.write == "replace":
        clauses.append("WHEN NOT MATCHED BY SOURCE THEN DELETE")
    clauses.append(f"RETURNING {DUCKDB.merge_action}")
    return " ".join(clauses)


def _merge_on_key(table: Table, dialect: Dialect, batch: str | None = None) -> str:
    batch = batch or staged(table, dialect)
    return f"MERGE INTO {main(table)} AS stored USING {batch} AS staged ON {_same_keys(table)}"


def _same_keys(table: Table) -> str:
    return _all(f"stored.{name} = staged.{name}" for name in map(quoted, table.key))


def _or_insert(table: Table) -> str:
    names = [quoted(name) for name in table.column_names]
    return f"WHEN NOT MATCHED THEN INSERT ({', '.join(names)}) VALUES ({', '.join(f'staged.{name}' for name in names)})"


def staged_is_older(table: Table, dialect: Dialect = DUCKDB) -> str:
    """Whether the whole of staged() is older than what is stored: asked of ``replace`` tables, where it would remove rows."""
    age = quoted(table.newer_by or "collected_at")
    stored = f"SELECT max({age}) FROM {main(table)} WHERE {not_ahead(age)}"
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


def select(table: Table, columns: Iterable[str], where: str, limit: int | None) -> str:
    """The rows of a table. ``where`` is SQL of our own (it may end with ORDER BY), and never a text of somebody else."""
    clauses = [f"SELECT {', '.join(map(quoted, columns))} FROM {main(table)}"]
    if where:
        clauses.append(f"WHERE {where}")
    if limit is not None:
        clauses.append(f"LIMIT {limit:d}")
    return " ".join(clauses)


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


def newest_arrival(table: Table) -> str:
    """When the table last got something new: a subquery. What a back-fill brings of the past, long before the newest row,
    does not count."""
    feed = table.feed
    if feed is None or feed.new_for is None:
        return f"(SELECT max(collected_at) FROM {main(table)})"
    time = quoted(feed.time_column)
    since = f"(SELECT max({time}) FROM {main(table)}) - to_seconds({feed.new_for.total_seconds():.0f})"
    return f"(SELECT max(collected_at) FROM {main(table)} WHERE {time} >= {since})"


def read_all(table: Table) -> str:
    """Touches every value of the table, so that one that cannot be read any more is found: DuckDB checks sums as it reads."""
    return f"SELECT bit_xor(hash(stored)) FROM {main(table)} AS stored"


def years(table: Table, database: str) -> str:
    """The years of which a database has rows of the table, the oldest first, with the number of these."""
    return f"SELECT year(timestamp), count(*) FROM {database}.{main(table)} GROUP BY 1 ORDER BY 1"


def copy_years(table: Table, source: str, target: str) -> str:
    """Copy the rows of some years, from the first parameter to the second, from one database to another, series by series.

    Of one provider and length the coin that costs least comes first: a group of values is packed as its smallest and largest need
    it, and where one coin's end and the next one's begin shares a group. Each second series goes back in time, so that at such
    a place there is no leap over a year, which would cost all times of the group as much as itself.
    """
    names = ", ".join(f"wanted.{quoted(column)}" for column in table.column_names)
    *others, coin, length = (quoted(column) for column in table.series)
    series = ", ".join((*others, coin, length))
    order = ", ".join((*others, length, "level", coin))
    return (
        f"WITH wanted AS NOT MATERIALIZED (SELECT *, year(timestamp) AS year FROM {source}.{main(table)} "
        "WHERE timestamp >= make_timestamptz($1, 1, 1, 0, 0, 0.0) AND timestamp < make_timestamptz($2 + 1, 1, 1, 0, 0, 0.0)), "
        f"levels AS (SELECT year, {series}, max({quoted(table.level)}) AS level FROM wanted GROUP BY ALL), "
        f"places AS (SELECT year, {series}, row_number() OVER (ORDER BY year, {order}) AS place FROM levels) "
        f"INSERT INTO {target}.{main(table)} BY NAME SELECT {names} FROM wanted JOIN places USING (year, {series}) "
        "ORDER BY place, epoch_us(timestamp) * (2 * (place % 2) - 1)"
    )


def count_older(table: Table) -> str:
    """The number of rows that were collected before the parameter."""
    return f"SELECT count(*) FROM {main(table)} WHERE collected_at < ?"


def remove_older(table: Table, at_most: int) -> str:
    """Some of the rows that were collected before the parameter."""
    some = f"SELECT rowid FROM {main(table)} WHERE collected_at < ? LIMIT {at_most:d}"
    return f"DELETE FROM {main(table)} WHERE rowid IN ({some})"


def month_rows(table: Table) -> str:
    """Rows of a month, from the first parameter to the second, that were collected before the third."""
    return f"{main(table)} AS stored WHERE timestamp >= ? AND timestamp < ? AND collected_at < ?"


def months(table: Table) -> str:
    """Months of rows whose time, and whose collection, lie before the parameters, with the number of their rows."""
    return (
        f"SELECT date_trunc('month', timestamp) AS month, count(*) FROM {main(table)} "
        "WHERE timestamp < ? AND collected_at < ? GROUP BY month ORDER BY month"
    )


def month_with_archive(table: Table, file: str | None, present: Collection[str]) -> str:
    """month_rows() and what an earlier file has of the same month, each key once: the newer of two, else the table's."""
    names, key = (", ".join(map(quoted, columns)) for columns in (table.column_names, table.key))
    if file is None:
        return f"SELECT {names} FROM {month_rows(table)} ORDER BY {key}"
    age = quoted(table.newer_by or "collected_at")
    return (
        f"SELECT {names} FROM (SELECT {names}, 1 AS is_stored FROM {month_rows(table)} "
        f"UNION ALL SELECT {_of_file(table, present)}, 0 FROM read_parquet({literal(file)})) "
        f"QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY {age} DESC NULLS LAST, is_stored DESC) = 1 "
        f"ORDER BY {key}"
    )


def month_missing_from(table: Table, file: str) -> str:
    """How many of month_rows() a file does not have."""
    return (
        f"SELECT count(*) FROM {month_rows(table)} "
        f"AND NOT EXISTS (SELECT 1 FROM read_parquet({literal(file)}) AS archived WHERE {_same_key(table)})"
    )


def with_archive(table: Table) -> str:
    """The view that shows a table together with its archive."""
    return f"main.{quoted(f'{table.name}_all')}"


def create_with_archive(table: Table, files: str | None, present: Collection[str]) -> str:
    """A row that is in the table hides the one of the same key in the files, a pattern."""
    names = ", ".join(map(quoted, table.column_names))
    view = f"CREATE OR REPLACE VIEW {with_archive(table)} AS SELECT {names} FROM {main(table)}"
    if files is None:
        return view
    return (
        f"{view} UNION ALL SELECT {_of_files(table, present)} "
        f"FROM read_parquet({literal(files)}, union_by_name = true) AS archived "
        f"WHERE NOT EXISTS (SELECT 1 FROM {main(table)} AS stored WHERE {_same_key(table)})"
    )


def _of_file(table: Table, present: Collection[str]) -> str:
    """The columns of a table in a file that has those in ``present``."""
    return ", ".join(
        f"CAST({_in_file(column, present)} AS {column.type}) AS {quoted(column.name)}" for column in table.columns
    )


def _of_files(table: Table, present: Collection[str]) -> str:
    """The same of several files, of which those of an older version show NULL in a column that only others have."""
    return ", ".join(
        f"CAST({_in_file(column, present)} AS {column.type}) AS {quoted(column.name)}"
        if column.before is None
        else f"coalesce({_in_file(column, present)}, {_before(column)}) AS {quoted(column.name)}"
        for column in table.columns
    )


def _in_file(column: Column, present: Collection[str]) -> str:
    """A file of an older version has fewer columns."""
    return quoted(column.name) if column.name in present else _before(column)


def _before(column: Column) -> str:
    return "NULL" if column.before is None else literal(column.before)


def _same_key(table: Table) -> str:
    return _all(f"stored.{name} = archived.{name}" for name in map(quoted, table.key))
