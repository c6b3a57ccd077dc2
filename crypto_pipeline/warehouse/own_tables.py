"""Tables of people's own, beside ours in the same file: what their assets write and read.

Belongs here: making, replacing and merging them, and reading them back, whatever their columns are.
Does not belong here: our tables, which are declared (schema/tables/) and written by warehouse/merging.py.

``main`` holds our tables alone: others are in a schema of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from crypto_pipeline.warehouse import sql
from crypto_pipeline.warehouse.connection import transaction
from crypto_pipeline.warehouse.interface import FileWarehouse

if TYPE_CHECKING:
    import pandas

SCHEMA = "own"
"""Of tables whose asset has a key of one part; one of several parts names its schema by those before the last."""


def replace(warehouse: FileWarehouse, schema: str, table: str, rows: pandas.DataFrame) -> int:
    """Let the table be these rows and no others; gives their number. Raises DatabaseBusy, DatabaseUnusable, InvalidQuery."""
    name = f"{sql.quoted(schema)}.{sql.quoted(table)}"
    with warehouse.merging() as connection, transaction(connection):
        connection.register("batch", rows)
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {sql.quoted(schema)}")
        connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM batch")
        connection.unregister("batch")
    return len(rows)


def merge(warehouse: FileWarehouse, schema: str, table: str, rows: pandas.DataFrame, key: Sequence[str]) -> int:
    """Put these rows into the table, in the place of those with the same key; gives the rows that the table has then.

    Columns that are new are added. Raises DatabaseBusy, DatabaseUnusable, InvalidQuery.
    """
    name = f"{sql.quoted(schema)}.{sql.quoted(table)}"
    same = " AND ".join(f"{name}.{sql.quoted(one)} IS NOT DISTINCT FROM batch.{sql.quoted(one)}" for one in key)
    with warehouse.merging() as connection, transaction(connection):
        connection.register("batch", rows)
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {sql.quoted(schema)}")
        connection.execute(f"CREATE TABLE IF NOT EXISTS {name} AS SELECT * FROM batch LIMIT 0")
        for column, kind, *_ in connection.execute("DESCRIBE SELECT * FROM batch").fetchall():
            connection.execute(f"ALTER TABLE {name} ADD COLUMN IF NOT EXISTS {sql.quoted(column)} {kind}")
        connection.execute(f"DELETE FROM {name} USING batch WHERE {same}")
        connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM batch")
        ((count,),) = connection.execute(f"SELECT count(*) FROM {name}").fetchall()
        connection.unregister("batch")
    return int(count)


def read(warehouse: FileWarehouse, schema: str, table: str, where: str = "") -> list[dict[str, Any]]:
    """The rows of the table, or those that satisfy a condition. Raises NoDatabase, DatabaseBusy, InvalidQuery."""
    condition = f" WHERE {where}" if where else ""
    return warehouse.query(f"SELECT * FROM {sql.quoted(schema)}.{sql.quoted(table)}{condition}").dicts()
