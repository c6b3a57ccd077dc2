"""How much a collection may hold, whatever its sources send.

Belongs here: the bounds over all endpoints together, and what gives way when they are reached.
Does not belong here: bounds of one answer (collection/http/bodies.py, collection/json_text.py, collection/normalise/context.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from crypto_pipeline.collection.results import EndpointResult
from crypto_pipeline.schema.outcomes import Outcome, SourceError

ROWS_AT_FIRST, ROWS_OF_A_REQUEST = 50_000, 150
"""Rows of a collection, about 1 kB each: so many, and so many more for each request that it sends. Where a request for a series of
candles gives 100, and a list of markets one row a coin, honest sources give half of that."""
QUARANTINE_CHARACTERS = 8 * 1024 * 1024
"""Of all bodies that no parser understood; those that come when it is used up are kept with their beginning only."""
BEGINNING = 1024
WAITING_BYTES = 32 * 1024 * 1024
"""Of bodies that have come and cannot be read yet: they wait for others that are read together with them, or for an exchange rate.
Nobody waits for this room, since those that hold it may be waiting for each other. Honest sources need two megabytes."""


@dataclass(slots=True)
class WaitingRoom:
    """What is left for bodies that wait. A collection has one."""

    left: int = WAITING_BYTES

    @contextmanager
    def place(self) -> Iterator[Place]:
        """A place for the bodies of one request; what they took is given back in the end."""
        place = Place(self)
        try:
            yield place
        finally:
            self.left += place.taken


@dataclass(slots=True)
class Place:
    """The bodies of one request, or of several whose answers are read together."""

    room: WaitingRoom
    taken: int = 0

    def take(self, body: bytes) -> None:
        """Let a body wait. Raises TOO_LARGE when there is no room for it."""
        if len(body) > self.room.left:
            raise SourceError(
                Outcome.TOO_LARGE, f"the collection has no room for an answer of {len(body)} bytes that has to wait"
            )
        self.room.left -= len(body)
        self.taken += len(body)


@dataclass(slots=True)
class Room:
    """What is left of it. Ask once for each endpoint, when it is done."""

    rows: int = ROWS_AT_FIRST
    quarantine: int = QUARANTINE_CHARACTERS

    def kept_of(self, result: EndpointResult) -> EndpointResult:
        """The result, or as much of it as there is room for."""
        self.rows += ROWS_OF_A_REQUEST * len(result.attempts)
        if result.row_count > self.rows:
            error = f"the collection has no room for its {result.row_count} rows"
            return replace(result, rows={}, outcome=Outcome.TOO_LARGE, error=error, remembered=result.before)
        self.rows -= result.row_count
        if sum(len(body.body) for body in result.quarantined) > self.quarantine:
            result = replace(
                result, quarantined=[replace(body, body=body.body[:BEGINNING]) for body in result.quarantined]
            )
        self.quarantine -= sum(len(body.body) for body in result.quarantined)
        return result
