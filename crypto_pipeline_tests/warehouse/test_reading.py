"""Reading: rows as dicts, queries of people, and what cannot be run."""

from __future__ import annotations

import threading
from datetime import timezone

import pytest

from crypto_pipeline.warehouse import Busy, Warehouse, WarehouseError
from crypto_pipeline_tests.warehouse.facts import minutes, price


def test_rows_can_be_chosen_by_column_condition_and_number(warehouse):
    warehouse.merge({"market_prices": [price(f"C{number}", number) for number in range(5)]})
    rows = warehouse.read(
        "market_prices",
        columns=("symbol", "price_usd"),
        where="price_usd >= ? ORDER BY price_usd DESC",
        parameters=[2],
        limit=2,
    )
    assert rows == [{"symbol": "C4", "price_usd": 4.0}, {"symbol": "C3", "price_usd": 3.0}]


def test_there_are_no_rows_where_there_is_no_file_yet(tmp_path):
    warehouse = Warehouse(tmp_path / "crypto.duckdb")
    assert warehouse.read("market_prices") == []
    assert warehouse.info() == {}
    assert not warehouse.path.exists()
    with pytest.raises(WarehouseError, match=r"There is no database at .* yet; the first collection makes it"):
        warehouse.query("SELECT 1")


def test_an_unknown_table_is_named(warehouse):
    with pytest.raises(WarehouseError, match="There is no table 'prices'"):
        warehouse.read("prices")


def test_a_query_gives_names_types_and_times_in_utc_whatever_the_machine_thinks(warehouse, monkeypatch):
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


def test_a_query_takes_parameters_by_place_and_by_name(warehouse):
    assert warehouse.query("SELECT ? + ?", [1, 2]).rows == [(3,)]
    assert warehouse.query("SELECT $a + $b", {"a": 1, "b": 2}).rows == [(3,)]


@pytest.mark.parametrize(
    "query",
    ["FROM market_prices", "SHOW TABLES", "DESCRIBE market_prices", "EXPLAIN SELECT 1", "PRAGMA table_info('alerts')"],
)
def test_whatever_only_reads_can_be_asked(warehouse, query):
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
def test_whatever_does_more_is_refused(warehouse, query):
    with pytest.raises(WarehouseError, match="Only one SELECT at a time can be run here"):
        warehouse.query(query)


def test_a_query_cannot_write_even_while_this_process_does(warehouse):
    with warehouse.open(), warehouse._reading() as connection, pytest.raises(Exception, match="read-only"):
        connection.execute("DELETE FROM market_prices")


@pytest.mark.parametrize(("query", "reason"), [("SELEKT 1", "syntax error"), ("SELECT nope FROM alerts", "nope")])
def test_a_query_that_is_wrong_says_where_in_duckdbs_words(warehouse, query, reason):
    with pytest.raises(WarehouseError, match=f"(?s)The query cannot be run: .*{reason}"):
        warehouse.query(query)


def test_reading_goes_on_while_the_same_process_writes(warehouse):
    with warehouse.open():
        warehouse.merge({"market_prices": [price()]})
        assert [row["symbol"] for row in warehouse.read("market_prices")] == ["BTC"]
        seen = []
        other = threading.Thread(target=lambda: seen.append(len(Warehouse(warehouse.path).read("market_prices"))))
        other.start()
        other.join()
    assert seen == [1]


def test_threads_that_read_and_write_at_once_all_get_through(warehouse):
    patient = Warehouse(warehouse.path, lock_seconds=30)
    errors = []

    def work(number):
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


def test_who_holds_the_file_is_named_to_the_reader(warehouse, another_program):
    with (
        another_program(warehouse) as process,
        pytest.raises(Busy, match=rf"is open in another program \(.*PID {process.pid}\); close it there"),
    ):
        warehouse.read("market_prices")


def test_many_may_read_at_once(warehouse, another_program):
    warehouse.merge({"market_prices": [price()]})
    with another_program(warehouse, "read"):
        assert len(warehouse.read("market_prices")) == 1
