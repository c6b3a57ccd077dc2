"""Which markets exchanges have.

Belongs here: /listings.
Does not belong here: what exchanges announce in words, which is news (api/data/news.py).
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import Field

from crypto_pipeline.api.data.filters import Filters
from crypto_pipeline.api.data.paging import Key, Page
from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.shapes import Moment, Paged, Shape, newest, of

_KEY: Key = {"first_seen_at": datetime, "source": str, "kind": str, "market": str}

MarketKind = Literal["spot", "perpetual"]


class ListedMarket(Shape):
    """One market of one exchange."""

    symbol: str | None = of("listings", "symbol")
    source: str = of("listings", "source")
    kind: str = of("listings", "kind")
    market: str = of("listings", "market")
    quote: str | None = of("listings", "quote")
    status: str | None = of("listings", "status")
    listed_at: Moment | None = of("listings", "listed_at")
    delisted_at: Moment | None = of("listings", "delisted_at")
    first_seen_at: Moment = of("listings", "first_seen_at")
    timestamp: Moment = of("listings", "timestamp")


class Listings(Paged):
    """A page of markets."""

    rows: ClassVar[str] = "listings"

    listings: list[ListedMarket] = Field(
        description="Those that were seen last first, then by source, kind and market."
    )


def listings(
    reading: Reading,
    page: Page,
    *,
    symbol: str | None = None,
    source: str | None = None,
    kind: MarketKind | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Listings:
    """Markets of exchanges, those included that are gone; of a time those that opened then."""
    filters = Filters()
    filters.equal(symbol=symbol, source=source, kind=kind)
    filters.between(since, until, "listed_at")
    page.goes_on(filters, _KEY)
    rows = reading.rows(
        f"""
        SELECT * FROM listings WHERE {filters}
        ORDER BY first_seen_at DESC, source, kind, market LIMIT {page.limit + 1}
        """,
        **filters.parameters,
    )
    following = page.next(rows, _KEY)
    return Listings(listings=[ListedMarket.model_validate(row) for row in rows], next=following, as_of=newest(rows))
