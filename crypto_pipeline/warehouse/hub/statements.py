"""The SQL that only PostgreSQL understands, made from schema/tables/.

Belongs here: its tables with their keys, marks and indexes; what changed since; functions of declarations, nothing is executed.
Does not belong here: what both engines understand (warehouse/sql.py, warehouse/merge_sql.py), connections.

Every row has the transaction that wrote it last in ``_tx``: a default for rows that come, a trigger for those that are
changed, by us or by a person. It is an xid8, which never starts anew; whoever follows asks for what changed since.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import timedelta

from crypto_pipeline.schema.declare import REAL, TIME, Column, Table
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse import merge_sql
from crypto_pipeline.warehouse.sql import earlier_value, literal, qualified, quoted

SCHEMAS = ("main", "meta")
"""As in the file: what is asked there as ``main.market_prices`` is asked here in the same words."""

MARK = "_tx"
_OTHER_NAMES = {REAL: "DOUBLE PRECISION"}
_WIRE = {"VARCHAR": "text", "DOUBLE": "float8", "BIGINT": "int8", TIME: "int8", "BOOLEAN": "bool"}
"""How values of each type travel in a binary COPY. A time is 8 bytes there: whole microseconds since the year 2000."""

META = (
    "CREATE TABLE IF NOT EXISTS meta.warehouse_info (name VARCHAR PRIMARY KEY, value VARCHAR NOT NULL)",
    "COMMENT ON TABLE meta.warehouse_info IS 'What this data bank says of itself'",
    "CREATE TABLE IF NOT EXISTS meta.spooled_batches (batch VARCHAR PRIMARY KEY)",
    "COMMENT ON TABLE meta.spooled_batches IS 'Batches of somebody''s spool that are merged, until their files are gone'",
    "CREATE OR REPLACE FUNCTION meta.mark_transaction() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$BEGIN NEW.{MARK} := pg_current_xact_id(); RETURN NEW; END$$",
)


def type_of(column: Column) -> str:
    """The column's type as PostgreSQL calls it."""
    return _OTHER_NAMES.get(column.type, column.type)


def create(table: Table) -> list[str]:
    """The table with its key, its mark, the trigger that keeps the mark, and the indexes by which rows are found."""
    columns = [
        f"{quoted(column.name)} {type_of(column)}{' NOT NULL' if column.name in table.key else ''}"
        for column in table.columns
    ]
    columns += [f"{MARK} xid8 NOT NULL DEFAULT pg_current_xact_id()", primary_key(table)]
    return [
        f"CREATE TABLE IF NOT EXISTS {qualified(table)} ({', '.join(columns)})",
        f"CREATE OR REPLACE TRIGGER mark_transaction BEFORE UPDATE ON {qualified(table)} "
        "FOR EACH ROW EXECUTE FUNCTION meta.mark_transaction()",
        f"CREATE INDEX IF NOT EXISTS {quoted(f'{table.name}_changed')} ON {qualified(table)} ({MARK})",
        *_by_time(table),
        f"COMMENT ON COLUMN {qualified(table)}.{MARK} IS 'The transaction that wrote the row last: followers ask for it'",
    ]


def primary_key(table: Table) -> str:
    """The constraint. Its name is ours, so that a key of another version is known by its columns and replaced."""
    return f"CONSTRAINT {quoted(key_name(table))} PRIMARY KEY ({', '.join(map(quoted, table.key))})"


def key_name(table: Table) -> str:
    """The name of the table's key."""
    return f"{table.name}_key"


def _by_time(table: Table) -> Iterator[str]:
    """Some pages for a table of any length: rows lie about in the order in which they came."""
    for name in ("collected_at", "timestamp"):
        if name in table.column_names:
            yield (
                f"CREATE INDEX IF NOT EXISTS {quoted(f'{table.name}_{name}')} ON {qualified(table)} "
                f"USING brin ({quoted(name)}) WITH (autosummarize = on)"
            )


def add(table: Table, column: Column) -> list[str]:
    """Add a column. The rows that are there get what it says of them; those to come say it themselves."""
    altered, name = f"ALTER TABLE {qualified(table)}", quoted(column.name)
    added = f"{altered} ADD COLUMN {name} {type_of(column)}"
    if column.before is None:
        return [added]
    required = " NOT NULL" if column.name in table.key else ""
    return [
        f"{added}{required} DEFAULT {literal(column.before)}",
        f"{altered} ALTER COLUMN {name} DROP DEFAULT",
    ]


def change_key(table: Table, constraint: str) -> list[str]:
    """Give the table the key that its declaration says, in the place of one of an older version."""
    return [
        f"ALTER TABLE {qualified(table)} DROP CONSTRAINT {quoted(constraint)}",
        f"ALTER TABLE {qualified(table)} ADD {primary_key(table)}",
    ]


def stage(table: Table) -> str:
    """The temporary table of this transaction that a batch is copied into."""
    columns = ", ".join(f"{quoted(column.name)} {type_of(column)}" for column in table.columns)
    name = merge_sql.staged(table, merge_sql.POSTGRESQL).partition(".")[2]
    return f"CREATE TEMP TABLE {name} ({columns}) ON COMMIT DROP"


def copy_in(table: Table) -> str:
    """Fill the staged table from the client, row by row."""
    names = ", ".join(map(quoted, table.column_names))
    return f"COPY {merge_sql.staged(table, merge_sql.POSTGRESQL)} ({names}) FROM STDIN (FORMAT BINARY)"


def wire_types(table: Table) -> list[str]:
    """The types of a row of a binary COPY."""
    return [_WIRE[column.type] for column in table.columns]


def merge(table: Table) -> str:
    """The MERGE of both engines, with its rows counted where they are."""
    return f"WITH merged(did) AS ({merge_sql.merge(table, merge_sql.POSTGRESQL)}) SELECT did, count(*) FROM merged GROUP BY did"


def changed(first: str, last: str) -> str:
    """Rows that a transaction wrote from the mark ``first`` on.

    Marks from ``last`` on, the first one that is not taken yet, are of an earlier life of this database, of before it was
    restored from a dump.
    """
    return f"{MARK} >= '{int(first)}'::xid8 AND {MARK} < '{int(last)}'::xid8"


def changed_by_others(transactions: Collection[str]) -> str:
    """Whether any other transaction than these wrote a row of any table."""
    ours = f"ARRAY[{', '.join(map(literal, transactions))}]::xid8[]"
    return "SELECT " + " OR ".join(
        f"EXISTS (SELECT FROM {qualified(table)} WHERE {MARK} <> ALL({ours}))" for table in TABLES.values()
    )


def collected_since(moment: str, before: timedelta) -> str:
    """Rows that were collected from some time before this moment on."""
    return f"collected_at >= {literal(moment)}::timestamptz - INTERVAL '{before.total_seconds():.0f} seconds'"


def count(table: Table, condition: str) -> str:
    """How many rows satisfy the condition, and how many a table has that is the whole truth each time."""
    all_of_it = f"(SELECT count(*) FROM {qualified(table)})" if table.write == "replace" else "NULL::bigint"
    return f"SELECT {literal(table.name)}, (SELECT count(*) FROM {qualified(table)} WHERE {condition}), {all_of_it} AS all_of_it"


def copy_out(table: Table, condition: str, present: Collection[str]) -> str:
    """Rows to the client. A column that a hub of an older version lacks is what it says of such rows."""
    values = ", ".join(
        f"{quoted(column.name)}" if column.name in present else _before(column) for column in table.columns
    )
    return f"COPY (SELECT {values} FROM {qualified(table)} WHERE {condition}) TO STDOUT (FORMAT BINARY)"


def _before(column: Column) -> str:
    return f"CAST({earlier_value(column)} AS {type_of(column)})"


def as_psycopg(statement: str) -> str:
    """A statement of both engines whose parameters are named as DuckDB does, ``$limit``, as the driver takes them."""
    return re.sub(r"\$(\w+)", r"%(\1)s", statement)


def remove_older(table: Table, at_most: int) -> str:
    """Some of the rows that were collected before the parameter."""
    some = f"SELECT ctid FROM {qualified(table)} WHERE collected_at < %s LIMIT {at_most:d}"
    return f"DELETE FROM {qualified(table)} WHERE ctid = ANY(ARRAY({some}))"


def count_older(table: Table) -> str:
    """The number of rows that were collected before the parameter."""
    return f"SELECT count(*) FROM {qualified(table)} WHERE collected_at < %s"
