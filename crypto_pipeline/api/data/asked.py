"""A question to the read API as it comes over HTTP, and its answer as it goes back.

Belongs here: what all paths share: their root, the answers that are errors, a request that a function of api/data/ answers.
Does not belong here: which function answers which path (api/data/market_routes.py and its siblings), the answers (one module a
subject), bounds of time and memory (api/data/query_session.py), status codes of errors (api/app.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response

from crypto_pipeline.api import answers
from crypto_pipeline.api.admission import ARRIVED
from crypto_pipeline.api.data.formats import PARAMETERS, CsvTimes, Form, Part, disposition, file_of, preferred
from crypto_pipeline.api.data.paging import Page
from crypto_pipeline.api.data.parameters import only_known_parameters
from crypto_pipeline.api.data.query_session import Reader, Reading
from crypto_pipeline.api.data.shapes import Answer
from crypto_pipeline.api.prefix import PREFIX
from crypto_pipeline.databank.files import FILE_TYPES, JSON

ROOT = "/api/data"

NOT_THERE: dict[int | str, dict[str, Any]] = {
    404: {"model": answers.Refused, "description": "There is no such coin, chain or source in the database"}
}
"""The further answer of a path that names one thing."""
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"content": FILE_TYPES},
    304: {"description": "Nothing has changed since the answer with the ETag of If-None-Match"},
    401: {"model": answers.Refused, "description": "A token is needed and was not given"},
    403: {"model": answers.Refused, "description": "Asked under another host's name"},
    422: {"model": answers.Refused, "description": "A parameter cannot be used; the sentence says what would do"},
    503: {
        "model": answers.Refused,
        "description": "Another program holds the database, or the question took too long; Retry-After says when to try "
        "again",
    },
}
"""The answers of every path."""


class Question:
    """A request, for the functions below to answer."""

    def __init__(self, request: Request, format: Form = None, part: Part = None, times: CsvTimes = "iso") -> None:
        self._request = request
        self._reader: Reader = request.app.state.reader
        self._form, self._part, self._times = preferred(request, format), part, times
        self._query = [one for one in request.query_params.multi_items() if one[0] not in PARAMETERS]
        """What the answer depends on, whatever its form."""

    def page(self, limit: int, cursor: str | None) -> Page:
        """The page that was asked for: as many entries, from this cursor on, under this address."""
        under = self._request.scope.get(PREFIX, "")
        return Page(limit, cursor, f"{under}{self._request.url.path}", self._query)

    def answered(self, answer: Callable[[Reading], Answer], *, moves: bool = False) -> Response:
        """:param moves: whether the answer changes with the time of day although the database does not.
        :raises Overloaded: too many others are being answered.
        :raises QueryLimitExceeded: it takes more time or memory than an answer is given."""
        path = self._request.url.path
        reply = self._reader.reply(
            f"{path}?{urlencode(self._query)}",
            answer,
            moves=moves,
            known=self._request.headers.get("if-none-match", ""),
            form="" if self._form is JSON else f"{self._form.name} {self._part} {self._times}",
            arrived=self._request.scope.get(ARRIVED),
        )
        headers = {"Cache-Control": "no-cache", "Vary": "Accept", **({"ETag": reply.etag} if reply.etag else {})}
        if reply.body is None:
            return Response(status_code=304, headers=headers)
        if self._form is JSON:
            return Response(reply.body, media_type=JSON.media_type, headers=headers)
        return self._file(reply.body, headers)

    def _file(self, body: bytes, headers: dict[str, str]) -> Response:
        kind: type[Answer] = self._request.scope["route"].response_model
        file = file_of(body, kind, self._part, self._form, self._times)
        name = "-".join(self._request.url.path.removeprefix(ROOT).strip("/").split("/"))
        headers["Content-Disposition"] = disposition(name, self._form, demo=self._reader.is_demo)
        if file.next:
            chosen = [one for one in self._request.query_params.multi_items() if one[0] in PARAMETERS - {"format"}]
            headers["Link"] = f'<{file.next}&{urlencode([*chosen, ("format", self._form.name)])}>; rel="next"'
        return Response(file.body, media_type=self._form.media_type, headers=headers)


Asked = Annotated[Question, Depends(Question)]
"""The parameter by which a path takes its question."""


def routes_of_data() -> APIRouter:
    """Paths under ROOT, to be declared, for an application that has a Reader as ``state.reader``."""
    return APIRouter(prefix=ROOT, tags=["data"], responses=_RESPONSES, dependencies=[Depends(only_known_parameters)])
