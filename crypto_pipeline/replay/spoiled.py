"""Damage to the content of an answer that keeps its shape as far as the fault allows.

Belongs here: pure functions on the body of an answer, JSON, XML or CSV, whoever sent it.
Does not belong here: faults of transport (replay/faults.py, replay/server.py), answers that were true once (the replay).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

_FEED_ENTRY = re.compile(rb"<(item|entry)\b.*?</\1>", re.S)
_TEXT_OF_ELEMENT = re.compile(rb">[^<>]*[^<>\s][^<>]*</")
NOTHING = "n/a"

Form = Literal["json", "xml", "csv"]


def spoil(kind: str, body: bytes, content_type: str) -> bytes:
    """The body with the damage that DAMAGES has for ``kind``. A body that has no rows keeps as much as it can."""
    return DAMAGES[kind](body, _form(body, content_type))


def _form(body: bytes, content_type: str) -> Form:
    """What the body is. Some sources call their JSON text/html."""
    first = body.lstrip()[:1]
    if "json" in content_type or first in (b"{", b"["):
        return "json"
    return "xml" if "xml" in content_type or first == b"<" else "csv"


def _error_in_body(body: bytes, form: Form) -> bytes:
    message = "the service is temporarily unavailable"
    if form == "json":
        return json.dumps({"error": message}).encode()
    return (f"<error>{message}</error>" if form == "xml" else f"error: {message}").encode()


def _empty(body: bytes, form: Form) -> bytes:
    if form == "json":
        payload = json.loads(body)
        rows = _rows(payload)
        if rows is None:
            return b"[]" if isinstance(payload, list) else b"{}"
        rows.clear()
        return json.dumps(payload).encode()
    return _FEED_ENTRY.sub(b"", body) if form == "xml" else b"".join(body.splitlines(keepends=True)[:1])


def _null_row(body: bytes, form: Form) -> bytes:
    if form == "json":
        return _with_another_row(body, lambda row: None)
    if form == "xml":
        return _FEED_ENTRY.sub(rb"<\1></\1>\g<0>", body, count=1)
    return _with_another_line(body, "")


def _bad_row(body: bytes, form: Form) -> bytes:
    if form == "json":
        return _with_another_row(body, _without_values)
    if form == "xml":
        entry = _FEED_ENTRY.search(body)
        bad = _TEXT_OF_ELEMENT.sub(b">" + NOTHING.encode() + b"</", entry[0]) if entry else b""
        return body.replace(entry[0], bad + entry[0], 1) if entry else body
    return _with_another_line(body, NOTHING)


DAMAGES: Mapping[str, Callable[[bytes, Form], bytes]] = {
    "error_in_body": _error_in_body,
    "empty": _empty,
    "null_row": _null_row,
    "bad_row": _bad_row,
    "not_json": lambda body, form: b"upstream connect error or disconnect before headers",
    "null": lambda body, form: b"null",
}
"""An error that calls itself 200; no rows; one row more that is null, or has no value that is one; text; null."""


def _with_another_row(body: bytes, make: Callable[[Any], Any]) -> bytes:
    """The body with a bad row in the middle of the good ones; the body as it is when it has no rows."""
    payload = json.loads(body)
    rows = _rows(payload)
    if isinstance(rows, list):
        middle = len(rows) // 2
        rows.insert(middle, make(rows[middle]))
    elif rows is not None:
        name, row = next(iter(rows.items()))
        rows[f"{name}-"] = make(row)
    return json.dumps(payload).encode()


def _with_another_line(body: bytes, value: str) -> bytes:
    lines = body.splitlines(keepends=True)
    if len(lines) < 2:
        return body
    bad = b",".join([value.encode()] * (lines[-1].count(b",") + 1)) + b"\n"
    return b"".join([*lines[:-1], bad, lines[-1]])


def _without_values(row: Any) -> Any:
    if isinstance(row, dict):
        return {name: _without_values(value) for name, value in row.items()}
    return [_without_values(value) for value in row] if isinstance(row, list) else NOTHING


def _rows(payload: Any) -> list[Any] | dict[str, Any] | None:
    """The rows of a payload: of its lists and dicts of alike entries the one that holds most of it."""
    return max(_alike(payload), key=lambda rows: len(json.dumps(rows)), default=None)


def _alike(payload: Any) -> Iterator[list[Any] | dict[str, Any]]:
    """Every collection of rows. An object with one field is a wrapper, and an object of lists holds columns."""
    if isinstance(payload, list | dict):
        entries = payload if isinstance(payload, list) else list(payload.values())
        if _are_alike(entries) and (
            isinstance(payload, list) or (len(entries) > 1 and not isinstance(entries[0], list))
        ):
            yield payload
        for entry in entries:
            yield from _alike(entry)


def _are_alike(entries: list[Any]) -> bool:
    """Whether there are entries, of one type and, when they are dicts, mostly with the fields of the first."""
    if len({float if isinstance(entry, int) else type(entry) for entry in entries}) != 1:
        return False
    if not isinstance(entries[0], dict):
        return True
    fields = entries[0].keys()
    return all(2 * len(entry.keys() & fields) >= len(entry.keys() | fields) for entry in entries)
