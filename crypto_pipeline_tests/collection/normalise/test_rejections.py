"""Rejected rows are counted all, and kept in bounds."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from crypto_pipeline.collection.errors import FutureError, TooOldError
from crypto_pipeline.collection.normalise.context import Normalised
from crypto_pipeline.collection.normalise.rejections import shown
from crypto_pipeline.schema.rows import Quote

MOST_ROWS = 20_000
MOST_KEPT = 20
REASON_CHARACTERS = 300
ROW_CHARACTERS = 500

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(max_examples=40)  # each takes a while to make
@given(PLAIN)
def test_a_row_is_shown_as_python_writes_it_and_cut(row: object) -> None:
    whole = str(row)
    assert shown(row) == (whole if len(whole) <= ROW_CHARACTERS else f"{whole[: ROW_CHARACTERS - 3]}...")


def test_a_declared_row_is_shown_without_what_it_does_not_say() -> None:
    assert shown(Quote("BTC-USD", last="1")) == "{'pair': 'BTC-USD', 'last': '1'}"


def test_the_cut_comes_after_exactly_so_many_characters() -> None:
    assert shown("x" * ROW_CHARACTERS) == "x" * ROW_CHARACTERS
    assert shown("x" * (ROW_CHARACTERS + 1)) == "x" * (ROW_CHARACTERS - 3) + "..."


def test_a_row_that_is_nested_without_end_is_shown_in_part() -> None:
    row: list[object] = []
    row.append(row)
    assert shown(row) == "[" * 51 + "..." + "]" * 51


def test_the_first_rejected_rows_are_kept_and_all_are_counted() -> None:
    one, other = Normalised(), Normalised()
    for number in range(MOST_KEPT + 1):
        why = f"reason {number} {'x' * REASON_CHARACTERS}"
        one.reject("market_prices", why if number else TooOldError(why, timedelta(hours=2)), {"number": number})
    other.reject("market_prices", TooOldError("another", timedelta(hours=3)), "row")
    assert [len(one.rejected), one.rejected_count, one.stale_count] == [MOST_KEPT, MOST_KEPT + 1, 1]
    assert {len(rejected.reason) for rejected in one.rejected} == {REASON_CHARACTERS}
    other.extend(one)
    assert [len(other.rejected), other.rejected_count, other.stale_count] == [MOST_KEPT, MOST_KEPT + 2, 2]
    assert [rejected.row for rejected in other.rejected[:3]] == ["row", "{'number': 0}", "{'number': 1}"]
    assert other.rejected[0].reason == "another"
    assert other.clock_off == timedelta(hours=2)
    other.reject("market_prices", FutureError("not yet", timedelta(hours=-1)), "row")
    assert (other.clock_off, other.future_count) == (timedelta(hours=-1), 1)
    without = other.only_rejected()
    assert (without.rows, without.rejected_count) == ({}, MOST_KEPT + 3)


def test_rows_beyond_the_most_are_counted_as_rejected() -> None:
    normalised = Normalised()
    for number in range(MOST_ROWS + 2):
        normalised.add("cached_ohlc", {"number": number})
    assert (len(normalised.rows["cached_ohlc"]), normalised.rejected_count) == (MOST_ROWS, 2)
    assert normalised.rejected[0].row == f"{{'number': {MOST_ROWS}}}"
