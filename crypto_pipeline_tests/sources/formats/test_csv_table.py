"""Tables in CSV: names in the first line, values below, and nothing that may have been cut off."""

from __future__ import annotations

import contextlib
import tracemalloc

import pytest

from crypto_pipeline.sources.formats import csv_table


def test_values_are_found_by_their_names_also_quoted_ones() -> None:
    text = '\ufeffDate,"10 Yr"\r\n11/20/2026,"4.12"\r\n'
    assert list(csv_table.entries(text, "10 Yr")) == [{"Date": "11/20/2026", "10 Yr": "4.12"}]


@pytest.mark.parametrize("line", ["2026-11-21", "2026-11-21,1,2", ""])
def test_a_line_of_another_length_is_left_out(line: str) -> None:
    assert list(csv_table.entries(f"date,A\n{line}\n2026-11-20,4\n", "A")) == [{"date": "2026-11-20", "A": "4"}]


def test_a_last_line_without_its_end_may_have_been_cut_off_in_a_number() -> None:
    cut_off = "date,A\n2026-11-20,4.12\n2026-11-21,41"
    assert list(csv_table.entries(cut_off, "A")) == [{"date": "2026-11-20", "A": "4.12"}]


@pytest.mark.parametrize("text", ["", "null", "busy\n", '{"error": "busy"}\n', "date,B\n2026-11-20,4\n"])
def test_what_names_no_column_of_ours_is_no_table(text: str) -> None:
    with pytest.raises(ValueError, match="no table with A"):
        csv_table.entries(text, "A")


@pytest.mark.parametrize("first", ["date,B", "date,A"], ids=["no table", "table"])
def test_a_million_lines_are_never_held_together(first: str) -> None:
    text = f"{first}\n" + "1,2\n" * 1_000_000
    tracemalloc.start()
    try:
        with contextlib.suppress(ValueError):
            next(csv_table.entries(text, "A"))
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_a_line_has_at_most_65_536_characters() -> None:
    longest = f"2026-11-20,{'1' * (65_535 - len('2026-11-20,'))}"
    assert len(list(csv_table.entries(f"date,A\n{longest}\n", "A"))) == 1
    with pytest.raises(ValueError, match="no table: a line has 65537 characters"):
        list(csv_table.entries(f"date,A\n{longest}1\n", "A"))


@pytest.mark.parametrize("line", ["x" * 70_000, '"' + "\n" * 140_000], ids=["long", "quoted without end"])
def test_a_line_that_no_table_has_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="no table: "):
        list(csv_table.entries(f"date,A\n{line}\n", "A"))
