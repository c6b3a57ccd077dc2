"""Rows that were not believed, as a person sees them.

Belongs here: a rejected row with its reason, how much of it is kept.
Does not belong here: why a row is rejected (collection/normalise/objections.py, collection/normalise/markets.py, ...).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, is_dataclass

MOST_KEPT = 20
"""Rejected rows of one endpoint that are kept to be looked at; of the others only the number is. One answer can hold a million."""
ROW_CHARACTERS = 500
REASON_CHARACTERS = 300
_DEEPEST = 50


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not believed, and why."""

    table: str
    reason: str
    row: object
    """The row as text, cut after ROW_CHARACTERS: a source decides how large it is."""
    stale: bool = False
    """It was rejected for its age alone."""


def cut(text: str, longest: int) -> str:
    """The text, or its beginning and three dots."""
    return text if len(text) <= longest else f"{text[: longest - 3]}..."


def shown(row: object) -> str:
    """A row as text: what it holds under its names, without what is missing.

    Written piece by piece until there is enough, so that a row of many megabytes costs no more than another.
    """
    if hasattr(row, "_asdict"):
        row = {name: value for name, value in row._asdict().items() if value is not None}
    elif is_dataclass(row) and not isinstance(row, type):
        row = asdict(row)
    if isinstance(row, str):
        return cut(row, ROW_CHARACTERS)
    written = ""
    for piece in _pieces(row):
        written += piece
        if len(written) > ROW_CHARACTERS:
            break
    return cut(written, ROW_CHARACTERS)


def _pieces(value: object, depth: int = 0) -> Iterator[str]:
    if depth > _DEEPEST:
        yield "..."
    elif isinstance(value, str | bytes):
        yield repr(value[: ROW_CHARACTERS + 1])
    elif type(value) is dict and value:
        for number, (name, inner) in enumerate(value.items()):
            yield ", " if number else "{"
            yield from _pieces(name, depth + 1)
            yield ": "
            yield from _pieces(inner, depth + 1)
        yield "}"
    elif type(value) is list and value:
        for number, inner in enumerate(value):
            yield ", " if number else "["
            yield from _pieces(inner, depth + 1)
        yield "]"
    else:
        yield cut(repr(value), ROW_CHARACTERS + 1)
