"""How long rows are kept, and removing those that are older.

Belongs here: how many rows are too old, removing them a slice at a time.
Does not belong here: how long (schema/tables/ and the settings), months that move to Parquet (warehouse/archive.py).

Age is counted from ``collected_at``, the one time that every table has and that no source can get wrong: a candle of 2015
that was collected yesterday is a day old.
"""

from __future__ import annotations

import time
from datetime import datetime

from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse import sql
from crypto_pipeline.warehouse.connection import transaction
from crypto_pipeline.warehouse.interface import FileWarehouse

SLICE = 100_000
"""Rows that one transaction removes: about 10 ms, at most a few hundredths of a second with opening and closing the file."""
PAUSE = 0.06
"""Seconds between two slices: longer than others sleep between two attempts at the file, so that they get their turn."""


def count_older(warehouse: FileWarehouse, table: str, before: datetime) -> int:
    """How many rows were collected before this moment. Raises DatabaseBusy when the file cannot be read now."""
    ((count,),) = warehouse.query(sql.count_older(TABLES[table]), [before]).rows
    return int(count)


def remove_older(warehouse: FileWarehouse, table: str, before: datetime) -> int:
    """Remove what was collected before this moment; says how many rows that were.

    Raises DatabaseBusy when the file cannot be had between two slices; what is removed by then stays removed.
    """
    removed = 0
    while True:
        with warehouse.merging() as connection, transaction(connection):
            ((count,),) = connection.execute(sql.remove_older(TABLES[table], SLICE), [before]).fetchall()
        removed += int(count)
        if count < SLICE:
            return removed
        time.sleep(PAUSE)
