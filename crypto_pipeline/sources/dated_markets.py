"""Markets whose name meant another coin once, or whose coin had another name.

Belongs here: which market of a source was which coin, and when.
Does not belong here: names of today (sources/symbols.py, aliases of providers), asking for the past (collection/backfill/).

A coin that was exchanged for another one (MATIC for POL) is two facts: the old one is kept under its old symbol, and the
two are never joined. A market whose name went to another coin (LUNA) is split at that moment.
"""

from __future__ import annotations

from typing import NamedTuple

FOR_EVER = "9999-12-31"


class DatedMarket(NamedTuple):
    """A market while its name meant one coin: from the day ``since`` up to and without the day ``until``."""

    symbol: str
    market: str
    since: str
    until: str = FOR_EVER


_OF_SOURCE: dict[str, tuple[DatedMarket, ...]] = {
    "binance": (
        DatedMarket("MATIC", "MATICUSDT", "2019-04-26", "2024-09-11"),
        DatedMarket("POL", "POLUSDT", "2024-09-13"),
        DatedMarket("RNDR", "RNDRUSDT", "2021-11-27", "2024-07-23"),
        DatedMarket("RENDER", "RENDERUSDT", "2024-07-26"),
        DatedMarket("BCC", "BCCUSDT", "2017-11-24", "2018-11-16"),
        DatedMarket("BCH", "BCHABCUSDT", "2018-11-16", "2019-11-29"),
        DatedMarket("BCH", "BCHUSDT", "2019-11-28"),
        DatedMarket("LUNC", "LUNAUSDT", "2020-08-21", "2022-05-14"),
        DatedMarket("LUNC", "LUNCUSDT", "2022-09-09"),
        DatedMarket("LUNA", "LUNAUSDT", "2022-05-31"),
    ),
}
"""From Binance's announcements of listings, renamings and delistings; the days around a change may be off by one, and a page
that holds another coin's days is never asked for."""

DATED_SYMBOLS: frozenset[str] = frozenset(one.symbol for markets in _OF_SOURCE.values() for one in markets)
"""Coins of which some market is dated."""

OLD_NAMES: frozenset[str] = frozenset({"MATIC", "RNDR", "BCC"})
"""Symbols under which only the past has a coin: today's aliases do not apply to them there."""


def dated_markets(source: str, symbol: str) -> tuple[DatedMarket, ...]:
    """The markets of a coin at a source with the time in which each was that coin; none where its name always meant it."""
    return tuple(one for one in _OF_SOURCE.get(source, ()) if one.symbol == symbol)


def renamed_from(symbol: str) -> str | None:
    """The symbol under which the past of a coin is kept before it was exchanged; None for most coins."""
    return {"POL": "MATIC", "RENDER": "RNDR", "BCH": "BCC"}.get(symbol)
