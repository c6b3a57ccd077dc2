"""A file of any earlier version is opened by this one, and nothing in it is lost or reads otherwise."""

from __future__ import annotations

import shutil
from datetime import datetime, timezone
from pathlib import Path

import pytest

from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.warehouse.earlier import LAYOUTS, Rows, make_earlier_file

CORRECTED = {"gas_prices": {"gas_price", "gas_price_gwei"}}
"""Columns whose older values are set right on purpose (test_layout.py says how)."""


@pytest.fixture(scope="module", params=LAYOUTS, ids=[layout.stem for layout in LAYOUTS])
def left(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Rows]:
    """A file in which each table of that version has two rows, and those rows."""
    path = tmp_path_factory.mktemp("left") / "crypto.duckdb"
    return path, make_earlier_file(path, request.param)


@pytest.fixture(scope="module")
def opened(left: tuple[Path, Rows], tmp_path_factory: pytest.TempPathFactory) -> tuple[DuckDBWarehouse, Rows]:
    """A copy of it that this version has opened, to be read, and what this version reads in it."""
    path, _ = left
    warehouse = DuckDBWarehouse(Path(shutil.copy(path, tmp_path_factory.mktemp("opened"))))
    warehouse.prepare()
    with warehouse.reading():
        return warehouse, {name: warehouse.read(name) for name in TABLES}


def test_there_are_layouts_of_earlier_versions() -> None:
    assert len(LAYOUTS) >= 3


def test_every_row_of_an_earlier_version_is_there_and_reads_as_before(
    left: tuple[Path, Rows], opened: tuple[DuckDBWarehouse, Rows]
) -> None:
    (_, before), (_, now) = left, opened
    for table, rows in before.items():
        kept = now[table]
        assert len(kept) == len(rows), table
        for column in rows[0].keys() - CORRECTED.get(table, set()):
            assert {row[column] for row in kept} == {row[column] for row in rows}, f"{table}.{column}"


def test_what_this_version_has_and_the_earlier_one_had_not_is_added(
    left: tuple[Path, Rows], opened: tuple[DuckDBWarehouse, Rows]
) -> None:
    (_, before), (_, now) = left, opened
    for name, table in TABLES.items():
        new = [column for column in table.columns if name not in before or column.name not in before[name][0]]
        kept = now[name]
        assert kept == [] if name not in before else all(column.name in row for row in kept for column in new)
        derived = {"gas_price"} if name == "gas_prices" else set()
        assert all(row[column.name] == column.before for row in kept for column in new if column.name not in derived)


def test_what_an_earlier_version_remembered_is_of_no_region_and_stays_beside_what_a_region_remembers(
    left: tuple[Path, Rows], opened: tuple[DuckDBWarehouse, Rows], tmp_path: Path
) -> None:
    (_, before), (warehouse, _) = left, opened
    endpoint = before["source_health"][0]["endpoint"]
    eu = DuckDBWarehouse(Path(shutil.copy(warehouse.path, tmp_path)), region="eu")
    eu.merge({"source_health": [{"endpoint": endpoint, "outcome": "blocked"}]})
    rows = eu.read("source_health", where="endpoint = ?", parameters=[endpoint])
    assert {row["region"]: row["outcome"] for row in rows} == {
        "": before["source_health"][0]["outcome"],
        "eu": "blocked",
    }


@pytest.mark.parametrize("left", LAYOUTS[:1], indirect=True, ids=[LAYOUTS[0].stem])
def test_an_earlier_file_goes_on_being_filled(left: tuple[Path, Rows], tmp_path: Path) -> None:
    path, before = left
    warehouse = DuckDBWarehouse(Path(shutil.copy(path, tmp_path)))
    row = before["market_prices"][0]
    newer = {**row, "price_usd": 1.25, "fetched_at": datetime(2025, 3, 3, tzinfo=timezone.utc)}
    written = warehouse.merge({"market_prices": [newer, {**row, "symbol": "ETH"}]})["market_prices"]
    assert (written.inserted, written.updated) == (1, 1)
    assert len(warehouse.read("market_prices")) == 3
