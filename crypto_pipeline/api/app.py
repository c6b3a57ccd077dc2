"""The HTTP API: all paths put together, and what an exception is in HTTP.

Belongs here: the application with what stands before and behind every request.
Does not belong here: which function answers which path (api/worker_routes.py, api/data/routes.py and others), who may ask
(api/guard.py), listening (api/serving.py).
"""

from __future__ import annotations

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware

from crypto_pipeline.api import dashboard, pages, probes, sharing, worker_routes
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
from crypto_pipeline.api.worker import Worker
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
    app.include_router(worker_routes.routes(worker))
    app.include_router(sharing.routes(settings))
    app.include_router(probes.routes(settings, worker))
    app.state.reader = Reader(settings)
    # Included, they would all be looked at again when the first question comes, for 0.1 s.
    for group in ROUTES:
        app.router.routes.extend(group.routes)
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
