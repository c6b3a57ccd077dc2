"""Tables in CSV of any days, after a recorded one."""

from __future__ import annotations

from crypto_pipeline.replay.past_lines import lines_of

DAY = 86_400
NEW_YEAR = 1_767_225_600
"""Of 2026."""


def test_each_day_has_the_line_that_says_most_in_the_order_of_the_source() -> None:
    recorded = "date,A,B\n2026-11-19,,\n2026-11-20,4,\n2026-11-21,5,6\n"
    assert lines_of(recorded, [NEW_YEAR - DAY, NEW_YEAR]) == "date,A,B\n2025-12-31,5,6\n2026-01-01,5,6\n"


def test_a_table_that_begins_with_the_newest_day_keeps_doing_so() -> None:
    recorded = 'Date,"1 Mo"\n11/20/2026,3.81\n11/19/2026,3.8\n'
    assert lines_of(recorded, [NEW_YEAR - DAY, NEW_YEAR]) == 'Date,"1 Mo"\n01/01/2026,3.81\n12/31/2025,3.81\n'


def test_no_day_is_a_table_of_names_alone() -> None:
    assert lines_of("date,A\n2026-11-20,4\n", []) == "date,A\n"
