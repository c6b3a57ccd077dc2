"""The HTTP API: paths, methods and status codes.

Belongs here: which function answers which request, and what an exception is in HTTP.
Does not belong here: the answers (api/worker.py), who may ask (api/guard.py), listening (api/serving.py).
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from crypto_pipeline.api import answers, dashboard, pages, probes, sharing
from crypto_pipeline.api.admission import Admission
from crypto_pipeline.api.data.query_session import Reader
from crypto_pipeline.api.data.routes import ROUTES
from crypto_pipeline.api.errors import ApiError, InvalidQuery, Unavailable
from crypto_pipeline.api.exports import Exports
from crypto_pipeline.api.exports import routes as export_routes
from crypto_pipeline.api.guard import Guard, access_of
from crypto_pipeline.api.numbers import STATISTICS
from crypto_pipeline.api.prefix import UnderPrefix
from crypto_pipeline.api.strays import stray
from crypto_pipeline.api.worker import JOBS_OF, Worker
from crypto_pipeline.foundation.memory import give_back
from crypto_pipeline.settings import Settings
from crypto_pipeline.version import VERSION
from crypto_pipeline.warehouse import WarehouseError

_ABOUT = f"""\
What was collected (`/api/data`), how the collections do, and starting, stopping and forcing them (`/api/worker`).

Every answer is JSON, and under `/api/data` also CSV, Parquet or Arrow, by `format` or the `Accept` header; an error is `{{"detail": "..."}}`. Times are ISO 8601 with an offset, in UTC.
A foreign page's POST gets 403. Where a token is set, every request but these documents needs
`Authorization: Bearer TOKEN` and gets 401 without.

The data comes as it is stored: no number is rounded, null is what no source said. A list has at most `limit` entries, and
`next` is the address of those after them, which skips and repeats nothing while new rows arrive. Ask again with the ETag of
an answer in `If-None-Match`: as long as the database has not changed, 304 comes back and the database is not even opened.
No answer takes more than two seconds; what would is refused in a sentence that says what to narrow.

The worker's numbers are counted in the database, over the collection log `data_collections`, as far back as its rows are kept:

{"".join(f"- `{name}`: `{query}`{chr(10)}" for name, query in STATISTICS.items())}
While another program holds the database they are as they were, and `stale_seconds` says for how long.
"""

RETRY_SECONDS = 2

_AWAY: dict[int | str, dict[str, Any]] = {
    503: {"model": answers.Refused, "description": "Dagster or the database cannot be reached"}
}
_REFUSED: dict[int | str, dict[str, Any]] = {
    401: {"model": answers.Refused, "description": "A token is needed and was not given"},
    403: {"model": answers.Refused, "description": "Asked by a page of another origin, or under another host's name"},
}


def build_app(settings: Settings, worker: Worker) -> FastAPI:
    """The application; ``worker`` is the caller's to close."""
    app = FastAPI(
        title="Crypto data bank",
        version=VERSION,
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        servers=[{"url": settings.root}] if settings.root else None,
        middleware=[
            Middleware(UnderPrefix, prefix=settings.root),
            Middleware(Guard, access=access_of(settings, settings.public_url)),
            Middleware(Admission, when_idle=give_back),
        ],
    )
    app.include_router(_worker_routes(worker))
    app.include_router(sharing.routes(settings))
    app.include_router(probes.routes(settings, worker))
    app.state.reader = Reader(settings)
    for group in ROUTES:
        app.include_router(group)
    app.state.exports = Exports(settings)
    app.include_router(export_routes)
    app.include_router(dashboard.routes(settings))

    @app.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        return _page(pages.reference(app.openapi()))

    @app.exception_handler(ApiError)
    def not_answered(request: Request, error: ApiError) -> JSONResponse:
        return _refusal(str(error), error.status)

    @app.exception_handler(HTTPException)
    def nothing_there(request: Request, error: HTTPException) -> Response:
        return stray(request, error)

    @app.exception_handler(RequestValidationError)
    def wrong_parameter(request: Request, error: RequestValidationError) -> JSONResponse:
        return _refusal(_sentence(error), InvalidQuery.status)

    @app.exception_handler(WarehouseError)
    def no_database(request: Request, error: WarehouseError) -> JSONResponse:
        return _refusal(str(error), Unavailable.status)

    @app.exception_handler(Exception)
    def broken(request: Request, error: Exception) -> JSONResponse:
        return _refusal("This is a fault of the program; its log says more.", ApiError.status)

    return app


def _worker_routes(worker: Worker) -> APIRouter:
    routes = APIRouter(prefix="/api/worker", tags=["worker"], responses=_REFUSED)

    @routes.get("/status", responses=_AWAY)
    def status() -> answers.Status:
        """State, numbers, recent errors and the next ticks."""
        return worker.status()

    @routes.post("/start", responses=_AWAY)
    def start() -> answers.Switched:
        """Switch both schedules on; `success` is false when they were."""
        return worker.start()

    @routes.post("/stop", responses=_AWAY)
    def stop() -> answers.Switched:
        """Switch both schedules off; `success` is false when they were. Runs under way come to their end."""
        return worker.stop()

    @routes.post(
        "/force-collection",
        responses={
            **_AWAY,
            400: {"model": answers.Refused, "description": "No such kind, or the worker is not running"},
            422: {"model": answers.Refused, "description": "A parameter cannot be used"},
        },
    )
    def force_collection(
        collection_type: Annotated[
            str, Query(description="Which job; both for one run of each.", json_schema_extra={"enum": list(JOBS_OF)})
        ] = "both",
    ) -> answers.Forced:
        """Start a collection now and return at once with the ids of its runs.

        There is one run of each job at a time: while one is under way it is the answer, and `joined` says so.
        """
        return worker.force(collection_type)

    @routes.get("/stats", responses=_AWAY)
    def stats() -> answers.Stats:
        """Numbers over all collections in the log, each with the SQL that gives it."""
        return worker.stats()

    @routes.get("/schedules", responses=_AWAY)
    def schedules() -> answers.Schedules:
        """Both schedules: when, whether they are on, how their last run ended."""
        return worker.schedules()

    @routes.get("/health", response_model=answers.Health, responses={503: {**_AWAY[503], "model": answers.Down}})
    def health() -> answers.Health | JSONResponse:
        """Whether everything works.

        Not healthy: a daemon that does not tick, a schedule that is off, a last run that failed, a last collection in
        which every source failed, a database that another program holds.
        """
        found = worker.health()
        return JSONResponse(found.model_dump(), 503) if isinstance(found, answers.Down) else found

    return routes


def _sentence(error: RequestValidationError) -> str:
    """What is wrong with the first wrong parameter."""
    first = error.errors()[0]
    name, given = first["loc"][-1], first["input"]
    if first["type"] == "missing":
        return f"The parameter {name} is needed."
    said = first["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return f"{name}: {said[:1].lower()}{said[1:]}{f', not {given!r}' if isinstance(given, str) else ''}."


def _refusal(sentence: str, status: int) -> JSONResponse:
    later = {"Retry-After": str(RETRY_SECONDS)} if status == Unavailable.status else None
    return JSONResponse({"detail": sentence}, status, later)


def _page(text: str) -> HTMLResponse:
    """A page that loads and runs nothing."""
    return HTMLResponse(text, headers={"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"})
