"""What goes out to a source and what comes back, as plain values.

Belongs here: Request, Answer, Attempt.
Does not belong here: sending (collection/http/client.py), reading bodies (collection/reading.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from crypto_pipeline.schema.outcomes import Outcome
from crypto_pipeline.sources.kit import USUAL_BUDGET, Budget


@dataclass(frozen=True, slots=True)
class Request:
    """One request as the source's documentation describes it; a gateway changes only where it is sent."""

    url: str
    method: str = "GET"
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    json: object | None = None
    secret_params: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Parameters that carry a key: sent, never logged."""
    secret_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    budget: Budget = USUAL_BUDGET
    weight: int = 1
    rank: float = 0
    """Of the requests that wait in this process the smallest goes first."""
    too_often: tuple[str, ...] = ()
    """Parts of a short answer by which the source says that it was asked too often, whatever the status code."""
    retries: bool = True
    """False for a probe: one request shall show whether a source is well again."""
    etag: str | None = None
    last_modified: str | None = None
    """Validators of the answer that we already have; the source may then say 304."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer: 200 with its body, or 304 without one."""

    status_code: int
    body: bytes
    content_type: str
    received_at: datetime
    etag: str | None = None
    last_modified: str | None = None

    @property
    def not_modified(self) -> bool:
        """Whether the answer is what it was the last time: a 304, which has no body."""
        return self.status_code == 304


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to get an answer, as connection_attempts keeps it. Holds no key."""

    number: int
    started_at: datetime
    queued_milliseconds: float
    """How long it waited in this process before it went out: for its budget, for a pause, for its place."""
    milliseconds: float
    """From then until its end, without the time in which this process did not run."""
    method: str
    host: str
    url: str
    outcome: Outcome
    status_code: int | None = None
    bytes: int | None = None
    error: str | None = None
    clock_ahead_seconds: float | None = None
    """How far our clock was ahead of that of the host; None where no answer said."""
