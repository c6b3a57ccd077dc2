"""CSV answers: lines under one line of names.

Belongs here: the entries of such an answer, by name.
Does not belong here: what a column means (providers/).

Lines are read one by one and let go of: an answer of nothing but short lines, held as a whole, takes forty times its size.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator

LONGEST_LINE = 64 * 1024
"""Characters. The longest honest one, the names of a table, has some hundred."""


def entries(text: str, *needed: str) -> Iterator[dict[str, str]]:
    """The lines below the first one, each by the names that stand there.

    A line that holds more or fewer values than there are names is left out, and so is a last line without its end: it may have
    been cut off in the middle of a number.

    :param needed: names of which at least one must be there.
    :raises ValueError: the first line has none of these, so it is no such table; or a line is longer than any of such a table.

    >>> list(entries("date,A\\n2026-11-20,4.12\\n2026-11-21,4.1", "A"))
    [{'date': '2026-11-20', 'A': '4.12'}]
    """
    lines = _read(_whole_lines(text))
    names = [name.strip() for name in next(lines, [])]
    if not set(needed) & set(names):
        raise ValueError(f"no table with {' or '.join(needed)}: {text[:60]!r}")
    return (dict(zip(names, line, strict=True)) for line in lines if len(line) == len(names))


def _read(lines: Iterator[str]) -> Iterator[list[str]]:
    try:
        yield from csv.reader(lines)
    except csv.Error as error:
        raise ValueError(f"no table: {error}") from None


def _whole_lines(text: str) -> Iterator[str]:
    """The lines that have an end, with it."""
    start = len("\ufeff") if text.startswith("\ufeff") else 0
    while end := text.find("\n", start) + 1:
        if end - start > LONGEST_LINE:
            raise ValueError(f"no table: a line has {end - start} characters")
        yield text[start:end]
        start = end
