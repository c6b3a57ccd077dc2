"""One file and those in this process who want it: writers before readers, and the last one out."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from crypto_pipeline.warehouse.connection import for_answers
from crypto_pipeline.warehouse.database import Database, database_at
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline.warehouse.errors import DatabaseBusy
from crypto_pipeline_tests.waiting import until

LONG = 60.0


@pytest.fixture
def database(warehouse: DuckDBWarehouse) -> Database:
    return database_at(warehouse.path)


def a_writer(database: Database) -> tuple[threading.Thread, threading.Event]:
    """A thread that waits for its turn to write, and an event for when it has it."""
    has_it = threading.Event()

    def write() -> None:
        with database.writing(LONG):
            has_it.set()

    thread = threading.Thread(target=write)
    thread.start()
    until(lambda: database._turns.writer_waits)
    return thread, has_it


def test_while_a_writer_waits_no_other_reader_joins_the_one_that_reads(database: Database) -> None:
    with database.reading(0):
        with database.reading(0):
            pass  # readers join each other
        thread, has_it = a_writer(database)
        with pytest.raises(DatabaseBusy, match="is in use in this program"), database.reading(0):
            pass
        assert not has_it.is_set()
    assert has_it.wait(LONG)
    thread.join()
    with database.reading(0):
        pass


def test_while_a_writer_waits_nobody_attaches_the_file(database: Database) -> None:
    with database.reading(0):
        thread, has_it = a_writer(database)
        with pytest.raises(DatabaseBusy), database.attached(for_answers(), "crypto", 0):
            pass
    assert has_it.wait(LONG)
    thread.join()


def test_a_writer_who_waits_for_another_program_is_let_go_first_too(database: Database) -> None:
    """Nobody in this process has the file open then."""
    with database._turns as turns, turns.as_writer():
        assert not database._holder.is_open
        with pytest.raises(DatabaseBusy), database.attached(for_answers(), "crypto", 0):
            pass
    with database.attached(for_answers(), "crypto", 0):
        pass


def test_readers_join_a_writer_and_see_what_is_committed(database: Database) -> None:
    with database.writing(0) as writer:
        writer.execute("INSERT INTO providers (name) VALUES ('kraken')")
        with database.reading(0) as reader:
            assert reader.execute("SELECT name FROM providers").fetchall() == [("kraken",)]


def test_the_last_one_out_closes_the_file(database: Database) -> None:
    with database.writing(0):
        with database.reading(0):
            assert database._holder.is_open
        assert database._holder.is_open
    assert not database._holder.is_open


def test_nobody_opens_a_file_that_somebody_has_alone(database: Database) -> None:
    with database.closed(0):
        for attempt in (database.reading, database.writing, database.closed):
            with pytest.raises(DatabaseBusy, match="is in use in this program"), attempt(0):
                pass
    with database.writing(0):
        pass


def test_one_database_is_one_however_its_path_is_spelled(warehouse: DuckDBWarehouse, tmp_path: Path) -> None:
    link = tmp_path / "link.duckdb"
    link.symlink_to(warehouse.path)
    assert database_at(link) is database_at(warehouse.path)
    assert database_at(warehouse.path.parent / "." / warehouse.path.name) is database_at(warehouse.path)


def test_a_file_that_duckdb_gave_up_is_joined_by_nobody_and_opened_anew_by_the_next(database: Database) -> None:
    with database.writing(0):
        database._holder.give_up()
        with pytest.raises(DatabaseBusy, match="failed and must be opened anew"), database.reading(0):
            pass
    with database.reading(0):
        pass
