"""Paths of the HTTP API about the worker: its state and numbers, and starting, stopping and forcing collections.

Belongs here: which function answers a path under /api/worker, and with which codes.
Does not belong here: the answers (api/worker.py), their shapes (api/answers.py), who shares the data bank (api/sharing.py).
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from crypto_pipeline.api import answers
from crypto_pipeline.api.worker import JOBS_OF, Worker

_AWAY: dict[int | str, dict[str, Any]] = {
    503: {"model": answers.Refused, "description": "Dagster or the database cannot be reached"}
}
_REFUSED: dict[int | str, dict[str, Any]] = {
    401: {"model": answers.Refused, "description": "A token is needed and was not given"},
    403: {"model": answers.Refused, "description": "Asked by a page of another origin, or under another host's name"},
}


def routes(worker: Worker) -> APIRouter:
    """The paths."""
    router = APIRouter(prefix="/api/worker", tags=["worker"], responses=_REFUSED)

    @router.get("/status", responses=_AWAY)
    def status() -> answers.Status:
        """State, numbers, recent errors and the next ticks."""
        return worker.status()

    @router.post("/start", responses=_AWAY)
    def start() -> answers.Switched:
        """Switch both schedules on; `success` is false when they were."""
        return worker.start()

    @router.post("/stop", responses=_AWAY)
    def stop() -> answers.Switched:
        """Switch both schedules off; `success` is false when they were. Runs under way come to their end."""
        return worker.stop()

    @router.post(
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

    @router.get("/stats", responses=_AWAY)
    def stats() -> answers.Stats:
        """Numbers over all collections in the log, each with the SQL that gives it."""
        return worker.stats()

    @router.get("/schedules", responses=_AWAY)
    def schedules() -> answers.Schedules:
        """Both schedules: when, whether they are on, how their last run ended."""
        return worker.schedules()

    @router.get("/health", response_model=answers.Health, responses={503: {**_AWAY[503], "model": answers.Down}})
    def health() -> answers.Health | JSONResponse:
        """Whether everything works.

        Not healthy: a daemon that does not tick, a schedule that is off, a last run that failed, a last collection in
        which every source failed, a database that another program holds.
        """
        found = worker.health()
        return JSONResponse(found.model_dump(), 503) if isinstance(found, answers.Down) else found

    return router
