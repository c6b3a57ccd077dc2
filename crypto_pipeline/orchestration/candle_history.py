"""What follows from stored candles: their consensus over all exchanges, and the gaps between them.

Belongs here: when both are computed, and storing them.
Does not belong here: the computations in SQL (warehouse/candle_consensus.py, warehouse/gaps.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from crypto_pipeline.collection.backfill.windows import hull
from crypto_pipeline.schema.intervals import INTERVAL_SECONDS
from crypto_pipeline.sources.formats.candles import CANDLES
from crypto_pipeline.sources.kit import Pages, Span

if TYPE_CHECKING:
    from crypto_pipeline.collection.backfill.series import Series
    from crypto_pipeline.sources.kit import Endpoint
    from crypto_pipeline.warehouse import FileWarehouse, Warehouse
    from crypto_pipeline.warehouse.candle_consensus import Outdated

NEWEST = 3
"""Closed candles of each interval whose consensus is taken again after a collection: a source may be late."""
CANDLES_AT_ONCE = 60_000
"""Candles of exchanges whose consensus is computed and stored together: it bounds how long the file is held, and the memory."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Coins whose consensus is taken together."""

    symbols: tuple[str, ...]
    first: int
    last: int
    candles: int
    """At most."""

    def with_coin(self, symbol: str, found: Outdated) -> _Part:
        """With a coin more, whose candles begin no earlier."""
        return _Part((*self.symbols, symbol), self.first, max(self.last, found.last), self.candles + found.candles)

    def stretches(self, seconds: int) -> Iterator[tuple[datetime, datetime]]:
        """Its time in pieces: a coin with very many candles is not computed at once."""
        pieces = -(-self.candles // CANDLES_AT_ONCE)
        steps = (self.last - self.first) // seconds + 1
        length = -(-steps // pieces) * seconds
        for start in range(self.first, self.last + 1, length):
            yield _time(start), _time(min(start + length, self.last + seconds))


def take_past_consensus(store: Warehouse, series: Iterable[Series], run_id: str, now: datetime) -> int:
    """Compute and store the consensus of these series where candles have come since it was taken; says how many candles it has.

    Raises DatabaseBusy, DatabaseUnusable.
    """
    from crypto_pipeline.warehouse.candle_consensus import outdated_consensus, take_consensus

    made = 0
    for interval, wanted in _wanted(series).items():
        since, until = (
            _time(min(span.start for span in wanted.values())),
            _time(max(span.end for span in wanted.values())),
        )
        outdated = outdated_consensus(store, interval=interval, symbols=wanted, since=since, until=until)
        for part in _parts(outdated):
            for begin, end in part.stretches(INTERVAL_SECONDS[interval]):
                made += take_consensus(
                    store, interval=interval, symbols=part.symbols, since=begin, until=end, run_id=run_id, now=now
                )
    return made


def _wanted(series: Iterable[Series]) -> dict[str, dict[str, Span]]:
    """By length of candle and coin the span in which pages of these series lie: they are asked for as a whole."""
    wanted: dict[str, dict[str, Span]] = {}
    for one in series:
        if one.symbol and one.interval:
            spans = wanted.setdefault(one.interval, {})
            asked = Span(one.wanted.start - one.page_seconds, one.wanted.end + one.page_seconds)
            spans[one.symbol] = hull([asked, spans.get(one.symbol, asked)])
    return wanted


def _parts(outdated: Mapping[str, Outdated]) -> Iterator[_Part]:
    """Coins of about the same times together, as many as fit: opening the file costs more than a coin does."""
    part: _Part | None = None
    for symbol, found in sorted(outdated.items(), key=lambda item: (item[1].first, item[1].last, item[0])):
        more = part.with_coin(symbol, found) if part else None
        if part and more and more.candles > CANDLES_AT_ONCE:
            yield part
            more = None
        part = more or _Part((symbol,), found.first, found.last, found.candles)
    if part:
        yield part


def take_newest_consensus(
    store: Warehouse, intervals: Iterable[str], symbols: Collection[str], run_id: str, now: datetime
) -> int:
    """Compute and store the consensus of the newest closed candles; says how many candles it has.

    The first time that is everything that exchanges give of their own accord, later what has closed since.
    """
    from crypto_pipeline.warehouse.candle_consensus import newest_consensus, take_consensus

    made = 0
    newest = newest_consensus(store)
    for interval in intervals:
        length = timedelta(seconds=INTERVAL_SECONDS[interval])
        since = max(newest.get(interval, now - CANDLES * length) - NEWEST * length, now - (CANDLES + 1) * length)
        made += take_consensus(
            store, interval=interval, symbols=symbols, since=since, until=now, run_id=run_id, now=now
        )
    return made


def look_for_gaps(
    store: FileWarehouse,
    declared: Iterable[Endpoint],
    run_id: str,
    now: datetime,
    *,
    series: Iterable[Series] | None = None,
) -> int:
    """Find gaps and store them; says how many there are. Raises DatabaseBusy, DatabaseUnusable.

    :param series: only at the sources of these, in candles of their lengths; None: everywhere.
    """
    from crypto_pipeline.warehouse.gaps import find_gaps, store_gaps

    leave_out_empty = {
        one.provider.source for one in declared if isinstance(one.history, Pages) and one.history.leaves_out_empty
    }
    of = None if series is None else {(one.source, one.interval) for one in series if one.symbol and one.interval}
    if of == set():
        return 0
    rows = find_gaps(store, leave_out_empty, now, run_id, of=of)
    store_gaps(store, rows)
    return len(rows)


def _time(moment: int) -> datetime:
    return datetime.fromtimestamp(moment, timezone.utc)
