"""Candles held against each other: the time between them must be the interval that they are said to have.

Belongs here: answers whose candles lie otherwise, a day apart under the name of minutes.
Does not belong here: one candle by itself (collection/normalise/simple_rows.py).
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


def contradiction(rows: Iterable[TableRow]) -> str | None:
    """Why candles of one coin cannot be of the interval that they name; None when they can.

    Minutes in which nobody traded leave gaps, and gaps are of different lengths: candles that all lie equally far apart, or
    closer together than their interval, are of another.
    """
    candles = list(rows)
    opened = sorted({row["timestamp"].timestamp() for row in candles})
    steps = [later - earlier for earlier, later in pairwise(opened)]
    if len(steps) < CLOSE:
        return None
    interval = candles[0]["interval"]
    length, usual = INTERVAL_SECONDS.get(interval, 0), median(steps)
    too_far = len(steps) >= APART and min(steps) == max(steps) and usual > length
    return f"candles of {interval} came {usual:g} s apart" if usual < length or too_far else None
