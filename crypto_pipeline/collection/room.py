"""How much a collection may hold, whatever its sources send.

Belongs here: the bounds over all endpoints together, and what gives way when they are reached.
Does not belong here: bounds of one answer (collection/http/bodies.py, collection/json_text.py, collection/normalise/context.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from crypto_pipeline.collection.errors import NoRoom, SourceError
from crypto_pipeline.collection.results import EndpointResult
from crypto_pipeline.foundation.counted import counted
from crypto_pipeline.schema.outcomes import Outcome

ROWS_AT_FIRST, ROWS_OF_AN_ANSWER = 50_000, 100
"""Rows of a collection, 0.7 kB each: so many, and so many more for each answer that it reads. Where a request for a series of
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
        """Let a body wait. Raises SourceError, TOO_LARGE, when there is no room for it."""
        if len(body) > self.room.left:
            raise SourceError(
                Outcome.TOO_LARGE, f"the collection has no room for an answer of {len(body)} bytes that has to wait"
            )
        self.room.left -= len(body)
        self.taken += len(body)


@dataclass(slots=True)
class RowRoom:
    """What is left for rows. A collection has one. Answers take of it one by one: an endpoint may have hundreds."""

    left: int = ROWS_AT_FIRST

    def take(self, rows: int) -> None:
        """Keep the rows of an answer. Raises NoRoom, which no source is to blame for, when there is no room for them."""
        self.left += ROWS_OF_AN_ANSWER
        if rows > self.left:
            raise NoRoom(Outcome.TOO_LARGE, f"the collection has no room for its {counted(rows, 'row')}")
        self.left -= rows


@dataclass(slots=True)
class QuarantineRoom:
    """What is left for bodies that no parser understood. Ask once for each endpoint, when it is done."""

    left: int = QUARANTINE_CHARACTERS

    def kept_of(self, result: EndpointResult) -> EndpointResult:
        """The result, with as much of its bodies as there is room for."""
        if sum(len(body.body) for body in result.quarantined) > self.left:
            result = replace(
                result, quarantined=[replace(body, body=body.body[:BEGINNING]) for body in result.quarantined]
            )
        self.left -= sum(len(body.body) for body in result.quarantined)
        return result
