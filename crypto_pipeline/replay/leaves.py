"""The leaves of a JSON payload, each with its place: to see where a parser's values come from, and to exchange them.

Belongs here: marking leaves so that they can be recognised in rows, and a copy of a payload with other leaves.
Does not belong here: which leaves are exchanged, and for what (replay/tracing.py, replay/world.py).
"""

from __future__ import annotations

from collections.abc import Mapping
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


def leaves(payload: Payload) -> list[tuple[Place, Any]]:
    """Every leaf with its place; of objects the names as well."""
    found: list[tuple[Place, Any]] = []
    _put_leaves(payload, (), found)
    return found


def _put_leaves(payload: Payload, place: Place, found: list[tuple[Place, Any]]) -> None:
    if isinstance(payload, dict):
        for name, inner in payload.items():
            found.append(((*place, name, KEY), name))
            _put_leaves(inner, (*place, name), found)
    elif isinstance(payload, list):
        for index, inner in enumerate(payload):
            _put_leaves(inner, (*place, index), found)
    else:
        found.append((place, payload))


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


def exchanged(payload: Payload, new: Mapping[Place, Any]) -> Payload:
    """The payload with something else at some places. It shares with the copy what lies in none of them: nobody may change it."""
    changes: dict[Any, Any] = {}
    for place, value in new.items():
        is_name = bool(place) and place[-1] is KEY
        within = changes
        for step in place[:-2] if is_name else place:
            within = within.setdefault(step, {})
        if is_name:
            within.setdefault(_NAMES, {})[place[-2]] = value
        else:
            within[_VALUE] = value
    return _changed(payload, changes)


_VALUE, _NAMES = object(), object()
"""Among the changes of a place: what stands there from now on, and what the members of an object are called."""


def _changed(payload: Payload, changes: Mapping[Any, Any]) -> Payload:
    """The payload with changes, each below the steps that lead to it."""
    if _VALUE in changes:
        return changes[_VALUE]
    if not changes:
        return payload
    if isinstance(payload, dict) and _NAMES in changes:
        names = changes[_NAMES]
        return {
            names.get(name, name): _changed(inner, changes[name]) if name in changes else inner
            for name, inner in payload.items()
        }
    copy = payload.copy()
    for step, inner in changes.items():
        copy[step] = _changed(copy[step], inner)
    return copy
