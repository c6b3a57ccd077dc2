"""The rows of one price: market_prices and cached_market_data.

Belongs here: the two rows that a price becomes, and how old it may be.
Does not belong here: what a price can be at all (collection/normalise/bounds.py), which market of a coin is taken (collection/normalise/markets.py), prices of sources that speak dollars (collection/normalise/aggregates.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from crypto_pipeline.collection.errors import TooOldError
from crypto_pipeline.collection.normalise.context import NormalisationContext, Normalised, TableRow
from crypto_pipeline.sources.kit import Provider

MARKET, LATEST = "market_prices", "cached_market_data"
OLDEST = timedelta(days=1)
"""A price that is older than this is of a market where nobody trades any more."""

_LATEST_NAME: Mapping[str, str] = {"price_usd": "price", "price_change_24h": "change_24h", "source": "provider"}
"""Columns of market_prices that cached_market_data calls otherwise."""


def add_price(normalised: Normalised, row: TableRow, provider: Provider, context: NormalisationContext) -> None:
    """Add both rows of one price; ``row`` lacks only who said it and when it came."""
    row |= {"source": provider.source, "fetched_at": context.fetched_at}
    normalised.add(MARKET, row)
    normalised.add(LATEST, latest_of(row))


def check_age(row: TableRow, context: NormalisationContext) -> None:
    """TooOldError for a price of another day, unless the context takes any age."""
    too_old = context.fetched_at - row["timestamp"] - OLDEST
    if not context.any_age and too_old > timedelta(0):
        raise TooOldError(f"its price is of {row['timestamp']:%Y-%m-%d %H:%M} UTC, more than a day old", too_old)


def latest_of(row: TableRow) -> TableRow:
    """The cached_market_data row of a market_prices row."""
    return {_LATEST_NAME.get(name, name): value for name, value in row.items()}


def market_of(latest: TableRow) -> TableRow:
    """The market_prices row of a cached_market_data row."""
    back = {theirs: ours for ours, theirs in _LATEST_NAME.items()}
    return {back.get(name, name): value for name, value in latest.items()}
