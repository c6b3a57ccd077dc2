"""Reading: rows as dicts, queries of people, and what cannot be run."""

from __future__ import annotations

import threading
from datetime import timezone
from pathlib import Path

import pytest

from crypto_pipeline.warehouse import DatabaseBusy, QueryLimitExceeded, WarehouseError, statements
from crypto_pipeline.warehouse.database import database_at
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline.warehouse.errors import InvalidQuery
from crypto_pipeline.warehouse.parsed import LONGEST_KEPT
from crypto_pipeline_tests.warehouse.conftest import AnotherProgram
from crypto_pipeline_tests.warehouse.facts import minutes, price


def test_rows_can_be_chosen_by_column_condition_and_number(warehouse: DuckDBWarehouse) -> None:
    warehouse.merge({"market_prices": [price(f"C{number}", number) for number in range(5)]})
    rows = warehouse.read(
        "market_prices",
        columns=("symbol", "price_usd"),
        where="price_usd >= ? ORDER BY price_usd DESC",
        parameters=[2],
        limit=2,
    )
    assert rows == [{"symbol": "C4", "price_usd": 4.0}, {"symbol": "C3", "price_usd": 3.0}]


def test_there_are_no_rows_where_there_is_no_file_yet(tmp_path: Path) -> None:
    warehouse = DuckDBWarehouse(tmp_path / "crypto.duckdb")
    assert warehouse.read("market_prices") == []
    assert warehouse.info() == {}
    assert not warehouse.path.exists()
    with pytest.raises(WarehouseError, match=r"There is no database at .* yet; the first collection makes it"):
        warehouse.query("SELECT 1")


def test_an_unknown_table_is_named(warehouse: DuckDBWarehouse) -> None:
    with pytest.raises(WarehouseError, match="There is no table 'prices'"):
        warehouse.read("prices")


def test_a_query_gives_names_types_and_times_in_utc_whatever_the_machine_thinks(
    warehouse: DuckDBWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tehran")
    warehouse.merge({"market_prices": [price()]})
    result = warehouse.query("SELECT symbol, timestamp, date_trunc('day', timestamp) AS day FROM market_prices")
    assert [(column.name, column.type) for column in result.columns] == [
        ("symbol", "VARCHAR"),
        ("timestamp", "TIMESTAMP WITH TIME ZONE"),
        ("day", "TIMESTAMP WITH TIME ZONE"),
    ]
    assert result.dicts() == [{"symbol": "BTC", "timestamp": minutes(0), "day": minutes(-720)}]
    assert result.rows[0][2].tzinfo is timezone.utc


def test_a_query_takes_parameters_by_place_and_by_name(warehouse: DuckDBWarehouse) -> None:
    assert warehouse.query("SELECT ? + ?", [1, 2]).rows == [(3,)]
    assert warehouse.query("SELECT $a + $b", {"a": 1, "b": 2}).rows == [(3,)]


@pytest.mark.parametrize(
    "query",
    ["FROM market_prices", "SHOW TABLES", "DESCRIBE market_prices", "EXPLAIN SELECT 1", "PRAGMA table_info('alerts')"],
)
def test_whatever_only_reads_can_be_asked(warehouse: DuckDBWarehouse, query: str) -> None:
    warehouse.query(query)


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM market_prices",
        "CREATE TABLE mine (x INT)",
        "COPY market_prices TO 'prices.csv'",
        "ATTACH 'other.duckdb'",
        "INSTALL httpfs",
        "SET threads = 64",
        "CHECKPOINT",
        "SELECT 1; DELETE FROM market_prices",
        "",
    ],
)
def test_whatever_does_more_is_refused(warehouse: DuckDBWarehouse, query: str) -> None:
    with pytest.raises(WarehouseError, match="Only one SELECT at a time can be run here"):
        warehouse.query(query)


def test_a_query_cannot_write_even_while_this_process_does(warehouse: DuckDBWarehouse) -> None:
    with (
        warehouse.open(),
        database_at(warehouse.path).reading(0) as connection,
        pytest.raises(Exception, match="read-only"),
    ):
        connection.execute("DELETE FROM market_prices")


@pytest.mark.parametrize(("query", "reason"), [("SELEKT 1", "syntax error"), ("SELECT nope FROM alerts", "nope")])
def test_a_query_that_is_wrong_says_where_in_duckdbs_words(warehouse: DuckDBWarehouse, query: str, reason: str) -> None:
    with pytest.raises(WarehouseError, match=f"(?s)The query cannot be run: .*{reason}"):
        warehouse.query(query)


def test_reading_goes_on_while_the_same_process_writes(warehouse: DuckDBWarehouse) -> None:
    with warehouse.open():
        warehouse.merge({"market_prices": [price()]})
        assert [row["symbol"] for row in warehouse.read("market_prices")] == ["BTC"]
        seen = []
        other = threading.Thread(target=lambda: seen.append(len(DuckDBWarehouse(warehouse.path).read("market_prices"))))
        other.start()
        other.join()
    assert seen == [1]


def test_threads_that_read_and_write_at_once_all_get_through(warehouse: DuckDBWarehouse) -> None:
    patient = DuckDBWarehouse(warehouse.path, lock_seconds=30)
    errors = []

    def work(number: int) -> None:
        try:
            for turn in range(5):
                if number % 2:
                    patient.read("market_prices")
                else:
                    assert patient.merge({"market_prices": [price(f"C{number}", turn)]})["market_prices"].spooled == 0
        except Exception as error:  # a thread's failure must reach the test
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(patient.read("market_prices")) == 3


def test_who_holds_the_file_is_named_to_the_reader(warehouse: DuckDBWarehouse, another_program: AnotherProgram) -> None:
    with (
        another_program(warehouse) as process,
        pytest.raises(DatabaseBusy, match=rf"is open in another program \(.*PID {process.pid}\); close it there"),
    ):
        warehouse.read("market_prices")


def test_many_may_read_at_once(warehouse: DuckDBWarehouse, another_program: AnotherProgram) -> None:
    warehouse.merge({"market_prices": [price()]})
    with another_program(warehouse, "read"):
        assert len(warehouse.read("market_prices")) == 1


def test_a_query_that_takes_longer_than_it_was_given_is_given_up(warehouse: DuckDBWarehouse) -> None:
    warehouse.merge({"market_prices": [price()]})
    endless = (
        "SELECT count(*) FROM range(1_000_000_000) AS a, range(1_000_000_000) AS b WHERE hash(a.range, b.range) = 1"
    )
    with warehouse.reading():
        with pytest.raises(QueryLimitExceeded, match=r"given up after 0\.1 s"):
            warehouse.query(endless, seconds=0.1)
        assert warehouse.query("SELECT count(*) FROM market_prices", seconds=30).rows == [(1,)]


def test_a_query_that_is_done_in_time_leaves_no_timer_behind(warehouse: DuckDBWarehouse) -> None:
    before = threading.active_count()
    for _ in range(20):
        warehouse.query("SELECT 1", seconds=30)
    assert threading.active_count() == before


def test_the_mark_changes_with_each_write_and_not_by_reading(
    warehouse: DuckDBWarehouse, another_program: AnotherProgram
) -> None:
    marks = [warehouse.mark()]
    for number in range(3):
        warehouse.merge({"market_prices": [price(usd=float(number))]})
        marks.append(warehouse.mark())
        warehouse.query("FROM market_prices")
        with another_program(warehouse, "read"):
            assert warehouse.mark() == marks[-1]
    assert len(set(marks)) == 4


def test_the_mark_changes_while_the_file_is_still_open_for_writing(warehouse: DuckDBWarehouse) -> None:
    before = warehouse.mark()
    with warehouse.open():
        warehouse.merge({"market_prices": [price()]})
        assert warehouse.mark() != before


def test_a_file_that_does_not_exist_has_no_mark(tmp_path: Path) -> None:
    assert DuckDBWarehouse(tmp_path / "crypto.duckdb").mark() == ""


def test_memory_for_reading_can_be_bounded_and_what_needs_more_goes_to_disk(warehouse: DuckDBWarehouse) -> None:
    warehouse.merge({"market_prices": [price()]})
    small = DuckDBWarehouse(warehouse.path, read_memory="32MB")
    with small.reading():
        assert small.query("SELECT current_setting('memory_limit')").rows == [("30.5 MiB",)]
        sorted_much = "SELECT count(*) FROM (SELECT md5(range::VARCHAR) AS text FROM range(400_000) ORDER BY text)"
        assert small.query(sorted_much).rows == [(400_000,)]
        with pytest.raises(QueryLimitExceeded, match="needs more memory than 32MB"):
            small.query("SELECT len(list(md5(range::VARCHAR))) FROM range(4_000_000)")
    assert warehouse.query("SELECT current_setting('memory_limit')").rows == [("953.6 MiB",)]


def test_of_a_question_is_remembered_that_it_only_reads_unless_it_is_very_long() -> None:
    statements._known.cache_clear()
    for query in ("SELECT 1", "SELECT 1", f"SELECT 1 /* {'x' * LONGEST_KEPT} */"):
        assert statements.only_reading(query)
    assert not statements.only_reading("SHOW TABLES")
    for _ in range(2):
        with pytest.raises(InvalidQuery):
            statements.only_reading("DROP TABLE x")
    known = statements._known.cache_info()
    assert (known.hits, known.currsize) == (1, 2)
