"""What follows from stored candles: their consensus piece by piece, and only where something new has come."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from crypto_pipeline.orchestration import candle_history
from crypto_pipeline.orchestration.candle_history import look_for_gaps, take_newest_consensus, take_past_consensus
from crypto_pipeline.sources.formats.candles import CANDLES
from crypto_pipeline.sources.kit import RequestSpec
from crypto_pipeline.warehouse import FileWarehouse, candle_consensus
from crypto_pipeline.warehouse.engines import Storage, file_for
from crypto_pipeline_tests.collection.backfill.walked import PAGES, exchange, series
from crypto_pipeline_tests.collection.collected import index

BEGIN = datetime(2026, 2, 3, tzinfo=timezone.utc)
HOUR = timedelta(hours=1)
NOW = datetime(2026, 3, 10, 12, 30, tzinfo=timezone.utc)


@pytest.fixture
def store(tmp_path: Path, empty_database: Path) -> Iterator[FileWarehouse]:
    """Open all the time: it would be opened for each statement."""
    shutil.copy(empty_database, tmp_path / "bank.duckdb")
    store = file_for(Storage(tmp_path / "bank.duckdb", 3.0, False))
    with store.open():
        yield store


def candles(
    hours: Iterable[int], symbol: str = "BTC", *, since: datetime = BEGIN, price: float = 100
) -> list[dict[str, Any]]:
    """Closed hours, as two exchanges have them."""
    return [
        {
            "provider": provider,
            "symbol": symbol,
            "interval": "1h",
            "timestamp": since + hour * HOUR,
            **dict.fromkeys(("open", "high", "low", "close"), price),
            "volume": 1.0,
            "currency": "USD",
            "is_final": True,
            "fetched_at": NOW,
            "collected_at": NOW,
        }
        for hour in hours
        for provider in ("past", "other")
    ]


@pytest.fixture
def pieces(monkeypatch: pytest.MonkeyPatch) -> list[tuple[tuple[str, ...], int, int]]:
    """Coins and hours of each piece whose consensus is taken; six candles of exchanges at once."""
    taken: list[tuple[tuple[str, ...], int, int]] = []
    take = candle_consensus.take_consensus

    def noted(store: Any, **wanted: Any) -> int:
        since, until = ((wanted[name] - BEGIN) // HOUR for name in ("since", "until"))
        taken.append((tuple(wanted["symbols"]), since, until))
        return take(store, **wanted)

    monkeypatch.setattr(candle_consensus, "take_consensus", noted)
    monkeypatch.setattr(candle_history, "CANDLES_AT_ONCE", 6)
    return taken


def past(store: FileWarehouse, symbols: str = "BTC ETH", since: str = "2026-02-01") -> int:
    wanted = series([exchange()], since=since, until="2026-02-20", symbols=symbols, intervals="1h")
    return take_past_consensus(store, wanted, "run", NOW)


def hours_of(store: FileWarehouse, symbol: str = "BTC") -> list[int]:
    rows = store.read("consensus_ohlc", where="symbol = ? ORDER BY timestamp", parameters=[symbol])
    return [(row["timestamp"] - BEGIN) // HOUR for row in rows]


def test_a_long_past_is_taken_in_pieces_of_equal_length_and_none_of_its_candles_is_left_out(
    store: FileWarehouse, pieces: list[tuple[tuple[str, ...], int, int]]
) -> None:
    store.merge({"cached_ohlc": candles(range(7))})
    assert past(store) == 7
    assert pieces == [(("BTC",), 0, 3), (("BTC",), 3, 6), (("BTC",), 6, 7)]
    assert hours_of(store) == list(range(7))
    assert past(store) == 0, "nothing has come since"


def test_coins_of_about_the_same_time_are_taken_together_as_many_as_fit(
    store: FileWarehouse, pieces: list[tuple[tuple[str, ...], int, int]]
) -> None:
    store.merge({"cached_ohlc": [*candles([5, 6], "ETH"), *candles([0], "BTC"), *candles([0, 2], "XMR")]})
    assert past(store, "BTC ETH XMR") == 5
    assert pieces == [(("BTC", "XMR"), 0, 3), (("ETH",), 5, 7)]


def test_the_pages_around_what_is_wanted_count_for_they_were_asked_for_as_a_whole(store: FileWarehouse) -> None:
    page = 100
    first = (datetime(2026, 2, 10, tzinfo=timezone.utc) - BEGIN) // HOUR
    end = (datetime(2026, 2, 20, tzinfo=timezone.utc) - BEGIN) // HOUR
    around = [first - page, first, end + page - 1]
    store.merge({"cached_ohlc": candles([first - page - 1, *around, end + page])})
    assert past(store, since="2026-02-10") == 3
    assert hours_of(store) == around


def test_coins_of_different_times_are_all_looked_at_and_what_has_no_candles_is_passed_over(
    store: FileWarehouse,
) -> None:
    early = series([exchange()], since="2026-02-01", until="2026-02-03", symbols="BTC", intervals="1h")
    late = series([exchange()], since="2026-02-25", until="2026-02-27", symbols="ETH", intervals="1h")
    other = [
        replace(one, spec=RequestSpec(f"fear and greed {number}", values))
        for number, (one, values) in enumerate(
            (one, values) for one in early for values in ({}, {"symbol": "BTC"}, {"interval": "1h"})
        )
    ]
    store.merge({"cached_ohlc": [*candles([1]), *candles([23 * 24], "ETH")]})
    assert take_past_consensus(store, other, "run", NOW) == 0
    assert take_past_consensus(store, [*late, *other, *early], "run", NOW) == 2


def test_after_a_collection_the_last_three_candles_are_taken_again_and_no_older_ones(store: FileWarehouse) -> None:
    now = BEGIN + 10 * HOUR
    store.merge({"cached_ohlc": candles(range(10))})
    assert take_newest_consensus(store, ["1h"], ["BTC", "ETH"], "first", now) == 10
    store.merge({"cached_ohlc": candles(range(10), price=101)})
    assert take_newest_consensus(store, ["1h"], ["BTC", "ETH"], "second", now) == 4
    rows = store.read("consensus_ohlc", where="true ORDER BY timestamp")
    assert [row["close"] for row in rows] == [100] * 6 + [101] * 4


def test_the_first_time_the_newest_candles_are_as_many_as_exchanges_give(store: FileWarehouse) -> None:
    now = BEGIN + (CANDLES + 5) * HOUR
    store.merge({"cached_ohlc": candles([0, 3, 4, CANDLES + 4])})
    assert take_newest_consensus(store, ["1h"], ["BTC"], "run", now) == 2
    assert hours_of(store) == [4, CANDLES + 4]


def test_gaps_are_looked_for_at_the_sources_that_were_asked_and_at_no_others(store: FileWarehouse) -> None:
    store.merge({"cached_ohlc": candles([0, 1, 2, 3, 6, 7, 8, 9])})
    wanted = series([exchange()], since="2026-02-01", until="2026-02-20", intervals="1h")
    none_of_candles = [replace(one, spec=RequestSpec("", {}, {"interval": "1h"})) for one in wanted]
    assert look_for_gaps(store, [exchange()], "run", NOW, series=none_of_candles) == 0
    assert look_for_gaps(store, [exchange()], "run", NOW, series=wanted) == 1
    assert [row["provider"] for row in store.read("candle_gaps")] == ["past"]
    assert look_for_gaps(store, [exchange()], "run", NOW) == 2


@pytest.mark.parametrize(("leaves_out", "kind"), [(True, "no_trades"), (False, "unexplained")])
def test_a_source_that_leaves_out_hours_without_trades_has_no_holes_there(
    store: FileWarehouse, leaves_out: bool, kind: str
) -> None:
    declared = exchange(replace(PAGES, leaves_out_empty=leaves_out))
    page = {
        "endpoint": declared.id,
        "ask": "BTC 1h",
        "source": "past",
        "symbol": "BTC",
        "interval": "1h",
        "from_at": BEGIN,
        "to_at": BEGIN + 10 * HOUR,
        "outcome": "ok",
        "refused": 0,
        "times_told": 1,
        "fetched_at": NOW,
    }
    store.merge({"cached_ohlc": candles([0, 1, 2, 3, 6, 7, 8, 9]), "history_pages": [page]})
    look_for_gaps(store, [declared, index("mood")], "run", NOW)
    assert {row["provider"]: row["kind"] for row in store.read("candle_gaps")}["past"] == kind
