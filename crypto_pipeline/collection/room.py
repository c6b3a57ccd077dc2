"""How much a collection may hold, whatever its sources send.

Belongs here: the bounds over all endpoints together, and what gives way when they are reached.
Does not belong here: bounds of one answer (collection/http/bodies.py, collection/json_text.py, collection/normalise/context.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from crypto_pipeline.collection.results import EndpointResult
from crypto_pipeline.schema.outcomes import Outcome

ROWS_AT_FIRST, ROWS_OF_A_REQUEST = 50_000, 150
"""Rows of a collection, about 1 kB each: so many, and so many more for each request that it sends. Where a request for a series of
candles gives 100, and a list of markets one row a coin, honest sources give half of that."""
QUARANTINE_CHARACTERS = 8 * 1024 * 1024
"""Of all bodies that no parser understood; those that come when it is used up are kept with their beginning only."""
BEGINNING = 1024


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
