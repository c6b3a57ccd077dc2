"""The ways into the file that the README shows, besides our own: the duckdb command and SQLAlchemy."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.program import output
from crypto_pipeline_tests.warehouse.facts import NOON, counts, price

DUCKDB = Path(sys.executable).with_name("duckdb")


@pytest.fixture
def warehouse(warehouse: DuckDBWarehouse) -> DuckDBWarehouse:
    warehouse.merge({"market_prices": [price("BTC", 64_000.1), price("ETH", 3_000.0, at=5)]})
    return warehouse


@pytest.fixture
def engine(warehouse: DuckDBWarehouse) -> Any:
    """As the README has it. A pooled connection would hold the file, and every collection would go to the spool."""
    return create_engine(f"duckdb:///{warehouse.path}", poolclass=NullPool, connect_args={"read_only": True})


def test_the_duckdb_command_reads_the_file(warehouse: DuckDBWarehouse) -> None:
    run = subprocess.run(
        [
            DUCKDB,
            "-readonly",
            "-csv",
            warehouse.path,
            "-c",
            "SELECT symbol, price_usd FROM market_prices ORDER BY symbol",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.splitlines() == ["symbol,price_usd", "BTC,64000.1", "ETH,3000.0"]


def test_pandas_reads_through_sqlalchemy_and_another_process_can_write_afterwards(
    warehouse: DuckDBWarehouse, engine: Any
) -> None:
    query = text("SELECT symbol, price_usd, timestamp FROM market_prices WHERE price_usd > :least ORDER BY symbol")
    with engine.connect() as connection:
        frame = pd.read_sql(query, connection, params={"least": 100})
    assert frame["price_usd"].tolist() == [64_000.1, 3_000.0]
    assert pd.to_datetime(frame["timestamp"], utc=True).tolist() == [NOON, NOON + timedelta(minutes=5)]
    _another_process_can_write(warehouse)


def test_an_engine_given_to_pandas_holds_the_file_no_longer_than_it_reads(
    warehouse: DuckDBWarehouse, engine: Any
) -> None:
    assert pd.read_sql("SELECT count(*) AS n FROM market_prices", engine)["n"].tolist() == [2]
    _another_process_can_write(warehouse)


def test_sqlalchemy_cannot_write_through_this_engine(engine: Any) -> None:
    with engine.connect() as connection, pytest.raises(Exception, match="read-only"):
        connection.execute(text("DELETE FROM market_prices"))


def _another_process_can_write(warehouse: DuckDBWarehouse) -> None:
    """Which it could not while this process had the file open in any way."""
    code = (
        "import sys; from pathlib import Path; from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse;"
        "from crypto_pipeline_tests.warehouse.facts import price;"
        "print(DuckDBWarehouse(Path(sys.argv[1]), lock_seconds=0).merge({'market_prices': [price('NEW')]})['market_prices'].spooled)"
    )
    assert output(code, str(warehouse.path)) == "0\n"
    assert counts(warehouse.merge({"market_prices": [price("OWN")]})) == (1, 0, 0, 0, 0)
