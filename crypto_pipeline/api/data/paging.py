"""Pages of a list, by the key of the last row that was given.

Belongs here: cursors, the condition in SQL, the address of the next page.
Does not belong here: what is listed.

A page goes on after a row, not after a number of rows: what is collected meanwhile moves nothing.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from crypto_pipeline.api.data.filters import Filters
from crypto_pipeline.api.errors import InvalidQuery

Key = Mapping[str, type]
"""Columns that give a row its place, with the types of their values. The first may run from new to old, see Page.goes_on()."""


_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is asked for, and the address under which it was."""

    limit: int
    cursor: str | None
    path: str
    query: Sequence[tuple[str, str]]

    def goes_on(self, filters: Filters, key: Key, *, newest_first: bool = True) -> None:
        """Leave out what the pages before this one had.

        :param newest_first: the first column of the key is sorted in descending order, the others ascending.
        :raises InvalidQuery: a cursor that is none, or one of another question.
        """
        if self.cursor is None:
            return
        place = {f"after_{name}": value for name, value in _place(self.cursor, key).items()}
        first, *others = key
        later = f"({', '.join(others)}) > ({', '.join(f'$after_{name}' for name in others)})"
        if newest_first:
            filters.add(f"{first} <= $after_{first} AND ({first} < $after_{first} OR {later})", **place)
        else:
            filters.add(f"({', '.join(key)}) > ({', '.join(f'${name}' for name in place)})", **place)

    def next(self, rows: list[dict[str, Any]], key: Key) -> str | None:
        """Cut the row that was asked for beyond the limit, and say where it can be had; None when there is none."""
        if len(rows) <= self.limit:
            return None
        del rows[self.limit :]
        others = [(name, value) for name, value in self.query if name != "cursor"]
        return f"{self.path}?{urlencode([*others, ('cursor', _cursor([rows[-1][name] for name in key]))])}"


def _cursor(values: Sequence[Any]) -> str:
    """An opaque word that stands for a place in a list."""
    text = json.dumps([one.isoformat() if isinstance(one, datetime) else one for one in values], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _place(cursor: str, key: Key) -> dict[str, Any]:
    try:
        values = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        if not isinstance(values, list):
            raise ValueError(cursor)
        return {name: _value(value, kind) for (name, kind), value in zip(key.items(), values, strict=True)}
    except (ValueError, TypeError, RecursionError):
        raise InvalidQuery("This cursor belongs to no list here; begin without one and follow 'next'.") from None


def _value(value: object, kind: type) -> Any:
    if kind is datetime and isinstance(value, str):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError(value)
        return moment
    if type(value) is not kind or (isinstance(value, int) and abs(value) > _LARGEST):
        raise ValueError(value)
    if isinstance(value, str):
        value.encode()  # half a character cannot be looked for
    return value
