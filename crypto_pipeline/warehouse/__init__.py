"""Where rows are kept: one DuckDB file, and a spool beside it for the moments when somebody else holds the file.

Belongs here: creating, merging, reading, and the discipline of connections. Callers need the names below and no others.
Does not belong here: what the tables are (schema/tables/), Dagster (orchestration/io_managers.py), where the rows come from.
"""

from crypto_pipeline.warehouse.duckdb import Warehouse
from crypto_pipeline.warehouse.errors import DatabaseBusy, QueryLimitExceeded, WarehouseError
from crypto_pipeline.warehouse.results import Result, ResultColumn, Written

__all__ = ["DatabaseBusy", "QueryLimitExceeded", "Result", "ResultColumn", "Warehouse", "WarehouseError", "Written"]
