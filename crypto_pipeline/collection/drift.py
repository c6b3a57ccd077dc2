"""Fields that come and go in the answers of a source.

Belongs here: the field paths of a JSON answer, what is remembered of them, what changed.
Does not belong here: whether an answer can still be read (collection/reading.py), rows of schema_drift (collection/log.py).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal, NamedTuple

from crypto_pipeline.sources.kit import Payload

MOST_PATHS = 200
MOST_LEAVES = 5_000
"""Of an answer that are looked at. Objects within objects multiply: thirty fields, four deep, are 810,000 paths."""
DEEPEST = 16
LONGEST_NAME = 80
"""Characters of a field's name. A source decides how long a name is, and a path repeats those above it."""
SAMPLE = 20
"""Entries of a list or map that are looked at: they are alike, and an answer may have thousands."""
MOST_FIELDS = 30
"""An object with more keys is a map."""
ALIKE = 3
"""So are this many objects of one shape side by side."""

_NAME_OF_A_THING = re.compile(r"[A-Z0-9]+(?:[-_./: ][A-Z0-9]+)*|0x[0-9a-fA-F]+|[^\s:/]+[:/]\S+|\d.*")
"""BTC, BTC-USD, 0xabc, coingecko:bitcoin, 2026-11-23: keys that are data and no fields."""


class FieldReport(NamedTuple):
    """The fields of one answer, as paths."""

    paths: frozenset[str]
    empty: frozenset[str]
    """Those that hold null, [] or {}: what is below them at other times is neither there nor gone."""


class FieldChange(NamedTuple):
    """A field that is new in the answers of an endpoint, or is in them no more; its path is as in fields_of()."""

    path: str
    kind: Literal["appeared", "vanished"]


def fields_of(payload: Payload) -> FieldReport:
    """Paths like ``result.*.c[]``: ``[]`` is any entry of a list and ``*`` any key of a map.

    >>> sorted(fields_of({"data": [{"symbol": "BTC", "bids": [["1", "2"]]}], "at": {"BTC-USD": {"p": 1}}}).paths)
    ['at.*.p', 'data[].bids[][]', 'data[].symbol']
    """
    found = [(path, value in (None, [], {})) for path, value in islice(_leaves("", payload), MOST_LEAVES)]
    # Cut by depth and not by number, so that one field more does not push another one out.
    while len({path for path, _ in found}) > MOST_PATHS:
        deepest = max(_depth(path) for path, _ in found)
        found = [(path, empty) for path, empty in found if _depth(path) < deepest]
    return FieldReport(
        frozenset(path for path, empty in found if not empty), frozenset(path for path, empty in found if empty)
    )


@dataclass(frozen=True, slots=True)
class RememberedFields:
    """The fields of an endpoint's answers, as source_health keeps them: JSON, each set as a sorted list of paths."""

    fields: frozenset[str] = frozenset()
    """Those that answers have. One that never had a value is written with a question mark."""
    odd: frozenset[str] = frozenset()
    """Those in which the last answer differed, without another one to confirm it."""
    gone: frozenset[str] = frozenset()
    """Those that vanished."""
    optional: frozenset[str] = frozenset()
    """Those that vanished and came back: they are not spoken of again."""

    @classmethod
    def read(cls, written: str) -> RememberedFields:
        """The sets that ``written()`` wrote."""
        return cls(**{name: frozenset(paths) for name, paths in json.loads(written).items()})

    def written(self) -> str:
        """At most MOST_PATHS of each."""
        sets = {"fields": self.fields, "odd": self.odd, "gone": self.gone, "optional": self.optional}
        return json.dumps({name: sorted(paths)[:MOST_PATHS] for name, paths in sets.items()}, separators=(",", ":"))


def compared(remembered: str | None, report: FieldReport) -> tuple[str, list[FieldChange]]:
    """What to remember now, and what changed.

    A change counts when two answers in a row show it: one odd answer is no drift. The first answer of all is what later
    ones are compared with. The first value of a field that never had one is no change.
    """
    if remembered is None:
        return RememberedFields(_new(report, frozenset())).written(), []
    before = RememberedFields.read(remembered)
    fields = _with_first_values(before.fields, report)
    gone = frozenset(field for field in fields if not _is_there(field.rstrip("?"), report))
    differs = (gone | _new(report, fields)) - before.optional
    changed = differs & before.odd
    after = RememberedFields(
        fields=fields ^ changed,
        odd=differs - changed,
        gone=before.gone ^ (changed & (gone | before.gone)),
        optional=before.optional | (changed & before.gone),
    )
    changes = [FieldChange(path.rstrip("?"), "vanished" if path in gone else "appeared") for path in sorted(changed)]
    return after.written(), changes


def _with_first_values(fields: frozenset[str], report: FieldReport) -> frozenset[str]:
    """Fields that never had a value are replaced by what now stands in their place."""
    for field in [field for field in fields if field.endswith("?")]:
        first_values = {path for path in report.paths if _is_within(path, field[:-1])}
        fields = fields - {field} | first_values if first_values else fields
    return fields


def _new(report: FieldReport, fields: frozenset[str]) -> frozenset[str]:
    empty = (path for path in report.empty if not any(_is_within(known, path) for known in (*report.paths, *fields)))
    return report.paths - fields | {f"{path}?" for path in empty} - fields


def _is_there(field: str, report: FieldReport) -> bool:
    """Also when nothing can be said: something above it is empty."""
    return field in report.paths or any(_is_within(field, empty) for empty in report.empty)


def _is_within(path: str, outer: str) -> bool:
    return not outer or path == outer or path.startswith((f"{outer}.", f"{outer}[", f"{outer}?"))


def _leaves(path: str, value: Payload, depth: int = 0) -> Iterator[tuple[str, Payload]]:
    """Plain values, and what is empty."""
    if depth == DEEPEST:
        yield path, True
    elif isinstance(value, dict) and value:
        is_map = _is_map(value)
        for key, inner in islice(value.items(), SAMPLE) if is_map else value.items():
            name = "*" if is_map else key[:LONGEST_NAME]
            yield from _leaves(f"{path}.{name}" if path else name, inner, depth + 1)
    elif isinstance(value, list) and value:
        for inner in islice(value, SAMPLE):
            yield from _leaves(f"{path}[]", inner, depth + 1)
    else:
        yield path, value


def _is_map(value: dict[str, Any]) -> bool:
    if len(value) > MOST_FIELDS or all(_NAME_OF_A_THING.fullmatch(key[:LONGEST_NAME]) for key in value):
        return True
    inner = list(value.values())
    return len(inner) >= ALIKE and all(isinstance(one, dict) and one.keys() == inner[0].keys() for one in inner)


def _depth(path: str) -> int:
    return path.count(".") + path.count("[]")
