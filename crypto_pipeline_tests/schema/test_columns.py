"""Rows that are held as columns are the rows that they were made of."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.schema.columns import Columns, columns_of, joined, rows_of_all

AT = datetime(2024, 3, 4, 5, 6, 7, 890123, tzinfo=timezone.utc)
VALUES = st.fixed_dictionaries(
    {
        "symbol": st.sampled_from(["BTC", "ETH"]),
        "timestamp": st.sampled_from([AT, AT + timedelta(hours=1), AT - timedelta(days=20_000)]),
        "open": st.none() | st.floats(allow_nan=False),
        "trades": st.none() | st.integers(-(2**63), 2**63 - 1),
        "pair": st.none() | st.text(max_size=3),
        "is_final": st.none() | st.booleans(),
    }
)
ROWS = st.lists(VALUES, min_size=1, max_size=3)


@given(ROWS)
def test_what_goes_in_comes_out(rows: list[dict[str, Any]]) -> None:
    assert list(columns_of("cached_ohlc", rows)) == rows


@given(st.lists(ROWS, min_size=1, max_size=3))
def test_parts_joined_are_their_rows_one_after_another(parts: list[list[dict[str, Any]]]) -> None:
    whole = joined([columns_of("cached_ohlc", part) for part in parts])
    assert list(whole) == [row for part in parts for row in part]


def test_a_part_that_lacks_a_column_has_nothing_there() -> None:
    whole = joined(
        [columns_of("cached_ohlc", [{"symbol": "BTC", "open": 1.5}]), columns_of("cached_ohlc", [{"symbol": "ETH"}])]
    )
    assert list(whole) == [{"symbol": "BTC", "open": 1.5}, {"symbol": "ETH", "open": None}]


@given(ROWS, st.data())
def test_only_some_rows_keep_their_order(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    wanted = data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    kept = columns_of("cached_ohlc", rows).only(wanted)
    assert list(kept) == [row for row, is_wanted in zip(rows, wanted, strict=True) if is_wanted]
    assert len(kept) == sum(wanted)


def test_marks_are_on_every_row() -> None:
    marked = columns_of("cached_ohlc", [{"symbol": "BTC"}, {"symbol": "ETH"}]).marked(
        {"run_id": "r", "collected_at": AT}
    )
    assert [(row["symbol"], row["run_id"], row["collected_at"]) for row in marked] == [
        ("BTC", "r", AT),
        ("ETH", "r", AT),
    ]


def test_nothing_cannot_be_joined() -> None:
    parts: list[Columns] = []
    with pytest.raises(ValueError, match="no rows"):
        joined(parts)


@given(ROWS, st.data())
def test_columns_are_a_sequence_of_their_rows(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    columns = columns_of("cached_ohlc", rows)
    place = data.draw(st.integers(-len(rows), len(rows) - 1))
    assert columns[place] == {name: rows[place][name] for name in columns.values}
    assert list(columns[place:]) == rows[place:]
    with pytest.raises(IndexError):
        columns[len(rows)]


@given(st.lists(st.tuples(st.booleans(), ROWS), max_size=3))
def test_rows_of_all_parts_are_the_same_whichever_of_them_are_columns(
    parts: list[tuple[bool, list[dict[str, Any]]]],
) -> None:
    mixed = [columns_of("cached_ohlc", rows) if is_columns else rows for is_columns, rows in parts]
    whole = rows_of_all("cached_ohlc", mixed)
    assert list(whole) == [row for _, rows in parts for row in rows]
    assert isinstance(whole, Columns) == any(is_columns for is_columns, _ in parts)
