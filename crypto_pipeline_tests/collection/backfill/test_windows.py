"""Windows lie on a grid, and what is covered is taken out of what is wanted."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from crypto_pipeline.collection.backfill.windows import floor, hull, newest_first, without
from crypto_pipeline.sources.kit import Span

moments = st.integers(-1000, 1000)
spans = st.builds(lambda a, b: Span(min(a, b), max(a, b)), moments, moments)


@given(spans, st.integers(1, 300), moments)
def test_every_wanted_moment_lies_in_one_window_and_windows_follow_one_another(
    wanted: Span, length: int, origin: int
) -> None:
    windows = list(newest_first(wanted, length, origin))
    assert all(window.end - window.start == length and (window.start - origin) % length == 0 for window in windows)
    assert all(newer.start == older.end for newer, older in pairwise(windows))
    assert all(window.start < wanted.end and wanted.start < window.end for window in windows)
    assert bool(windows) is bool(wanted)
    assert list(range(wanted.start, wanted.end)) == [
        moment for window in reversed(windows) for moment in range(window.start, window.end) if moment in wanted
    ]


@given(st.integers(1, 300), moments, st.integers(1, 50))
def test_a_window_is_the_same_whatever_part_of_it_is_wanted(length: int, start: int, part: int) -> None:
    whole = next(newest_first(Span(start, start + length), length))
    assert next(newest_first(Span(whole.end - min(part, length), whole.end), length)) == whole


@given(spans, st.lists(spans, max_size=6))
def test_what_is_left_is_wanted_and_not_covered_to_the_moment(wanted: Span, covered: list[Span]) -> None:
    left = without(wanted, covered)
    expected = [moment for moment in range(wanted.start, wanted.end) if not any(moment in span for span in covered)]
    assert [moment for span in left for moment in range(span.start, span.end)] == expected
    assert all(left)


def test_the_hull_holds_all_spans() -> None:
    assert hull([Span(5, 7), Span(1, 2)]) == Span(1, 7)


@given(st.integers(0, 10**9), st.integers(1, 10**6), st.integers(0, 10**6))
def test_the_last_moment_of_a_grid_is_less_than_a_step_away(moment: int, length: int, origin: int) -> None:
    found = floor(moment, length, origin)
    assert 0 <= moment - found < length
    assert (found - origin) % length == 0
