"""A file of an earlier version, read as it is: what that version did not have yet reads as empty.

Belongs here: what a connection that only reads shows in the place of tables, columns and macros that the file lacks.
Does not belong here: adding them to the file (warehouse/layout.py): whoever writes next does that, and only who may write can.

After an upgrade a reader may come first: an API beside a collector that has its next tick in a quarter of an hour, a notebook,
a copy on a read-only disk. Temporary views of the reading connection stand before the tables of the file, by whatever name
a query calls them but one that says the database as well.
"""

from __future__ import annotations

from dataclasses import dataclass

from crypto_pipeline.schema.declare import Column, Table
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse import layout, sql, sqlite
from crypto_pipeline.warehouse.connection import Connection

NAMED = 4
"""Names in a sentence."""
_DATABASE = "SELECT current_database()"


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands for that which a file lacks; nothing for a file of this version, and for one that is no data bank."""

    statements: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    """Tables that the file lacks."""
    columns: tuple[str, ...] = ()
    """Columns that a table of the file lacks, as table.column."""

    views: tuple[str, ...] = ()

    @property
    def names(self) -> str:
        """What reads as empty, for a person: some of it where it is much."""
        names = (*self.tables, *self.columns)
        more = len(names) - NAMED
        return ", ".join(names) if more <= 1 else f"{', '.join(names[:NAMED])} and {more} more"


def lacking(connection: Connection) -> Shown:
    """What the current database of a connection lacks. Raises duckdb.Error when it cannot be read."""
    facts = layout.info(connection)
    if not facts or facts.get("layout") == layout.fingerprint():
        return Shown()
    database = connection.execute(_DATABASE).fetchall()[0][0]
    stored = layout.stored_columns(connection)
    tables = [table for table in TABLES.values() if table.name not in stored]
    partly = [
        (table, columns)
        for table in TABLES.values()
        if table.name in stored
        and (columns := [column for column in table.columns if column.name not in stored[table.name]])
    ]
    statements = [_view(table, f"SELECT {_values(table.columns)} WHERE false") for table in tables]
    statements += [
        _view(table, f"SELECT *, {_values(columns)} FROM {sql.quoted(database)}.{sql.qualified(table)}")
        for table, columns in partly
    ]
    if statements:
        statements += [macro.replace(" MACRO main.", " TEMP MACRO ", 1) for macro in sqlite.macros()]
    return Shown(
        tuple(statements),
        tuple(table.name for table in tables),
        tuple(f"{table.name}.{column.name}" for table, columns in partly for column in columns),
        tuple(table.name for table in (*tables, *(table for table, _ in partly))),
    )


def show(connection: Connection, shown: Shown) -> None:
    """Put the views before the tables, for this connection alone and for as long as it lives."""
    for statement in shown.statements:
        connection.execute(statement)


def hide(connection: Connection, shown: Shown) -> None:
    """Take the views away from a connection that has other uses."""
    for name in shown.views:
        connection.execute(f"DROP VIEW IF EXISTS temp.main.{sql.quoted(name)}")


def _view(table: Table, query: str) -> str:
    return f"CREATE OR REPLACE TEMP VIEW {sql.quoted(table.name)} AS {query}"


def _values(columns: tuple[Column, ...] | list[Column]) -> str:
    """What rows of an earlier version say in columns that it had not."""
    return ", ".join(
        f"CAST({sql.earlier_value(column)} AS {column.type}) AS {sql.quoted(column.name)}" for column in columns
    )
