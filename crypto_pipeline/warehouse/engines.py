"""Which engine keeps the rows.

Belongs here: the choice by the settings.
Does not belong here: any engine (warehouse/duckdb.py is the only one today).
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from crypto_pipeline.warehouse.duckdb import Warehouse


class StorageSettings(Protocol):
    """What the choice depends on."""

    @property
    def database(self) -> Path: ...
    @property
    def lock_seconds(self) -> float: ...
    @property
    def demo(self) -> bool: ...


def warehouse_for(settings: StorageSettings, *, read_memory: str | None = None) -> Warehouse:
    """The warehouse of these settings; nothing is opened yet."""
    return Warehouse(settings.database, lock_seconds=settings.lock_seconds, demo=settings.demo, read_memory=read_memory)
