"""Ask a real server over a real socket, with what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import anyio

from crypto_pipeline.collection.errors import SourceError
from crypto_pipeline.collection.http.client import Client
from crypto_pipeline.collection.http.messages import Answer, Attempt, Request
from crypto_pipeline.replay.faults import FaultPlan, faulty
from crypto_pipeline.replay.server import App, ServedRequest, ServedResponse, serving
from crypto_pipeline.schema.outcomes import Outcome

URL = "https://api.example.com/v1/prices"
AGENT = "data bank test"
SHORT = 0.4
"""Seconds for requests that are meant to time out."""
REQUEST_SECONDS = 20
"""Less than the minute of a budget that is used up, so nobody waits for that."""
LONG = 600
"""Seconds that no test waits; one that would has failed."""


@dataclass
class Asked:
    """What a client made of a request, and what the server saw of it."""

    result: Answer | SourceError | None = None
    attempts: list[Attempt] = field(default_factory=list)
    seen: list[ServedRequest] = field(default_factory=list)

    @property
    def answer(self) -> Answer:
        assert isinstance(self.result, Answer), self.result
        return self.result

    @property
    def error(self) -> SourceError:
        assert isinstance(self.result, SourceError), self.result
        return self.result

    @property
    def retry_after(self) -> datetime:
        assert self.error.retry_after
        return self.error.retry_after

    @property
    def outcomes(self) -> list[Outcome]:
        return [attempt.outcome for attempt in self.attempts]


def prices(request: ServedRequest) -> ServedResponse:
    """An app that answers every request with the same few prices."""
    return ServedResponse(200, {"content-type": "application/json"}, b'[{"symbol": "BTC", "price": "64000.1"}]')


async def ask(app: App, request: Request | None = None, *faults: str, **options: Any) -> Asked:
    """One request through a gateway to the app, which suffers from the faults."""
    asked = Asked()

    def noted(served: ServedRequest) -> ServedResponse:
        asked.seen.append(served)
        return broken(served)

    broken = faulty(app, FaultPlan(faults))
    options = {
        "user_agent": AGENT,
        "back_off_seconds": 0,
        "request_seconds": REQUEST_SECONDS,
        "pause_seconds": 0,
        **options,
    }
    with anyio.fail_after(LONG):
        async with serving(noted) as gateway, Client(gateway_url=gateway, **options) as client:
            try:
                asked.result = await client.fetch(request or Request(URL), asked.attempts.append)
            except SourceError as error:
                asked.result = error
    return asked


def answering(*args: Any, **kwargs: Any) -> App:
    """An app that answers every request alike."""
    return lambda request: ServedResponse(*args, **kwargs)


def ignore(attempt: Attempt) -> None:
    """For tests that do not look at attempts."""


def one_after_another(*responses: ServedResponse) -> App:
    """An app that gives these answers in turn."""
    following = iter(responses)
    return lambda request: next(following)


def redirecting(**locations: str | tuple[int, str]) -> App:
    """An app with a Location for each path of the usual host; other paths are answered with what was asked."""

    def app(request: ServedRequest) -> ServedResponse:
        location = locations.get(request.source_path.rpartition("/")[2])
        if location is not None:
            status, target = location if isinstance(location, tuple) else (302, location)
            return ServedResponse(status, {"location": target} if target else {})
        return ServedResponse(
            200, {}, f"{request.method} {request.path}?{request.query} {request.body.decode()}".encode()
        )

    return app
