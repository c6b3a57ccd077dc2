"""The formats of an answer: JSON as it is made, and files made of one list in it.

Belongs here: which format a request wants, the columns of a list, from JSON to a file.
Does not belong here: how rows are written (databank/files.py), another list of the answer (its module).

Every answer is JSON first, remembered or made. A file is made of that, so it says the same, and no path knows of formats.
"""

from __future__ import annotations

import json
import tempfile
import threading
import types
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import duckdb
from fastapi import Query, Request
from pydantic import BaseModel

from crypto_pipeline.api.data.shapes import Answer, Shape
from crypto_pipeline.api.errors import InvalidQuery
from crypto_pipeline.databank.files import FORMATS, JSON, FileFormat, Times
from crypto_pipeline.warehouse.sql import literal

Form = Annotated[
    Literal["json", "csv", "parquet", "arrow"] | None,
    Query(description="Format of the answer. Default: what the Accept header prefers, else JSON."),
]
Part = Annotated[
    str | None,
    Query(max_length=100, description="Which list of the answer becomes the file. Default: the one of its main rows."),
]
CsvTimes = Annotated[
    Times, Query(description="How CSV writes times: iso, or plain for spreadsheets: 2026-11-24 12:00:00, in UTC.")
]
PARAMETERS = frozenset({"format", "part", "times"})
"""What every path takes that answers in files: it changes the form of an answer, never its rows."""

MEDIA_TYPES: Mapping[str, FileFormat] = {one.media_type.partition(";")[0]: one for one in FORMATS.values()}
_TYPES: Mapping[object, str] = {
    str: "VARCHAR",
    float: "DOUBLE",
    int: "BIGINT",
    bool: "BOOLEAN",
    datetime: "TIMESTAMP WITH TIME ZONE",
}
_MEMORY: dict[str, str | bool | int | float | list[str]] = {"threads": 1, "memory_limit": "48MB"}
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """A file, ready to be sent."""

    body: bytes
    next: str | None
    """Address of the page after it, as in JSON."""


def preferred(request: Request, form: str | None) -> FileFormat:
    """The format that a request wants: by its parameter, else the first that Accept prefers, else JSON."""
    if form:
        return FORMATS[form]
    wishes = [_wish(one) for one in request.headers.get("accept", "").split(",")]
    for media_type, _ in sorted(wishes, key=lambda wish: -wish[1]):
        if media_type == "*/*":
            break
        if media_type in MEDIA_TYPES:
            return MEDIA_TYPES[media_type]
    return JSON


def _wish(text: str) -> tuple[str, float]:
    """A media type of an Accept header with its weight. https://www.rfc-editor.org/rfc/rfc9110#name-accept"""
    media_type, *parameters = (one.strip().lower() for one in text.split(";"))
    weights = [one.removeprefix("q=") for one in parameters if one.startswith("q=")]
    try:
        return media_type, float(weights[0]) if weights else 1.0
    except ValueError:
        return media_type, 0.0


def lists_of(answer: type[Answer]) -> dict[str, type[Shape]]:
    """The lists of an answer that can become files, by the name that they have in JSON, the main one first."""
    found = {}
    for name, field in answer.model_fields.items():
        inner = _item(_present(field.annotation))
        if isinstance(inner, type) and issubclass(inner, Shape):
            found[field.serialization_alias or name] = inner
    return dict(sorted(found.items(), key=lambda one: one[0] != answer.rows))


def file_of(body: bytes, answer: type[Answer], part: str | None, form: FileFormat, times: Times) -> FileAnswer:
    """A list of an answer as a file. Raises InvalidQuery for a part that it does not have."""
    lists = lists_of(answer)
    part = part or answer.rows
    if part not in lists:
        raise InvalidQuery(f"part: there is no list {part!r} in this answer; there is {', '.join(lists)}.")
    structure = literal(json.dumps([_structure(lists[part])]))
    with _one_at_a_time, tempfile.TemporaryDirectory(prefix="crypto-pipeline-") as folder, _emptied() as connection:
        path = Path(folder, "answer")
        said = body.decode()
        connection.execute(
            f"CREATE TABLE answer AS SELECT unnest(from_json($said -> $part, {structure}), max_depth := 2)",
            {"said": said, "part": part},
        )
        ((following,),) = connection.execute("SELECT $said ->> 'next'", {"said": said}).fetchall()
        form.write(connection, "FROM answer", path, times)
        return FileAnswer(path.read_bytes(), following)


@contextmanager
def _emptied() -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB without tables, kept for the next file: to start one takes longer than most files. Not one that has failed."""
    connection = _duckdb()
    try:
        yield connection
        connection.execute("DROP TABLE answer")
    except BaseException:
        _duckdb.cache_clear()
        connection.close()
        raise


@cache
def _duckdb() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:", config=_MEMORY)
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def disposition(name: str, form: FileFormat, *, demo: bool) -> str:
    """The Content-Disposition of a file: under which name a browser saves it. Replayed answers say so in it."""
    safe = "".join(one if one.isascii() and (one.isalnum() or one in "-_.") else "_" for one in name)
    return f'attachment; filename="{"demo-" if demo else ""}{safe}{form.suffix}"'


def _structure(shape: type[BaseModel]) -> dict[str, Any]:
    """The columns of a shape, as DuckDB's from_json() takes them. https://duckdb.org/docs/stable/data/json/json_functions"""
    return {field.serialization_alias or name: _type(field.annotation) for name, field in shape.model_fields.items()}


def _type(annotation: object) -> Any:
    kind = _present(annotation)
    item = _item(kind)
    if item is not None:
        return [_type(item)]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _structure(kind)
    return _TYPES.get(kind, "VARCHAR" if get_origin(kind) is Literal else "JSON")


def _present(annotation: object) -> object:
    """The type of a value that is there: without None, and without what is said of it."""
    if get_origin(annotation) is Annotated:
        return _present(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return _present(next(one for one in get_args(annotation) if one is not type(None)))
    return annotation


def _item(kind: object) -> object:
    """What a list holds; None for what is no list."""
    return _present(get_args(kind)[0]) if get_origin(kind) is list else None
