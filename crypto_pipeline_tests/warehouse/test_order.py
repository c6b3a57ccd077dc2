"""A compaction puts the candles of a series together, year by year, and is worth its cost when many are not."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta, timezone
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from crypto_pipeline.warehouse import compaction, sql
from crypto_pipeline.warehouse.compaction import Gain, compact, gain
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse

NEW_YEAR = datetime(2025, 1, 1, tzinfo=timezone.utc)
ORDER = "SELECT year(timestamp), provider, interval, symbol, timestamp FROM cached_ohlc ORDER BY rowid"


@pytest.fixture(autouse=True)
def _an_empty_bank(tmp_path: Path, empty_database: Path) -> None:
    """Copied, since making one takes longer than most of what is done with it here."""
    shutil.copy(empty_database, tmp_path / "bank.duckdb")


@pytest.fixture(scope="module")
def mixed_file(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hours around a new year of four series, as a live collection stores them: hour by hour."""
    path = Path(shutil.copy(empty_database, tmp_path_factory.mktemp("mixed") / "bank.duckdb"))
    DuckDBWarehouse(path).merge(
        {"cached_ohlc": [_candle(h, p, s) for h in range(-5, 5) for p in ("b", "a") for s in ("ETH", "BTC")]}
    )
    return path


@pytest.fixture
def mixed(mixed_file: Path, tmp_path: Path) -> DuckDBWarehouse:
    """A copy of it, to be compacted."""
    return DuckDBWarehouse(Path(shutil.copy(mixed_file, tmp_path)), lock_seconds=600)


def _candle(hour: int, provider: str, symbol: str) -> dict[str, Any]:
    return {
        "provider": provider,
        "symbol": symbol,
        "interval": "1h",
        "timestamp": NEW_YEAR + timedelta(hours=hour),
        "open": 1.5 + hour,
        "currency": "USD",
        "fetched_at": NEW_YEAR,
    }


def _lying(warehouse: DuckDBWarehouse) -> list[tuple[tuple[Any, ...], list[datetime]]]:
    """The series of each year as they lie one after another, with the times of their rows."""
    rows = warehouse.query(ORDER).rows
    return [(series, [row[-1] for row in of]) for series, of in groupby(rows, key=lambda row: row[:-1])]


@pytest.mark.parametrize("at_once", [30, 40], ids=["one year at a time", "both years at once"])
def test_rows_lie_by_year_then_series_then_time_which_goes_to_and_fro(
    mixed: DuckDBWarehouse, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No leap over a year where one series ends and the next one begins: it would cost all times around it."""
    monkeypatch.setattr(compaction, "SORTED_AT_ONCE", at_once)
    before = mixed.query(ORDER).rows
    compact(mixed)
    lying = _lying(mixed)
    assert sorted(mixed.query(ORDER).rows) == sorted(before)
    assert [series for series, _ in lying] == sorted({row[:-1] for row in before})
    assert [times == sorted(times) for _, times in lying] == [True, False] * 4
    assert [times == sorted(times, reverse=True) for _, times in lying] == [False, True] * 4


def test_times_that_are_packed_together_are_of_one_series_and_what_remains_of_each_comes_last(
    mixed: DuckDBWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql, "PACKED_TOGETHER", 2)
    before = mixed.query(ORDER).rows
    compact(mixed)
    rows = mixed.query(ORDER).rows
    assert sorted(rows) == sorted(before)
    series = sorted({row[:-1] for row in before})
    pieces, remain = rows[: 4 * len(series)], rows[4 * len(series) :]
    assert [row[:-1] for row in pieces[::4]] == [row[:-1] for row in remain] == series
    assert pieces == sorted(pieces), "in a piece time goes forth"
    assert remain == [max(row for row in before if row[:-1] == one) for one in series]


def test_a_series_that_is_just_some_packs_long_leaves_no_rest(
    mixed: DuckDBWarehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql, "PACKED_TOGETHER", 5)
    compact(mixed)
    rows = mixed.query(ORDER).rows
    assert rows == sorted(rows)


def test_days_and_hours_of_a_coin_lie_apart(mixed: DuckDBWarehouse) -> None:
    days = [{**_candle(24 * day, "a", s), "interval": "1d"} for day in range(4) for s in ("BTC", "ETH")]
    mixed.merge({"cached_ohlc": days})
    compact(mixed)
    of_a = [series[2:] for series, _ in _lying(mixed) if series[:2] == (2025, "a")]
    assert of_a == [("1d", "BTC"), ("1d", "ETH"), ("1h", "BTC"), ("1h", "ETH")]


def test_coins_of_one_provider_lie_by_what_they_cost_whatever_their_names_are(tmp_path: Path) -> None:
    warehouse = DuckDBWarehouse(tmp_path / "bank.duckdb", lock_seconds=600)
    costs = {"BTC": 90_000.0, "ETH": 3_000.0, "SHIB": 0.00001, "XRP": 2.0}
    warehouse.merge(
        {
            "cached_ohlc": [
                {**_candle(hour, provider, symbol), "close": price * (1 + hour / 100)}
                for hour in range(-2, 2)
                for symbol, price in costs.items()
                for provider in ("b", "a")
            ]
        }
    )
    compact(warehouse)
    cheapest_first = sorted(costs, key=costs.__getitem__)
    assert cheapest_first == ["SHIB", "XRP", "ETH", "BTC"]
    assert [series[-1] for series, _ in _lying(warehouse)] == cheapest_first * 4


def test_what_came_since_is_out_of_order_and_what_was_put_in_order_is_not(mixed: DuckDBWarehouse) -> None:
    assert gain(mixed).out_of_order == 40
    compact(mixed)
    assert (gain(mixed).out_of_order, gain(mixed).in_series) == (0, 40)
    mixed.merge({"cached_ohlc": [_candle(7, "a", "BTC")]})
    assert str(gain(mixed)).endswith(", candles out of order: 1")


@pytest.mark.parametrize(
    ("out_of_order", "in_series", "pays"),
    [(199_999, 199_999, False), (200_000, 1_000_000, True), (200_000, 1_000_001, False), (0, 0, False)],
)
def test_a_fifth_of_the_candles_and_at_least_two_hundred_thousand_must_be_out_of_order(
    out_of_order: int, in_series: int, pays: bool
) -> None:
    assert Gain(0, 1 << 30, out_of_order, in_series).pays is pays


def test_tables_of_ones_own_come_along_also_those_that_refer_to_each_other(mixed: DuckDBWarehouse) -> None:
    with mixed.connection() as connection:
        connection.execute("CREATE TABLE coin (symbol VARCHAR PRIMARY KEY)")
        connection.execute("CREATE TABLE held (symbol VARCHAR REFERENCES coin (symbol), amount DOUBLE)")
        connection.execute("INSERT INTO coin VALUES ('BTC'); INSERT INTO held VALUES ('BTC', 2)")
    compact(mixed)
    assert len(_lying(mixed)) == len({row[:-1] for row in mixed.query(ORDER).rows})
    assert mixed.query("SELECT symbol, amount FROM held JOIN coin USING (symbol)").rows == [("BTC", 2)]


def test_a_table_of_ones_own_that_cannot_be_filled_row_by_row_comes_along_too(mixed: DuckDBWarehouse) -> None:
    with mixed.connection() as connection:
        connection.execute("CREATE TABLE worth (amount DOUBLE, twice DOUBLE GENERATED ALWAYS AS (amount * 2))")
        connection.execute("INSERT INTO worth VALUES (2)")
    compact(mixed)
    assert mixed.query("FROM worth").rows == [(2, 4)]
    assert len(mixed.query(ORDER).rows) == 40


def test_what_is_sorted_spills_beside_the_file_and_nothing_of_it_stays(mixed: DuckDBWarehouse) -> None:
    compact(mixed)
    assert sorted(file.name for file in mixed.path.parent.iterdir()) == ["bank.duckdb"]
    assert compaction._spill(mixed.path).parent == mixed.path.parent
