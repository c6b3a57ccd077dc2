"""The leaves of a JSON payload, each with its place: to see where a parser's values come from, and to exchange them.

Belongs here: marking leaves so that they can be recognised in rows, and a copy of a payload with other leaves.
Does not belong here: which leaves are exchanged, and for what (replay/tracing.py, replay/world.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from crypto_pipeline.collection.normalise.values import number
from crypto_pipeline.sources.kit import Payload

KEY = object()
"""Ends the place of a name in an object: some answers are objects by date."""

Place: TypeAlias = tuple[Any, ...]
"""The names and indices that lead to a leaf."""


class _Text(str):
    place: Place


class _Whole(int):
    place: Place


class _Real(float):
    place: Place


_MARKED = {str: _Text, int: _Whole, float: _Real}


def marked(payload: Payload, place: Place = ()) -> Payload:
    """A copy whose texts and numbers know their place. They are equal to what they were and behave like it.

    What a parser computes from them (``float(text)``, ``a * b``) is an ordinary value again.
    """
    if isinstance(payload, dict):
        return {_mark(name, (*place, name, KEY)): marked(inner, (*place, name)) for name, inner in payload.items()}
    if isinstance(payload, list):
        return [marked(inner, (*place, index)) for index, inner in enumerate(payload)]
    return _mark(payload, place)


def _mark(value: Any, place: Place) -> Any:
    kind = _MARKED.get(type(value))
    if kind is None:
        return value
    leaf = kind(value)
    leaf.place = place
    return leaf


def place_of(value: object) -> Place | None:
    """The place of a marked leaf, None for any other value."""
    return value.place if isinstance(value, _Text | _Whole | _Real) else None


def leaves(payload: Payload, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Every leaf with its place; of objects the names as well."""
    if isinstance(payload, dict):
        for name, inner in payload.items():
            yield (*place, name, KEY), name
            yield from leaves(inner, (*place, name))
    elif isinstance(payload, list):
        for index, inner in enumerate(payload):
            yield from leaves(inner, (*place, index))
    else:
        yield place, payload


def part_at(payload: Payload, place: Place) -> Any:
    """What is at a place."""
    if place and place[-1] is KEY:
        return place[-2]
    for step in place:
        payload = payload[step]
    return payload


def as_number(leaf: Any) -> float | None:
    """What a leaf says as a number, also one in a text; None where it says none."""
    try:
        return number(leaf)
    except ValueError:
        return None


def exchanged(payload: Payload, new: Mapping[Place, Any], place: Place = ()) -> Payload:
    """A copy with something else at some places."""
    if place in new:
        return new[place]
    if isinstance(payload, dict):
        return {
            new.get((*place, name, KEY), name): exchanged(inner, new, (*place, name)) for name, inner in payload.items()
        }
    if isinstance(payload, list):
        return [exchanged(inner, new, (*place, index)) for index, inner in enumerate(payload)]
    return payload
