"""The answer to a request for the past: the entries of its window, made after the recorded ones.

Belongs here: where the entries of a recorded answer lie, and answers with others in their place.
Does not belong here: which window is asked for (replay/past.py), what a price was (replay/market.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from crypto_pipeline.collection.normalise.values import moment
from crypto_pipeline.replay.leaves import KEY, Place, exchanged, part_at
from crypto_pipeline.replay.times import moved
from crypto_pipeline.replay.tracing import TIMES, Trace
from crypto_pipeline.sources.kit import Payload

Value = Callable[[str, Any, int], Any]
"""What a field of the entry of a moment is: from the field, the recorded leaf and the moment in unix seconds."""


@dataclass(frozen=True)
class Entries:
    """Where the entries of a recorded answer lie: one list of them, or one list for each of their parts."""

    payload: Payload
    place: Place | None
    """Of the list; None where there is one for each part."""
    parts: Mapping[str, Place]
    """Of each field its place in an entry; where there is one list for each part, the place of that list."""
    model: Any
    """The entry that others are made after, or the index of it."""
    recorded: int
    """When it is of."""
    is_ascending: bool
    name: str | None = None
    """Where entries are the members of an object by their times: the name of the model."""
    step: int | None = None
    """Seconds between the first two of them."""

    def answer(self, moments: list[int], value: Value) -> Payload:
        """The recorded answer with entries of these moments, given in the order of time."""
        moments = moments if self.is_ascending else moments[::-1]
        if self.place is None:
            columns = {
                place: [value(name, part_at(self.payload, (*place, self.model)), at) for at in moments]
                for name, place in self.parts.items()
            }
            return exchanged(self.payload, columns)
        leaves = {name: part_at(self.model, place) for name, place in self.parts.items()}
        if self.name is not None:
            by_time = {
                moved(self.name, at - self.recorded): exchanged(
                    self.model, {place: value(name, leaves[name], at) for name, place in self.parts.items()}
                )
                for at in moments
            }
            return exchanged(self.payload, {self.place: by_time})
        made = [
            exchanged(self.model, {place: value(name, leaves[name], at) for name, place in self.parts.items()})
            for at in moments
        ]
        return exchanged(self.payload, {self.place: made})


def entries_of(payload: Payload, traces: list[Trace]) -> Entries | None:
    """Where the entries of an answer lie; None where it has no list of them."""
    clocks = [
        (int(when.timestamp()), found)
        for found in traces
        if found.field in TIMES and (when := moment(getattr(found.row, found.field))) is not None
    ]
    opened = dict(reversed(clocks))
    if not opened:
        return None
    first, *others = sorted(opened)
    step = others[0] - first if others else None
    one, other = opened[first].place, opened[others[0] if others else first].place
    depth = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), _last_index(one))
    if one[-1] is KEY:
        row = opened[first].row
        entry = (*one[:-2], one[-2])
        inside = {
            found.field: found.place[len(entry) :]
            for found in traces
            if found.row is row and found.place[-1] is not KEY
        }
        inside = {field: place for field, place in inside.items() if place}
        return Entries(payload, one[:-2], inside, part_at(payload, entry), first, True, one[-2], step)
    if depth is None or not isinstance(part_at(payload, one[:depth]), list):
        return None
    is_ascending = one[depth] <= other[depth]
    newest_whole = _whole(opened, traces)
    model = opened[newest_whole].place
    row = opened[newest_whole].row
    of_row = {found.field: found.place for found in traces if found.row is row}
    if len(model) == depth + 1 and not isinstance(part_at(payload, model[: depth + 1]), list | dict):
        parts = {field: place[:-1] for field, place in of_row.items() if place[-1:] == model[-1:]}
        if len(set(parts.values())) > 1:
            return Entries(payload, None, parts, model[-1], newest_whole, is_ascending, step=step)
    inside = {field: place[depth + 1 :] for field, place in of_row.items() if place[: depth + 1] == model[: depth + 1]}
    entry = part_at(payload, model[: depth + 1])
    return Entries(payload, model[:depth], inside, entry, newest_whole, is_ascending, step=step)


def _last_index(place: Place) -> int | None:
    """How deep the last list is that leads to a place."""
    return next((depth for depth in range(len(place) - 1, -1, -1) if isinstance(place[depth], int)), None)


def _whole(opened: Mapping[int, Trace], traces: list[Trace]) -> int:
    """The moment of the entry of which most fields are known, the oldest of these."""
    counts: dict[int, int] = {}
    for found in traces:
        counts[id(found.row)] = counts.get(id(found.row), 0) + 1
    return max(sorted(opened), key=lambda at: counts[id(opened[at].row)])
