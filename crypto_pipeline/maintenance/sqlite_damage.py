"""Whether a SQLite file can still be used.

Belongs here: what is wrong with a file, in a sentence.
Does not belong here: what is done about it (orchestration/instance.py), giving back room (maintenance/sqlite_files.py).
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

LOOKED_THROUGH_BYTES = 64 << 20
"""Up to this size every page is looked at, in a tenth of a second; of a larger file only its beginning."""


def damage_of(file: Path) -> str | None:
    """What is wrong with a file that a program migrates with alembic; None when it can be used, or is not there.

    A file that somebody else writes at this moment is well.
    """
    if not file.is_file() or file.stat().st_size == 0:
        return None
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            if file.stat().st_size <= LOOKED_THROUGH_BYTES:
                ((verdict, *_), *_) = connection.execute("PRAGMA quick_check(1)").fetchall()
                if verdict != "ok":
                    return str(verdict)
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if "alembic_version" not in tables:
                return None
            heads = len(connection.execute("SELECT version_num FROM alembic_version").fetchall())
            return f"its tables were made {heads} times at once" if heads > 1 else None
    except sqlite3.OperationalError:  # locked, or gone: no damage
        return None
    except sqlite3.DatabaseError as error:
        return str(error)
