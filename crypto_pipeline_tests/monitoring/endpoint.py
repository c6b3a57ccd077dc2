"""A service that is told of alerts: a real HTTP endpoint on loopback, which Apprise reaches under json://."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from crypto_pipeline.replay.server import ServedRequest, ServedResponse, running_server


@dataclass
class Service:
    url: str = ""
    status: int = 200
    heard: list[dict[str, Any]] = field(default_factory=list)

    @property
    def titles(self) -> list[str]:
        return [message["title"] for message in self.heard]

    def __call__(self, request: ServedRequest) -> ServedResponse:
        self.heard.append(json.loads(request.body))
        return ServedResponse(self.status, {"content-type": "application/json"}, b"{}")


@contextmanager
def running_service(status: int = 200) -> Iterator[Service]:
    service = Service(status=status)
    with running_server(service) as address:
        service.url = address.replace("http://", "json://someone:secret-word@") + "/alerts"
        yield service
