"""Candles held against each other: the time between them must be the interval that they are said to have.

Belongs here: answers whose candles lie otherwise, a day apart under the name of minutes.
Does not belong here: one candle by itself (collection/normalise/objections.py), which request a saved answer answers
(collection/answered_request.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from statistics import median

from crypto_pipeline.collection.normalise.context import TableRow
from crypto_pipeline.schema.intervals import INTERVAL_SECONDS

CLOSE = 2
"""Steps that show that candles lie closer together than they should; one may be the open candle under the time of now."""
APART = 4
"""Equal steps that show that they lie further apart; fewer may be gaps."""
MULTIPLES = 5
"""So many steps of different lengths are not all multiples of a longer interval by chance."""


def contradiction(rows: Iterable[TableRow]) -> str | None:
    """Why candles of one coin cannot be of the interval that they name; None when they can.

    Minutes in which nobody traded leave gaps, and gaps are of different lengths: candles that all lie equally far apart, or on
    the grid of a longer interval, or closer together than their own, are of another.
    """
    candles = list(rows)
    opened = sorted({row["timestamp"].timestamp() for row in candles})
    steps = [later - earlier for earlier, later in pairwise(opened)]
    if len(steps) < CLOSE:
        return None
    interval = candles[0]["interval"]
    length = INTERVAL_SECONDS.get(interval, 0)
    if median(steps) < length or _too_far(steps, length):
        return f"candles of {interval} came {_spoken(min(steps))} apart"
    return None


def _too_far(steps: list[float], length: float) -> bool:
    if len(steps) >= APART and length < min(steps) == max(steps):
        return True
    longer = [other for other in INTERVAL_SECONDS.values() if other > length]
    return len(steps) >= MULTIPLES and any(all(step % other == 0 for step in steps) for other in longer)


def _spoken(seconds: float) -> str:
    return next((name for name, length in INTERVAL_SECONDS.items() if length == seconds), f"{seconds:g} s")
