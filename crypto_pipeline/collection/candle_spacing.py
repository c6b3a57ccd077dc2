"""Whether candles lie as far apart as candles of their length do.

Belongs here: telling an answer of another interval than the one that was asked for.
Does not belong here: a single candle that opens at an odd moment (collection/normalise/simple_rows.py), which request a
saved answer answers (collection/answered_request.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise

from crypto_pipeline.collection.normalise.values import moment
from crypto_pipeline.schema.intervals import INTERVAL_SECONDS
from crypto_pipeline.schema.rows import Candle

ENOUGH_STEPS = 5
"""So many steps between candles are not multiples of a longer interval by chance."""


class Spacing:
    """The times at which the candles of one answer open, as they come."""

    def __init__(self) -> None:
        """No candle was seen yet."""
        self._opened: dict[str, set[float]] = defaultdict(set)

    def note(self, candle: Candle) -> None:
        """Take the time of one candle; one without a time says nothing here. ValueError for a time that is none."""
        opened = moment(candle.timestamp)
        if opened is not None:
            self._opened[candle.interval].add(opened.timestamp())

    def contradiction(self) -> str | None:
        """What is wrong with the answer as a whole, for a person; None where nothing is."""
        return next(
            (why for interval, opened in self._opened.items() if (why := _contradiction(interval, opened))), None
        )


def _contradiction(interval: str, opened: Iterable[float]) -> str | None:
    length = INTERVAL_SECONDS.get(interval)
    steps = [later - earlier for earlier, later in pairwise(sorted(opened))]
    if length is None or not steps:
        return None
    if sum(step < length for step in steps) * 2 >= len(steps):
        return f"candles that lie {_spoken(min(steps))} apart came where {interval} was asked for"
    # Candles in which nobody traded may be missing: a few long steps prove nothing, many of one measure do.
    longer = [other for other in INTERVAL_SECONDS.values() if other > length]
    if len(steps) >= ENOUGH_STEPS and any(all(step % other == 0 for step in steps) for other in longer):
        return f"candles that lie {_spoken(min(steps))} apart came where {interval} was asked for"
    return None


def _spoken(seconds: float) -> str:
    return next((name for name, length in INTERVAL_SECONDS.items() if length == seconds), f"{seconds:g} s")
