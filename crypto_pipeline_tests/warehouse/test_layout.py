"""What is in the file, how an older one is brought up to date, and which files are refused."""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse import WarehouseError
from crypto_pipeline.warehouse.database import database_at
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline.warehouse.errors import DatabaseUnusable, NotADatabase, NotPermitted, WrongDatabase, explained
from crypto_pipeline.warehouse.maintenance import Rules, maintain
from crypto_pipeline_tests.program import output_of
from crypto_pipeline_tests.warehouse import makers
from crypto_pipeline_tests.warehouse.conftest import AnotherProgram
from crypto_pipeline_tests.warehouse.facts import NOON, counts, price


def change(warehouse: DuckDBWarehouse, *statements: Any) -> None:
    with warehouse.connection() as connection:
        for statement in statements:
            connection.execute(statement)


def one(warehouse: DuckDBWarehouse, query: str) -> Any:
    ((value,),) = warehouse.query(query).rows
    return value


def test_a_new_file_has_exactly_the_declared_tables_in_main(warehouse: DuckDBWarehouse) -> None:
    names = warehouse.query("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' ORDER BY 1").rows
    assert [name for (name,) in names] == sorted(TABLES)


def said_of_tables(warehouse: DuckDBWarehouse) -> dict[str, str]:
    tables = warehouse.query("SELECT table_name, comment FROM duckdb_tables() WHERE schema_name = 'main'")
    return dict(tables.rows)


def said_of_columns(warehouse: DuckDBWarehouse) -> list[tuple[Any, ...]]:
    return warehouse.query(
        "SELECT table_name, column_name, data_type, NOT is_nullable, comment FROM duckdb_columns() "
        "WHERE NOT internal AND schema_name = 'main' ORDER BY table_name, column_index"
    ).rows


SAID_OF_TABLES = {table.name: table.doc for table in TABLES.values()}
SAID_OF_COLUMNS = [
    (
        table.name,
        column.name,
        column.type,
        column.name in table.key,
        f"{column.comment} [{column.unit}]" if column.unit else column.comment,
    )
    for table in sorted(TABLES.values(), key=lambda table: table.name)
    for column in table.columns
]


def test_each_table_says_what_a_row_is_and_each_column_its_meaning_and_unit(warehouse: DuckDBWarehouse) -> None:
    assert said_of_tables(warehouse) == SAID_OF_TABLES
    assert said_of_columns(warehouse) == SAID_OF_COLUMNS


def test_tools_of_duckdb_1_5_can_open_the_file(warehouse: DuckDBWarehouse) -> None:
    assert one(warehouse, "SELECT tags['storage_version'] FROM duckdb_databases() WHERE path IS NOT NULL") == "v1.5.0+"


def test_a_merge_makes_the_file_with_its_folder_when_it_is_not_there_and_leaves_nothing_else_in_it(
    tmp_path: Path,
) -> None:
    warehouse = DuckDBWarehouse(tmp_path / "new" / "folder" / "crypto.duckdb")
    assert counts(warehouse.merge({"market_prices": [price()]})) == (1, 0, 0, 0, 0)
    warehouse.prepare()
    assert os.listdir(warehouse.path.parent) == ["crypto.duckdb"]


def test_many_that_prepare_at_once_end_with_one_good_file(tmp_path: Path) -> None:
    warehouses = [DuckDBWarehouse(tmp_path / "crypto.duckdb") for _ in range(2)]
    threads = [threading.Thread(target=warehouse.prepare) for warehouse in warehouses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert os.listdir(tmp_path) == ["crypto.duckdb"]
    assert counts(warehouses[0].merge({"market_prices": [price()]})) == (1, 0, 0, 0, 0)


@pytest.mark.slow
def test_who_is_killed_while_the_file_is_made_leaves_none_or_a_good_one(tmp_path: Path) -> None:
    left = json.loads(output_of(makers, str(tmp_path), "5"))
    assert left["killed before there was a file"] > 0
    assert (left["refused"], left["failed"]) == ([], 0)
    (path,) = [path for path in tmp_path.iterdir() if path.suffix == ".duckdb" and not path.name.startswith(".")]
    assert counts(DuckDBWarehouse(path).merge({"market_prices": [price()]})) == (1, 0, 0, 0, 0)


def test_drafts_of_makers_that_were_killed_go_when_nobody_can_be_making_them_any_more(
    warehouse: DuckDBWarehouse, tmp_path: Path
) -> None:
    old, young = (tmp_path / f".{warehouse.path.name}.making-{name}" for name in ("17-aa", "18-bb"))
    other = tmp_path / ".other.duckdb.making-17-aa"
    for draft in (old, young, other):
        draft.write_bytes(b"half of one")
    now = time.time()
    for draft, minutes in ((old, 65), (young, 55), (other, 65)):
        os.utime(draft, (now - minutes * 60,) * 2)
    maintain(warehouse, Rules(tmp_path / "archive"), NOON)
    assert (old.exists(), young.exists(), other.exists()) == (False, True, True)


def test_a_file_that_goes_in_the_moment_of_opening_is_not_made_in_place(warehouse: DuckDBWarehouse) -> None:
    warehouse.path.unlink()
    with (
        pytest.raises(DatabaseUnusable, match="was there when this began and is gone"),
        database_at(warehouse.path).writing(0),
    ):
        pass
    assert not warehouse.path.exists()


def test_an_older_file_gets_its_new_columns_and_tables_by_itself(warehouse: DuckDBWarehouse) -> None:
    warehouse.merge({"market_prices": [price()]})
    change(
        warehouse,
        "ALTER TABLE market_prices DROP COLUMN quote",
        "DROP TABLE schema_drift",
        "COMMENT ON TABLE alerts IS 'what was said before'",
        "COMMENT ON COLUMN alerts.condition IS NULL",
        "UPDATE meta.warehouse_info SET value = 'older' WHERE name = 'layout'",
    )

    assert counts(warehouse.merge({"market_prices": [price("ETH", quote="USD")]})) == (1, 0, 0, 0, 0)

    assert [row["quote"] for row in warehouse.read("market_prices", where="true ORDER BY symbol")] == [None, "USD"]
    assert warehouse.read("schema_drift") == []
    assert said_of_tables(warehouse) == SAID_OF_TABLES
    assert sorted(said_of_columns(warehouse)) == sorted(SAID_OF_COLUMNS)


def test_fees_of_an_older_file_go_to_the_column_that_does_not_name_their_unit(warehouse: DuckDBWarehouse) -> None:
    warehouse.prepare()
    keys = "source, blockchain, timestamp, fetched_at, collected_at"
    change(
        warehouse,
        "ALTER TABLE gas_prices DROP COLUMN gas_price",
        f"INSERT INTO gas_prices ({keys}, unit, gas_price_gwei) VALUES "
        "('old', 'bitcoin', now(), now(), now(), 'sat/vB', 8), ('old', 'ethereum', now(), now(), now(), 'gwei', 20)",
        "UPDATE meta.warehouse_info SET value = 'older' WHERE name = 'layout'",
    )
    again = DuckDBWarehouse(warehouse.path)
    again.prepare()
    rows = again.query("SELECT unit, gas_price, gas_price_gwei FROM gas_prices ORDER BY unit").rows
    assert rows == [("gwei", 20.0, 20.0), ("sat/vB", 8.0, None)]


def test_rows_of_an_older_file_get_what_a_new_column_says_of_them(warehouse: DuckDBWarehouse) -> None:
    opened = {"interval": "1h", "timestamp": NOON, "fetched_at": NOON, "collected_at": NOON, "run_id": "a"}
    warehouse.merge({"cached_ohlc": [{"provider": "kraken", "symbol": "BTC", "close": 90500.0, **opened}]})
    change(
        warehouse,
        "ALTER TABLE cached_ohlc DROP COLUMN currency",
        "ALTER TABLE cached_ohlc DROP COLUMN trades",
        "UPDATE meta.warehouse_info SET value = 'older' WHERE name = 'layout'",
    )

    won = {"provider": "upbit", "symbol": "BTC", "close": 133e6, "currency": "KRW", "trades": 9, **opened}
    unknown = {"provider": "other", "symbol": "BTC", "close": 1.0, **opened}
    warehouse.merge({"cached_ohlc": [won, unknown]})

    stored = warehouse.read("cached_ohlc", where="true ORDER BY provider")
    assert [(row["provider"], row["currency"], row["trades"]) for row in stored] == [
        ("kraken", "USD", None),
        ("other", None, None),
        ("upbit", "KRW", 9),
    ]


def test_a_file_says_who_made_it(warehouse: DuckDBWarehouse) -> None:
    info = warehouse.info()
    assert info["created_by"].startswith("crypto-pipeline ")
    assert (info["schema_version"], info["demo"]) == ("2", "false")


def test_a_file_of_a_newer_version_is_refused_and_the_rows_are_kept(warehouse: DuckDBWarehouse) -> None:
    change(warehouse, "UPDATE meta.warehouse_info SET value = '99' WHERE name = 'schema_version'")
    with pytest.raises(WarehouseError, match=r"was written by a newer crypto-pipeline .* upgrade"):
        warehouse.prepare()
    with pytest.raises(WrongDatabase, match="newer crypto-pipeline"):
        warehouse.require_place()
    assert counts(warehouse.merge({"market_prices": [price()]})) == (0, 0, 0, 0, 1)
    with warehouse.open():
        assert counts(warehouse.merge({"market_prices": [price()]})) == (0, 0, 0, 0, 1)
    assert len(warehouse.spooled()) == 2
    assert "newer crypto-pipeline" in str(warehouse.problem())


def test_replayed_and_real_rows_never_share_a_file(tmp_path: Path, warehouse: DuckDBWarehouse) -> None:
    demo = DuckDBWarehouse(tmp_path / "demo.duckdb", demo=True)
    demo.merge({"market_prices": [price()]})

    with pytest.raises(WarehouseError, match="holds real data, so no replayed demo data is written to it"):
        DuckDBWarehouse(warehouse.path, demo=True).merge({"market_prices": [price()]})
    with pytest.raises(WarehouseError, match="holds replayed demo data, so no real data is written to it"):
        DuckDBWarehouse(demo.path).prepare()
    assert warehouse.read("market_prices") == []


def test_replayed_rows_that_wait_are_not_merged_into_real_data(
    warehouse: DuckDBWarehouse, another_program: AnotherProgram
) -> None:
    with another_program(warehouse):
        DuckDBWarehouse(warehouse.path, demo=True, lock_seconds=0).merge({"market_prices": [price()]})
    assert warehouse.drain() == 0
    warehouse.merge({"market_prices": [price("ETH")]})
    assert [row["symbol"] for row in warehouse.read("market_prices")] == ["ETH"]


def test_a_table_of_another_make_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute("CREATE TABLE market_prices (source VARCHAR, symbol VARCHAR, timestamp VARCHAR)")
    with pytest.raises(
        WarehouseError, match="its column timestamp is VARCHAR where TIMESTAMP WITH TIME ZONE is needed"
    ):
        DuckDBWarehouse(path).prepare()


def test_a_persons_own_tables_stay_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "own.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute("CREATE TABLE notes AS SELECT 'mine' AS note")
    warehouse = DuckDBWarehouse(path)
    warehouse.prepare()
    assert warehouse.query("FROM notes").rows == [("mine",)]


def test_an_empty_file_is_left_for_the_copy_that_may_still_fill_it_and_rows_wait(tmp_path: Path) -> None:
    warehouse = DuckDBWarehouse(tmp_path / "crypto.duckdb", lock_seconds=0.05)
    warehouse.path.touch()
    with pytest.raises(NotADatabase, match=r"is empty: a copy of it has not ended, .* or remove it to begin anew"):
        warehouse.prepare()
    with pytest.raises(NotADatabase, match="is empty"):
        warehouse.query("SELECT 1")
    assert counts(warehouse.merge({"market_prices": [price()]})) == (0, 0, 0, 0, 1)
    assert warehouse.path.stat().st_size == 0
    warehouse.path.unlink()
    assert counts(warehouse.merge({"market_prices": [price("ETH")]})) == (1, 0, 0, 0, 0)
    assert len(warehouse.read("market_prices")) == 2


@pytest.mark.parametrize("content", [b"short", b"symbol,price\nBTC,64000\n" * 1000])
def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path, content: Any) -> None:
    path = tmp_path / "prices.csv"
    path.write_bytes(content)
    with pytest.raises(WarehouseError, match=r"prices\.csv is not a DuckDB file; choose another"):
        DuckDBWarehouse(path).prepare()
    assert path.read_bytes() == content


def test_a_damaged_file_is_left_as_it_is(warehouse: DuckDBWarehouse) -> None:
    content = bytearray(warehouse.path.read_bytes())
    content[3] ^= 0xFF
    warehouse.path.write_bytes(content)
    with pytest.raises(WarehouseError, match="is damaged and was left as it is"):
        warehouse.prepare()
    assert warehouse.path.read_bytes() == content


def test_a_log_without_its_file_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "crypto.duckdb.wal").write_bytes(b"rows")
    with pytest.raises(
        WarehouseError, match=r"is gone, but its log crypto\.duckdb\.wal is still there and may hold rows"
    ):
        DuckDBWarehouse(tmp_path / "crypto.duckdb").prepare()
    assert os.listdir(tmp_path) == ["crypto.duckdb.wal"]


def test_a_folder_is_not_a_database(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="is a folder; the database must be a file"):
        DuckDBWarehouse(tmp_path).prepare()


def test_a_pipe_is_not_a_database_and_nobody_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "crypto.duckdb")
    with pytest.raises(WarehouseError, match="is a pipe or a device; the database must be a file"):
        DuckDBWarehouse(tmp_path / "crypto.duckdb").prepare()


@pytest.mark.parametrize(
    ("target", "why"),
    [("away/crypto.duckdb", "which is not there: is its disk away"), ("crypto.duckdb", "cannot be reached")],
)
def test_a_link_that_leads_nowhere_is_left_and_the_rows_are_kept(tmp_path: Path, target: str, why: str) -> None:
    link = tmp_path / "crypto.duckdb"
    link.symlink_to(target)
    warehouse = DuckDBWarehouse(link)
    with pytest.raises(WarehouseError, match=why):
        warehouse.prepare()
    warehouse.require_place()
    assert warehouse.merge({"providers": [{"name": "kraken"}]})["providers"].spooled
    assert link.is_symlink()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WarehouseError, match=r"The folder of .*crypto\.duckdb cannot be made"):
        DuckDBWarehouse(tmp_path / "file" / "below" / "crypto.duckdb").prepare()


def test_a_folder_without_the_right_to_write_is_named(plain_user_folder: Path) -> None:
    plain_user_folder.chmod(0o500)
    with pytest.raises(WarehouseError, match="permission denied; this user needs to read and write it and its folder"):
        DuckDBWarehouse(plain_user_folder / "crypto.duckdb").prepare()


def test_a_file_without_the_right_to_read_is_named_and_the_rows_are_kept(plain_user_file: Path) -> None:
    warehouse = DuckDBWarehouse(plain_user_file)
    warehouse.path.chmod(0)
    assert counts(warehouse.merge({"market_prices": [price()]})) == (0, 0, 0, 0, 1)
    assert isinstance(warehouse.problem(), NotPermitted)
    warehouse.path.chmod(0o600)
    assert warehouse.drain() == 1


def test_rows_that_can_be_put_nowhere_are_named_as_lost(plain_user_folder: Path) -> None:
    plain_user_folder.chmod(0o500)
    with pytest.raises(WarehouseError, match=r"The 1 row of market_prices is lost: .*, nor the spool \("):
        DuckDBWarehouse(plain_user_folder / "crypto.duckdb").merge({"market_prices": [price()]})


def test_a_file_format_of_a_newer_duckdb_is_named(tmp_path: Path) -> None:
    # DuckDB's own words; a file of a version that does not exist yet cannot be made here.
    error = duckdb.IOException(
        "IO Error: Trying to read a database file with version number 69, but we can only read versions between 64 and 68."
    )
    assert "is in a format that the installed DuckDB" in str(explained(tmp_path / "crypto.duckdb", error))
