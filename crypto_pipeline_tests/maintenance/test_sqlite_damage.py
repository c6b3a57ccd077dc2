"""A SQLite file is damaged when it can no longer be used, and not because somebody uses it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from crypto_pipeline.maintenance import sqlite_damage
from crypto_pipeline.maintenance.sqlite_damage import damage_of

LOOKED_THROUGH_BYTES = sqlite_damage.LOOKED_THROUGH_BYTES


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """As Dagster makes them: with rows, an index, and the version of its tables."""
    path = tmp_path / "runs.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE runs (id TEXT, body TEXT)")
        connection.execute("CREATE INDEX by_id ON runs (id)")
        connection.executemany("INSERT INTO runs VALUES (?, ?)", [(f"{n:05}", "x" * 500) for n in range(200)])
        connection.execute("CREATE TABLE alembic_version (version_num TEXT)")
        connection.execute("INSERT INTO alembic_version VALUES ('29a8e9d74220')")
    return path


def spoil(file: Path) -> None:
    """A page in the middle, of rows."""
    with file.open("r+b") as opened:
        opened.seek(10 * 4096)
        opened.write(b"\xff" * 4096)


def test_a_file_that_is_well_empty_or_not_there_has_no_damage(file: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.db").touch()
    assert damage_of(file) is None
    assert damage_of(tmp_path / "empty.db") is None
    assert damage_of(tmp_path / "none.db") is None
    assert damage_of(tmp_path) is None


def test_what_is_no_database_and_a_page_that_is_spoiled_are_told(file: Path) -> None:
    spoil(file)
    assert damage_of(file) is not None
    file.write_bytes(b"no database at all, but long enough to be looked at" * 100)
    assert damage_of(file) == "file is not a database"


def test_of_a_file_of_more_than_64_megabytes_only_the_beginning_is_looked_at(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert LOOKED_THROUGH_BYTES == 64 * 2**20
    spoil(file)
    monkeypatch.setattr(sqlite_damage, "LOOKED_THROUGH_BYTES", file.stat().st_size - 1)
    assert damage_of(file) is None
    monkeypatch.setattr(sqlite_damage, "LOOKED_THROUGH_BYTES", file.stat().st_size)
    assert damage_of(file) is not None


def test_tables_that_two_processes_made_at_once_cannot_be_migrated(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("INSERT INTO alembic_version VALUES ('another')")
    assert damage_of(file) == "its tables were made 2 times at once"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("DROP TABLE alembic_version")
    assert damage_of(file) is None


def test_a_file_that_somebody_holds_is_well(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = sqlite3.connect
    with closing(connect(file, isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        monkeypatch.setattr(sqlite3, "connect", partial(connect, timeout=0))
        assert damage_of(file) is None
