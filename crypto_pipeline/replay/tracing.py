"""Which leaves of an answer become which fields of its rows.

Belongs here: following values through a parser, without knowing anything about it.
Does not belong here: what is then done with the leaves (replay/world.py).

Most parsers pass values on as they stand, and a marked leaf arrives in the row with its place. Where a parser computes
(a block's time in hexadecimal, the price of a contract that holds a thousand coins), leaves are changed one by one
until the field follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from datetime import datetime
from typing import Any, NamedTuple

from crypto_pipeline.collection.normalise.values import moment, number
from crypto_pipeline.replay.leaves import Place, exchanged, leaves, marked, part_at, place_of
from crypto_pipeline.replay.times import DAY, HOUR, moved
from crypto_pipeline.schema.rows import (
    Book,
    Candle,
    DatedFuture,
    Derivative,
    Funding,
    Liquidation,
    Option,
    Price,
    Quote,
    Row,
)
from crypto_pipeline.sources.kit import MALFORMED, Endpoint, ErrorInBody, Payload, RequestSpec, Unreadable

TIMES = frozenset(
    {"timestamp", "published", "updated", "next_funding_at", "funding_at", "liquidated_at", "listed_at", "delisted_at"}
)
PRICES: Mapping[type[Row], frozenset[str]] = {
    Quote: frozenset({"last", "open", "high", "low", "volume_quote"}),
    Price: frozenset({"price_usd", "market_cap", "high_24h", "low_24h"}),
    Candle: frozenset({"open", "high", "low", "close", "volume", "volume_quote", "trades"}),
    Derivative: frozenset({"mark_price", "index_price"}),
    DatedFuture: frozenset({"mark_price", "index_price"}),
    Funding: frozenset({"mark_price"}),
    Liquidation: frozenset({"price"}),
    Option: frozenset({"underlying_price"}),
    Book: frozenset({"bids", "asks"}),
}
"""Fields that move with the market, besides times."""
SIZES = "sizes"
"""What the sizes of a book's levels are called in its traces; its prices go by the name of their side."""
SPAN = "funding_interval_hours"
"""A time between two payments: where it is computed, the second payment decides it."""
_BY = 1.25


class Trace(NamedTuple):
    """A leaf of the payload that decides a field of a row."""

    place: Place
    row: Row
    field: str
    tick: float = 1.0
    """Of a leaf that counts time: the seconds of one unit. Some chains have a slot number where others have a clock."""


def rows_of(endpoint: Endpoint, payload: Payload, ask: RequestSpec) -> list[Row]:
    """The rows of a payload; none when the parser refuses it."""
    try:
        return [row for row in endpoint.parse(payload, ask) if not isinstance(row, Unreadable)]
    except (*MALFORMED, ErrorInBody):
        return []


def trace(endpoint: Endpoint, payload: Payload, ask: RequestSpec) -> list[Trace]:
    """Where the times, prices and hashes of the rows come from."""
    rows = rows_of(endpoint, marked(payload), ask)
    found: list[Trace] = []
    claimed: set[Place] = set()
    computed: list[tuple[int, str]] = []
    for index, row in enumerate(rows):
        if isinstance(row, Book):
            found += _of_levels(row)
        for field, value in row._asdict().items():
            if isinstance(value, tuple):
                continue
            place = place_of(value)
            if place is not None:
                claimed.add(place)
                found.append(Trace(place, row, field))
            elif value is not None and (field in TIMES or field == SPAN or field in PRICES.get(type(row), ())):
                computed.append((index, field))
    if computed:
        trial = _Trial(endpoint, payload, ask, frozenset(claimed))
        found += _prices_by_trial(trial, [one for one in computed if one[1] not in (*TIMES, SPAN)])
        found += _times_by_trial(trial, [one for one in computed if one[1] in TIMES])
        found += _spans_by_trial(trial, [index for index, field in computed if field == SPAN])
    return found


def _of_levels(row: Book) -> Iterator[Trace]:
    for side in ("bids", "asks"):
        for price, size in getattr(row, side):
            if (place := place_of(price)) is not None:
                yield Trace(place, row, side)
            if (place := place_of(size)) is not None:
                yield Trace(place, row, SIZES)


class _Trial:
    """A payload whose leaves are changed one by one, but for those that are claimed: what they decide is known."""

    def __init__(self, endpoint: Endpoint, payload: Payload, ask: RequestSpec, claimed: Set[Place]) -> None:
        self._endpoint, self._payload, self._ask, self._claimed = endpoint, payload, ask, claimed
        self.rows = rows_of(endpoint, payload, ask)

    def leaf(self, place: Place) -> Any:
        """What stands there."""
        return part_at(self._payload, place)

    def changed(self, change: Callable[[Any], Any]) -> Iterator[tuple[Place, list[Row]]]:
        """Each leaf that ``change`` makes another one of, with the rows that come then; only where those are as many as before."""
        for place, leaf in leaves(self._payload):
            if place not in self._claimed and (other := change(leaf)) is not None:
                rows = rows_of(self._endpoint, exchanged(self._payload, {place: other}), self._ask)
                if len(rows) == len(self.rows):
                    yield place, rows


def _prices_by_trial(trial: _Trial, fields: Sequence[tuple[int, str]]) -> Iterator[Trace]:
    """Leaves with which one of these fields becomes a quarter more, or by a quarter of which it does: a price of a day ago is told
    as the difference from it."""
    for place, rows in trial.changed(_more) if fields else ():
        for index, field in fields:
            before, after = getattr(trial.rows[index], field), getattr(rows[index], field)
            if _is_more(before, after) or _is_term(trial.leaf(place), before, after):
                yield Trace(place, trial.rows[index], field)


def _times_by_trial(trial: _Trial, fields: Sequence[tuple[int, str]]) -> Iterator[Trace]:
    """Leaves that make one of these fields later. One that is told from a clock and the number of a block follows the clock."""
    found: dict[tuple[int, str], list[Trace]] = {one: [] for one in fields}
    for place, rows in trial.changed(_a_day_later) if fields else ():
        for index, field in fields:
            if tick := _passed(getattr(trial.rows[index], field), getattr(rows[index], field)) / DAY:
                found[index, field].append(Trace(place, trial.rows[index], field, tick))
    for traces in found.values():
        yield from [one for one in traces if one.tick == 1] or traces


def _spans_by_trial(trial: _Trial, indices: Sequence[int]) -> Iterator[Trace]:
    """Leaves with which the time between two payments becomes a day more or less: the payment that no column holds."""
    for place, rows in trial.changed(_a_day_later) if indices else ():
        for index in indices:
            before, after = getattr(trial.rows[index], SPAN), getattr(rows[index], SPAN)
            if before is not None and after is not None and abs(abs(after - before) - DAY / HOUR) < 1e-6:
                yield Trace(place, trial.rows[index], "next_funding_at")


def _a_day_later(leaf: Any) -> Any:
    return moved(leaf, DAY)


def _more(leaf: Any) -> Any:
    """A leaf that is a number and becomes a quarter more, exactly enough for whole numbers too."""
    try:
        value = number(leaf) if isinstance(leaf, str | int | float) and not isinstance(leaf, bool) else None
    except ValueError:
        return None
    if not value:
        return None
    more = value * _BY
    return repr(more) if isinstance(leaf, str) else round(more) if isinstance(leaf, int) else more


def _is_more(before: Any, after: Any) -> bool:
    return bool(before) and abs(float(after or 0) / float(before) / _BY - 1) < 1e-6


def _is_term(leaf: Any, before: Any, after: Any) -> bool:
    """Whether a value is a sum of which the leaf is one part, which became a quarter more."""
    part = abs(number(leaf) or 0.0) * (_BY - 1)
    return part > 0 and before is not None and abs(abs(float(after or 0) - float(before)) - part) < 1e-6 * part


def _passed(before: Any, after: Any) -> float:
    """Seconds between two times, 0 when one of them is none."""
    earlier, later = _when(before), _when(after)
    return (later - earlier).total_seconds() if earlier and later else 0.0


def _when(raw: Any) -> datetime | None:
    try:
        return moment(raw)
    except ValueError:
        return None
