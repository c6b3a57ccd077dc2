"""The file under a name in another database of this process, for reading.

Belongs here: attaching and detaching the file, and seeing that it is the one that has the name now.
Does not belong here: when that may be done (warehouse/database.py).
"""

from __future__ import annotations

from pathlib import Path

from crypto_pipeline.warehouse import sql
from crypto_pipeline.warehouse.connection import Connection
from crypto_pipeline.warehouse.files import identity


def attach(to: Connection, path: Path, name: str) -> bool:
    """Whether ``to`` has the file now: not when another process has put a compacted copy in its place meanwhile."""
    opened = identity(path)
    to.execute(f"ATTACH {sql.literal(str(path))} AS {sql.quoted(name)} (READ_ONLY, TYPE duckdb)")
    if identity(path) != opened:
        to.execute(f"DETACH {sql.quoted(name)}")
        return False
    return True


def detach(of: Connection, name: str) -> None:
    """Let go of the file."""
    of.execute("USE memory")
    of.execute(f"DETACH {sql.quoted(name)}")
