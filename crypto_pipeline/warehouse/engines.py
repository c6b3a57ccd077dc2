"""Which engine keeps the rows: the one place where a warehouse is made.

Belongs here: the choice by the settings.
Does not belong here: any engine (warehouse/duckdb.py is the only one today), what all of them can do (warehouse/interface.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline.warehouse.interface import FileWarehouse, Warehouse

LOCK_SECONDS = 3.0


class StorageSettings(Protocol):
    """What the choice depends on."""

    @property
    def database(self) -> Path:
        """The file, which need not exist yet."""

    @property
    def lock_seconds(self) -> float:
        """How long a write or a read waits for the file."""

    @property
    def demo(self) -> bool:
        """Whether the rows come from recordings and not from the world."""


@dataclass(frozen=True, slots=True)
class Storage:
    """StorageSettings of somebody who has no others.

    :param lock_seconds: how long a write or a read waits for the file before it spools, or raises DatabaseBusy.
    :param demo: written into a new file. Replayed and real answers never share one: the other kind is refused.
    """

    database: Path
    lock_seconds: float = LOCK_SECONDS
    demo: bool = False


def warehouse_for(settings: StorageSettings, *, read_memory: str | None = None) -> Warehouse:
    """The warehouse of these settings; nothing is opened yet."""
    return file_for(settings, read_memory=read_memory)


def file_for(settings: StorageSettings, *, read_memory: str | None = None) -> FileWarehouse:
    """The same for those who need the DuckDB file itself: maintenance, people's own assets, the data bank."""
    return DuckDBWarehouse(
        settings.database, lock_seconds=settings.lock_seconds, demo=settings.demo, read_memory=read_memory
    )
