"""An empty data bank."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse


@pytest.fixture
def warehouse(tmp_path: Path, empty_database: Path) -> DuckDBWarehouse:
    return DuckDBWarehouse(Path(shutil.copy(empty_database, tmp_path)), lock_seconds=0.05)
