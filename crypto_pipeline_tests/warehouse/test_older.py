"""Who only reads a file of an earlier version reads what is there; what that version did not have is empty."""

from __future__ import annotations

import json
import logging
import shutil
from contextlib import AbstractContextManager
from pathlib import Path

import duckdb
import pytest

import crypto_pipeline
from crypto_pipeline.databank.confinement import Bounds, answered
from crypto_pipeline.databank.files import CSV
from crypto_pipeline.questions import questions
from crypto_pipeline.schema.declare import Table
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse import older, sql
from crypto_pipeline.warehouse.connection import Connection
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline.warehouse.errors import InvalidQuery
from crypto_pipeline.warehouse.file_access import FileAccess
from crypto_pipeline.warehouse.memory_bound import MemoryBound
from crypto_pipeline_tests.command import run_here
from crypto_pipeline_tests.warehouse.earlier import LAYOUTS, Rows, make_earlier_file

EVERYTHING = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in TABLES)


@pytest.fixture(scope="module", params=LAYOUTS, ids=[layout.stem for layout in LAYOUTS])
def earlier(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Rows]:
    path = tmp_path_factory.mktemp("earlier") / "crypto_data.duckdb"
    return path, make_earlier_file(path, request.param)


first = pytest.mark.parametrize("earlier", LAYOUTS[:1], indirect=True, ids=[LAYOUTS[0].stem])
"""For what does not depend on what the file lacks: the first version lacks most."""


def read_once(path: Path) -> AbstractContextManager[Connection]:
    """A connection for many questions: each that has one of its own gets what the file lacks anew."""
    return FileAccess(path, lock_seconds=3, demo=False, memory=MemoryBound(None)).reading()


def has_other_columns(table: Table, rows: Rows) -> bool:
    """The file lacks the table, or a column of it."""
    return not rows.get(table.name) or set(rows[table.name][0]) != set(table.column_names)


def test_every_table_and_column_of_today_can_be_asked_for(earlier: tuple[Path, Rows]) -> None:
    path, rows = earlier
    file = path.read_bytes()
    assert dict(DuckDBWarehouse(path).query(EVERYTHING).rows) == {name: len(rows.get(name, ())) for name in TABLES}
    others = {name: table for name, table in TABLES.items() if has_other_columns(table, rows)}
    assert others
    with read_once(path) as connection:
        for name, table in others.items():
            read = connection.execute(sql.select(table, table.column_names, "", None)).fetchall()  # by main.NAME
            assert sorted([*map(str, row)] for row in read) == sorted(
                [str(row.get(column.name, column.before)) for column in table.columns] for row in rows.get(name, ())
            )
            types = {name: str(kind) for name, kind, *_ in connection.execute(f"FROM {name}").description or ()}
            assert types == {column.name: column.type for column in table.columns}
    assert path.read_bytes() == file


@first
def test_every_ready_question_can_be_asked(earlier: tuple[Path, Rows]) -> None:
    with read_once(earlier[0]) as connection:
        for question in questions():
            connection.execute(question.sql, question.values({})).fetchall()


def test_a_notebook_reads_the_same(earlier: tuple[Path, Rows], tmp_path: Path) -> None:
    path, rows = earlier
    with crypto_pipeline.connect(path) as bank:
        assert dict(bank.execute(EVERYTHING).fetchall()) == {name: len(rows.get(name, ())) for name in TABLES}
        assert set(bank.tables()["table"]) == set(rows)
        assert bank.save("SELECT gas_price FROM gas_prices", tmp_path / "gas.csv") == 2
        assert len(bank.df("FROM listings")) == len(rows.get("listings", ()))


@first
def test_the_questions_of_strangers_read_the_same(earlier: tuple[Path, Rows]) -> None:
    path, _ = earlier
    done = answered(path, f"SELECT * FROM ({EVERYTHING}) ORDER BY 1", CSV, Bounds(60.0, 3.0, 200, 1000))
    with done.file as file:
        assert len(file.read().splitlines()) == len(TABLES) + 1


def test_it_is_said_once_what_reads_as_empty(earlier: tuple[Path, Rows], caplog: pytest.LogCaptureFixture) -> None:
    path, rows = earlier
    warehouse = DuckDBWarehouse(path)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            warehouse.query("SELECT 1")
    (line,) = caplog.messages
    caplog.clear()
    named = line.rpartition(": ")[2].rstrip(".").partition(" and ")[0].split(", ")
    assert all(name not in rows for name in named if "." not in name)
    assert 0 < len(named) <= older.NAMED + 1
    ran = run_here("query", "SELECT count(*) AS listed FROM listings", "--json", data_dir=path.parent)
    assert (ran.returncode, json.loads(ran.stdout)) == (0, [{"listed": len(rows.get("listings", ()))}]), ran.stderr
    assert caplog.messages == [line]


@first
def test_once_somebody_has_written_nothing_stands_before_the_tables(
    earlier: tuple[Path, Rows], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "crypto_data.duckdb"
    shutil.copy(earlier[0], path)
    warehouse = DuckDBWarehouse(path)
    shown = "SELECT count(*) FROM duckdb_views() WHERE temporary AND NOT internal"
    assert warehouse.query(shown).rows != [(0,)]
    warehouse.merge({"listings": [{"source": "kraken", "symbol": "BTC", "kind": "spot", "market": "XBT/USD"}]})
    caplog.clear()
    assert warehouse.query(shown).rows == [(0,)]
    assert warehouse.query("SELECT symbol FROM listings WHERE source = 'kraken'").rows == [("BTC",)]
    assert caplog.messages == []


def test_a_database_that_is_no_data_bank_is_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    path = tmp_path / "crypto_data.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE mine (number BIGINT)")
    with pytest.raises(InvalidQuery, match="market_prices does not exist"):
        DuckDBWarehouse(path).query("FROM market_prices")
