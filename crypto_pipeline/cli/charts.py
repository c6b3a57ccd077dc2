"""Charts in a terminal, as lines of plain text.

Belongs here: bars that begin at zero, lines over time in which a gap stays a gap.
Does not belong here: what is drawn, and whether (cli/query.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timezone
from itertools import pairwise
from math import ceil, floor, log10
from statistics import median

MOST_BARS = 40
HEIGHT = 18
_TICKS = 5
_GAP = 1.5
"""Two points further apart than this many times the usual distance are not joined: nobody said what was between them."""
_LONG_SPAN = 3 * 86_400
_LEAST_BAR = 10

Number = float | int


def bars(labels: Sequence[str], values: Sequence[Number | None], unit: str, width: int) -> Iterator[str]:
    """One bar a value, from zero to the right, or to the left where it is negative, with its number beside it.

    A missing value has no bar. Of more than MOST_BARS the first are drawn, and the last line says so.
    """
    drawn = list(zip(labels, values, strict=True))[:MOST_BARS]
    numbers = ["" if value is None else _short(value) for _, value in drawn]
    names = [label if len(label) <= width // 3 else label[: width // 3 - 1] + "…" for label, _ in drawn]
    wide_name, wide_number = max(map(len, names), default=0), max(map(len, numbers), default=0)
    room = max(_LEAST_BAR, width - wide_name - wide_number - 4)
    there = [value for _, value in drawn if value is not None]
    below, above = -min([0.0, *there]), max([0.0, *there])
    left = ceil(room * below / (below + above)) if below else 0
    cells = min([side / most for side, most in ((left, below), (room - left, above)) if most], default=0.0)
    yield f"{'':{wide_name}}  {unit}"
    for name, number, (_, value) in zip(names, numbers, drawn, strict=True):
        filled = int(abs(value or 0.0) * cells * 2 + 0.5)  # half cells
        before = f"{'▐' * (filled % 2)}{'█' * (filled // 2)}".rjust(left) if value and value < 0 else " " * left
        after = f"{'█' * (filled // 2)}{'▌' * (filled % 2)}" if value and value > 0 else ""
        yield f"{name:{wide_name}}  {number:>{wide_number}} {before}│{after}".rstrip()
    if len(values) > MOST_BARS:
        yield f"{'':{wide_name}}  and {len(values) - MOST_BARS} more"


def line(times: Sequence[datetime], values: Sequence[Number | None], unit: str, width: int) -> Iterator[str]:
    """A line through the values over time, in UTC, the oldest first. The axis begins where the values do, not at zero."""
    import plotext

    figure = plotext.figure
    figure.clear()
    figure.theme("colorless")
    figure.plot_size(width, HEIGHT)
    seconds = [time.timestamp() for time in times]
    for piece in _unbroken(seconds, values):
        figure.draw(figure.signal(*zip(*piece, strict=True), marker="braille").lines())
    figure.ruler("x").ticks(*_times(seconds))
    figure.ruler("y").ticks(*_numbers([value for value in values if value is not None]))
    yield f"{unit}; times are UTC"
    yield from (row.rstrip() for row in figure.build().string(colorless=True).splitlines())


def _unbroken(seconds: Sequence[float], values: Iterable[Number | None]) -> list[list[tuple[float, Number]]]:
    usual = median(later - earlier for earlier, later in pairwise(seconds)) if len(seconds) > 1 else 0.0
    pieces: list[list[tuple[float, Number]]] = []
    last: float | None = None
    for second, value in zip(seconds, values, strict=True):
        if value is None:
            last = None
            continue
        if last is None or second - last > usual * _GAP:
            pieces.append([])
        pieces[-1].append((second, value))
        last = second
    return pieces


def _times(seconds: Sequence[float]) -> tuple[list[float], list[str]]:
    form = "%Y-%m-%d" if seconds[-1] - seconds[0] > _LONG_SPAN else "%m-%d %H:%M"
    at = _between(seconds[0], seconds[-1])
    return at, [datetime.fromtimestamp(second, timezone.utc).strftime(form) for second in at]


def _numbers(values: Sequence[Number]) -> tuple[list[float], list[str]]:
    at = _between(min(values, default=0.0), max(values, default=0.0))
    decimals = max(0, 1 - floor(log10(at[1] - at[0]))) if len(at) > 1 else 2
    return at, [f"{value:,.{decimals}f}" for value in at]


def _between(first: float, last: float) -> list[float]:
    if first == last:
        return [first]
    return [first + (last - first) * number / (_TICKS - 1) for number in range(_TICKS)]


def _short(value: Number) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
