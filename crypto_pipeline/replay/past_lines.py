"""The answer to a request for the past of a table in CSV: a line for each of its days, made after the recorded ones.

Belongs here: tables whose first column is the time.
Does not belong here: answers in JSON (replay/past_entries.py), which moments there are (replay/world.py).
"""

from __future__ import annotations

from crypto_pipeline.collection.normalise.values import moment
from crypto_pipeline.replay.times import moved


def lines_of(recorded: str, moments: list[int]) -> str:
    """The recorded table with lines of these moments, given in the order of time, in the order in which the source has them.

    Each is the recorded line that says most, moved to its day.
    """
    names, *lines = recorded.splitlines()
    model = max(lines, key=lambda line: sum(bool(value) for value in line.split(",")))
    time, _, values = model.partition(",")
    at, first, last = (_unix(one.partition(",")[0]) for one in (model, lines[0], lines[-1]))
    ordered = moments if first <= last else moments[::-1]
    return "\n".join([names, *(f"{moved(time, one - at)},{values}" for one in ordered), ""])


def _unix(time: str) -> int:
    """A day as such tables write it, in unix seconds. Raises ValueError for what is none."""
    month, _, rest = time.partition("/")
    day, _, year = rest.partition("/")
    when = moment(f"{year}-{month}-{day}" if year else time)
    if when is None:
        raise ValueError(f"{time!r} is no day")
    return int(when.timestamp())
