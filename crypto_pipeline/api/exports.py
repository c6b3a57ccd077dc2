"""Rows as they are stored: whole tables, and questions in SQL, each answered in a process of its own and sent as a file.

Belongs here: /api/tables/{table} and /api/sql, what they may take, and who may ask in SQL.
Does not belong here: the process (databank/confinement.py), answers about a subject (api/data/).

No row goes through this process: it starts another one, and passes on the file that comes of it.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from crypto_pipeline.api import answers
from crypto_pipeline.api.data.formats import CsvTimes, Form, disposition, preferred
from crypto_pipeline.api.data.parameters import LONGEST_TEXT, AnySymbol, Since, Until, only_known_parameters
from crypto_pipeline.api.errors import Forbidden, InvalidQuery, NotFound, Overloaded
from crypto_pipeline.api.guard import is_outside
from crypto_pipeline.databank.confinement import Answered, Bounds, answered
from crypto_pipeline.databank.files import FILE_TYPES, JSON, FileFormat, Times
from crypto_pipeline.questions import Question, questions
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.settings import PREFIX, Settings
from crypto_pipeline.version import VERSION
from crypto_pipeline.warehouse import errors as warehouse_errors
from crypto_pipeline.warehouse.engines import warehouse_for
from crypto_pipeline.warehouse.sql import literal, quoted

LONGEST_QUERY = 50_000
USUAL_ROWS = 1_000
MOST_ROWS = 1_000_000
TABLE_SECONDS = 10.0
LOCK_SECONDS = 0.8
WAIT_SECONDS = 0.8
"""For the export before this one: there is one process at a time."""
_CHUNK = 65_536

_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"content": FILE_TYPES},
    304: {"description": "Nothing has changed since the answer with the ETag of If-None-Match"},
    401: {"model": answers.Refused, "description": "A token is needed and was not given"},
    403: {"model": answers.Refused, "description": "Asked under another host's name, or in SQL where that is off"},
    404: {"model": answers.Refused, "description": "There is no such table"},
    422: {"model": answers.Refused, "description": "A parameter or a question cannot be used; the sentence says why"},
    503: {
        "model": answers.Refused,
        "description": "Another program holds the database, another file is being made, or the question took too much",
    },
}


class RowColumn(BaseModel):
    """A column of the rows."""

    name: str = Field(description="Its name.")
    type: str = Field(description="Its type, as DuckDB writes it.")


class Rows(BaseModel):
    """Rows as they are stored, or as a question in SQL makes them."""

    demo: bool = Field(description="Whether these are replayed answers, not the market.")
    truncated: bool = Field(description="Whether there are more rows than were asked for.")
    columns: list[RowColumn] = Field(description="In their order.")
    rows: list[dict[str, Any]] = Field(description="Each with its columns by name.")


class ReadyChart(BaseModel):
    """How the answer to a ready question is drawn."""

    kind: str = Field(description="bars or line.")
    along: str = Field(description="Column of the labels, or of the times.")
    value: str = Field(description="Column of the numbers.")
    unit: str = Field(description="Unit of the numbers; {column} stands for what that column says.")


class ReadyQuestion(BaseModel):
    """A question that somebody thought of before."""

    name: str = Field(description="Its name: 'crypto-pipeline query NAME' asks it too.")
    title: str = Field(description="What it answers.")
    about: str = Field(description="What the numbers mean and what they leave out.")
    sql: str = Field(description="Its SQL, with the usual values of its parameters.")
    chart: ReadyChart | None = Field(description="null where a table says it better.")


class ReadyQuestions(BaseModel):
    """The questions that somebody thought of before."""

    questions: list[ReadyQuestion] = Field(description="By name.")


class Exports:
    """Makes files, one at a time. Threads share one."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._warehouse = warehouse_for(settings)
        self._turn = threading.BoundedSemaphore(1)

    def etag(self, question: str) -> str:
        """The same for as long as the database and the question are the same."""
        content = f"{VERSION} {self.settings.demo} {self._warehouse.mark()} {question}"
        return f'W/"{hashlib.sha256(content.encode()).hexdigest()[:24]}"'

    def made(self, query: str, form: FileFormat, times: Times, rows: int, seconds: float) -> Answered:
        """Raises InvalidQuery, Overloaded, and WarehouseErrors for what is no fault of the question."""
        bounds = Bounds(seconds, LOCK_SECONDS, self.settings.sql_memory_mb, rows)
        try:
            with self._one_at_a_time():
                return answered(self.settings.database, query, form, bounds, times=times)
        except warehouse_errors.InvalidQuery as error:
            raise InvalidQuery(str(error)) from None

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        if not self._turn.acquire(timeout=WAIT_SECONDS):
            raise Overloaded("Another file is being made at the moment; try again in a second.")
        try:
            yield
        finally:
            self._turn.release()


class Export:
    """A request for a file."""

    def __init__(self, request: Request, format: Form = None, times: CsvTimes = "iso") -> None:
        self.request = request
        self.exports: Exports = request.app.state.exports
        self._form, self._times = preferred(request, format), times

    def answer(self, name: str, query: str, rows: int, seconds: float) -> Response:
        """The file that a question makes, on its way; a 304 to whoever has it."""
        tag = self.exports.etag(f"{self._form.name} {self._times} {rows} {query}")
        headers = {"Cache-Control": "no-cache", "Vary": "Accept", "ETag": tag}
        if tag in (one.strip() for one in self.request.headers.get("if-none-match", "").split(",")):
            return Response(status_code=304, headers=headers)
        made = self.exports.made(query, self._form, self._times, rows, seconds)
        headers["X-Truncated"] = "true" if made.truncated else "false"
        head, size = b"", made.size
        if self._form is JSON:
            opening = json.dumps({"demo": self.exports.settings.demo, "truncated": made.truncated})
            head = f"{opening[:-1]},".encode()
            made.file.seek(1)
            size += len(head) - 1
        else:
            headers["Content-Disposition"] = disposition(name, self._form, demo=self.exports.settings.demo)
        headers["Content-Length"] = str(size)
        return StreamingResponse(_parts(head, made), media_type=self._form.media_type, headers=headers)


def _parts(head: bytes, made: Answered) -> Iterator[bytes]:
    with made.file:
        if head:
            yield head
        while part := made.file.read(_CHUNK):
            yield part


Asked = Annotated[Export, Depends(Export)]
Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description=f"How many rows at most, up to {MOST_ROWS}.")]


def require_sql(request: Request) -> None:
    """Raise Forbidden where questions in SQL are off, and for a page of elsewhere that has a browser ask one."""
    settings: Settings = request.app.state.exports.settings
    allowed = {"on": True, "off": False, "loopback": not is_outside(settings.api_host, request.headers)}[settings.sql]
    if not allowed:
        raise Forbidden(f"Questions in SQL are not answered here; {PREFIX}SQL says where they are.")
    if request.headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
        raise Forbidden("Pages of elsewhere may not ask in SQL.")


routes = APIRouter(prefix="/api", tags=["files"], responses=_RESPONSES, dependencies=[Depends(only_known_parameters)])
"""All paths of exports, for an application that has Exports as ``state.exports``."""


@routes.get("/tables/{table}", response_model=Rows)
def get_table(
    asked: Asked,
    table: Annotated[
        str, Path(max_length=LONGEST_TEXT, description="Name of the table.", examples=["consensus_prices"])
    ],
    symbol: AnySymbol = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = USUAL_ROWS,
) -> Response:
    """Rows of a table as they are stored, newest first. 'from' and 'to' are about the table's own time."""
    if table not in TABLES:
        raise NotFound(f"There is no table {table!r}; /api/data/tables has their names.")
    time = time_column(table)
    conditions = [
        *([f"symbol = {literal(symbol)}"] if symbol else []),
        *([f"{quoted(time)} >= {literal(since.isoformat())}::TIMESTAMPTZ"] if since else []),
        *([f"{quoted(time)} < {literal(until.isoformat())}::TIMESTAMPTZ"] if until else []),
    ]
    if symbol and "symbol" not in TABLES[table].column_names:
        raise InvalidQuery(f"symbol: {table} has no coins.")
    order = ", ".join([f"{quoted(time)} DESC", *(quoted(name) for name in TABLES[table].key if name != time)])
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    query = f"SELECT * FROM main.{quoted(table)}{where} ORDER BY {order} LIMIT {limit + 1}"
    return asked.answer(table, query, limit, TABLE_SECONDS)


@routes.get("/sql", response_model=Rows, dependencies=[Depends(require_sql)])
def get_sql(
    asked: Asked,
    query: Annotated[
        str,
        Query(
            max_length=LONGEST_QUERY, description="One SELECT, in DuckDB's SQL.", examples=["FROM providers LIMIT 5"]
        ),
    ],
    limit: Limit = USUAL_ROWS,
) -> Response:
    """What a question in SQL answers. It can only read, from this database and nothing else.

    One that is too long for an address goes by POST, as text/plain.
    """
    return _in_sql(asked, query, limit)


@routes.post("/sql", response_model=Rows, dependencies=[Depends(require_sql)], include_in_schema=False)
def post_sql(
    asked: Asked,
    query: Annotated[str, Body(max_length=LONGEST_QUERY, media_type="text/plain", description="One SELECT.")],
    limit: Limit = USUAL_ROWS,
) -> Response:
    """The same for a question that is too long for an address."""
    return _in_sql(asked, query, limit)


@routes.get("/sql/questions", dependencies=[Depends(require_sql)])
def get_questions() -> ReadyQuestions:
    """The ready questions, with their SQL."""
    return ReadyQuestions(questions=[_ready(one) for one in questions()])


def time_column(table: str) -> str:
    """By which a table's rows are old or new."""
    declared = TABLES[table]
    if declared.feed:
        return declared.feed.time_column
    times = [column.name for column in declared.columns if column.type == "TIMESTAMP WITH TIME ZONE"]
    return next((name for name in times if name in declared.key), "collected_at")


def _in_sql(asked: Export, query: str, limit: int) -> Response:
    settings = asked.exports.settings
    return asked.answer("answer", query, min(limit, settings.sql_rows), settings.sql_seconds)


def _ready(question: Question) -> ReadyQuestion:
    chart = question.chart
    return ReadyQuestion(
        name=question.name,
        title=question.title,
        about=question.about,
        sql=question.sql_with(question.values({})),
        chart=ReadyChart(kind=chart.kind, along=chart.along, value=chart.value, unit=chart.unit) if chart else None,
    )
