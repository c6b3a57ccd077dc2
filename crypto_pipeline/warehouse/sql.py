"""SQL that is made from the declarations in schema/tables/: tables and columns, names and texts, reading and removing rows.

Belongs here: functions of declarations; nothing is executed.
Does not belong here: merging (warehouse/merge_sql.py), archives (warehouse/archive_sql.py), connections, transactions, rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from crypto_pipeline.schema.clock import CLOCK_TOLERANCE
from crypto_pipeline.schema.declare import Column, Table


def quoted(name: str) -> str:
    """A name as an identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as a string of SQL."""
    return "'" + text.replace("'", "''") + "'"


def not_ahead(column: str) -> str:
    """Whether a moment is not ahead of the clock. One that is comes of a clock that was wrong once: it is not the newest."""
    return f"{column} <= now() + INTERVAL '{round(CLOCK_TOLERANCE.total_seconds())} seconds'"


def qualified(table: Table) -> str:
    """The table of the current database; a temporary view of its name stands before it (warehouse/older.py)."""
    return f"main.{quoted(table.name)}"


def create(table: Table) -> str:
    """No primary key: it makes a growing table 2.4 to 3.3 times bigger, and the MERGE needs none."""
    columns = ", ".join(
        f"{quoted(column.name)} {column.type}{' NOT NULL' if column.name in table.key else ''}"
        for column in table.columns
    )
    return f"CREATE TABLE IF NOT EXISTS {qualified(table)} ({columns})"


def add(table: Table, column: Column) -> list[str]:
    """Add a column. The rows that are there get what it says of them; those to come say it themselves."""
    altered, name = f"ALTER TABLE {qualified(table)}", quoted(column.name)
    if column.before is None:
        return [f"{altered} ADD COLUMN {name} {column.type}"]
    return [
        f"{altered} ADD COLUMN {name} {column.type} DEFAULT {literal(column.before)}",
        f"{altered} ALTER COLUMN {name} DROP DEFAULT",
    ]


def comments(table: Table) -> list[str]:
    """The statements that write into the file what a row and each column mean."""
    return [
        comment_on_table(table, table.doc),
        *(comment_on_column(table, column.name, comment(column)) for column in table.columns),
    ]


def comment_on_table(table: Table, text: str) -> str:
    """The statement that writes into the file what a row means."""
    return f"COMMENT ON TABLE {qualified(table)} IS {literal(text)}"


def comment_on_column(table: Table, name: str, text: str) -> str:
    """The statement that writes into the file what a column means."""
    return f"COMMENT ON COLUMN {qualified(table)}.{quoted(name)} IS {literal(text)}"


def comment(column: Column) -> str:
    """The meaning of a column, with its unit in brackets where it has one."""
    return f"{column.comment} [{column.unit}]" if column.unit else column.comment


def select(table: Table, columns: Iterable[str], where: str, limit: int | None) -> str:
    """The rows of a table. ``where`` is SQL of our own (it may end with ORDER BY), and never a text of somebody else."""
    clauses = [f"SELECT {', '.join(map(quoted, columns))} FROM {qualified(table)}"]
    if where:
        clauses.append(f"WHERE {where}")
    if limit is not None:
        clauses.append(f"LIMIT {limit:d}")
    return " ".join(clauses)


def newest_arrival(table: Table) -> str:
    """When the table last got something new: a subquery. What a back-fill brings of the past, long before the newest row,
    does not count."""
    feed = table.feed
    if feed is None or feed.new_for is None:
        return f"(SELECT max(collected_at) FROM {qualified(table)})"
    time = quoted(feed.time_column)
    since = f"(SELECT max({time}) FROM {qualified(table)}) - to_seconds({feed.new_for.total_seconds():.0f})"
    return f"(SELECT max(collected_at) FROM {qualified(table)} WHERE {time} >= {since})"


def read_all(table: Table) -> str:
    """Touches every value of the table, so that one that cannot be read any more is found: DuckDB checks sums as it reads."""
    return f"SELECT bit_xor(hash(stored)) FROM {qualified(table)} AS stored"


def years(table: Table, database: str) -> str:
    """The years of which a database has rows of the table, the oldest first, with the number of these."""
    return f"SELECT year(timestamp), count(*) FROM {database}.{qualified(table)} GROUP BY 1 ORDER BY 1"


PACKED_TOGETHER = 2048
"""Times that DuckDB packs as one; of other numbers half as many."""


def copy_years(table: Table, source: str, target: str) -> str:
    """Copy the rows of some years, from the first parameter to the second, from one database to another, series by series.

    Numbers are packed as the smallest and the largest of those that are packed together need it. So a year of a series is copied
    in pieces of just as many rows, none of which holds two series, and what remains of each comes after all the pieces. Of one
    provider and length the coin that costs least comes first. Among what remains each second series goes back in time: where
    two meet there is no leap over a year, which would cost all times that are packed with it as much as itself.
    """
    names = ", ".join(f"placed.{quoted(column)}" for column in table.column_names)
    *others, coin, length = (quoted(column) for column in table.series)
    series = ", ".join((*others, coin, length))
    order = ", ".join((*others, length, "level", coin))
    return (
        f"WITH wanted AS NOT MATERIALIZED (SELECT *, year(timestamp) AS year FROM {source}.{qualified(table)} "
        "WHERE timestamp >= make_timestamptz($1, 1, 1, 0, 0, 0.0) AND timestamp < make_timestamptz($2 + 1, 1, 1, 0, 0, 0.0)), "
        f"levels AS (SELECT year, {series}, max({quoted(table.level)}) AS level, count(*) AS rows FROM wanted GROUP BY ALL), "
        f"places AS (SELECT year, {series}, rows, row_number() OVER (ORDER BY year, {order}) AS place FROM levels), "
        f"numbered AS (SELECT *, row_number() OVER (PARTITION BY year, {series} ORDER BY timestamp) - 1 AS number FROM wanted), "
        f"placed AS (SELECT numbered.*, place, number // {PACKED_TOGETHER} = rows // {PACKED_TOGETHER} AS remains "
        f"FROM numbered JOIN places USING (year, {series})) "
        f"INSERT INTO {target}.{qualified(table)} BY NAME SELECT {names} FROM placed "
        "ORDER BY remains, place, epoch_us(timestamp) * if(remains, 2 * (place % 2) - 1, 1)"
    )


def count_older(table: Table) -> str:
    """The number of rows that were collected before the parameter."""
    return f"SELECT count(*) FROM {qualified(table)} WHERE collected_at < ?"


def remove_older(table: Table, at_most: int) -> str:
    """Some of the rows that were collected before the parameter."""
    some = f"SELECT rowid FROM {qualified(table)} WHERE collected_at < ? LIMIT {at_most:d}"
    return f"DELETE FROM {qualified(table)} WHERE rowid IN ({some})"


def columns_in_file(table: Table, present: Collection[str]) -> str:
    """The columns of a table in a file that has those in ``present``."""
    return ", ".join(
        f"CAST({in_file(column, present)} AS {column.type}) AS {quoted(column.name)}" for column in table.columns
    )


def in_file(column: Column, present: Collection[str]) -> str:
    """A file of an older version has fewer columns."""
    return quoted(column.name) if column.name in present else earlier_value(column)


def earlier_value(column: Column) -> str:
    """What rows of an earlier version say in a column that they had not."""
    return "NULL" if column.before is None else literal(column.before)
