"""Charts do not lie: bars begin at zero, gaps stay gaps, every number has its unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone

import pytest

from crypto_pipeline.cli import charts

NOON = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)
BRAILLE = {chr(code) for code in range(0x2801, 0x2900)}


def bars(labels: list[str], values: Sequence[float | None], width: int = 60) -> list[str]:
    return list(charts.bars(labels, values, "USD", width))


def length(line: str) -> float:
    return line.count("█") + (line.count("▌") + line.count("▐")) / 2


def test_bars_begin_at_zero_and_are_as_long_as_their_numbers() -> None:
    unit, ten, five, nothing = bars(["a", "b", "c"], [10.0, 5.0, 0.0])
    assert unit.strip() == "USD"
    assert length(ten) == 2 * length(five) > 0
    assert length(nothing) == 0
    assert [line.split()[:2] for line in (ten, five)] == [["a", "10"], ["b", "5"]]


def test_large_numbers_that_differ_little_do_not_look_different() -> None:
    _, one, other = bars(["a", "b"], [64_000.0, 64_001.0])
    assert length(one) == length(other)
    assert ("64,000" in one, "64,001" in other) == (True, True)


def test_negative_bars_go_to_the_other_side_of_the_same_zero() -> None:
    _, up, down = bars(["up", "down"], [1.0, -1.0])
    assert up.index("│") == down.index("│")
    assert up.index("█") > up.index("│")
    assert down.index("█") < down.index("│")
    assert abs(length(up) - length(down)) <= 0.5


def test_a_missing_value_has_no_bar_and_no_number() -> None:
    _, there, missing = bars(["a", "b"], [3.0, None])
    assert length(there) > 0
    assert missing.split() == ["b", "│"]
    assert [length(line) for line in bars(["a"], [None])] == [0, 0]


def test_of_many_bars_the_first_are_drawn_and_the_rest_is_told() -> None:
    lines = bars([str(number) for number in range(100)], [1.0] * 100)
    assert len(lines) == charts.MOST_BARS + 2
    assert lines[-1].strip() == "and 60 more"


@pytest.mark.parametrize("width", [30, 60, 200])
def test_bars_fit_into_the_terminal_and_so_do_long_names(width: int) -> None:
    lines = bars(["a name that is much longer than there is room for", "b"], [1.0, -2.0], width)
    assert max(map(len, lines)) <= width
    assert len(lines[2]) > width / 3


def line(minutes: Iterable[int], values: Sequence[float | None], width: int = 60) -> list[str]:
    times = [NOON + timedelta(minutes=minute) for minute in minutes]
    return list(charts.line(times, values, "USD", width))


def drawn_columns(lines: list[str]) -> set[int]:
    return {column for row in lines[1:] for column, character in enumerate(row) if character in BRAILLE}


def test_a_line_says_its_unit_its_numbers_and_its_times_in_utc() -> None:
    lines = line(range(0, 300, 5), [100.0 + minute for minute in range(60)])
    assert lines[0] == "USD; times are UTC"
    assert "11-24 12:00" in lines[-1]
    assert any("159" in row for row in lines)
    assert max(map(len, lines)) <= 60


@pytest.mark.parametrize(
    ("minutes", "values"),
    [
        ([*range(0, 100, 5), *range(200, 300, 5)], [1.0] * 40),
        (range(0, 300, 5), [None if 20 <= number < 40 else 1.0 for number in range(60)]),
    ],
)
def test_a_gap_stays_a_gap(minutes: Iterable[int], values: Sequence[float | None]) -> None:
    columns = drawn_columns(line(minutes, values))
    inside = set(range(min(columns), max(columns) + 1))
    assert 10 < len(inside - columns) < 25
    whole = drawn_columns(line(range(0, 300, 5), [1.0] * 60))
    assert set(range(min(whole), max(whole) + 1)) == whole


def test_a_single_point_and_lonely_points_are_drawn() -> None:
    assert len(drawn_columns(line([0], [5.0]))) >= 1
    assert len(drawn_columns(line([0, 5, 10], [1.0, None, 1.0]))) == 2


def test_days_are_written_as_days() -> None:
    assert "2026-11-24" in line(range(0, 60 * 24 * 10, 60 * 24), [1.0] * 10)[-1]
