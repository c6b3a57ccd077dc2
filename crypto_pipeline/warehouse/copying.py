"""A copy of the database file beside it, whole and checked, while the system goes on.

Belongs here: the copy, and what must be true of it.
Does not belong here: a copy that takes the file's place (warehouse/compaction.py), the rest of a backup (maintenance/backup.py).

While the copy is made the file is attached for reading: others read it, nobody writes to it, and batches that come meanwhile
go to the spool. Every block of the file is read for it, and DuckDB looks at the checksum of each.
"""

from __future__ import annotations

import time
from pathlib import Path

from crypto_pipeline.warehouse import sql
from crypto_pipeline.warehouse.compaction import complete_copy
from crypto_pipeline.warehouse.connection import heeding_signals, memory_beside_files
from crypto_pipeline.warehouse.errors import DatabaseBusy
from crypto_pipeline.warehouse.files import log_of
from crypto_pipeline.warehouse.interface import FileWarehouse

PATIENCE_SECONDS = 60.0
"""For a moment in which everything that was committed is in the file, between two merges of a collection."""


def copy_to(warehouse: FileWarehouse, target: Path, *, patience: float = PATIENCE_SECONDS) -> dict[str, int]:
    """Make the copy; gives the rows of each of its tables.

    :raises DatabaseBusy: another program held the file, or its log, for longer than the patience.
    :raises DatabaseUnusable: some of the file cannot be read.
    :raises WarehouseError: the copy is not complete.
    """
    give_up = time.monotonic() + patience
    while True:
        try:
            _settle(warehouse)
            return _copied(warehouse, target)
        except DatabaseBusy:
            target.unlink(missing_ok=True)
            if time.monotonic() >= give_up:
                raise
            time.sleep(0.2)


def _settle(warehouse: FileWarehouse) -> None:
    """What a process that was killed left in the log goes into the file."""
    if log_of(warehouse.path).exists():
        with warehouse.merging():
            pass


def _copied(warehouse: FileWarehouse, target: Path) -> dict[str, int]:
    path = warehouse.path
    with heeding_signals(), warehouse.closed(), memory_beside_files() as connection:
        connection.execute(f"ATTACH {sql.literal(str(path))} AS stored (READ_ONLY)")
        if log_of(path).exists():
            raise DatabaseBusy(f"{log_of(path)} holds rows that are not in the database yet.")
        return complete_copy(connection, path, target)
