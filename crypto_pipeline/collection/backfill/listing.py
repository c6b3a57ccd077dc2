"""When a market opened and closed, as its exchange says: what lies before and after need not be asked for.

Belongs here: how these dates cut a series, and when they are not believed.
Does not belong here: reading them (warehouse/ledger.py), the days that tell the same where no list does
(collection/backfill/walk.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from crypto_pipeline.collection.backfill.series import DAY, Series
from crypto_pipeline.collection.backfill.windows import floor
from crypto_pipeline.sources.kit import Pages, Span

PERPETUAL, SPOT = "perpetual", "spot"
MarketKey = tuple[str, str, str]
"""Source, kind and the exchange's own name of the market."""


class Listed(NamedTuple):
    """When a market opened and closed, in unix seconds; None where the exchange does not say so."""

    opened: int | None
    closed: int | None = None


def market_key(series: Series) -> MarketKey | None:
    """The market whose past a series is; None where it is of none that a list could have."""
    values = series.spec.values
    name = values.get("market") or values.get("contract")
    if not name:
        return None
    is_contract = "contract" in values or series.source.endswith(f"_{PERPETUAL}")
    return series.source.removesuffix(f"_{PERPETUAL}"), PERPETUAL if is_contract else SPOT, name


def within_listing(series: Series, listed: Mapping[MarketKey, Listed], had: Span | None) -> Series:
    """The series without the pages before its market opened and after it closed.

    The page in which it opened is asked for as a whole, and of days the one before where it would be the first in it. Should
    there be entries of before, the date is that of something else, and the walk goes on to older pages.

    :param had: from the first to the last entry that ever came of the market: a date that contradicts these is not believed.
    """
    market = market_key(series)
    dates = listed.get(market) if market else None
    if dates is None or series.is_one_page or not isinstance(series.endpoint.history, Pages):
        return series
    start, end = series.reach.start, series.reach.end
    if dates.opened is not None and not (had is not None and is_before(had.start, dates.opened)):
        page = _page(series, dates.opened)
        shows_nothing_before = dates.opened - page.start < DAY + series.seconds and series.seconds >= DAY
        start = max(start, page.start - series.page_seconds * shows_nothing_before)
    if dates.closed is not None and not (had is not None and had.end > dates.closed):
        end = min(end, _page(series, dates.closed).end)
    if (start, end) == (series.reach.start, series.reach.end):
        return series
    reach = Span(min(start, end), end)
    opened = dates.opened if start > series.reach.start else None
    return replace(series, reach=reach, wanted=series.wanted.both(reach), opened=opened, uncut=series)


def is_before(moment: int, opened: int) -> bool:
    """Whether an entry of a moment, one of a day at most, is of a time before the market opened."""
    return moment + DAY <= opened


def _page(series: Series, moment: int) -> Span:
    """The page that holds the day of a moment."""
    start = floor(moment // DAY * DAY, series.page_seconds, series.origin)
    return Span(start, start + series.page_seconds)
