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

NEWEST = 3
"""Closed candles of each interval whose consensus is taken again after a collection: a source may be late."""
CANDLES_AT_ONCE = 40_000
"""Consensus candles of one coin or of several that are computed and stored together, which bounds the memory that they take."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Coins whose consensus is taken together."""

    interval: str
    symbols: tuple[str, ...]
    first: int
    last: int

    def with_coin(self, symbol: str, first: int, last: int) -> _Part:
        return _Part(self.interval, (*self.symbols, symbol), min(self.first, first), max(self.last, last))

    @property
    def candles(self) -> int:
        """At most."""
        return len(self.symbols) * ((self.last - self.first) // INTERVAL_SECONDS[self.interval] + 1)


def take_past_consensus(store: Warehouse, series: Iterable[Series], run_id: str, now: datetime) -> int:
    """Compute and store the consensus of these series where candles have come since it was taken; says how many candles it has.

    Raises DatabaseBusy, DatabaseUnusable.
    """
    from crypto_pipeline.warehouse.candle_consensus import outdated_consensus

    made = 0
    for interval, wanted in _wanted(series).items():
        since, until = (
            _time(min(span.start for span in wanted.values())),
            _time(max(span.end for span in wanted.values())),
        )
        outdated = outdated_consensus(store, interval=interval, symbols=wanted, since=since, until=until)
        for part in _parts(interval, outdated):
            seconds = INTERVAL_SECONDS[interval]
            step = CANDLES_AT_ONCE * seconds
            for start in range(part.first, part.last + 1, step):
                begin, end = _time(start), _time(min(start + step, part.last + seconds))
                made += _store_consensus(store, interval, part.symbols, begin, end, run_id, now)
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


def _parts(interval: str, spans: Mapping[str, tuple[int, int]]) -> Iterator[_Part]:
    """Coins of about the same times together, as many as fit: opening the file costs more than a coin does."""
    part: _Part | None = None
    for symbol, (first, last) in sorted(spans.items(), key=lambda item: (item[1], item[0])):
        more = part.with_coin(symbol, first, last) if part else None
        if part and more and more.candles > CANDLES_AT_ONCE:
            yield part
            more = None
        part = more or _Part(interval, (symbol,), first, last)
    if part:
        yield part


def take_newest_consensus(
    store: Warehouse, intervals: Iterable[str], symbols: Collection[str], run_id: str, now: datetime
) -> int:
    """Compute and store the consensus of the newest closed candles; says how many candles it has.

    The first time that is everything that exchanges give of their own accord, later what has closed since.
    """
    from crypto_pipeline.warehouse.candle_consensus import newest_consensus

    made = 0
    newest = newest_consensus(store)
    for interval in intervals:
        length = timedelta(seconds=INTERVAL_SECONDS[interval])
        since = max(newest.get(interval, now - CANDLES * length) - NEWEST * length, now - (CANDLES + 1) * length)
        made += _store_consensus(store, interval, symbols, since, now, run_id, now)
    return made


def look_for_gaps(store: FileWarehouse, declared: Iterable[Endpoint], run_id: str, now: datetime) -> int:
    """Find all gaps and store them; says how many there are."""
    from crypto_pipeline.orchestration.runs import stamped
    from crypto_pipeline.warehouse.gaps import find_gaps, store_gaps

    leave_out_empty = {
        one.provider.source for one in declared if isinstance(one.history, Pages) and one.history.leaves_out_empty
    }
    rows = find_gaps(store, leave_out_empty, now)
    store_gaps(store, stamped(rows, "candle_gaps", run_id, now))
    return len(rows)


def _store_consensus(
    store: Warehouse,
    interval: str,
    symbols: Collection[str],
    since: datetime,
    until: datetime,
    run_id: str,
    now: datetime,
) -> int:
    from crypto_pipeline.orchestration.runs import stamped
    from crypto_pipeline.warehouse.candle_consensus import candle_consensus

    rows = candle_consensus(store, interval=interval, symbols=symbols, since=since, until=until)
    if rows:
        store.merge({"consensus_ohlc": stamped(rows, "consensus_ohlc", run_id, now)})
    return len(rows)


def _time(moment: int) -> datetime:
    return datetime.fromtimestamp(moment, timezone.utc)
