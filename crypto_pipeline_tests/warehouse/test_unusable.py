"""Databases that cannot be written, whatever the reason: it is told, and no batch is nowhere."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from crypto_pipeline.warehouse import compaction, merging, spool
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline.warehouse.errors import (
    DatabaseBusy,
    DatabaseDamaged,
    DatabaseUnusable,
    InvalidQuery,
    NotADatabase,
    NotPermitted,
    WarehouseError,
)
from crypto_pipeline.warehouse.files import log_of
from crypto_pipeline.warehouse.holder import Holder
from crypto_pipeline_tests.warehouse.facts import counts, failure, minutes, price

BLOCK, HEADERS = 65_536, 12_288
STORED, WAITS = (1, 0, 0, 0, 0), (0, 0, 0, 0, 1)


@pytest.fixture(scope="module")
def full_file(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of some blocks."""
    warehouse = DuckDBWarehouse(Path(shutil.copy(empty_database, tmp_path_factory.mktemp("full") / "crypto.duckdb")))
    for turn in range(2):
        prices = [price(f"C{one}", one + turn, at=turn, pair=f"{random.Random(one).random()}") for one in range(1_000)]
        warehouse.merge({"market_prices": prices, "failure_logs": [failure(run=f"{turn}-{one}") for one in range(99)]})
    compaction.compact(warehouse)  # every block is in use
    return warehouse.path


@pytest.fixture
def full(full_file: Path, tmp_path: Path) -> DuckDBWarehouse:
    return DuckDBWarehouse(Path(shutil.copy(full_file, tmp_path)), lock_seconds=0.05)


def overwrite(path: Path, start: int, length: int) -> None:
    with path.open("r+b") as file:
        file.seek(start)
        file.write(random.Random(1).randbytes(length))


def restore(warehouse: DuckDBWarehouse, good: Path) -> None:
    """What a person does who is told that the file is damaged."""
    shutil.copy(good, warehouse.path)
    log_of(warehouse.path).unlink(missing_ok=True)


def test_a_file_that_was_cut_short_is_told_before_anybody_asks_for_what_is_gone(full: DuckDBWarehouse) -> None:
    os.truncate(full.path, full.path.stat().st_size - HEADERS - 1)
    with pytest.raises(DatabaseDamaged, match="bytes are in use, and the file has"):
        full.query("SELECT 1")


@pytest.mark.parametrize("part", [0.01, 0.1, 0.5, 0.9])
def test_a_file_that_was_cut_short_is_damaged_and_rows_wait_until_it_is_restored(
    full: DuckDBWarehouse, full_file: Path, part: float
) -> None:
    os.truncate(full.path, int(full_file.stat().st_size * part))
    left = full.path.read_bytes()

    assert counts(full.merge({"failure_logs": [failure()]})) == WAITS

    assert isinstance(full.problem(), DatabaseDamaged)
    assert "is damaged and was left as it is; restore a copy of it, or move it and its .wal away" in str(full.problem())
    assert full.path.read_bytes() == left
    with pytest.raises(DatabaseDamaged):
        full.query("SELECT count(*) FROM market_prices")

    restore(full, full_file)
    assert full.drain() == 1
    assert counts(full.merge({"failure_logs": [failure(run="later")]})) == STORED
    assert full.problem() is None
    assert len(full.read("failure_logs", where="run_id IN ('run-1', 'later')")) == 2


def test_wherever_noise_lies_no_batch_is_lost_and_what_is_damaged_is_told(
    full: DuckDBWarehouse, full_file: Path
) -> None:
    size = full_file.stat().st_size
    noticed = []
    for start in range(HEADERS, size, BLOCK):
        restore(full, full_file)
        shutil.rmtree(spool.folder_of(full.path), ignore_errors=True)
        overwrite(full.path, start, BLOCK)
        logs = []
        for turn in range(2):
            rows = [price(f"N{turn}", one, at=one, timestamp=minutes(10_000 + one)) for one in range(20)]
            written = full.merge({"market_prices": rows, "providers": [{"name": f"p{turn}"}]})
            assert isinstance(full.problem(), DatabaseUnusable) == bool(written["market_prices"].spooled)
            logs.append(log_of(full.path).stat().st_size if log_of(full.path).exists() else 0)
        assert logs[0] == logs[1], "a log that cannot be stored does not grow"
        noticed.append(full.problem() is not None)

        waiting = len(full.spooled())
        assert waiting == (2 if noticed[-1] else 0)
        if noticed[-1]:
            restore(full, full_file)
            assert full.drain() == waiting
            (row,) = full.query("SELECT count(DISTINCT symbol) FROM market_prices WHERE symbol LIKE 'N%'").rows
            assert row == (2,)
    assert any(noticed)


def test_rows_that_lie_in_a_log_that_cannot_be_stored_are_in_the_spool_as_well(
    warehouse: DuckDBWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is after noise in the middle: the commit succeeds, the checkpoint does not."""

    def fails(holder: object) -> None:
        raise duckdb.IOException("Corrupt database file: computed checksum 1 does not match stored checksum 2")

    with warehouse.open():
        assert counts(warehouse.merge({"market_prices": [price("BTC")]})) == STORED
        assert counts(warehouse.merge({"market_prices": [price("ETH")]})) == STORED
        monkeypatch.setattr("crypto_pipeline.warehouse.holder.Holder._settle", fails)
    assert isinstance(warehouse.problem(), DatabaseDamaged)
    assert len(warehouse.spooled()) == 2
    assert counts(warehouse.merge({"market_prices": [price("SOL")]})) == WAITS
    monkeypatch.undo()
    assert len(warehouse.spooled()) == 3
    assert counts(warehouse.merge({"market_prices": [price("XRP")]})) == STORED
    assert warehouse.spooled() == []
    assert len(warehouse.read("market_prices")) == 4


def test_nobody_joins_a_file_whose_log_could_not_be_stored(
    warehouse: DuckDBWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(holder: object, connection: object) -> None:
        raise duckdb.IOException("No space left on device")

    file = Holder(warehouse.path)
    assert file.open(read_only=False)
    file.join(as_writer=False)
    file.join(as_writer=True).execute("INSERT INTO failure_logs (run_id, endpoint, ask) VALUES ('1', 'one', '')")
    monkeypatch.setattr(Holder, "_checkpoint", fails)
    with pytest.raises(duckdb.IOException):
        file.leave(as_writer=True)
    with pytest.raises(DatabaseBusy, match="must be opened anew"):
        file.join(as_writer=False)
    file.leave(as_writer=False)


def test_why_what_waits_could_not_be_merged_is_kept_until_it_is(full: DuckDBWarehouse, full_file: Path) -> None:
    os.truncate(full.path, 10_000)
    full.merge({"failure_logs": [failure()]})
    later = DuckDBWarehouse(full.path)
    with pytest.raises(DatabaseDamaged):
        later.drain()
    assert isinstance(later.problem(), DatabaseDamaged)
    restore(full, full_file)
    assert (later.drain(), later.problem()) == (1, None)


def test_files_of_the_spool_stay_until_their_rows_are_in_the_file_for_good(
    warehouse: DuckDBWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    with duckdb.connect(warehouse.path):
        warehouse.merge({"market_prices": [price()]})

    def fails(holder: object) -> None:
        raise duckdb.IOException("Corrupt database file")

    with monkeypatch.context() as patched:
        patched.setattr("crypto_pipeline.warehouse.holder.Holder._settle", fails)
        with pytest.raises(DatabaseDamaged):
            warehouse.drain()
    assert len(warehouse.spooled()) == 1
    assert warehouse.drain() == 1
    assert warehouse.spooled() == []


@pytest.mark.parametrize("start", [0, 4096])
def test_a_database_whose_beginning_is_noise_is_told_with_what_to_do(
    full: DuckDBWarehouse, full_file: Path, start: int
) -> None:
    overwrite(full.path, start, BLOCK)
    assert counts(full.merge({"failure_logs": [failure()]})) == WAITS
    assert isinstance(full.problem(), NotADatabase | DatabaseDamaged)
    assert "restore a copy of it, or move it and its .wal away to begin anew" in str(full.problem())
    restore(full, full_file)
    assert full.drain() == 1


def test_a_question_that_meets_damage_says_so_and_one_that_is_wrong_says_that(full: DuckDBWarehouse) -> None:
    held = full.query("SELECT DISTINCT block_id FROM pragma_storage_info('market_prices') WHERE block_id >= 0").rows
    assert held
    for (block,) in held:
        overwrite(full.path, HEADERS + block * BLOCK, BLOCK)
    with pytest.raises(DatabaseDamaged):
        full.query("SELECT count(DISTINCT columns(*)) FROM market_prices")
    with pytest.raises(InvalidQuery):
        full.query("SELECT CAST('corrupt checksum' AS INTEGER)")


@pytest.mark.parametrize(
    "error",
    [
        duckdb.IOException("IO Error: something of tomorrow"),
        duckdb.OutOfMemoryException("Out of Memory Error: failed to allocate"),
        duckdb.InterruptException("INTERRUPT Error: Interrupted!"),
        duckdb.TransactionException("TransactionContext Error: Conflict"),
        duckdb.InternalException("INTERNAL Error: Attempted to dereference unique_ptr that is NULL"),
        duckdb.ConversionException("Conversion Error: Could not convert string 'x' to INT64"),
        duckdb.FatalException("FATAL Error: Failed: database has been invalidated"),
        OSError(5, "Input/output error"),
        MemoryError(),
        RuntimeError("std::exception"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_however_a_merge_fails_its_rows_wait_and_the_reason_is_kept(
    warehouse: DuckDBWarehouse, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(merging, "_merge_staged", fails)
        written = warehouse.merge({"market_prices": [price("BTC"), price("ETH")], "failure_logs": [failure()]})
    assert [one.spooled for one in written.values()] == [2, 1]
    assert isinstance(warehouse.problem(), WarehouseError)
    assert "\n" not in str(warehouse.problem())
    assert warehouse.drain() == 1
    assert len(warehouse.read("market_prices")) == 2


@pytest.mark.parametrize("end", [KeyboardInterrupt, SystemExit, GeneratorExit])
def test_a_program_that_is_ended_in_the_middle_of_a_merge_leaves_its_rows_in_the_spool(
    warehouse: DuckDBWarehouse, monkeypatch: pytest.MonkeyPatch, end: type[BaseException]
) -> None:
    def ends(*_: object, **__: object) -> None:
        raise end

    with monkeypatch.context() as patched:
        patched.setattr(merging, "_merge_staged", ends)
        with pytest.raises(end):
            warehouse.merge({"market_prices": [price()]})
    assert len(warehouse.spooled()) == 1
    assert warehouse.problem() is None
    assert warehouse.drain() == 1


def test_a_file_that_is_in_use_is_no_problem(
    warehouse: DuckDBWarehouse, another_program: Callable[..., object]
) -> None:
    with duckdb.connect(warehouse.path):
        assert counts(warehouse.merge({"market_prices": [price()]})) == WAITS
        warehouse.require_place()
    assert warehouse.problem() is None


def test_a_file_of_somebody_else_is_read_and_rows_wait_where_the_folder_is_ours(plain_user_file: Path) -> None:
    warehouse = DuckDBWarehouse(plain_user_file, lock_seconds=0.05)
    warehouse.merge({"market_prices": [price("BTC")]})
    warehouse.path.chmod(0o444)

    warehouse.require_place()
    with warehouse.open():
        assert counts(warehouse.merge({"market_prices": [price("ETH")]})) == WAITS
        assert counts(warehouse.merge({"failure_logs": [failure()]})) == WAITS

    assert isinstance(warehouse.problem(), NotPermitted)
    assert [row["symbol"] for row in warehouse.read("market_prices")] == ["BTC"]
    warehouse.path.chmod(0o644)
    assert warehouse.drain() == 2


@pytest.mark.parametrize("file_mode", [0o644, 0o444])
def test_where_neither_file_nor_spool_can_be_written_it_is_said_before_anything_is_asked(
    plain_user_file: Path, file_mode: int
) -> None:
    warehouse = DuckDBWarehouse(plain_user_file, lock_seconds=0.05)
    warehouse.path.chmod(file_mode)
    plain_user_file.parent.chmod(0o500)
    with pytest.raises(NotPermitted, match=r"cannot be written: permission denied; this user needs to read and write"):
        warehouse.require_place()


def test_where_the_folder_cannot_be_written_but_the_spool_can_rows_wait(plain_user_file: Path) -> None:
    warehouse = DuckDBWarehouse(plain_user_file, lock_seconds=0.05)
    spool.folder_of(warehouse.path).mkdir()
    plain_user_file.parent.chmod(0o500)
    warehouse.require_place()
    assert counts(warehouse.merge({"market_prices": [price()]})) == WAITS
    plain_user_file.parent.chmod(0o700)
    assert warehouse.drain() == 1


def test_what_is_well_is_well(warehouse: DuckDBWarehouse) -> None:
    warehouse.require_place()
    warehouse.merge({"market_prices": [price()]})
    assert warehouse.problem() is None
    assert list(warehouse.path.parent.iterdir()) == [warehouse.path]


def test_a_file_that_vanishes_while_it_is_written_to_is_told_although_rows_are_stored_anew(
    tmp_path: Path, empty_database: Path
) -> None:
    (tmp_path / "data").mkdir()
    warehouse = DuckDBWarehouse(Path(shutil.copy(empty_database, tmp_path / "data")))
    warehouse.require_place()
    warehouse.merge({"market_prices": [price("BTC", 1.0)]})
    assert warehouse.problem() is None
    shutil.rmtree(tmp_path / "data")
    written = warehouse.merge({"market_prices": [price("ETH", 1.0)]})
    assert written["market_prices"].inserted == 1
    problem = warehouse.problem()
    assert isinstance(problem, DatabaseUnusable)
    assert "was there when this began and is gone" in str(problem)


def test_a_file_that_was_never_there_has_not_vanished(tmp_path: Path) -> None:
    warehouse = DuckDBWarehouse(tmp_path / "crypto.duckdb")
    warehouse.prepare()
    assert warehouse.problem() is None
