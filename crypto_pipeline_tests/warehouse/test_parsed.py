"""Statements that are parsed once in a process, whichever file they are run in."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from crypto_pipeline.warehouse import parsed as module
from crypto_pipeline.warehouse.parsed import parsed


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_kept", {})


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def test_one_statement_is_run_in_several_databases_with_other_parameters(connection: duckdb.DuckDBPyConnection) -> None:
    with duckdb.connect() as other:
        other.execute("CREATE TABLE one AS SELECT 1 AS number")
        connection.execute("CREATE TABLE one AS SELECT 'text' AS number")
        for given in (3, 4):
            for asked, number in ((connection, "text"), (other, 1)):
                assert asked.execute(parsed(asked, "SELECT number, ? FROM one"), [given]).fetchall() == [
                    (number, given)
                ]
    assert len(module._kept) == 1


def test_a_table_that_has_changed_is_read_as_it_is_now(connection: duckdb.DuckDBPyConnection) -> None:
    for columns in ("1 AS a", "1 AS a, 2 AS b"):
        connection.execute(f"CREATE OR REPLACE TABLE one AS SELECT {columns}")
        (row,) = connection.execute(parsed(connection, "SELECT * FROM one")).fetchall()
        assert len(row) == columns.count(",") + 1


def test_what_cannot_be_parsed_is_said_each_time(connection: duckdb.DuckDBPyConnection) -> None:
    for _ in range(2):
        with pytest.raises(duckdb.ParserException):
            parsed(connection, "SELEKT")
    assert module._kept == {}


def test_so_many_are_kept_and_no_long_ones(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_KEPT", 3)
    monkeypatch.setattr(module, "LONGEST_KEPT", 9)
    for number in range(5):
        parsed(connection, f"SELECT {number}")
    assert [*module._kept] == ["SELECT 3", "SELECT 4"]
    assert connection.execute(parsed(connection, "SELECT 100")).fetchall() == [(100,)]
    assert [*module._kept] == ["SELECT 3", "SELECT 4"]
    parsed(connection, "SELECT 10")
    assert [*module._kept] == ["SELECT 3", "SELECT 4", "SELECT 10"]
