"""Order books.

Belongs here: /books.
Does not belong here: prices (api/data/prices.py).
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import Field

from crypto_pipeline.api.data.filters import Filters
from crypto_pipeline.api.data.paging import Key, Page
from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.shapes import Moment, Paged, Shape, newest, of

_KEY: Key = {"timestamp": datetime, "source": str, "pair": str, "scope": str}

Scope = Literal["book", "best"]


class Snapshot(Shape):
    """The order book of one market at one moment; depth in dollars."""

    symbol: str = of("book_snapshots", "symbol")
    source: str = of("book_snapshots", "source")
    pair: str = of("book_snapshots", "pair")
    quote: str | None = of("book_snapshots", "quote")
    scope: str = of("book_snapshots", "scope")
    best_bid: float | None = of("book_snapshots", "best_bid")
    best_ask: float | None = of("book_snapshots", "best_ask")
    best_bid_size: float | None = of("book_snapshots", "best_bid_size")
    best_ask_size: float | None = of("book_snapshots", "best_ask_size")
    spread_bps: float | None = of("book_snapshots", "spread_bps")
    bid_depth_10bps: float | None = of("book_snapshots", "bid_depth_10bps")
    ask_depth_10bps: float | None = of("book_snapshots", "ask_depth_10bps")
    bid_depth_100bps: float | None = of("book_snapshots", "bid_depth_100bps")
    ask_depth_100bps: float | None = of("book_snapshots", "ask_depth_100bps")
    bid_depth_200bps: float | None = of("book_snapshots", "bid_depth_200bps")
    ask_depth_200bps: float | None = of("book_snapshots", "ask_depth_200bps")
    buy_100k_bps: float | None = of("book_snapshots", "buy_100k_bps")
    sell_100k_bps: float | None = of("book_snapshots", "sell_100k_bps")
    usd_per_quote: float | None = of("book_snapshots", "usd_per_quote")
    bid_levels: int | None = of("book_snapshots", "bid_levels")
    ask_levels: int | None = of("book_snapshots", "ask_levels")
    timestamp: Moment = of("book_snapshots", "timestamp")


class Books(Paged):
    """A page of order books."""

    rows: ClassVar[str] = "books"

    books: list[Snapshot] = Field(description="Newest first, then by source and pair.")


def books(
    reading: Reading,
    page: Page,
    *,
    symbol: str | None = None,
    source: str | None = None,
    scope: Scope | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Books:
    """Order books as they were over any time."""
    filters = Filters()
    filters.equal(symbol=symbol, source=source, scope=scope)
    filters.between(since, until or reading.latest, "timestamp")
    page.goes_on(filters, _KEY)
    rows = reading.rows(
        f"""
        SELECT * FROM book_snapshots WHERE {filters}
        ORDER BY timestamp DESC, source, pair, scope LIMIT {page.limit + 1}
        """,
        **filters.parameters,
    )
    following = page.next(rows, _KEY)
    return Books(books=[Snapshot.model_validate(row) for row in rows], next=following, as_of=newest(rows))
