"""Old months move to Parquet, and the view shows every row once, wherever it is and whenever it came."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import duckdb
import pytest

from crypto_pipeline.warehouse import WarehouseError, archive, archive_sql
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.warehouse.facts import price

NOW = datetime(2026, 11, 24, 4, 10, tzinfo=timezone.utc)
LIMIT = archive.before(NOW, 3)


def of(year: Any, month: Any, day: Any, symbol: str = "BTC", *, collected: datetime | None = None, **more: Any) -> Any:
    """A price of this day, collected at once unless said otherwise."""
    at = datetime(year, month, day, 12, tzinfo=timezone.utc)
    collected = collected or at
    return price(symbol, **more) | {"timestamp": at, "fetched_at": collected, "collected_at": collected}


def written_as_parquet(query: str, file: Path) -> None:
    """As an older version left it."""
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({query}) TO '{file}' (FORMAT parquet)")


@pytest.fixture
def warehouse(own_file: DuckDBWarehouse) -> Iterator[DuckDBWarehouse]:
    with own_file.open() as held:
        yield held


@pytest.fixture
def folder(tmp_path: Path) -> Any:
    return tmp_path / "archive"


@pytest.fixture
def move(warehouse: DuckDBWarehouse, folder: Any) -> Any:
    """Move every month that is due; gives the number of rows that left the table, by month."""

    def moved() -> Any:
        return {
            f"{month:%Y-%m}": archive.move(warehouse, "market_prices", month, LIMIT, folder)
            for month, _ in archive.due(warehouse, "market_prices", LIMIT)
        }

    return moved


def everything(warehouse: DuckDBWarehouse) -> Any:
    return warehouse.query("SELECT * FROM market_prices_all ORDER BY timestamp, symbol").dicts()


def test_months_that_are_over_for_long_enough_move_whole(warehouse: DuckDBWarehouse, folder: Any, move: Any) -> None:
    days = [(2026, 6, 30), (2026, 7, 1), (2026, 7, 31), (2026, 8, 1), (2026, 11, 23)]
    warehouse.merge({"market_prices": [of(*day) for day in days]})
    before = warehouse.query("SELECT * FROM market_prices ORDER BY timestamp").dicts()

    assert move() == {"2026-06": 1, "2026-07": 2}

    assert sorted(file.name for file in folder.glob("*/*")) == ["2026-06.parquet", "2026-07.parquet"]
    assert [row["timestamp"].month for row in warehouse.read("market_prices")] == [8, 11]
    assert everything(warehouse) == before
    assert move() == {}


def test_the_limit_is_the_beginning_of_a_month() -> None:
    assert archive.before(NOW, 3) == datetime(2026, 8, 1, tzinfo=timezone.utc)
    assert archive.before(NOW, 11) == datetime(2025, 12, 1, tzinfo=timezone.utc)
    assert archive.before(NOW, 24) == datetime(2024, 11, 1, tzinfo=timezone.utc)


def test_a_row_that_comes_again_is_shown_once_and_moves_again_when_it_is_old(
    warehouse: DuckDBWarehouse, move: Any
) -> None:
    first, second = of(2026, 5, 3, usd=1.0), of(2026, 5, 4, usd=1.0)
    warehouse.merge({"market_prices": [first, second]})
    move()

    corrected = of(2026, 5, 3, usd=2.0, collected=datetime(2026, 11, 1, tzinfo=timezone.utc))
    assert warehouse.merge({"market_prices": [corrected]})["market_prices"].inserted == 1
    assert [row["price_usd"] for row in everything(warehouse)] == [2.0, 1.0]
    assert move() == {}  # it was collected this month

    warehouse.merge({"market_prices": [of(2026, 5, 3, "ETH", usd=3.0)]})  # waited in the spool for half a year
    assert move() == {"2026-05": 1}
    assert [(row["symbol"], row["price_usd"]) for row in everything(warehouse)] == [
        ("BTC", 2.0),
        ("ETH", 3.0),
        ("BTC", 1.0),
    ]


def test_of_a_row_that_is_in_the_file_already_the_newer_one_is_kept(warehouse: DuckDBWarehouse, move: Any) -> None:
    newer = of(2026, 5, 3, usd=2.0, collected=datetime(2026, 5, 4, tzinfo=timezone.utc))
    warehouse.merge({"market_prices": [newer]})
    move()
    warehouse.merge({"market_prices": [of(2026, 5, 3, usd=1.0)]})
    assert move() == {"2026-05": 1}
    assert [row["price_usd"] for row in everything(warehouse)] == [2.0]


def test_a_file_of_an_older_version_has_fewer_columns(warehouse: DuckDBWarehouse, folder: Any, move: Any) -> None:
    warehouse.merge({"market_prices": [of(2026, 5, 3)]})
    (folder / "market_prices").mkdir(parents=True)
    written_as_parquet(
        "SELECT 'okx' AS source, 'BTC' AS symbol, TIMESTAMPTZ '2026-05-01 00:00:00+00' AS timestamp, 7.0 AS price_usd,"
        " TIMESTAMPTZ '2026-05-01 00:00:00+00' AS collected_at",
        folder / "market_prices" / "2026-05.parquet",
    )
    assert move() == {"2026-05": 1}
    assert [(row["source"], row["fetched_at"] is None) for row in everything(warehouse)] == [
        ("okx", True),
        ("kraken", False),
    ]


def test_candles_archived_before_there_were_others_than_dollar_candles_are_in_dollars(
    warehouse: DuckDBWarehouse, folder: Any
) -> None:
    def opened(month: Any, provider: str, **more: Any) -> dict[str, Any]:
        at = datetime(2026, month, 3, 12, tzinfo=timezone.utc)
        times = {"timestamp": at, "fetched_at": at, "collected_at": at}
        return {"provider": provider, "symbol": "BTC", "interval": "1h", "close": 1.0, **times, **more}

    (folder / "cached_ohlc").mkdir(parents=True)
    written_as_parquet(
        "SELECT 'kraken' AS provider, 'BTC' AS symbol, '1h' AS interval, TIMESTAMPTZ '2026-05-01 00:00:00+00' AS timestamp,"
        " 90500.0 AS close, TIMESTAMPTZ '2026-05-01 00:00:00+00' AS collected_at",
        folder / "cached_ohlc" / "2026-05.parquet",
    )
    warehouse.merge({"cached_ohlc": [opened(6, "upbit", currency="KRW"), opened(11, "upbit", currency="KRW")]})

    def currencies() -> Any:
        rows = warehouse.query("SELECT provider, currency FROM cached_ohlc_all ORDER BY timestamp")
        return [tuple(row) for row in rows.rows]

    kept = [("kraken", "USD"), ("upbit", "KRW"), ("upbit", "KRW")]
    archive.show(warehouse, folder)
    assert currencies() == kept
    ((june, _),) = archive.due(warehouse, "cached_ohlc", LIMIT)
    archive.move(warehouse, "cached_ohlc", june, LIMIT, folder)
    assert currencies() == kept
    warehouse.merge({"cached_ohlc": [opened(5, "upbit", currency="KRW")]})
    archive.move(warehouse, "cached_ohlc", june.replace(month=5), LIMIT, folder)
    assert currencies() == [kept[0], *kept[1:], kept[1]]


def test_a_damaged_file_is_left_alone_and_its_month_stays_in_the_table(
    warehouse: DuckDBWarehouse, folder: Any, move: Any
) -> None:
    warehouse.merge({"market_prices": [of(2026, 5, 3)]})
    (folder / "market_prices").mkdir(parents=True)
    damaged = folder / "market_prices" / "2026-05.parquet"
    damaged.write_bytes(b"PAR1 and then the power went")
    with pytest.raises(WarehouseError, match=r"cannot be read .*move the damaged file away"):
        move()
    assert damaged.read_bytes() == b"PAR1 and then the power went"
    assert len(warehouse.read("market_prices")) == 1


def test_a_month_that_grows_while_it_is_written_stays_in_the_table(
    warehouse: DuckDBWarehouse, move: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse.merge({"market_prices": [of(2026, 5, 3)]})
    write = archive._write

    def meanwhile(connection: duckdb.DuckDBPyConnection, *rest: Any) -> int:
        rows = write(connection, *rest)
        connection.execute("INSERT INTO market_prices SELECT * REPLACE ('ETH' AS symbol) FROM market_prices")
        return rows

    monkeypatch.setattr(archive, "_write", meanwhile)
    with pytest.raises(WarehouseError, match="has changed since; nothing was removed"):
        move()
    assert {row["symbol"] for row in warehouse.read("market_prices")} == {"BTC", "ETH"}


def test_a_month_of_which_a_row_is_not_in_the_file_stays_in_the_table(
    warehouse: DuckDBWarehouse, folder: Any, move: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse.merge({"market_prices": [of(2026, 5, 3), of(2026, 5, 4)]})
    content = archive_sql.month_with_archive
    monkeypatch.setattr(archive_sql, "month_with_archive", lambda *of_month: f"FROM ({content(*of_month)}) LIMIT 1")
    with pytest.raises(WarehouseError, match="is not complete; nothing was removed from market_prices"):
        move()
    assert len(warehouse.read("market_prices")) == 2
    assert list(folder.rglob("*.parquet")) == []


def test_a_folder_whose_name_looks_like_a_pattern_is_a_folder(warehouse: DuckDBWarehouse, tmp_path: Path) -> None:
    warehouse.merge({"market_prices": [of(2026, 5, 3)]})
    folder = tmp_path / "it's [mine]*"
    ((month, rows),) = archive.due(warehouse, "market_prices", LIMIT)
    assert archive.move(warehouse, "market_prices", month, LIMIT, folder) == rows == 1
    assert len(everything(warehouse)) == 1


def test_views_follow_files_that_are_removed(warehouse: DuckDBWarehouse, folder: Any, move: Any) -> None:
    warehouse.merge({"market_prices": [of(2026, 5, 3), of(2026, 6, 3)]})
    move()
    assert [file.name for file in archive.older(folder, "market_prices", LIMIT.replace(month=6))] == ["2026-05.parquet"]
    shutil.rmtree(folder)
    archive.show(warehouse, folder)
    assert everything(warehouse) == []


def test_a_view_of_that_name_that_somebody_else_made_is_not_replaced(warehouse: DuckDBWarehouse, move: Any) -> None:
    warehouse.merge({"market_prices": [of(2026, 5, 3)]})
    with warehouse.connection() as connection:
        connection.execute("CREATE VIEW market_prices_all AS SELECT 42 AS answer")
    with pytest.raises(WarehouseError, match="another view market_prices_all"):
        move()
    assert warehouse.query("SELECT answer FROM market_prices_all").rows == [(42,)]
    assert len(warehouse.read("market_prices")) == 1


def test_only_tables_whose_rows_belong_to_a_moment_move() -> None:
    assert {"market_prices", "cached_ohlc", "gas_prices", "consensus_prices"} <= set(archive.ARCHIVED)
    assert {"news_articles", "whale_transactions", "cached_market_data"}.isdisjoint(archive.ARCHIVED)
