"""Where rows are kept: one DuckDB file, and a spool beside it for the moments when the file cannot be written.

Belongs here: creating, merging, reading, and the discipline of connections. Callers need the names below, and
warehouse_for() of warehouse/engines.py, which makes a warehouse.
Does not belong here: what the tables are (schema/tables/), Dagster (orchestration/io_managers.py), where the rows come from.
"""

from crypto_pipeline.warehouse.errors import DatabaseBusy, QueryLimitExceeded, WarehouseError
from crypto_pipeline.warehouse.interface import FileWarehouse, Warehouse
from crypto_pipeline.warehouse.results import Result, ResultColumn, Written

__all__ = [
    "DatabaseBusy",
    "FileWarehouse",
    "QueryLimitExceeded",
    "Result",
    "ResultColumn",
    "Warehouse",
    "WarehouseError",
    "Written",
]
