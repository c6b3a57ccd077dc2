"""The whole of a maintenance: the file gets smaller, nothing is lost, and it may be killed at any moment."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import duckdb
import pytest

from crypto_pipeline.warehouse import DatabaseBusy, WarehouseError, compaction, maintenance
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline.warehouse.maintenance import Rules, maintain
from crypto_pipeline_tests.warehouse.conftest import AnotherProgram
from crypto_pipeline_tests.warehouse.facts import counts, failure, price

NOW = datetime(2026, 11, 24, 4, 10, tzinfo=timezone.utc)
ROWS = 200_000
FILL = f"""
INSERT INTO connection_attempts (endpoint, ask, attempt, url, started_at, collected_at, run_id)
SELECT 'kraken.ticker', '', number, 'https://api.kraken.com/' || random(), moment, moment, 'run-' || number // 500
FROM (SELECT number, TIMESTAMPTZ '2026-09-25 00:00:00+00' + INTERVAL 60 DAY * number / {ROWS} AS moment
      FROM range({ROWS}) AS r(number))
"""


@pytest.fixture
def rules(tmp_path: Path) -> Any:
    return Rules(tmp_path / "archive", {"connection_attempts": 30})


@pytest.fixture(scope="module")
def full_file(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    warehouse = DuckDBWarehouse(Path(shutil.copy(empty_database, tmp_path_factory.mktemp("full"))))
    warehouse.merge({"market_prices": [price()], "failure_logs": [failure()]})
    with warehouse.connection() as connection:
        connection.execute(FILL)
    return warehouse.path


@pytest.fixture
def full(full_file: Path, tmp_path: Path) -> DuckDBWarehouse:
    """Sixty days of attempts, and one price."""
    return DuckDBWarehouse(Path(shutil.copy(full_file, tmp_path)), lock_seconds=600)


def attempts(warehouse: DuckDBWarehouse) -> Any:
    return warehouse.query("SELECT count(*), min(started_at) FROM connection_attempts").rows[0]


def test_old_rows_go_and_the_file_shrinks(full: DuckDBWarehouse, rules: Rules) -> None:
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


def test_a_second_time_there_is_nothing_to_do(full: DuckDBWarehouse, rules: Rules) -> None:
    maintain(full, rules, NOW)
    done = maintain(full, rules, NOW)
    assert [table.removed for table in done.tables] == [0]
    assert not done.compacted
    assert done.compaction.startswith("not worth it: ")


def test_a_dry_run_says_what_would_go_and_changes_nothing(full: DuckDBWarehouse, rules: Rules) -> None:
    before = full.path.stat().st_mtime_ns
    foreseen = maintain(full, rules, NOW, dry_run=True)
    assert full.path.stat().st_mtime_ns == before
    assert attempts(full)[0] == ROWS
    assert foreseen.tables == maintain(full, rules, NOW).tables


def test_a_compacted_file_is_the_same_database(full: DuckDBWarehouse, rules: Rules) -> None:
    with full.connection() as connection:
        connection.execute("CREATE TABLE mine AS SELECT 42 AS answer")
        connection.execute("CREATE VIEW seen AS SELECT answer + 1 AS answer FROM mine")
    facts = full.info()
    full.path.chmod(0o640)
    assert maintain(full, rules, NOW).compacted
    assert full.info() == facts
    assert full.path.stat().st_mode & 0o777 == 0o640
    assert full.query("SELECT * FROM mine, seen").rows == [(42, 43)]
    assert full.query("SELECT datetime('2026-11-24 00:00:00+00', '+1 day') AS day").rows == [
        (datetime(2026, 11, 25, tzinfo=timezone.utc),)
    ]
    ((comment,),) = full.query("SELECT comment FROM duckdb_tables() WHERE table_name = 'market_prices'").rows
    assert comment
    ((tags,),) = full.query(
        "SELECT tags::VARCHAR FROM duckdb_databases() WHERE database_name = current_database()"
    ).rows
    assert "v1.5" in tags
    assert counts(full.merge({"market_prices": [price(), price("ETH")]})) == (1, 0, 1, 0, 0)


def test_a_symbolic_link_stays_one(full: DuckDBWarehouse, rules: Rules, tmp_path: Path) -> None:
    link = tmp_path / "link.duckdb"
    link.symlink_to(full.path)
    assert maintain(DuckDBWarehouse(link), rules, NOW).compacted
    assert link.is_symlink()
    assert attempts(DuckDBWarehouse(link)) == attempts(full)


def test_spooled_batches_are_merged_first_and_those_that_come_while_it_compacts_later(
    full: DuckDBWarehouse, rules: Rules, another_program: AnotherProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    hasty = DuckDBWarehouse(full.path, lock_seconds=0.01)
    with another_program(full):
        hasty.merge({"market_prices": [price("EARLY")]})
    copy = compaction.complete_copy

    def slowly(*arguments: Any, **options: Any) -> None:
        copy(*arguments, **options)
        assert counts(hasty.merge({"market_prices": [price("LATE")]})) == (0, 0, 0, 0, 1)

    monkeypatch.setattr(compaction, "complete_copy", slowly)
    assert maintain(full, rules, NOW).compacted
    assert {row["symbol"] for row in full.read("market_prices")} == {"BTC", "EARLY"}
    full.drain()
    assert {row["symbol"] for row in full.read("market_prices")} == {"BTC", "EARLY", "LATE"}


def test_a_person_who_reads_is_not_disturbed_and_sees_the_rows_of_before(full: DuckDBWarehouse, rules: Rules) -> None:
    reader = (
        "import sys, duckdb\nc = duckdb.connect(sys.argv[1], read_only=True)\nprint('open', flush=True)\n"
        "sys.stdin.readline()\nprint(c.execute('SELECT count(*) FROM connection_attempts').fetchall()[0][0])"
    )
    with full.connection() as connection:
        connection.execute("DELETE FROM connection_attempts WHERE attempt < 150000")
        connection.execute("CHECKPOINT")
    process = subprocess.Popen(
        [sys.executable, "-c", reader, str(full.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == "open\n"
    compaction.compact(full)
    full.merge({"failure_logs": [failure(run="run-2")]})
    assert process.communicate("\n")[0] == "50000\n"
    assert attempts(full)[0] == 50_000


def test_while_somebody_writes_nothing_is_done_and_the_sentence_says_who(
    full: DuckDBWarehouse, rules: Rules, another_program: AnotherProgram
) -> None:
    with another_program(full), pytest.raises(DatabaseBusy, match=r"open in another program \(python"):
        maintain(DuckDBWarehouse(full.path, lock_seconds=0.05), rules, NOW)
    assert attempts(full)[0] == ROWS


def test_two_maintenances_at_once_are_one(full: DuckDBWarehouse, rules: Rules) -> None:
    with maintenance.alone_at(full.path), pytest.raises(DatabaseBusy, match="being maintained"):
        maintain(full, rules, NOW)


def test_without_room_for_the_copy_the_file_stays_as_it_is(
    full: DuckDBWarehouse, rules: Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compaction, "SPARE", 1e9)
    done = maintain(full, rules, NOW)
    assert not done.compacted
    assert "its copy needs" in done.compaction
    assert attempts(full)[0] < ROWS


def test_a_log_that_is_not_in_the_file_yet_forbids_compacting(full: DuckDBWarehouse) -> None:
    log = full.path.with_name(f"{full.path.name}.wal")
    died = """
import duckdb, os, sys
c = duckdb.connect(sys.argv[1])
c.execute("INSERT INTO failure_logs (run_id, endpoint, ask) VALUES ('died', 'kraken.ticker', '')")
os._exit(0)
"""
    subprocess.run([sys.executable, "-c", died, str(full.path)], check=True)
    assert log.exists()
    with pytest.raises(WarehouseError, match="holds rows that are not in it yet"):
        compaction.compact(full)
    assert log.exists()
    assert {row["run_id"] for row in full.read("failure_logs")} == {"run-1", "died"}


def test_without_a_database_none_is_made(tmp_path: Path, rules: Rules) -> None:
    nothing = DuckDBWarehouse(tmp_path / "none.duckdb")
    assert maintain(nothing, rules, NOW).compaction == "there is no database yet"
    assert not nothing.path.exists()


WORK = """
import sys
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from crypto_pipeline.warehouse import compaction, retention
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline.warehouse.maintenance import Rules, maintain
compaction.PAYS_FROM_BYTES, compaction.PAYS_FROM_SHARE = 1, -1
retention.SLICE, retention.PAUSE = 20_000, 0.001
rules = Rules(Path(sys.argv[2]), {"connection_attempts": 30}, 3)
now = datetime(2026, 11, 24, 4, 10, tzinfo=timezone.utc)
maintain(DuckDBWarehouse(Path(sys.argv[1]), lock_seconds=600), rules, now, tell=partial(print, flush=True))
"""
STEPS = ["removing"] * 2 + ["moving"] * 2 + ["compacting"] * 2


@pytest.mark.slow
def test_maintenances_that_are_killed_at_any_step_lose_no_row_and_the_next_one_ends_the_work(
    full: DuckDBWarehouse, rules: Rules
) -> None:
    rules = Rules(rules.archive, rules.keep_days, archive_months=3)
    with full.connection() as connection:
        connection.execute(
            "INSERT INTO market_prices (source, symbol, timestamp, price_usd, collected_at) "
            "SELECT 'kraken', 'C' || number % 50, moment, number, moment FROM (SELECT number, "
            "TIMESTAMPTZ '2026-01-01 00:00:00+00' + INTERVAL 10 HOUR * (number // 50) AS moment FROM range(30000) AS r(number))"
        )
    prices = "SELECT count(*), sum(price_usd) FROM "
    everything = full.query(f"{prices} market_prices").rows
    young = full.query("SELECT count(*) FROM connection_attempts WHERE collected_at >= ?", [NOW - timedelta(days=30)])
    chance = random.Random(4)
    for step in STEPS:
        process = subprocess.Popen(
            [sys.executable, "-c", WORK, str(full.path), str(rules.archive)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout
        assert any(line.startswith(step) for line in process.stdout)
        time.sleep(chance.uniform(0, 0.06))
        process.kill()
        process.communicate()
        assert full.query(f"{prices} {'market_prices_all' if _has_view(full) else 'market_prices'}").rows == everything
        assert attempts(full)[0] >= young.rows[0][0]
    maintain(full, rules, NOW)
    assert attempts(full)[0] == young.rows[0][0]
    assert full.query(f"{prices} market_prices_all").rows == everything
    ((oldest,),) = full.query("SELECT min(timestamp) FROM market_prices").rows
    assert oldest >= datetime(2026, 8, 1, tzinfo=timezone.utc)
    left = {file.name for file in full.path.parent.iterdir()}
    assert left == {full.path.name, f".{full.path.name}.maintenance", "archive"}
    assert {file.suffix for file in rules.archive.glob("*/*")} == {".parquet"}


def _has_view(warehouse: DuckDBWarehouse) -> Any:
    return bool(warehouse.query("SELECT 1 FROM duckdb_views() WHERE view_name = 'market_prices_all'").rows)


def test_a_writer_that_waits_for_the_file_gets_the_compacted_one(full: DuckDBWarehouse, rules: Rules) -> None:
    """The file changes its place on the disk under a name that others open all the time."""
    program = (
        "import sys\nfrom pathlib import Path\nfrom crypto_pipeline.warehouse.duckdb import DuckDBWarehouse\n"
        "from crypto_pipeline_tests.warehouse.facts import failure\n"
        "w = DuckDBWarehouse(Path(sys.argv[1]), lock_seconds=600)\nprint('writes', flush=True)\nnumber = 0\n"
        "while number < 40:\n"
        "    number += 1\n    w.merge({'failure_logs': [failure(run=f'late-{number}')]})\n"
        "print(number)"
    )
    process = subprocess.Popen([sys.executable, "-c", program, str(full.path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "writes\n"
    compacted = 0
    while process.poll() is None:
        with suppress(WarehouseError):  # where the other one is faster
            compaction.compact(full)
            compacted += 1
    written = int(process.communicate()[0])
    assert compacted
    full.drain()
    assert len(full.read("failure_logs", where="run_id LIKE 'late-%'")) == written == 40


def test_a_file_that_changed_while_it_was_opened_is_opened_anew(
    full: DuckDBWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one moment in which a writer could hold the old file: after it has opened it and before it has its lock."""
    opened: list[int] = []
    really_connect = duckdb.connect

    def connect(path: Path, **options: Any) -> Any:
        held = really_connect(path, **options)
        if not opened:
            draft = full.path.with_suffix(".copy")
            subprocess.run(["cp", str(full.path), str(draft)], check=True)
            draft.replace(full.path)
        opened.append(full.path.stat().st_ino)
        return held

    monkeypatch.setattr(duckdb, "connect", connect)
    assert full.merge({"failure_logs": [failure(run="run-2")]})["failure_logs"].inserted == 1
    monkeypatch.undo()
    assert len(opened) == 2
    assert len(full.read("failure_logs")) == 2
