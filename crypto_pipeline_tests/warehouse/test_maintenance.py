"""The whole of a maintenance: the file gets smaller, nothing is lost, and it may be killed at any moment."""

from __future__ import annotations

import json
import shutil
import subprocess
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import duckdb
import pytest

from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse import DatabaseBusy, WarehouseError, compaction, holder, maintenance, sql
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline.warehouse.maintenance import Rules, maintain
from crypto_pipeline.warehouse.opening import OpenFile, open_for_writing
from crypto_pipeline_tests.program import Program, output, output_of
from crypto_pipeline_tests.warehouse import maintainers
from crypto_pipeline_tests.warehouse.conftest import AnotherProgram
from crypto_pipeline_tests.warehouse.facts import counts, failure, price
from crypto_pipeline_tests.warehouse.maintainers import NOW

ROWS, FEW = 200_000, 6_000
"""Of rows that are removed DuckDB gives back nothing unless they fill a group of 122,880."""


def filled(warehouse: DuckDBWarehouse, rows: int) -> Path:
    """Sixty days of attempts, a price, and a failure."""
    warehouse.merge({"market_prices": [price()], "failure_logs": [failure()]})
    with warehouse.connection() as connection:
        connection.execute(f"""
            INSERT INTO connection_attempts (endpoint, ask, attempt, url, started_at, collected_at, run_id)
            SELECT 'kraken.ticker', '', number, 'https://api.kraken.com/' || random(), moment, moment, 'run-' || number // 500
            FROM (SELECT number, TIMESTAMPTZ '2026-09-25 00:00:00+00' + INTERVAL 60 DAY * number / {rows} AS moment
                  FROM range({rows}) AS r(number))
        """)
    return warehouse.path


@pytest.fixture
def rules(tmp_path: Path) -> Any:
    return Rules(tmp_path / "archive", {"connection_attempts": 30})


@pytest.fixture(scope="module")
def small_file(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled(DuckDBWarehouse(Path(shutil.copy(empty_database, tmp_path_factory.mktemp("small")))), FEW)


@pytest.fixture
def full(empty_database: Path, tmp_path: Path) -> DuckDBWarehouse:
    """So many attempts that a compaction pays."""
    warehouse = DuckDBWarehouse(Path(shutil.copy(empty_database, tmp_path)), lock_seconds=600)
    filled(warehouse, ROWS)
    return warehouse


@pytest.fixture
def few(small_file: Path, tmp_path: Path) -> DuckDBWarehouse:
    """As old ones, but so few that a compaction does not pay."""
    return DuckDBWarehouse(Path(shutil.copy(small_file, tmp_path)), lock_seconds=600)


@pytest.fixture
def small(few: DuckDBWarehouse, monkeypatch: pytest.MonkeyPatch) -> DuckDBWarehouse:
    """The same, where a compaction always pays."""
    monkeypatch.setattr(compaction, "PAYS_FROM_BYTES", 0)
    monkeypatch.setattr(compaction, "PAYS_FROM_SHARE", 0)
    return few


def attempts(warehouse: DuckDBWarehouse) -> Any:
    return warehouse.query("SELECT count(*), min(started_at) FROM connection_attempts").rows[0]


def test_old_rows_go_and_the_file_shrinks_and_a_second_time_there_is_nothing_to_do(
    full: DuckDBWarehouse, rules: Rules
) -> None:
    lines: list[str] = []
    done = maintain(full, rules, NOW, tell=lines.append)
    kept, oldest = attempts(full)
    assert oldest >= NOW - timedelta(days=30)
    (table,) = done.tables
    assert (table.table, table.keep_days, table.removed) == ("connection_attempts", 30, ROWS - kept)
    assert done.compacted
    assert done.after.database < 0.7 * done.before.database
    assert done.after.database == full.path.stat().st_size
    assert [line.split()[0] for line in lines] == ["reading", "removing", "compacting"]

    again = maintain(full, rules, NOW)
    assert [table.removed for table in again.tables] == [0]
    assert not again.compacted
    assert again.compaction.startswith("not worth it: ")


def test_a_dry_run_says_what_would_go_and_changes_nothing(few: DuckDBWarehouse, rules: Rules) -> None:
    before = few.path.stat().st_mtime_ns
    foreseen = maintain(few, rules, NOW, dry_run=True)
    assert few.path.stat().st_mtime_ns == before
    assert attempts(few)[0] == FEW
    assert foreseen.tables == maintain(few, rules, NOW).tables


@pytest.mark.parametrize(("moment", "turns"), [(600.0, 1), (0.0, len(TABLES))])
def test_everything_is_read_a_moment_at_a_time(
    few: DuckDBWarehouse, rules: Rules, monkeypatch: pytest.MonkeyPatch, moment: float, turns: int
) -> None:
    held, read = [0], list[tuple[int, str]]()
    reading, query = DuckDBWarehouse.reading, DuckDBWarehouse.query

    def hold(warehouse: DuckDBWarehouse) -> Any:
        held[0] += 1
        return reading(warehouse)

    def ask(warehouse: DuckDBWarehouse, asked: str, *more: Any) -> Any:
        read.append((held[0], asked))
        return query(warehouse, asked, *more)

    monkeypatch.setattr(maintenance, "A_MOMENT", moment)
    monkeypatch.setattr(DuckDBWarehouse, "reading", hold)
    monkeypatch.setattr(DuckDBWarehouse, "query", ask)
    maintain(few, rules, NOW)
    everything = [sql.read_all(table) for table in TABLES.values()]
    assert [asked for _, asked in read[: len(TABLES)]] == everything
    assert read[len(TABLES) - 1][0] == turns


def test_a_compacted_file_is_the_same_database(small: DuckDBWarehouse, rules: Rules) -> None:
    with small.connection() as connection:
        connection.execute("CREATE TABLE mine AS SELECT 42 AS answer")
        connection.execute("CREATE VIEW seen AS SELECT answer + 1 AS answer FROM mine")
    facts = small.info()
    small.path.chmod(0o640)
    assert maintain(small, rules, NOW).compacted
    assert small.info() == facts
    assert small.path.stat().st_mode & 0o777 == 0o640
    assert small.query("SELECT * FROM mine, seen").rows == [(42, 43)]
    assert small.query("SELECT datetime('2026-11-24 00:00:00+00', '+1 day') AS day").rows == [
        (datetime(2026, 11, 25, tzinfo=timezone.utc),)
    ]
    ((comment,),) = small.query("SELECT comment FROM duckdb_tables() WHERE table_name = 'market_prices'").rows
    assert comment
    ((tags,),) = small.query(
        "SELECT tags::VARCHAR FROM duckdb_databases() WHERE database_name = current_database()"
    ).rows
    assert "v1.5" in tags
    assert counts(small.merge({"market_prices": [price(), price("ETH")]})) == (1, 0, 1, 0, 0)


def test_a_symbolic_link_stays_one(small: DuckDBWarehouse, tmp_path: Path) -> None:
    link = tmp_path / "link.duckdb"
    link.symlink_to(small.path)
    before, facts = small.path.stat().st_ino, attempts(small)
    compaction.compact(DuckDBWarehouse(link))
    assert link.is_symlink()
    assert small.path.stat().st_ino != before
    assert attempts(DuckDBWarehouse(link)) == attempts(small) == facts


def test_spooled_batches_are_merged_first_and_those_that_come_while_it_compacts_later(
    small: DuckDBWarehouse, rules: Rules, another_program: AnotherProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    hasty = DuckDBWarehouse(small.path, lock_seconds=0.01)
    with another_program(small):
        hasty.merge({"market_prices": [price("EARLY")]})
    copy = compaction.complete_copy

    def slowly(*arguments: Any, **options: Any) -> None:
        copy(*arguments, **options)
        assert counts(hasty.merge({"market_prices": [price("LATE")]})) == (0, 0, 0, 0, 1)

    monkeypatch.setattr(compaction, "complete_copy", slowly)
    assert maintain(small, rules, NOW).compacted
    assert {row["symbol"] for row in small.read("market_prices")} == {"BTC", "EARLY"}
    small.drain()
    assert {row["symbol"] for row in small.read("market_prices")} == {"BTC", "EARLY", "LATE"}


def test_a_person_who_reads_is_not_disturbed_and_sees_the_rows_of_before(small: DuckDBWarehouse, rules: Rules) -> None:
    reader = (
        "import sys, duckdb\nc = duckdb.connect(sys.argv[1], read_only=True)\nprint('open', flush=True)\n"
        "sys.stdin.readline()\nprint(c.execute('SELECT count(*) FROM connection_attempts').fetchall()[0][0])"
    )
    with small.connection() as connection:
        connection.execute("DELETE FROM connection_attempts WHERE attempt < 4500")
        connection.execute("CHECKPOINT")
    with Program(reader, str(small.path)) as person:
        assert person.stdout.readline() == "open\n"
        compaction.compact(small)
        small.merge({"failure_logs": [failure(run="run-2")]})
        assert person.ended("\n") == (0, "1500\n", "")
    assert attempts(small)[0] == 1_500


def test_while_somebody_writes_nothing_is_done_and_the_sentence_says_who(
    small: DuckDBWarehouse, rules: Rules, another_program: AnotherProgram
) -> None:
    with another_program(small), pytest.raises(DatabaseBusy, match=r"open in another program \(python"):
        maintain(DuckDBWarehouse(small.path, lock_seconds=0.05), rules, NOW)
    assert attempts(small)[0] == FEW


def test_two_maintenances_at_once_are_one(small: DuckDBWarehouse, rules: Rules) -> None:
    with maintenance.alone_at(small.path), pytest.raises(DatabaseBusy, match="being maintained"):
        maintain(small, rules, NOW)


def test_without_room_for_the_copy_the_file_stays_as_it_is(
    small: DuckDBWarehouse, rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compaction, "SPARE", 1e9)
    done = maintain(small, rules, NOW)
    assert not done.compacted
    assert "its copy needs" in done.compaction
    assert attempts(small)[0] < FEW


def test_a_copy_that_lacks_a_row_is_thrown_away(small: DuckDBWarehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    copied = compaction._copied_in_order

    def all_but_one(connection: duckdb.DuckDBPyConnection, draft: Path) -> bool:
        in_order = copied(connection, draft)
        connection.execute("DELETE FROM compact.failure_logs")
        return in_order

    monkeypatch.setattr(compaction, "_copied_in_order", all_but_one)
    before = small.path.read_bytes()
    with pytest.raises(WarehouseError, match="was not copied: its copy is not complete"):
        compaction.compact(small)
    assert small.path.read_bytes() == before
    assert list(small.path.parent.glob(".*compacting*")) == []


def test_a_log_that_is_not_in_the_file_yet_forbids_compacting(small: DuckDBWarehouse) -> None:
    log = small.path.with_name(f"{small.path.name}.wal")
    died = """
import duckdb, os, sys
c = duckdb.connect(sys.argv[1])
c.execute("INSERT INTO failure_logs (run_id, endpoint, ask) VALUES ('died', 'kraken.ticker', '')")
os._exit(0)
"""
    output(died, str(small.path))
    assert log.exists()
    with pytest.raises(WarehouseError, match="holds rows that are not in it yet"):
        compaction.compact(small)
    assert log.exists()
    assert {row["run_id"] for row in small.read("failure_logs")} == {"run-1", "died"}


def test_without_a_database_none_is_made(tmp_path: Path, rules: Rules) -> None:
    nothing = DuckDBWarehouse(tmp_path / "none.duckdb")
    assert maintain(nothing, rules, NOW).compaction == "there is no database yet"
    assert not nothing.path.exists()


@pytest.mark.slow
def test_maintenances_that_are_killed_at_any_step_lose_no_row_and_the_next_one_ends_the_work(
    small: DuckDBWarehouse, rules: Rules
) -> None:
    rules = maintainers.rules(rules.archive)
    with small.connection() as connection:
        connection.execute(
            "INSERT INTO market_prices (source, symbol, timestamp, price_usd, collected_at) "
            "SELECT 'kraken', 'C' || number % 10, moment, number, moment FROM (SELECT number, "
            "TIMESTAMPTZ '2026-06-01 00:00:00+00' + INTERVAL 7 HOUR * (number // 10) AS moment FROM range(6000) AS r(number))"
        )
    (*prices, _) = maintainers.found(small)
    young = small.query("SELECT count(*) FROM connection_attempts WHERE collected_at >= ?", [NOW - timedelta(days=30)])
    left = json.loads(output_of(maintainers, str(small.path), str(rules.archive)))
    assert left["failed"] == 0
    assert [found[:2] for found in left["seen"]] == [prices] * len(maintainers.KILLS)
    assert min(found[-1] for found in left["seen"]) >= young.rows[0][0]
    maintain(small, rules, NOW)
    assert maintainers.found(small) == [*prices, young.rows[0][0]]
    ((oldest,),) = small.query("SELECT min(timestamp) FROM market_prices").rows
    assert oldest >= datetime(2026, 8, 1, tzinfo=timezone.utc)
    names = {file.name for file in small.path.parent.iterdir()}
    assert names == {small.path.name, f".{small.path.name}.maintenance", "archive"}
    assert {file.suffix for file in rules.archive.glob("*/*")} == {".parquet"}


def test_a_writer_that_waits_for_the_file_gets_the_compacted_one(
    small: DuckDBWarehouse, rules: Rules, tmp_path: Path
) -> None:
    """The file changes its place on the disk under a name that others open all the time."""
    program = (
        "import sys\nfrom pathlib import Path\nfrom crypto_pipeline.warehouse.duckdb import DuckDBWarehouse\n"
        "from crypto_pipeline_tests.warehouse.facts import failure\n"
        "w = DuckDBWarehouse(Path(sys.argv[1]), lock_seconds=600)\nprint('writes', flush=True)\nnumber = 0\n"
        "is_last = False\nwhile not is_last:\n"
        "    is_last = Path(sys.argv[2]).exists()\n"
        "    number += 1\n    w.merge({'failure_logs': [failure(run=f'late-{number}')]})\n"
        "print(number)"
    )
    enough, compacted = tmp_path / "enough", False
    with Program(program, str(small.path), str(enough)) as writer:
        assert writer.stdout.readline() == "writes\n"
        while not compacted:
            with suppress(WarehouseError):  # where the other one is faster
                compaction.compact(small)
                compacted = True
        enough.touch()
        _, written, _ = writer.ended()
    small.drain()
    assert len(small.read("failure_logs", where="run_id LIKE 'late-%'")) == int(written)


def test_a_file_that_changed_while_it_was_opened_is_opened_anew(
    small: DuckDBWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one moment in which a writer could hold the old file: after it has opened it and before it has its lock."""
    opened: list[int] = []

    def open_late(path: Path) -> OpenFile:
        held = open_for_writing(path)
        if not opened:
            draft = small.path.with_suffix(".copy")
            subprocess.run(["cp", str(small.path), str(draft)], check=True)
            draft.replace(small.path)
        opened.append(small.path.stat().st_ino)
        return held

    monkeypatch.setattr(holder, "open_for_writing", open_late)
    assert small.merge({"failure_logs": [failure(run="run-2")]})["failure_logs"].inserted == 1
    monkeypatch.undo()
    assert len(opened) == 2
    assert len(small.read("failure_logs")) == 2
