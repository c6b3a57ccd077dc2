"""The data bank from Python: what it answers, and that nobody waits for a notebook."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

import crypto_pipeline
from crypto_pipeline import DatabaseBusy, WarehouseError
from crypto_pipeline.databank import access
from crypto_pipeline.warehouse import archive
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.program import Program, output
from crypto_pipeline_tests.waiting import until
from crypto_pipeline_tests.warehouse.facts import NOON, counts, price

TIMEOUT_SECONDS = 60
"""Seconds that nobody waits for when all is well."""

NOTEBOOK = """
import sys, crypto_pipeline
db = crypto_pipeline.connect(sys.argv[1], lock_seconds=30)
kept = [db.execute("FROM market_prices"), db.sql("FROM market_prices"), db.df("FROM market_prices")]
print(len(kept[2]), flush=True)
sys.stdin.read()
"""
RESTLESS = """
import sys, crypto_pipeline
db = crypto_pipeline.connect(sys.argv[1], lock_seconds=30)
while True:
    db.execute("SELECT count(*) FROM market_prices a, range(100000)").fetchall()
    print("asked", flush=True)
"""
WRITER = """
import sys
from pathlib import Path
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.warehouse.facts import price
written = DuckDBWarehouse(Path(sys.argv[1]), lock_seconds=0).merge({"market_prices": [price("NEW")]})
print(written["market_prices"].spooled)
"""
HOLDER = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def template(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = Path(shutil.copy(empty_database, tmp_path_factory.mktemp("template") / "crypto.duckdb"))
    DuckDBWarehouse(path).merge({"market_prices": [price("BTC", 64_000.1), price("ETH", 3_000.0, at=5)]})
    return path


@pytest.fixture
def path(template: Any, tmp_path: Path) -> Any:
    return Path(shutil.copy(template, tmp_path))


@pytest.fixture
def db(path: Path) -> Any:
    return crypto_pipeline.connect(path, lock_seconds=TIMEOUT_SECONDS)


@pytest.fixture(scope="module")
def reader(template: Any) -> Any:
    """For questions alone."""
    return crypto_pipeline.connect(template, lock_seconds=TIMEOUT_SECONDS)


@contextmanager
def program(code: Any, path: Path) -> Iterator[tuple[Program, str]]:
    """Another process, and the first line that it said."""
    with Program(code, str(path)) as process:
        yield process, process.stdout.readline().strip()


# Where it is


def test_importing_the_package_brings_nothing_along() -> None:
    code = "import sys, crypto_pipeline; print({'duckdb', 'pandas', 'pydantic', 'dagster'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"


def test_what_is_exported_is_there_and_nothing_else_is_pretended() -> None:
    assert {name for name in crypto_pipeline.__all__ if getattr(crypto_pipeline, name)} == {
        "Busy",
        "DataBank",
        "DatabaseBusy",
        "WarehouseError",
        "connect",
    }
    assert isinstance(crypto_pipeline.WarehouseError("it failed"), Exception)
    with pytest.raises(AttributeError, match="no attribute 'konnect'"):
        _ = crypto_pipeline.konnect


@pytest.mark.parametrize("spelled", ["{}", "duckdb:///{}"])
def test_the_settings_say_where_it_is(path: Path, monkeypatch: pytest.MonkeyPatch, spelled: str) -> None:
    monkeypatch.setenv("CRYPTO_PIPELINE_DATABASE_URL", spelled.format(path))
    assert crypto_pipeline.connect().path == path


@pytest.mark.parametrize("spelled", ["{}", "duckdb:///{}"])
def test_an_argument_says_it_better_than_the_settings(
    path: Path, monkeypatch: pytest.MonkeyPatch, spelled: str
) -> None:
    monkeypatch.setenv("CRYPTO_PIPELINE_DATABASE_URL", "/nowhere/else.duckdb")
    assert crypto_pipeline.connect(spelled.format(path)).path == path


def test_a_missing_file_gets_one_sentence_at_once_and_when_it_goes_away(tmp_path: Path, path: Path, db: Any) -> None:
    with pytest.raises(
        WarehouseError, match=r"^There is no database at .*none\.duckdb yet; the first collection makes"
    ):
        crypto_pipeline.connect(tmp_path / "none.duckdb")
    path.unlink()
    with pytest.raises(WarehouseError, match="There is no database at"):
        db.df("SELECT 1")


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "prices.csv").write_text("symbol,price\nBTC,64000\n" * 1000)
    with pytest.raises(WarehouseError, match=r"prices\.csv is not a DuckDB file"):
        crypto_pipeline.connect(tmp_path / "prices.csv").df("SELECT 1")


@pytest.mark.parametrize("name", ["memory.duckdb", "temp.duckdb", "it's mine (2).duckdb", "2026-11.duckdb", "main.db"])
def test_a_file_may_have_any_name(path: Path, tmp_path: Path, name: str) -> None:
    db = crypto_pipeline.connect(path.rename(tmp_path / name))
    assert len(db.df("FROM market_prices")) == 2


def test_it_says_what_it_is_and_ends_with_its_block(path: Path) -> None:
    with crypto_pipeline.connect(path) as db:
        kept = db.execute("SELECT 1")
        assert repr(db) == f"<DataBank {path}: open for questions, read-only>"
    assert repr(db) == f"<DataBank {path}: closed>"
    assert kept.fetchall() == [(1,)]
    with pytest.raises(WarehouseError, match="This data bank was closed"):
        db.df("SELECT 1")
    db.close()


# What it answers


def test_a_frame_has_times_in_utc_whole_numbers_and_missing_values(
    reader: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tehran")
    frame = reader.df(
        """
        SELECT symbol, price_usd, timestamp, number, total, known
        FROM market_prices
        JOIN (VALUES ('BTC', 1, 2::HUGEINT, true), ('ETH', NULL, NULL, NULL)) AS more(symbol, number, total, known)
        USING (symbol) ORDER BY symbol
        """
    )
    assert [str(kind) for kind in frame.dtypes[1:]] == ["float64", "datetime64[us, UTC]", "Int32", "Int64", "boolean"]
    assert frame["timestamp"].tolist() == [pd.Timestamp(NOON), pd.Timestamp(NOON + timedelta(minutes=5))]
    assert frame["total"].tolist() == [2, pd.NA]
    assert frame["price_usd"].tolist() == [64_000.1, 3_000.0]


def test_a_frame_is_made_without_a_warning_and_with_its_columns_when_nothing_is_found(
    reader: Any, recwarn: Any
) -> None:
    frame = reader.df("SELECT symbol, timestamp, sum(1) AS n FROM market_prices WHERE symbol = 'XRP' GROUP BY ALL")
    assert (list(frame.columns), len(frame), str(frame["timestamp"].dtype)) == (
        ["symbol", "timestamp", "n"],
        0,
        "datetime64[us, UTC]",
    )
    assert [str(warning.message) for warning in recwarn] == []


def test_a_number_that_no_whole_number_of_pandas_can_hold_is_a_float(reader: Any) -> None:
    frame = reader.df("SELECT 170141183460469231731687303715884105727::HUGEINT AS large, timestamp FROM market_prices")
    assert str(frame["large"].dtype) == "float64"
    assert str(frame["timestamp"].dtype) == "datetime64[us, UTC]"


def test_an_answer_is_a_duckdb_cursor(reader: Any) -> None:
    cursor = reader.execute("SELECT symbol, timestamp FROM market_prices ORDER BY symbol")
    assert isinstance(cursor, duckdb.DuckDBPyConnection)
    assert [name for name, *_ in cursor.description] == ["symbol", "timestamp"]
    assert cursor.fetchone() == ("BTC", NOON)
    assert cursor.fetchall() == [("ETH", NOON + timedelta(minutes=5))]
    assert cursor.fetchone() is None


def test_parameters_are_taken_by_place_and_by_name(reader: Any) -> None:
    assert reader.execute("SELECT symbol FROM market_prices WHERE price_usd > ?", [5_000]).fetchall() == [("BTC",)]
    assert reader.df("SELECT $coin AS coin", {"coin": "ETH"})["coin"].tolist() == ["ETH"]
    assert reader.sql("SELECT ? + 1", [1]).fetchall() == [(2,)]


def test_an_answer_is_a_duckdb_relation_to_go_on_from(reader: Any) -> None:
    relation = reader.sql("FROM market_prices")
    assert isinstance(relation, duckdb.DuckDBPyRelation)
    assert relation.filter("symbol = 'BTC'").aggregate("count(*), max(price_usd)").fetchall() == [(1, 64_000.1)]
    assert relation.order("symbol DESC").project("symbol").fetchall() == [("ETH",), ("BTC",)]


def test_answers_live_side_by_side_and_their_memory_is_given_back(db: Any) -> None:
    first, second = db.execute("SELECT * FROM range(3)"), db.sql("SELECT 'other' AS answer")
    assert (first.fetchone(), second.fetchall(), first.fetchall()) == ((0,), [("other",)], [(1,), (2,)])
    used = "SELECT sum(memory_usage_bytes) FROM duckdb_memory() WHERE tag = 'IN_MEMORY_TABLE'"
    large = db.execute("SELECT range, hash(range) FROM range(500000)")
    assert db.execute(used).fetchone() > (1_000_000,)
    del large
    gc.collect()
    assert db.execute(used).fetchone() < (1_000_000,)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("FROM market_prices SELECT symbol ORDER BY symbol", ("BTC",)),
        ("WITH one AS (SELECT 1 AS x) FROM one", (1,)),
        ("VALUES (1)", (1,)),
        ("SELECT 1; -- done", (1,)),
        ("SHOW TABLES", ("alerts",)),
        ("  show tables", ("alerts",)),
        ("DESCRIBE SELECT 1 AS x", ("x", "INTEGER", "YES", None, None, None)),
        ("PIVOT market_prices ON symbol IN ('BTC', 'ETH') USING count(*) GROUP BY source;", ("kraken", 1, 1)),
    ],
)
def test_whatever_reads_can_be_asked(reader: Any, query: str, first: Any) -> None:
    assert reader.execute(query).fetchone() == first


def test_summaries_plans_and_pragmas_can_be_asked_too(reader: Any) -> None:
    assert reader.df("SUMMARIZE market_prices").set_index("column_name").loc["symbol", "max"] == "ETH"
    assert reader.df("EXPLAIN SELECT 1")["explain_key"].tolist() == ["physical_plan"]
    assert reader.df("PRAGMA table_info('alerts')")["name"].iloc[0] == "condition"
    assert set(reader.df("SHOW TABLES")["name"]) == set(reader.tables()["table"])


def test_the_tables_are_listed_with_their_rows(reader: Any) -> None:
    tables = reader.tables().set_index("table")
    assert tables.loc["market_prices"].tolist() == [2, "One coin at one source at one moment."]
    assert tables.loc["alerts", "rows"] == 0


def test_names_may_say_the_database_as_in_duckdbs_own_tools(reader: Any) -> None:
    assert reader.execute("SELECT count(*) FROM crypto.main.market_prices").fetchall() == [(2,)]
    assert reader.execute("SELECT value FROM meta.warehouse_info WHERE name = 'demo'").fetchall() == [("false",)]


def test_queries_written_for_sqlite_run_as_they_are(path: Path, db: Any) -> None:
    DuckDBWarehouse(path).merge(
        {"market_prices": [price("NEW", timestamp=datetime.now(timezone.utc) + timedelta(days=9))]}
    )
    recent = db.df("SELECT symbol FROM market_prices WHERE timestamp > datetime('now', '+8 days')")
    assert recent["symbol"].tolist() == ["NEW"]
    hours = db.execute("SELECT strftime('%Y-%m-%d %H', timestamp), date(timestamp) FROM market_prices ORDER BY symbol")
    assert hours.fetchone() == ("2026-11-24 12", date(2026, 11, 24))


def test_a_table_is_seen_together_with_its_archive(path: Path, tmp_path: Path, db: Any) -> None:
    warehouse, before = DuckDBWarehouse(path), archive.before(NOON, 3)
    warehouse.merge({"market_prices": [price("OLD", at=-200_000, fetched=-200_000)]})
    ((month, _),) = archive.due(warehouse, "market_prices", before)
    archive.move(warehouse, "market_prices", month, before, tmp_path / "archive")
    asked = "SELECT symbol FROM {} ORDER BY timestamp"
    assert db.df(asked.format("market_prices"))["symbol"].tolist() == ["BTC", "ETH"]
    assert db.df(asked.format("market_prices_all"))["symbol"].tolist() == ["OLD", "BTC", "ETH"]


@pytest.mark.parametrize(
    "query",
    [
        "INSERT INTO alerts (condition, first_seen_at) VALUES ('mine', now())",
        "UPDATE market_prices SET price_usd = 0",
        "DELETE FROM market_prices",
        "CREATE TABLE mine (x INT)",
        "DROP TABLE alerts",
        "COPY market_prices TO 'prices.csv'",
        "ATTACH 'other.duckdb'",
        "SET threads = 64",
        "CHECKPOINT",
        "SELECT 1; SELECT 2",
        "",
    ],
)
def test_whatever_does_more_than_reading_is_refused_in_one_sentence(reader: Any, query: str) -> None:
    with pytest.raises(WarehouseError) as rejected:
        reader.execute(query)
    assert str(rejected.value) == "Only one SELECT at a time can be run here: the database is opened for reading."
    assert len(reader.df("FROM market_prices")) == 2


def test_a_select_that_would_remove_rows_is_refused_too(reader: Any) -> None:
    with pytest.raises(WarehouseError):  # DuckDB 1.5 does not understand it, 2.0 does
        reader.execute("WITH gone AS (DELETE FROM market_prices RETURNING *) FROM gone")
    assert len(reader.df("FROM market_prices")) == 2


def test_a_wrong_query_is_told_in_duckdbs_words_with_the_persons_own_lines(reader: Any) -> None:
    with pytest.raises(WarehouseError, match=r'(?s)The query cannot be run: .*"prize" not found.*LINE 2: prize\n'):
        reader.df("SELECT symbol,\nprize\nFROM market_prices")


@pytest.mark.parametrize("query", ["SELECT date('now')", "SELECT date('now', '-7 days')"])
def test_where_sqlite_and_duckdb_differ_about_days_it_is_told_what_to_write(reader: Any, query: str) -> None:
    with pytest.raises(WarehouseError, match="write current_date for today"):
        reader.df(query)


# Nobody waits for it


def test_a_notebook_that_stays_open_with_its_answers_keeps_no_collection_waiting(path: Path) -> None:
    with program(NOTEBOOK, path) as (_, first_line):
        assert first_line == "2"
        collection = DuckDBWarehouse(path, lock_seconds=0)
        assert counts(collection.merge({"market_prices": [price("NEW")]})) == (1, 0, 0, 0, 0)
        assert collection.spooled() == []


def test_a_program_that_asks_without_pause_leaves_a_gap_for_every_collection(path: Path) -> None:
    with program(RESTLESS, path) as (restless, _):
        collection = DuckDBWarehouse(path, lock_seconds=TIMEOUT_SECONDS)
        for number in range(5):
            assert restless.stdout.readline() == "asked\n"
            assert counts(collection.merge({"market_prices": [price(f"N{number}")]})) == (1, 0, 0, 0, 0)


def test_another_process_may_write_between_two_questions_and_is_seen_in_the_next(path: Path, db: Any) -> None:
    kept = db.execute("FROM market_prices")
    assert output(WRITER, str(path)) == "0\n"
    assert len(db.df("FROM market_prices")) == 3
    assert len(kept.fetchall()) == 2


def test_a_question_waits_while_a_writer_holds_the_file(path: Path, db: Any) -> None:
    answers = []
    with program(HOLDER, path) as (holder, _):
        asking = threading.Thread(target=lambda: answers.append(db.execute("SELECT count(*) FROM market_prices")))
        asking.start()
        holder.ended()
        asking.join(TIMEOUT_SECONDS)
    assert [answer.fetchall() for answer in answers] == [[(2,)]]


def test_who_holds_the_file_for_too_long_is_named_in_one_sentence(path: Path) -> None:
    impatient = crypto_pipeline.connect(path, lock_seconds=0.05)
    with (
        program(HOLDER, path) as (holder, _),
        pytest.raises(
            DatabaseBusy, match=rf"is open in another program \(.*PID {holder.pid}\); close it there, or try again"
        ),
    ):
        impatient.df("SELECT 1")
    assert len(impatient.df("FROM market_prices")) == 2


def test_the_collectors_own_process_keeps_its_lock_whatever_is_asked_in_it(path: Path) -> None:
    """Of two databases of a process that have one file open, the first to close it would drop the lock of both."""
    db = crypto_pipeline.connect(path, lock_seconds=0.05)
    with DuckDBWarehouse(path).open() as collection:
        with pytest.raises(DatabaseBusy, match="is in use in this program"):
            db.df("SELECT 1")
        with Program(HOLDER, str(path)) as another:
            assert "Could not set lock" in another.ended()[2]
        assert counts(collection.merge({"market_prices": [price("NEW")]})) == (1, 0, 0, 0, 0)
    assert len(db.df("FROM market_prices")) == 3


def test_threads_that_ask_and_merge_in_one_process_all_get_through(path: Path, db: Any) -> None:
    collection, errors = DuckDBWarehouse(path, lock_seconds=TIMEOUT_SECONDS), []

    def work(number: int) -> None:
        try:
            for turn in range(3):
                if number % 2:
                    assert len(db.df("FROM market_prices")) >= 2
                else:
                    collection.read("market_prices")
                    assert counts(collection.merge({"market_prices": [price(f"N{number}", at=turn)]}))[4] == 0
        except Exception as error:  # a thread's failure must reach the test
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(db.df("FROM market_prices")) == 2 + 2 * 3


def test_a_question_that_fails_leaves_the_file_free(path: Path, db: Any) -> None:
    with pytest.raises(WarehouseError):
        db.df("SELECT nope FROM market_prices")
    with pytest.raises(WarehouseError, match="cannot be run"):
        db.df("SELECT CAST(symbol AS INT) FROM market_prices")
    assert output(WRITER, str(path)) == "0\n"


def interrupt_when(condition: Callable[[], bool]) -> None:
    """Ctrl-C, as soon as something is so."""

    def watch() -> None:
        until(condition)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=watch).start()


def test_ctrl_c_ends_a_long_question_and_leaves_the_file_free(path: Path, db: Any) -> None:
    interrupt_when(lambda: access._ASKING in {thread.name for thread in threading.enumerate()})
    with pytest.raises(KeyboardInterrupt):
        db.df("SELECT count(*) FROM range(1000000000000) WHERE hash(range) = 3")
    assert output(WRITER, str(path)) == "0\n"
    assert len(db.df("FROM market_prices")) == 3


def test_ctrl_c_counts_also_when_it_comes_before_duckdb_has_begun() -> None:
    class Late:
        """A cursor that begins only after it was interrupted, which DuckDB forgets."""

        def __init__(self) -> None:
            self.cursor, self.asked, self.interrupted = duckdb.connect(), threading.Event(), threading.Event()

        def execute(self, *question: Any) -> Any:
            self.asked.set()
            self.interrupted.wait()
            return self.cursor.execute(*question)

        def interrupt(self) -> None:
            self.cursor.interrupt()
            self.interrupted.set()

    late: Any = Late()
    interrupt_when(late.asked.is_set)
    with pytest.raises(KeyboardInterrupt):
        access._run(late, "SELECT count(*) FROM range(1000000000000) WHERE hash(range) = 3", ())
    assert late.cursor.execute("SELECT 42").fetchall() == [(42,)]


def test_a_compacted_copy_that_takes_the_place_of_the_file_is_asked_next(path: Path, db: Any, tmp_path: Path) -> None:
    db.df("FROM market_prices")
    copy = Path(shutil.copy(path, tmp_path / "copy.duckdb"))
    DuckDBWarehouse(copy).merge({"market_prices": [price("NEW")]})
    copy.replace(path)
    assert len(db.df("FROM market_prices")) == 3


@pytest.mark.parametrize(("method", "missing"), [("pl", "polars"), ("arrow", "pyarrow")])
def test_what_an_answer_needs_and_is_not_installed_is_named_with_how_to_get_it(
    method: str, missing: str, db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "find_spec", lambda name: None if name == missing else object())
    with pytest.raises(ImportError, match=rf"^This needs {missing}: pip install 'crypto_pipeline\[arrow\]'\.$"):
        getattr(db, method)("SELECT 1")
