"""CSV answers: lines under one line of names.

Belongs here: the entries of such an answer, by name.
Does not belong here: what a column means (providers/).
"""

from __future__ import annotations

import csv
import io


def entries(text: str, *needed: str) -> list[dict[str, str]]:
    """The lines below the first one, each by the names that stand there.

    A line that holds more or fewer values than there are names is left out, and so is a last line without its end: it may have
    been cut off in the middle of a number.

    :param needed: names of which at least one must be there.
    :raises ValueError: the first line has none of these, so it is no such table.

    >>> entries("date,A\\n2026-11-20,4.12\\n2026-11-21,4.1", "A")
    [{'date': '2026-11-20', 'A': '4.12'}]
    """
    whole = text[: text.rfind("\n") + 1]
    names, *lines = csv.reader(io.StringIO(whole.removeprefix("\ufeff"))) if whole else [[]]
    names = [name.strip() for name in names]
    if not set(needed) & set(names):
        raise ValueError(f"no table with {' or '.join(needed)}: {text[:60]!r}")
    return [dict(zip(names, line, strict=True)) for line in lines if len(line) == len(names)]
