"""Windows of time: the grid on which pages lie, and what of a wanted time is not covered yet.

Belongs here: arithmetic with spans, in whole unix seconds.
Does not belong here: which spans are wanted (collection/backfill/series.py), requests (sources/kit/history.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crypto_pipeline.sources.kit import Span


def newest_first(wanted: Span, length: int, origin: int = 0) -> Iterator[Span]:
    """The windows of a grid that hold any of the wanted time, the newest first.

    :param length: seconds of a window.
    :param origin: a moment at which a window begins; the others follow from it.

    >>> [(w.start, w.end) for w in newest_first(Span(15, 31), 10)]
    [(30, 40), (20, 30), (10, 20)]
    """
    if not wanted:
        return
    last = (wanted.end - 1 - origin) // length
    first = (wanted.start - origin) // length
    for number in range(last, first - 1, -1):
        start = origin + number * length
        yield Span(start, start + length)


def without(wanted: Span, covered: Iterable[Span]) -> list[Span]:
    """What of a span is in none of the others, in the order of time.

    >>> without(Span(0, 10), [Span(2, 4), Span(3, 5), Span(9, 20)])
    [Span(start=0, end=2), Span(start=5, end=9)]
    """
    left: list[Span] = []
    begin = wanted.start
    for span in sorted(covered):
        if span.end <= begin or span.start >= wanted.end:
            continue
        if span.start > begin:
            left.append(Span(begin, span.start))
        begin = max(begin, span.end)
    if begin < wanted.end:
        left.append(Span(begin, wanted.end))
    return left


def hull(spans: Iterable[Span]) -> Span:
    """The shortest span that holds all of them. ValueError when there are none."""
    listed = list(spans)
    return Span(min(span.start for span in listed), max(span.end for span in listed))


def floor(moment: float, length: int, origin: int = 0) -> int:
    """The last moment of a grid that is not after this one.

    >>> floor(59, 60), floor(60, 60)
    (0, 60)
    """
    return int((moment - origin) // length) * length + origin
