"""What somebody wants of the past, in plain words: the kind, the coins, the time, the sources.

Belongs here: the wish, and the endpoints that can fulfil it.
Does not belong here: asking (collection/backfill/walk.py), what is there already (warehouse/ledger.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from crypto_pipeline.collection.errors import WishError
from crypto_pipeline.schema.intervals import INTERVAL_SECONDS
from crypto_pipeline.schema.rows import (
    Candle,
    ChainMetric,
    ChainStat,
    Defi,
    Derivative,
    Funding,
    Metric,
    Observation,
    Rate,
    Row,
)
from crypto_pipeline.sources.kit import Endpoint, Pages, Span

KINDS: Mapping[str, tuple[type[Row], ...]] = {
    "candles": (Candle,),
    "funding": (Funding,),
    "open-interest": (Derivative,),
    "sentiment": (Metric,),
    "defi": (Defi,),
    "chain": (ChainMetric, ChainStat),
    "fx": (Rate,),
    "macro": (Observation,),
}
"""Kinds of the past, each with the kinds of rows that it is made of."""
REPAIR = "repair"
"""Candles that are missing between others, whatever coin and source."""
ALL = "all"
BEST = "best"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted. ``kind`` and ``provider`` may be "all"."""

    kind: str
    symbols: tuple[str, ...]
    since: datetime
    until: datetime
    intervals: tuple[str, ...] = ("1h",)
    provider: str = BEST

    @property
    def span(self) -> Span:
        """The time that is wanted."""
        return Span(int(self.since.timestamp()), int(self.until.timestamp()))

    @property
    def lengths(self) -> tuple[str, ...]:
        """The lengths of candles that are asked for: days go first, for they tell where there can be hours."""
        shorter = {one for one in self.intervals if INTERVAL_SECONDS[one] < INTERVAL_SECONDS["1d"]}
        return tuple(sorted({*self.intervals, *({"1d"} if shorter else ())}, key=lambda one: -INTERVAL_SECONDS[one]))


def endpoints_for(wish: Wish, declared: Iterable[Endpoint]) -> list[Endpoint]:
    """The endpoints that have a past of this kind, those of one source together.

    Raises WishError when there is none.
    """
    wanted = "candles" if wish.kind == REPAIR else wish.kind
    kinds = {row for name, rows in KINDS.items() if wanted in {ALL, name} for row in rows}
    of_kind = [one for one in declared if one.history and kinds & set(one.rows)]
    if wish.provider in {ALL, BEST}:
        return of_kind
    named = [one for one in of_kind if wish.provider in {one.id, one.provider.name, one.provider.source}]
    if named:
        return named
    those = ", ".join(sorted({one.provider.source for one in of_kind}))
    raise WishError(f"{wish.provider} has no past of {wish.kind} that can be asked for; these have: {those}.")


def cost(endpoint: Endpoint) -> tuple[bool, float, str]:
    """By which sources are put in order for a coin: those without a bound first, then those whose years cost least.

    The cost is seconds for a year of hours at the whole budget.
    """
    history, budget = endpoint.history, endpoint.provider.budget
    if not isinstance(history, Pages):
        return False, 0.0, endpoint.id
    weight = history.weight or endpoint.request.weight
    pages = 365 * 24 / history.size
    return history.reach is not None, pages * weight * budget.seconds / budget.requests, endpoint.id
