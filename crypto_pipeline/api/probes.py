"""What watches over the system from outside: /healthz, /readyz and /metrics.

Belongs here: paths, status codes, formats.
Does not belong here: what is judged and told (api/readiness.py), who may ask (api/guard.py). docs/operations.md describes them; the
reference of the API, which is for data, does not.
"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import GC_COLLECTOR, PROCESS_COLLECTOR, CollectorRegistry
from prometheus_client.exposition import choose_encoder

from crypto_pipeline.api.readiness import not_ready, snapshot
from crypto_pipeline.api.worker import Worker
from crypto_pipeline.monitoring.exposition import Exposition
from crypto_pipeline.settings import Settings


def routes(settings: Settings, worker: Worker) -> APIRouter:
    """The three paths."""
    router = APIRouter(include_in_schema=False)

    @router.get("/healthz")
    async def healthz() -> dict[str, bool]:
        """Whether this process lives. Restart it when it does not answer."""
        return {"alive": True}

    @router.get("/readyz")
    def readyz() -> JSONResponse:
        """Whether data is being collected: 503 with the reasons when the daemon does not tick, both schedules are off, or
        no collection has ended for three ticks.
        """
        reasons = not_ready(worker, settings)
        return JSONResponse({"ready": not reasons, "reasons": reasons}, 503 if reasons else 200)

    @router.get("/metrics")
    def metrics(request: Request) -> Response:
        """Everything in numbers, for Prometheus."""
        registry = CollectorRegistry()
        registry.register(Exposition(snapshot(worker, settings)))
        registry.register(PROCESS_COLLECTOR)
        registry.register(GC_COLLECTOR)
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(registry), media_type=None, headers={"Content-Type": content_type})

    return router
