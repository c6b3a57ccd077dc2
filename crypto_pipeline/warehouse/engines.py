"""Which engine keeps the rows: the one place where a warehouse is made.

Belongs here: the choice by the settings.
Does not belong here: any engine (warehouse/duckdb.py, warehouse/hub/shared.py), what all of them can do (warehouse/interface.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline.warehouse.errors import no_driver
from crypto_pipeline.warehouse.interface import FileWarehouse, Warehouse

if TYPE_CHECKING:
    from crypto_pipeline.warehouse.hub.shared import SharedWarehouse

LOCK_SECONDS = 3.0


class StorageSettings(Protocol):
    """What the choice depends on."""

    @property
    def database(self) -> Path:
        """The file, which need not exist yet."""

    @property
    def hub_url(self) -> str:
        """The address of the PostgreSQL that the file follows, with its password; empty where the file is all there is."""

    @property
    def lock_seconds(self) -> float:
        """How long a write or a read waits for the file."""

    @property
    def demo(self) -> bool:
        """Whether the rows come from recordings and not from the world."""

    @property
    def region(self) -> str:
        """The region of the machine that writes; empty where there are none."""


@dataclass(frozen=True, slots=True)
class Storage:
    """StorageSettings of somebody who has no others.

    :param lock_seconds: how long a write or a read waits for the file before it spools, or raises DatabaseBusy.
    :param demo: written into a new file. Replayed and real answers never share one: the other kind is refused.
    :param hub_url: the address of the PostgreSQL that the file follows, with its password.
    :param region: of rows that do not say theirs.
    """

    database: Path
    lock_seconds: float = LOCK_SECONDS
    demo: bool = False
    hub_url: str = field(default="", repr=False)
    region: str = ""


def warehouse_for(settings: StorageSettings, *, read_memory: str | None = None) -> Warehouse:
    """The warehouse of these settings; nothing is opened yet. Raises DriverMissing."""
    return (
        shared_for(settings, read_memory=read_memory)
        if settings.hub_url
        else file_for(settings, read_memory=read_memory)
    )


def shared_for(settings: StorageSettings, *, read_memory: str | None = None) -> SharedWarehouse:
    """The PostgreSQL of these settings with the file that follows it. Raises DriverMissing where its driver is not installed."""
    try:
        from crypto_pipeline.warehouse.hub.connecting import hub_at
        from crypto_pipeline.warehouse.hub.shared import SharedWarehouse
    except ImportError as error:
        if error.name and error.name.partition(".")[0] not in {"psycopg", "psycopg_binary", "psycopg_c"}:
            raise
        raise no_driver() from None
    file = file_for(settings, read_memory=read_memory)
    return SharedWarehouse(
        file,
        hub_at(settings.hub_url),
        lock_seconds=settings.lock_seconds,
        demo=settings.demo,
        region=settings.region,
    )


def file_for(settings: StorageSettings, *, read_memory: str | None = None) -> FileWarehouse:
    """The same for those who need the DuckDB file itself: maintenance, people's own assets, the data bank."""
    return DuckDBWarehouse(
        settings.database,
        lock_seconds=settings.lock_seconds,
        demo=settings.demo,
        read_memory=read_memory,
        region=settings.region,
    )
