"""Who shares the data bank: the PostgreSQL that the file follows, and the regions that divide the sources.

Belongs here: /api/worker/sharing and its answer.
Does not belong here: its shape (api/answers.py), who asks which host (databank/regions.py), following (warehouse/hub/), the other questions about the worker
(api/worker.py).

The page asks only where something is shared. The PostgreSQL is asked by one question at a time, and not twice within some
seconds, however many pages are open.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from fastapi import APIRouter

from crypto_pipeline.api.answers import Refused, RefusedBy, SharedPostgres, Sharing, SharingRegion
from crypto_pipeline.databank.regions import RegionNow, regions_now
from crypto_pipeline.settings import Settings
from crypto_pipeline.warehouse import WarehouseError
from crypto_pipeline.warehouse.engines import shared_for

READ_SECONDS = 0.8
"""How long an answer waits for the PostgreSQL, and for the file."""
GOOD_FOR_SECONDS = 10.0


def routes(settings: Settings) -> APIRouter:
    """The path."""
    seen = _Seen(settings)
    router = APIRouter(prefix="/api/worker", tags=["worker"])
    away: dict[int | str, dict[str, Any]] = {503: {"model": Refused, "description": "The database cannot be read"}}

    @router.get("/sharing", responses=away)
    def sharing() -> Sharing:
        """The PostgreSQL that is shared, how far the file is behind it, and the regions: who is at work, who is refused by which host."""
        return seen.now()

    return router


class _Seen:
    """What was seen last, for as long as it is good."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._last: Sharing | None = None
        self._looked_at = 0.0

    def now(self) -> Sharing:
        """Raises WarehouseError when the file cannot be read."""
        if not self._settings.hub_url:
            return Sharing(postgres=None, regions=[])
        with self._lock:
            if self._last is None or time.monotonic() - self._looked_at > GOOD_FOR_SECONDS:
                self._last = look(self._settings)
                self._looked_at = time.monotonic()
            return self._last


def look(settings: Settings) -> Sharing:
    """Whom a data bank with a PostgreSQL is shared with, as it stands now. Raises WarehouseError when the file cannot be read."""
    from crypto_pipeline.warehouse.hub.following import followed_at

    shared = shared_for(settings.model_copy(update={"lock_seconds": READ_SECONDS}))
    trouble, behind = None, None
    try:
        behind = shared.behind()
    except WarehouseError as error:
        trouble = str(error)
    return Sharing(
        postgres=SharedPostgres(
            address=settings.hub_name,
            answers=trouble is None,
            trouble=trouble,
            rows_behind=behind,
            followed_at=followed_at(shared.info()),
            batches_waiting=len(shared.spooled()),
            batches_set_aside=len(shared.damaged()),
        ),
        regions=[_region(one) for one in regions_now(settings, shared)],
    )


def _region(one: RegionNow) -> SharingRegion:
    return SharingRegion(
        name=one.name,
        place=one.place,
        is_here=one.is_here,
        is_at_work=one.is_at_work,
        leads=one.leads,
        heard_at=one.heard_at,
        hosts=one.hosts,
        refused_by=[
            RefusedBy(
                host=row["host"],
                refused_at=row["refused_at"],
                tried_again_at=row["not_before"],
                outcome=row["outcome"],
                error=row["error"],
            )
            for row in one.refused_by
        ],
    )
