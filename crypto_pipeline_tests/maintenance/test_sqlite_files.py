"""SQLite files give back the room of what was removed from them, where that pays."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from crypto_pipeline.maintenance import sqlite_files
from crypto_pipeline.maintenance.sqlite_files import give_back, keep_empty

PROMISED = (sqlite_files.PAYS_FROM_SHARE, sqlite_files.PAYS_FROM_BYTES, sqlite_files.AT_MOST_BYTES)


@pytest.fixture(autouse=True)
def _small_files_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_files, "PAYS_FROM_BYTES", 1)
    monkeypatch.setattr(sqlite_files, "WAITS", 0.0)


@pytest.fixture
def file(tmp_path: Path) -> Callable[[float], Path]:
    """A file of some hundred pages of which this part is free."""

    def made(free: float) -> Path:
        path = tmp_path / "some.db"
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("CREATE TABLE kept (text)")
            connection.execute("CREATE TABLE gone (text)")
            for table, rows in (("kept", 400 * (1 - free)), ("gone", 400 * free)):
                connection.executemany(f"INSERT INTO {table} VALUES (?)", [("x" * 3000,)] * round(rows))
            connection.execute("DELETE FROM gone")
        return path

    return made


def test_a_quarter_of_a_file_and_a_megabyte_must_be_free_and_little_may_be_left_to_copy() -> None:
    assert PROMISED == (0.25, 2**20, 200 * 2**20)


@pytest.mark.parametrize(("free", "pays"), [(0.2, False), (0.3, True)])
def test_a_file_of_which_enough_is_free_becomes_smaller(file: Callable[[float], Path], free: float, pays: bool) -> None:
    path = file(free)
    before = path.stat().st_size
    assert (give_back(path) > 0) is pays
    assert (path.stat().st_size < before) is pays


@pytest.mark.parametrize("limit", ["PAYS_FROM_BYTES", "AT_MOST_BYTES"])
def test_too_little_is_not_worth_it_and_too_much_takes_too_long(
    file: Callable[[float], Path], monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    path = file(0.5)
    monkeypatch.setattr(sqlite_files, limit, 10**9 if limit == "PAYS_FROM_BYTES" else 1)
    assert give_back(path) == 0


def test_a_file_that_is_not_there_or_that_somebody_writes_gives_nothing_back(
    file: Callable[[float], Path], tmp_path: Path
) -> None:
    assert give_back(tmp_path / "none.db") == 0
    path = file(0.5)
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert give_back(path) == 0
        assert not keep_empty(path, ("kept",))


def test_a_file_that_is_emptied_keeps_the_tables_that_are_named_and_no_row(file: Callable[[float], Path]) -> None:
    path = file(1.0)
    assert keep_empty(path, ("gone",))
    assert path.stat().st_size < 10_000
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("gone",)]
        assert connection.execute("SELECT count(*) FROM gone").fetchall() == [(0,)]
