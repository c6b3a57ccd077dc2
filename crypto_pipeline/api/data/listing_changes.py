"""Which markets exchanges have opened and given up lately.

Belongs here: /listings/changes.
Does not belong here: all markets (api/data/listings.py), when a market counts as new (questions/new-listings.sql) or as given up
(questions/delistings.sql).
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.ready import question_rows
from crypto_pipeline.api.data.shapes import Answer, Moment, Shape, of


class OpenedMarket(Shape):
    """A market that opened, or will."""

    opened_at: Moment = Field(description="By the exchange's own date, else when its list first had it.")
    symbol: str | None = of("listings", "symbol")
    source: str = of("listings", "source")
    kind: str = of("listings", "kind")
    market: str = of("listings", "market")
    status: str | None = of("listings", "status")
    coin_is_new: bool = Field(description="Whether no exchange had a market of this coin before.")


class ClosedMarket(Shape):
    """A market that closed, or will."""

    closed_at: Moment = Field(description="By the exchange's own date, else when its list last had it.")
    symbol: str | None = of("listings", "symbol")
    source: str = of("listings", "source")
    kind: str = of("listings", "kind")
    market: str = of("listings", "market")
    status: str | None = of("listings", "status")
    coin_is_gone: bool = Field(description="Whether no exchange trades this coin any more.")


class ListingChanges(Answer):
    """Markets that came and went."""

    rows: ClassVar[str] = "opened"

    opened: list[OpenedMarket] = Field(description="The newest first.")
    closed: list[ClosedMarket] = Field(description="The same of those that were given up.")


def listing_changes(reading: Reading, *, days: int, limit: int) -> ListingChanges:
    """The changes of these days, as many of each kind as are wanted."""
    looked_at = reading.newest("listings", "fetched_at")
    if looked_at is None:
        return ListingChanges(opened=[], closed=[])
    opened = question_rows(reading, "new-listings", looked_at, days=str(days))
    closed = question_rows(reading, "delistings", looked_at, days=str(days))
    return ListingChanges(
        opened=[OpenedMarket.model_validate(row) for row in opened[:limit]],
        closed=[ClosedMarket.model_validate(row) for row in closed[:limit]],
        as_of=reading.newest("listings", "collected_at"),
    )
