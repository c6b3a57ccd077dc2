"""Rows that wait because somebody else holds the file: none is lost, none is merged twice."""

from __future__ import annotations

import logging
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import duckdb
import pytest

from crypto_pipeline.warehouse import DatabaseBusy, spool
from crypto_pipeline.warehouse.batches import batches_of
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.program import output
from crypto_pipeline_tests.warehouse.conftest import AnotherProgram
from crypto_pipeline_tests.warehouse.facts import candle, counts, failure, minutes, price, provider

Spooled: TypeAlias = Callable[[dict[str, list[dict[str, Any]]]], None]


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def spooled(warehouse: DuckDBWarehouse) -> Spooled:
    """What a merge leaves that could not have the file: how it comes to that, the first tests say."""

    def spool_it(batches: Any) -> None:
        ready, _ = batches_of(batches)
        spool.write(spool.folder_of(warehouse.path), ready)

    return spool_it


@pytest.mark.parametrize("mode", ["read", "write"])
def test_rows_wait_while_another_program_holds_the_file_and_the_next_merge_writes_them_first(
    warehouse: DuckDBWarehouse, another_program: AnotherProgram, mode: str
) -> None:
    with another_program(warehouse, mode):
        written = warehouse.merge({"market_prices": [price("BTC"), price("ETH")], "providers": [provider("kraken")]})
        assert [one.spooled for one in written.values()] == [2, 1]
        assert len(warehouse.spooled()) == 1

    assert counts(warehouse.merge({"market_prices": [price("BTC"), price("SOL")]})) == (1, 0, 1, 0, 0)

    assert warehouse.spooled() == []
    assert len(warehouse.read("market_prices")) == 3
    assert [row["name"] for row in warehouse.read("providers")] == ["kraken"]


def test_a_connection_of_the_same_process_with_other_settings_is_a_holder_like_any_other(
    warehouse: DuckDBWarehouse,
) -> None:
    with duckdb.connect(warehouse.path):
        assert counts(warehouse.merge({"market_prices": [price()]})) == (0, 0, 0, 0, 1)
        with pytest.raises(DatabaseBusy, match="already open in this program with other settings"):
            warehouse.read("market_prices")
    assert warehouse.drain() == 1


def test_merges_that_belong_together_wait_for_the_file_once(
    warehouse: DuckDBWarehouse, another_program: AnotherProgram
) -> None:
    with another_program(warehouse), warehouse.open():
        began = time.monotonic()
        for symbol in ("BTC", "ETH"):
            again = DuckDBWarehouse(warehouse.path, lock_seconds=600)  # whoever merges in this process meanwhile
            assert counts(again.merge({"market_prices": [price(symbol)]})) == (0, 0, 0, 0, 1)
        assert time.monotonic() - began < 300
    assert warehouse.drain() == 2
    assert len(warehouse.read("market_prices")) == 2


def test_preparing_a_file_that_another_program_holds_is_left_to_the_next_merge(
    warehouse: DuckDBWarehouse, another_program: AnotherProgram
) -> None:
    with warehouse.connection() as connection:
        connection.execute("DROP TABLE market_prices")
        connection.execute("UPDATE meta.warehouse_info SET value = 'older' WHERE name = 'layout'")
    with another_program(warehouse):
        warehouse.prepare()
    assert counts(warehouse.merge({"market_prices": [price()]})) == (1, 0, 0, 0, 0)


def test_values_come_out_of_the_spool_as_they_went_in(warehouse: DuckDBWarehouse, spooled: Spooled) -> None:
    row = price(usd=0.1 + 0.2, market_cap=None, pair="ETH/₿ \0", volume_24h=5e-324)
    spooled({"market_prices": [row], "cached_ohlc": [candle(1, final=True, fetched=0)]})
    warehouse.drain()
    (stored,) = warehouse.read("market_prices")
    assert {name: stored[name] for name in row} == row
    assert warehouse.read("cached_ohlc")[0]["is_final"] is True


def test_spooled_batches_are_merged_in_the_order_in_which_they_came(
    warehouse: DuckDBWarehouse, spooled: Spooled
) -> None:
    spooled({"consensus_prices": [{"symbol": "BTC", "timestamp": minutes(0), "price_usd": 1.0}]})
    spooled({"consensus_prices": [{"symbol": "BTC", "timestamp": minutes(0), "price_usd": 2.0}]})
    assert warehouse.drain() == 2
    assert [row["price_usd"] for row in warehouse.read("consensus_prices")] == [2.0]


def test_an_older_spooled_candle_does_not_overwrite_the_final_one(warehouse: DuckDBWarehouse, spooled: Spooled) -> None:
    spooled({"cached_ohlc": [candle(64_000, final=False, fetched=30)]})
    waits = shutil.move(warehouse.spooled()[0], warehouse.path.parent / "late")
    warehouse.merge({"cached_ohlc": [candle(65_000, final=True, fetched=60)]})
    shutil.move(waits, spool.folder_of(warehouse.path) / "late")
    assert warehouse.drain() == 1
    (stored,) = warehouse.read("cached_ohlc")
    assert (stored["close"], stored["is_final"]) == (65_000, True)


def test_a_process_that_dies_before_it_has_removed_the_files_merges_nothing_twice(
    warehouse: DuckDBWarehouse, spooled: Spooled, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(entry: Any) -> None:
        raise Killed

    old = {
        "consensus_prices": [{"symbol": "BTC", "timestamp": minutes(0), "price_usd": 1.0}],
        "providers": [provider("old")],
        "failure_logs": [failure()],
    }
    new = {
        "consensus_prices": [{"symbol": "BTC", "timestamp": minutes(0), "price_usd": 2.0}],
        "providers": [provider("new")],
    }
    spooled(old)
    monkeypatch.setattr(spool, "remove", dies)
    with pytest.raises(Killed):
        warehouse.drain()
    monkeypatch.undo()
    assert len(warehouse.spooled()) == 1  # merged, but the files are still there

    with warehouse.connection() as connection:
        connection.execute("DELETE FROM failure_logs")  # as retention would
    warehouse.merge(new)

    assert warehouse.spooled() == []
    assert warehouse.read("consensus_prices")[0]["price_usd"] == 2.0
    assert [row["name"] for row in warehouse.read("providers")] == ["new"]
    assert warehouse.read("failure_logs") == []


def test_what_was_merged_from_the_spool_is_not_remembered_for_ever(
    warehouse: DuckDBWarehouse, spooled: Spooled
) -> None:
    for number in range(3):
        spooled({"market_prices": [price(at=number)]})
        warehouse.drain()
    assert len(warehouse.query("FROM meta.spooled_batches").rows) == 1


def test_a_process_that_dies_while_it_spools_leaves_nothing_that_counts(
    warehouse: DuckDBWarehouse, spooled: Spooled
) -> None:
    spooled({"market_prices": [price()]})
    (entry,) = warehouse.spooled()
    entry.rename(entry.with_name(f".writing-{entry.name}"))
    assert warehouse.spooled() == []
    assert warehouse.drain() == 0


@pytest.mark.parametrize(("hours", "is_left"), [(23, True), (25, False)])
def test_drafts_of_processes_that_died_are_swept_away_after_a_day(
    warehouse: DuckDBWarehouse, spooled: Spooled, hours: int, is_left: bool
) -> None:
    spooled({"market_prices": [price("BTC")]})
    (entry,) = warehouse.spooled()
    draft = entry.rename(entry.with_name(f".writing-{entry.name}"))
    before = time.time() - hours * 3600
    os.utime(draft, (before, before))
    spooled({"market_prices": [price("ETH")]})
    assert warehouse.drain() == 1
    assert draft.exists() is is_left
    assert [row["symbol"] for row in warehouse.read("market_prices")] == ["ETH"]


@pytest.mark.parametrize(("seconds", "left"), [(0.0, 4), (600.0, 0)])
def test_a_long_spool_is_merged_in_portions_the_oldest_first_and_new_rows_do_not_wait_for_it(
    warehouse: DuckDBWarehouse, spooled: Spooled, monkeypatch: pytest.MonkeyPatch, seconds: float, left: int
) -> None:
    for number in range(5):
        spooled({"market_prices": [price(f"C{number}")]})
    monkeypatch.setattr("crypto_pipeline.warehouse.spool.DRAINS_BEFORE_A_MERGE", seconds)
    assert counts(warehouse.merge({"market_prices": [price("NEW")]})) == (1, 0, 0, 0, 0)
    assert len(warehouse.spooled()) == left
    merged = {row["symbol"] for row in warehouse.read("market_prices")}
    assert merged == {"NEW", *(f"C{number}" for number in range(5 - left))}


def test_draining_by_itself_goes_on_where_it_stopped(
    warehouse: DuckDBWarehouse, spooled: Spooled, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        spooled({"market_prices": [price(f"C{number}")]})
    monkeypatch.setattr("crypto_pipeline.warehouse.spool.DRAINS_BY_ITSELF", 0.0)
    assert [warehouse.drain() for _ in range(4)] == [1, 1, 1, 0]
    assert len(warehouse.read("market_prices")) == 3


def test_an_entry_that_is_merged_while_its_files_are_still_there_is_not_merged_again_in_a_later_portion(
    warehouse: DuckDBWarehouse, spooled: Spooled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record of what is merged is kept for every entry whose files are there, in whichever portion it was."""
    for number in range(3):
        spooled({"consensus_prices": [{"symbol": "BTC", "timestamp": minutes(0), "price_usd": float(number)}]})
    monkeypatch.setattr("crypto_pipeline.warehouse.spool.DRAINS_BY_ITSELF", 0.0)
    monkeypatch.setattr(spool, "remove", lambda entries: None)
    for _ in range(3):
        warehouse.drain()
    assert len(warehouse.query("FROM meta.spooled_batches").rows) == 1
    monkeypatch.undo()
    warehouse.drain()
    assert [row["price_usd"] for row in warehouse.read("consensus_prices")] == [2.0]
    assert warehouse.spooled() == []


@pytest.mark.parametrize("damage", ["cut", "overwritten", "empty"])
def test_a_damaged_file_is_set_aside_and_blocks_nothing(
    warehouse: DuckDBWarehouse, spooled: Spooled, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    spooled({"market_prices": [price()], "failure_logs": [failure()]})
    spooled({"market_prices": [price("ETH")]})
    file = warehouse.spooled()[0] / "market_prices.parquet"
    content = file.read_bytes()
    file.write_bytes({"cut": content[:-100], "overwritten": b"\0" * len(content), "empty": b""}[damage])
    content = file.read_bytes()

    with caplog.at_level(logging.ERROR):
        assert counts(warehouse.merge({"market_prices": [price("SOL")]})) == (1, 0, 0, 0, 0)

    assert {row["symbol"] for row in warehouse.read("market_prices")} == {"ETH", "SOL"}
    assert len(warehouse.read("failure_logs")) == 1
    assert warehouse.spooled() == []
    (aside,) = warehouse.damaged()
    assert aside.name.endswith(".market_prices.parquet")
    assert aside.read_bytes() == content
    assert str(aside) in caplog.text


def parquet(warehouse: DuckDBWarehouse, table: str, query: str) -> None:
    entry = spool.folder_of(warehouse.path) / "20260101T000000_000000Z-1-aa"
    entry.mkdir(parents=True)
    duckdb.execute(f"COPY ({query}) TO '{entry / table}.parquet' (FORMAT parquet)")


def test_a_batch_spooled_by_an_older_version_has_fewer_columns_and_is_merged(warehouse: DuckDBWarehouse) -> None:
    parquet(warehouse, "providers", "SELECT 'kraken' AS name, 3 AS endpoints")
    assert warehouse.drain() == 1
    (stored,) = warehouse.read("providers")
    assert (stored["name"], stored["endpoints"], stored["quirks"]) == ("kraken", 3, None)


def test_candles_spooled_before_there_were_others_than_dollar_candles_are_in_dollars(
    warehouse: DuckDBWarehouse,
) -> None:
    parquet(
        warehouse,
        "cached_ohlc",
        "SELECT 'kraken' AS provider, 'BTC' AS symbol, '1h' AS interval, now() AS timestamp, 90500.0 AS close",
    )
    assert warehouse.drain() == 1
    assert [row["currency"] for row in warehouse.read("cached_ohlc")] == ["USD"]


@pytest.mark.parametrize(
    ("table", "query"),
    [
        ("providers", "SELECT 'kraken' AS name, 'x' AS column_of_the_future"),
        ("table_of_the_future", "SELECT 1 AS x"),
        ("providers", "SELECT CAST(NULL AS VARCHAR) AS name"),
        ("providers", "SELECT 'kraken' AS name, 'many' AS endpoints"),
    ],
)
def test_a_batch_that_does_not_fit_is_kept_aside(warehouse: DuckDBWarehouse, table: str, query: str) -> None:
    parquet(warehouse, table, query)
    warehouse.drain()
    assert warehouse.spooled() == []
    assert [path.name for path in warehouse.damaged()] == [f"20260101T000000_000000Z-1-aa.{table}.parquet"]


def test_rows_of_a_spooled_batch_that_no_table_can_take_are_kept_aside(warehouse: DuckDBWarehouse) -> None:
    parquet(warehouse, "providers", "SELECT 'kraken' AS name")
    with warehouse.connection() as connection:
        connection.execute("DROP TABLE providers")
        connection.execute("CREATE TABLE providers (name VARCHAR CHECK (name <> 'kraken'))")
        for column in ("host", "docs", "quirks"):
            connection.execute(f"ALTER TABLE providers ADD COLUMN {column} VARCHAR")
    warehouse.drain()
    assert warehouse.spooled() == []
    assert [path.name for path in warehouse.damaged()] == ["20260101T000000_000000Z-1-aa"]


def test_an_entry_that_vanishes_is_no_error(
    warehouse: DuckDBWarehouse, spooled: Spooled, monkeypatch: pytest.MonkeyPatch
) -> None:
    spooled({"market_prices": [price()]})
    entries = warehouse.spooled()
    shutil.rmtree(entries[0])
    monkeypatch.setattr(spool, "waiting", lambda folder: entries)
    assert counts(warehouse.merge({"market_prices": [price("ETH")]})) == (1, 0, 0, 0, 0)


def test_brackets_in_the_name_of_the_folder_are_only_a_name(
    tmp_path: Path, empty_database: Path, another_program: AnotherProgram
) -> None:
    warehouse = DuckDBWarehouse(tmp_path / "it's [my] *data*" / "crypto?.duckdb", lock_seconds=0)
    warehouse.path.parent.mkdir()
    shutil.copy(empty_database, warehouse.path)
    with another_program(warehouse):
        warehouse.merge({"market_prices": [price()]})
    assert warehouse.drain() == 1
    assert warehouse.damaged() == []
    assert len(warehouse.read("market_prices")) == 1


def test_the_spool_is_emptied_only_by_one_who_can_write(
    warehouse: DuckDBWarehouse, another_program: AnotherProgram
) -> None:
    assert warehouse.drain() == 0
    with another_program(warehouse):
        warehouse.merge({"market_prices": [price()]})
        with pytest.raises(DatabaseBusy, match="is open in another program"):
            warehouse.drain()


FULL_DISK = """
import resource, sys
from pathlib import Path
from crypto_pipeline.warehouse import WarehouseError
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.warehouse.facts import price

path, room = Path(sys.argv[1]), int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
rows = [price(f"C{number}", number * 1.1, pair=f"{hash(number * 31):064x}") for number in range(6_000)]
try:
    print(DuckDBWarehouse(path).merge({"market_prices": rows})["market_prices"])
except WarehouseError as error:
    print(error)
"""


def on_a_full_disk(warehouse: DuckDBWarehouse, room: int) -> Any:
    """A merge of 6,000 rows by a process whose files cannot grow beyond ``room`` bytes."""
    return output(FULL_DISK, str(warehouse.path), str(room))


def test_on_a_full_disk_the_batch_is_rolled_back_and_waits(warehouse: DuckDBWarehouse) -> None:
    warehouse.merge({"market_prices": [price()]})

    assert "spooled=6000" in on_a_full_disk(warehouse, room=800_000)

    assert len(warehouse.read("market_prices")) == 1
    assert warehouse.drain() == 1
    assert len(warehouse.read("market_prices")) == 6_001


def test_where_nothing_fits_any_more_what_is_lost_is_said(warehouse: DuckDBWarehouse) -> None:
    warehouse.merge({"market_prices": [price()]})

    said = on_a_full_disk(warehouse, room=1_000)

    assert said.startswith(
        "The 6,000 rows of market_prices are lost: the database could not be written (The disk that "
    )
    assert len(warehouse.read("market_prices")) == 1
    assert warehouse.spooled() == []


def test_an_entry_is_on_the_disk_with_its_folders_before_anybody_is_told_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that loses its power keeps what was flushed: files, then the draft, then the folder with its name."""
    flushed: list[str] = []
    monkeypatch.setattr(spool, "flush", lambda path: flushed.append(path.name))
    folder = tmp_path / "spool"
    ready, _ = batches_of({"market_prices": [price()]})
    entry = spool.write(folder, ready)
    assert flushed == [tmp_path.name, "market_prices.parquet", f".writing-{entry.name}", "spool"]
    spool.remove([entry])
    assert flushed[4:] == ["spool"]


def test_a_spool_has_room_whether_or_not_it_is_there_yet_and_none_where_no_folder_can_be(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "spool"
    assert [spool.can_be_written(folder) for _ in range(2)] == [True, True]
    assert not any(folder.iterdir())
    tmp_path.joinpath("file").touch()
    assert not spool.can_be_written(tmp_path / "file" / "spool")


def test_what_is_set_aside_lies_beside_what_was_set_aside_before(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        spool.set_aside(tmp_path / name, "it is damaged")
    assert [part.name for part in spool.damaged(tmp_path)] == ["first", "second"]


def test_an_entry_that_somebody_else_has_removed_is_removed(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    spool.remove([tmp_path / "gone", tmp_path / "one"])
    assert not any(tmp_path.iterdir())


def test_a_spool_that_cannot_be_listed_does_not_keep_new_rows_out(
    plain_user_file: Path, another_program: AnotherProgram
) -> None:
    warehouse = DuckDBWarehouse(plain_user_file, lock_seconds=0.1)
    folder = spool.folder_of(warehouse.path)
    folder.mkdir()
    folder.chmod(0)
    try:
        assert counts(warehouse.merge({"market_prices": [price()]})) == (1, 0, 0, 0, 0)
    finally:
        folder.chmod(0o700)


def test_rows_that_do_not_fit_are_set_aside_and_do_not_wait(
    warehouse: DuckDBWarehouse, another_program: AnotherProgram
) -> None:
    with another_program(warehouse):
        warehouse.merge({"market_prices": [price(nonsense=1)]})
    assert warehouse.spooled() == []
    assert len(warehouse.damaged()) == 1
