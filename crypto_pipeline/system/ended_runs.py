"""The runs that the schedules have brought to an end, as lines for whoever reads along.

Belongs here: asking our own HTTP API for them, and which are new.
Does not belong here: the answer (api/worker.py), when it is looked for (system/operation.py).
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from crypto_pipeline.api.ports import LOOPBACK
from crypto_pipeline.settings import Settings

TIMEOUT_SECONDS = 5.0
_EVERYWHERE = {"0.0.0.0": LOOPBACK, "::": "::1"}


class EndedRuns:
    """The last runs of both jobs. While the API does not answer there is none."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._seen: set[str] | None = None
        """None before the first look: what ended before it is not new."""

    def new_lines(self) -> Iterator[str]:
        """A line for each run that has ended since the last look."""
        last = [(one["id"], one["last_run"]) for one in self._schedules() if one["last_run"]]
        ids = {run["run_id"] for _, run in last}
        if self._seen is not None:
            for job, run in sorted(last, key=lambda one: str(one[1]["ended_at"])):
                if run["run_id"] not in self._seen:
                    yield _line(job, run)
        if ids or self._seen is not None:
            self._seen = ids | (self._seen or set())

    def _schedules(self) -> list[dict[str, Any]]:
        settings = self._settings
        host = _EVERYWHERE.get(settings.api_host, settings.api_host)
        headers = {"Authorization": f"Bearer {settings.api_token}"} if settings.api_token else {}
        connection = http.client.HTTPConnection(host, settings.api_port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request("GET", "/api/worker/schedules", headers=headers)
            answer = json.loads(connection.getresponse().read())
            schedules: list[dict[str, Any]] = answer.get("schedules", [])
            return schedules
        except (OSError, http.client.HTTPException, ValueError):
            return []
        finally:
            connection.close()


def _line(job: str, run: dict[str, Any]) -> str:
    ended = datetime.fromisoformat(run["ended_at"]) if run["ended_at"] else None
    started = datetime.fromisoformat(run["started_at"]) if run.get("started_at") else None
    took = f" in {(ended - started).total_seconds():.1f} s" if ended and started else ""
    at = f"{ended:%H:%M:%S} UTC" if ended else "just now"
    return f"{at}  {job}  {run['status']}{took}  (run {run['run_id'][:8]})"
