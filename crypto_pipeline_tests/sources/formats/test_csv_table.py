"""Tables in CSV: names in the first line, values below, and nothing that may have been cut off."""

from __future__ import annotations

import pytest

from crypto_pipeline.sources.formats import csv_table


def test_values_are_found_by_their_names_also_quoted_ones() -> None:
    text = '\ufeffDate,"10 Yr"\r\n11/20/2026,"4.12"\r\n'
    assert csv_table.entries(text, "10 Yr") == [{"Date": "11/20/2026", "10 Yr": "4.12"}]


@pytest.mark.parametrize("line", ["2026-11-21", "2026-11-21,1,2", ""])
def test_a_line_of_another_length_is_left_out(line: str) -> None:
    assert csv_table.entries(f"date,A\n{line}\n2026-11-20,4\n", "A") == [{"date": "2026-11-20", "A": "4"}]


def test_a_last_line_without_its_end_may_have_been_cut_off_in_a_number() -> None:
    assert csv_table.entries("date,A\n2026-11-20,4.12\n2026-11-21,41", "A") == [{"date": "2026-11-20", "A": "4.12"}]


@pytest.mark.parametrize("text", ["", "null", "busy\n", '{"error": "busy"}\n', "date,B\n2026-11-20,4\n"])
def test_what_names_no_column_of_ours_is_no_table(text: str) -> None:
    with pytest.raises(ValueError, match="no table with A"):
        csv_table.entries(text, "A")
