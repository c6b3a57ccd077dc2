"""Giving back the room inside SQLite files.

Belongs here: VACUUM, and when it is worth it and safe beside others who use the file; files that shall be empty.
Does not belong here: whose files those are (orchestration/run_history.py, orchestration/run_details.py).

VACUUM is a transaction: whoever reads goes on, whoever writes waits, and a process that dies leaves the file as it was. What
it costs is the wait of the writers, which grows with the file. So a large file is left as it is; what is free inside it
is used again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

PAYS_FROM_SHARE = 0.25
PAYS_FROM_BYTES = 1 << 20
AT_MOST_BYTES = 200 << 20
"""Takes a second or two to copy; Dagster's writers wait five at least."""
SMALLEST_PAGE = 512
WAITS = 1.0
"""Seconds for somebody else's transaction."""


def give_back(file: Path) -> int:
    """Bytes by which the file has become smaller; 0 when it does not pay, would take long, or somebody writes."""
    if not file.exists():
        return 0
    before = file.stat().st_size
    with closing(sqlite3.connect(file, timeout=WAITS, isolation_level=None)) as connection:
        page, pages, free = (_one(connection, name) for name in ("page_size", "page_count", "freelist_count"))
        if free < pages * PAYS_FROM_SHARE or free * page < PAYS_FROM_BYTES or (pages - free) * page > AT_MOST_BYTES:
            return 0
        try:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # until then the file is as long as it was
        except sqlite3.OperationalError:
            return 0  # busy, or no room for the copy: nothing has changed, and tomorrow is as good a day
    return before - file.stat().st_size


def keep_empty(file: Path, tables: Collection[str]) -> bool:
    """Make a file as small as it gets that has only these tables, and no row in them; False while somebody uses it.

    Whoever has it open goes on with the same file: it finds its tables, and nothing in them.
    """
    try:
        with closing(sqlite3.connect(file, timeout=WAITS, isolation_level=None)) as connection:
            ((mode,),) = connection.execute("PRAGMA journal_mode").fetchall()
            connection.execute("PRAGMA journal_mode = DELETE")  # in a write-ahead log pages keep their size
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                if name not in tables and not name.startswith("sqlite_"):
                    connection.execute(f'DROP TABLE "{name}"')
            connection.execute(f"PRAGMA page_size = {SMALLEST_PAGE}")
            connection.execute("VACUUM")
            connection.execute(f"PRAGMA journal_mode = {mode}")
    except sqlite3.OperationalError:
        return False
    return True


def _one(connection: sqlite3.Connection, pragma: str) -> int:
    ((value,),) = connection.execute(f"PRAGMA {pragma}").fetchall()
    return int(value)
