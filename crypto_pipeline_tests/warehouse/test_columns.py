"""Rows that come as columns are stored as they would be one by one, and answers that come as columns say the same."""

from __future__ import annotations

import math
import shutil
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from crypto_pipeline.schema.columns import Columns, columns_of
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline.warehouse.errors import InvalidQuery
from crypto_pipeline_tests.held import emptied
from crypto_pipeline_tests.holding import held_by_another_process

AT = datetime(2024, 3, 4, 5, tzinfo=timezone.utc)


def candle(number: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "provider": "binance",
        "symbol": "BTC",
        "interval": "1h",
        "timestamp": AT + timedelta(hours=number),
        "open": 1.5,
        "volume": None,
        "trades": 7,
        "is_final": True,
        "fetched_at": AT,
        "run_id": "a",
        **more,
    }


@pytest.fixture(autouse=True)
def _an_empty_bank(tmp_path: Path, empty_database: Path) -> None:
    """Copied, since making one takes longer than most of what is done with it here."""
    shutil.copy(empty_database, tmp_path / "bank.duckdb")


@cache
def many() -> Columns:
    """More than fits into the memory that is allowed below."""
    return columns_of("cached_ohlc", [candle(number, pair=f"{number:030}") for number in range(20_000)])


CASES = {
    "all good": [candle(0), candle(1)],
    "missing and present": [candle(0, trades=None), candle(1, volume=2.0)],
    "not a number": [candle(0, open=math.nan), candle(1, open=math.inf)],
    "one key twice": [candle(0), candle(0, open=9.0)],
    "no key": [candle(0), candle(1, symbol=None)],
    "another type": [candle(0), candle(1, trades="many")],
    "a naive time": [candle(0), candle(1, timestamp=AT.replace(tzinfo=None))],
    "half of a pair": [candle(0, pair="\ud83d"), candle(1, pair="\0")],
    "a column too many": [candle(0, colour="red"), candle(1, colour="red")],
}


@pytest.mark.parametrize("rows", CASES.values(), ids=CASES.keys())
def test_columns_are_stored_like_the_rows_that_they_hold(rows: list[dict[str, Any]], held: DuckDBWarehouse) -> None:
    left = []
    for batch in (rows, columns_of("cached_ohlc", rows)):
        bank = emptied(held)
        said = bank.merge({"cached_ohlc": batch})
        left.append((said, bank.read("cached_ohlc", where="true ORDER BY ALL"), len(bank.damaged())))
    assert left[0] == left[1]


def test_an_answer_as_columns_has_the_rows_of_the_answer(tmp_path: Path) -> None:
    warehouse = DuckDBWarehouse(tmp_path / "bank.duckdb")
    warehouse.merge({"cached_ohlc": [candle(0, trades=None), candle(1, volume=0.5), candle(2, is_final=False)]})
    query = "SELECT * FROM cached_ohlc WHERE open > $least ORDER BY timestamp"
    assert list(warehouse.columns("cached_ohlc", query, {"least": 1})) == warehouse.query(query, {"least": 1}).dicts()
    assert len(warehouse.columns("cached_ohlc", query, {"least": 2})) == 0


def test_an_answer_of_other_columns_is_refused(tmp_path: Path) -> None:
    warehouse = DuckDBWarehouse(tmp_path / "bank.duckdb")
    warehouse.merge({"cached_ohlc": [candle()]})
    with pytest.raises(TypeError, match="open is DOUBLE"):
        warehouse.columns("cached_ohlc", "SELECT 1 AS open", {})
    with pytest.raises(InvalidQuery):
        warehouse.columns("cached_ohlc", "SELECT opening FROM cached_ohlc", {})


def test_a_merge_that_cannot_be_done_in_the_memory_that_it_was_bounded_to_gets_more(tmp_path: Path) -> None:
    warehouse = DuckDBWarehouse(tmp_path / "bank.duckdb")
    rows = many()
    with warehouse.bounded("6MB"):
        warehouse.merge({"cached_ohlc": rows})
        assert (warehouse.spooled(), warehouse.problem()) == ([], None)
        query = "SELECT * REPLACE ('ETH' AS symbol) FROM cached_ohlc WHERE trades = $trades"
        assert warehouse.merge_answer("cached_ohlc", query, {"trades": 7}) == 20_000
    assert warehouse.query("SELECT count(*), count(DISTINCT symbol) FROM cached_ohlc").rows == [(40_000, 2)]


@pytest.mark.parametrize("by_itself", [False, True], ids=["before a merge", "by itself"])
def test_what_waits_in_the_spool_gets_the_memory_that_it_needs_too(tmp_path: Path, *, by_itself: bool) -> None:
    """Beside a back-fill a collection leaves there what it could not write: more than the back-fill's own batches."""
    warehouse = DuckDBWarehouse(tmp_path / "bank.duckdb", lock_seconds=0.1)
    warehouse.merge({"cached_ohlc": [candle(0)]})
    rows = many()
    with held_by_another_process(warehouse.path, "read"):
        warehouse.merge({"cached_ohlc": rows})
    assert len(warehouse.spooled()) == 1
    with warehouse.bounded("6MB"):
        if by_itself:
            assert warehouse.drain() == 1
        else:
            warehouse.merge({"cached_ohlc": [candle(20_000)]})
        assert (warehouse.spooled(), warehouse.problem()) == ([], None)
    assert warehouse.query("SELECT count(*) FROM cached_ohlc").rows == [(20_000 + (not by_itself),)]


def test_an_answer_that_cannot_be_had_in_the_memory_that_it_was_bounded_to_gets_more(tmp_path: Path) -> None:
    """Its transaction is over then: what is left of it would refuse every other question."""
    warehouse = DuckDBWarehouse(tmp_path / "bank.duckdb")
    warehouse.merge({"cached_ohlc": many()})
    query = "SELECT * REPLACE (len(list(pair) OVER ()) AS trades) FROM cached_ohlc ORDER BY pair DESC"
    with warehouse.bounded("2MB"), warehouse.reading():
        assert warehouse.columns("cached_ohlc", query, {}).expanded("trades")[-1] == 20_000
        assert len(warehouse.query(query).rows) == 20_000


def test_an_answer_that_cannot_be_merged_now_waits_in_the_spool(tmp_path: Path) -> None:
    """Somebody reads the file in another program: it can be read, and not be written."""
    warehouse = DuckDBWarehouse(tmp_path / "bank.duckdb", lock_seconds=0.1)
    warehouse.merge({"cached_ohlc": [candle(0), candle(1)]})
    query = "SELECT * REPLACE ('ETH' AS symbol) FROM cached_ohlc"
    with held_by_another_process(warehouse.path, "read"):
        assert warehouse.merge_answer("cached_ohlc", query, {}) == 2
        assert len(warehouse.spooled()) == 1
    assert warehouse.drain() == 1
    assert len(warehouse.read("cached_ohlc", where="symbol = 'ETH'")) == 2
