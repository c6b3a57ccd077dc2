"""Answers as files: CSV, Parquet, Arrow, JSON.

Belongs here: how the rows of a question are written in each format, as data: who adds a format adds a FileFormat.
Does not belong here: asking (databank/access.py, databank/confined.py), HTTP.

Each writer takes a DuckDB connection and one SELECT, and holds a part of the rows in memory, never all of them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import duckdb

from crypto_pipeline.warehouse.sql import literal, quoted

Times = Literal["iso", "plain"]
"""How CSV writes a moment: ``2026-11-24T12:00:00+00:00``, or ``2026-11-24 12:00:00``, UTC as well, which spreadsheets take for a time."""

MOMENT = "TIMESTAMP WITH TIME ZONE"
_ROWS_AT_ONCE = 1_000
_ROW_GROUP = 20_480
"""Rows that Parquet's writer collects; the 122,880 that are usual take some 100 MB of a wide table."""
_MOMENTS: Mapping[Times, str] = {
    "iso": "replace(strftime({0}, '%Y-%m-%dT%H:%M:%S.%f+00:00'), '.000000+', '+')",
    "plain": "strftime({0}, '%Y-%m-%d %H:%M:%S')",
}


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A format of files."""

    name: str
    media_type: str
    suffix: str
    write: Callable[[duckdb.DuckDBPyConnection, str, Path, Times], None]
    """Connection, SELECT, path, times. Raises duckdb.Error for what the SELECT cannot do, OSError for the disk."""


def _csv(connection: duckdb.DuckDBPyConnection, query: str, path: Path, times: Times) -> None:
    """RFC 4180 with a line of names; a list is its items with commas between them, an object is JSON."""
    answer = connection.sql(query)
    said = ", ".join(
        f"{_in_csv(quoted(name), str(kind), times)} AS {quoted(name)}"
        for name, kind in zip(answer.columns, answer.types, strict=True)
    )
    _copied(connection, f"SELECT {said} FROM (\n{query}\n)", path, "FORMAT csv, HEADER")


def _in_csv(column: str, kind: str, times: Times) -> str:
    if kind == MOMENT:
        return _MOMENTS[times].format(column)
    if kind.endswith("[]"):
        return f"array_to_string({column}, ',')" if "(" not in kind else f"to_json({column})"
    return f"to_json({column})" if kind.startswith(("STRUCT", "MAP", "UNION")) else column


def _parquet(connection: duckdb.DuckDBPyConnection, query: str, path: Path, times: Times) -> None:
    _copied(connection, query, path, f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROW_GROUP}")


def _copied(connection: duckdb.DuckDBPyConnection, query: str, path: Path, options: str) -> None:
    connection.execute(f"COPY (\n{query}\n) TO {literal(str(path))} ({options})").fetchall()


def _arrow(connection: duckdb.DuckDBPyConnection, query: str, path: Path, times: Times) -> None:
    """Arrow's IPC stream: what pyarrow.ipc.open_stream and polars.read_ipc_stream read. https://arrow.apache.org/docs/format/Columnar.html"""
    from nanoarrow.ipc import StreamWriter

    with path.open("wb") as file, StreamWriter.from_writable(file) as writer:
        writer.write_stream(connection.sql(query))


def _json(connection: duckdb.DuckDBPyConnection, query: str, path: Path, times: Times) -> None:
    """``{"columns": [{"name", "type"}], "rows": [{...}]}``; what JSON lacks is null or a text, times are ISO 8601."""
    answer = connection.execute(query)
    names = [name for name, *_ in answer.description or ()]
    columns = [{"name": name, "type": str(kind)} for name, kind, *_ in answer.description or ()]
    with path.open("w", encoding="utf-8") as file:
        file.write(f'{{"columns":{json.dumps(columns)},"rows":[')
        before = ""
        while rows := answer.fetchmany(_ROWS_AT_ONCE):
            for row in rows:
                file.write(before + json.dumps(_finite(dict(zip(names, row, strict=True))), default=_text))
                before = ","
        file.write("]}")


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(name): _finite(inner) for name, inner in value.items()}
    return [_finite(inner) for inner in value] if isinstance(value, list | tuple) else value


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


CSV = FileFormat("csv", "text/csv; charset=utf-8", ".csv", _csv)
PARQUET = FileFormat("parquet", "application/vnd.apache.parquet", ".parquet", _parquet)
ARROW = FileFormat("arrow", "application/vnd.apache.arrow.stream", ".arrows", _arrow)
JSON = FileFormat("json", "application/json", ".json", _json)

FORMATS: Mapping[str, FileFormat] = {one.name: one for one in (JSON, CSV, PARQUET, ARROW)}

FILE_TYPES: Mapping[str, Any] = {
    one.media_type.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}
    for one in FORMATS.values()
    if one is not JSON
}
"""All but JSON, as an OpenAPI document has them."""
