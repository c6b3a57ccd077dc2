"""A self-hosted crypto data bank: free public sources, collected by Dagster, kept in DuckDB.

    import crypto_pipeline

    db = crypto_pipeline.connect()
    db.df("SELECT symbol, price_usd FROM consensus_prices WHERE timestamp > datetime('now', '-1 hour')")

Belongs here: what a notebook needs, and nothing that costs time to import.
Does not belong here: anything else; every other module is imported by its own name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crypto_pipeline.version import VERSION

if TYPE_CHECKING:
    import os

    from crypto_pipeline.databank.access import DataBank
    from crypto_pipeline.warehouse.errors import DatabaseBusy, WarehouseError

    Busy = DatabaseBusy

__all__ = ["Busy", "DataBank", "DatabaseBusy", "WarehouseError", "connect"]
__version__ = VERSION


def connect(database: str | os.PathLike[str] | None = None, *, lock_seconds: float | None = None) -> DataBank:
    """The data bank, for reading: ``df(sql)`` for pandas, ``sql(sql)`` and ``execute(sql)`` as DuckDB has them.

    It may stay open as long as you like. The file is open only while a question runs, so no collection waits for it.

    :param database: a path or duckdb:///PATH; what CRYPTO_PIPELINE_DATABASE_URL says, or the default, when left out.
    :param lock_seconds: how long a question waits while another program writes; then it raises DatabaseBusy. Default: as in the
        settings.
    :raises NoDatabase: there is no such file.
    :raises SettingsError: a setting is wrong, or the database is not one that can be opened as a file.
    """
    from crypto_pipeline.databank.access import open_data_bank

    return open_data_bank(database, lock_seconds=lock_seconds)


def __getattr__(name: str) -> object:
    """The classes, when somebody asks for them: they bring DuckDB with them."""
    if name == "DataBank":
        from crypto_pipeline.databank import access

        return access.DataBank
    if name in {"Busy", "DatabaseBusy", "WarehouseError"}:
        from crypto_pipeline.warehouse import errors

        return errors.WarehouseError if name == "WarehouseError" else errors.DatabaseBusy  # Busy: its older name
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
