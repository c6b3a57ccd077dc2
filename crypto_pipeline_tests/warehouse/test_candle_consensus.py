"""The consensus of candles is what most of the traded value says, and encloses itself."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto_pipeline.warehouse.candle_consensus import Outdated, candle_consensus, outdated_consensus, take_consensus
from crypto_pipeline.warehouse.duckdb import DuckDBWarehouse
from crypto_pipeline_tests.held import emptied

AT = datetime(2024, 3, 4, 5, tzinfo=timezone.utc)


def candle(
    provider: str, price: float, volume: float | None = 1.0, *, high: float | None = None, **more: object
) -> dict[str, object]:
    """One closed hour of BTC at an exchange."""
    return {
        "provider": provider,
        "symbol": "BTC",
        "interval": "1h",
        "timestamp": AT,
        "open": price,
        "high": high or price,
        "low": price,
        "close": price,
        "currency": "USD",
        "volume": volume,
        "is_final": True,
        "fetched_at": AT,
        **more,
    }


def consensus(store: DuckDBWarehouse, *rows: dict[str, object]) -> dict[str, Any] | None:
    """The consensus of the hour, None where there is none."""
    store.merge({"cached_ohlc": rows})
    made = candle_consensus(store, interval="1h", symbols=["BTC"], since=AT, until=AT + timedelta(hours=1))
    return next(iter(made), None)


def test_half_of_the_traded_value_lies_on_either_side(held: DuckDBWarehouse) -> None:
    made = consensus(held, candle("a", 100, 1), candle("b", 101, 1), candle("c", 102, 5))
    assert made is not None
    assert (made["close"], made["providers"], made["volume"]) == (102, 3, 7)


def test_a_close_that_is_far_off_is_left_out_and_named(held: DuckDBWarehouse) -> None:
    made = consensus(held, candle("a", 100), candle("b", 101), candle("fake", 50, 1000))
    assert made is not None
    assert (made["providers"], made["outliers"], made["volume"]) == (2, "fake", 2)


def test_the_value_is_in_dollars_and_where_both_halves_weigh_the_same_the_lower_price_is_told(
    held: DuckDBWarehouse,
) -> None:
    columns = ("open", "high", "low", "close")
    dearer = consensus(held, candle("a", 100, 1.02), candle("b", 104, 1))
    assert dearer is not None
    assert [dearer[column] for column in columns] == [104] * 4
    assert dearer["spread_percent"] == pytest.approx(4 / 104 * 100)
    equal = consensus(held, candle("a", 100, 1.04), candle("b", 104, 1))
    assert equal is not None
    assert [equal[column] for column in columns] == [100] * 4


def test_a_close_may_be_a_twentieth_off_the_middle_on_either_side(held: DuckDBWarehouse) -> None:
    near = [candle("a", 100), candle("b", 100), candle("c", 100)]
    later = candle("late", 500, timestamp=AT + timedelta(hours=1))  # of the next hour
    made = consensus(held, *near, candle("d", 104.9), candle("e", 95.1), candle("z", 105.1), candle("y", 94.9), later)
    assert made is not None
    assert (made["providers"], made["outliers"]) == (5, "y,z")


def test_one_exchange_alone_is_said_to_be_alone(held: DuckDBWarehouse) -> None:
    made = consensus(held, candle("a", 100))
    assert made is not None
    assert (made["providers"], made["spread_percent"], made["outliers"]) == (1, 0, None)


def test_contracts_open_candles_and_other_monies_do_not_count(held: DuckDBWarehouse) -> None:
    assert (
        consensus(
            held,
            candle("kraken_perpetual", 100),
            candle("upbit", 140_000_000, currency="KRW"),
            candle("a", 101, is_final=False),
        )
        is None
    )


def test_a_candle_without_a_volume_counts_little(held: DuckDBWarehouse) -> None:
    made = consensus(held, candle("a", 100, None), candle("b", 101, None), candle("c", 102, 1))
    assert made is not None
    assert made["close"] == 102


@pytest.mark.parametrize(("dollars", "close"), [(1.5, 101), (2.5, 102)])
def test_a_candle_without_a_volume_counts_for_one_dollar(held: DuckDBWarehouse, dollars: float, close: float) -> None:
    made = consensus(held, candle("a", 100, None), candle("b", 101, None), candle("c", 102, dollars / 102))
    assert made is not None
    assert made["close"] == close


def test_open_high_low_and_close_are_each_the_middle_of_what_is_said_of_it(held: DuckDBWarehouse) -> None:
    made = consensus(
        held,
        candle("a", 99, open=98, high=103, low=94),
        candle("b", 101, open=100, high=105, low=96),
        candle("c", 100, open=99, high=104, low=95),
    )
    assert made is not None
    assert [made[column] for column in ("open", "high", "low", "close")] == [99, 104, 95, 100]


def test_where_both_halves_weigh_the_same_the_lower_of_each_figure_is_told(held: DuckDBWarehouse) -> None:
    made = consensus(held, candle("a", 100, open=99, high=110, low=90), candle("b", 100, open=98, high=120, low=95))
    assert made is not None
    assert [made[column] for column in ("open", "high", "low", "close")] == [98, 110, 90, 100]


@settings(max_examples=8)
@given(st.lists(st.tuples(st.floats(95, 105), st.floats(95, 105), st.floats(0.1, 50)), min_size=1, max_size=6))
def test_high_and_low_enclose_open_and_close_and_each_was_said_by_somebody(
    held: DuckDBWarehouse, said: list[tuple[float, float, float]]
) -> None:
    rows = [
        candle(f"p{number}", close, volume, open=opened, high=max(opened, close), low=min(opened, close))
        for number, (opened, close, volume) in enumerate(said)
    ]
    made = consensus(emptied(held), *rows)
    assert made is not None
    assert made["low"] <= min(made["open"], made["close"]) <= max(made["open"], made["close"]) <= made["high"]
    assert made["close"] in {close for _, close, _ in said}


def test_candles_that_came_after_the_consensus_was_taken_are_known_whoever_stored_them(held: DuckDBWarehouse) -> None:
    store = held
    ask = partial(
        outdated_consensus, store, interval="1h", symbols=["BTC", "ETH"], since=AT, until=AT + timedelta(hours=5)
    )
    opened = int(AT.timestamp())
    store.merge(
        {
            "cached_ohlc": [
                candle("a", 100, collected_at=AT),
                candle("a", 100, timestamp=AT + timedelta(hours=2), collected_at=AT),
            ]
        }
    )
    assert ask() == {"BTC": Outdated(opened, opened + 7200, 2)}
    made = candle_consensus(store, interval="1h", symbols=["BTC"], since=AT, until=AT + timedelta(hours=5))
    store.merge({"consensus_ohlc": made.marked({"collected_at": AT + timedelta(minutes=1)})})
    assert ask() == {}
    store.merge({"cached_ohlc": [candle("b", 101, collected_at=AT + timedelta(minutes=2))]})
    store.merge({"cached_ohlc": [candle("b_perpetual", 101, symbol="ETH", collected_at=AT)]})
    assert ask() == {"BTC": Outdated(opened, opened, 3)}


def test_what_is_stored_is_what_is_computed_of_one_exchange_and_of_several(held: DuckDBWarehouse) -> None:
    store = held
    later = AT + timedelta(hours=1)
    several = [candle("a", 100), candle("b", 101, 5), candle("fake", 50)]
    store.merge({"cached_ohlc": [*several, candle("a", 103, None, high=104, timestamp=later)]})
    until = AT + timedelta(hours=2)
    assert take_consensus(store, interval="1h", symbols=["BTC"], since=AT, until=until, run_id="r", now=later) == 2
    computed = candle_consensus(store, interval="1h", symbols=["BTC"], since=AT, until=until)
    assert len(candle_consensus(store, interval="1h", symbols=["BTC"], since=AT, until=later)) == 1
    marks = {"collected_at": later, "run_id": "r"}
    assert store.read("consensus_ohlc", where="true ORDER BY timestamp") == [{**row, **marks} for row in computed]
