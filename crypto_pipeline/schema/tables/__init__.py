"""Every table of the data bank, declared once: one module a group.

Belongs here: putting the groups together, and what follows from all declarations.
Does not belong here: a declaration (it is a constant of its group's module), the words of declarations (schema/declare.py).

A new table is a constant in one of the modules below: TABLES finds it there. A new group is a module more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from crypto_pipeline.schema.declare import Feed, Table
from crypto_pipeline.schema.rows import Row
from crypto_pipeline.schema.tables import (
    chain,
    chain_metrics,
    collection_log,
    consensus,
    defi,
    derivatives,
    exchanges,
    fx,
    health,
    history,
    macro,
    market,
    news,
    overview,
    regions,
    registry,
    sentiment,
    state,
)

_MODULES = (
    market,
    news,
    sentiment,
    chain,
    chain_metrics,
    consensus,
    fx,
    macro,
    derivatives,
    exchanges,
    defi,
    overview,
    history,
    registry,
    collection_log,
    state,
    health,
    regions,
)
"""In the order of docs/tables.md."""

TABLES: Mapping[str, Table] = MappingProxyType(
    {table.name: table for module in _MODULES for table in vars(module).values() if isinstance(table, Table)}
)


def feeds() -> Iterator[tuple[str, Feed]]:
    """The tables that collections fill, each with how."""
    return ((name, table.feed) for name, table in TABLES.items() if table.feed)


DATA_TABLES: tuple[str, ...] = tuple(name for name, _ in feeds())
"""Tables that collections fill; all others describe how the data bank itself is doing."""

UI_TABLES: tuple[str, ...] = tuple(name for name, feed in feeds() if feed.cadence == 5)
"""Tables of the 5-minute job: prices, gas and sentiment, and the exchange rates that prices need."""

TABLES_OF_ROW: Mapping[type[Row], tuple[str, ...]] = MappingProxyType(
    {kind: tuple(name for name, feed in feeds() if kind in feed.rows) for _, fed in feeds() for kind in fed.rows}
)
"""Which tables a kind of row feeds."""


def feed_of(table: str) -> Feed:
    """How collections fill a table. KeyError for a table that they do not fill."""
    feed = TABLES[table].feed
    if feed is None:
        raise KeyError(f"{table} is filled by no collection")
    return feed
