"""Rows become the same batch a column at a time as one by one."""

from __future__ import annotations

import math
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.schema.columns import columns_of, joined
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.schema.tables.shared import REGION
from crypto_pipeline.warehouse import batches

AT = datetime(2024, 3, 4, 5, tzinfo=timezone.utc)


class Word(str, Enum):
    """Of an Enum its value is stored."""

    HOUR = "1h"


ODD: list[Any] = [
    None, True, False, 0, 1, 2**63, -1.5, 3.0, math.nan, math.inf, Decimal("1.5"), "", "x", "\ud83d", Word.HOUR, [], {}, AT,
    AT.replace(tzinfo=None), AT.astimezone(timezone(timedelta(hours=2))),
]  # fmt: skip
NAMES = [*TABLES["cached_ohlc"].column_names, "colour"]


def candle(number: int) -> dict[str, Any]:
    return {
        "provider": "binance",
        "symbol": "BTC" if number % 3 else "ETH",
        "interval": "1h",
        "timestamp": AT + timedelta(hours=number),
        "open": 1.5,
        "high": 2 if number % 2 else 2.5,
        "volume": None,
        "trades": 7 if number % 2 else None,
        "is_final": True,
        "fetched_at": AT,
    }


@given(
    st.integers(0, 5),
    st.lists(st.tuples(st.integers(0, 4), st.sampled_from(NAMES), st.sampled_from(ODD)), max_size=3),
    st.booleans(),
)
def test_whatever_stands_in_the_rows(count: int, changes: list[tuple[int, str, Any]], twice: bool) -> None:
    rows = [candle(number) for number in range(count)]
    for place, name, value in changes:
        if place < count:
            rows[place][name] = value
    rows = rows * 2 if twice else rows
    made, misfits = batches.batch_of(TABLES["cached_ohlc"], rows)
    with patch.object(batches, "_whole_batch", lambda *_, **__: None):
        one_by_one, likewise = batches.batch_of(TABLES["cached_ohlc"], rows)
    assert repr(misfits) == repr(likewise)
    assert {name: list(values) for name, values in made.columns.items()} == {
        name: list(values) for name, values in one_by_one.columns.items()
    }


def test_numbers_that_one_part_of_the_rows_lacks_are_missing_there() -> None:
    parts = [columns_of("cached_ohlc", [candle(0) | {"volume_quote": 2.0}]), columns_of("cached_ohlc", [candle(1)])]
    made, misfits = batches.batch_of(TABLES["cached_ohlc"], joined(parts))
    assert (made.columns["volume_quote"], misfits) == ([2.0, None], [])


@pytest.mark.parametrize("name", ["data_collections", "source_health"])
@given(regions=st.lists(st.sampled_from(["says nothing", None, "eu"]), max_size=4))
def test_rows_that_say_no_region_are_of_this_one(name: str, regions: list[str | None]) -> None:
    rows: list[dict[str, Any]] = [{"endpoint": f"{number}"} for number in range(len(regions))]
    for row, region in zip(rows, regions, strict=True):
        if name == "data_collections":
            row["run_id"] = "a"
        if region != "says nothing":
            row[REGION.name] = region
    made, misfits = batches.batch_of(TABLES[name], rows, "us")
    with patch.object(batches, "_whole_batch", lambda *_, **__: None):
        one_by_one, likewise = batches.batch_of(TABLES[name], rows, "us")
    assert repr(misfits) == repr(likewise)
    assert {column: list(values) for column, values in made.columns.items()} == {
        column: list(values) for column, values in one_by_one.columns.items()
    }
