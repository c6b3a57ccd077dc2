"""Arithmetic on the levels of an order book, in the money of its market.

Belongs here: the middle, the money that stands within a distance of it, the cost of an order that takes what stands there.
Does not belong here: which books are believed, dollars (collection/normalise/books.py).

What a book does not show is not known: beyond its last level there may be more, so that nothing is told of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from math import fsum
from typing import TypeAlias

Side: TypeAlias = Sequence[tuple[float, float]]
"""One side of a book, best price first: price and coins of each level, each price once, all of them more than zero."""


def middle_of(bids: Side, asks: Side) -> float | None:
    """Half way between the best two prices; None where one side is empty."""
    return (bids[0][0] + asks[0][0]) / 2 if bids and asks else None


def within(side: Side, middle: float, distance: float) -> float | None:
    """The money of the levels that are no farther from the middle than a fraction of it.

    None where the side ends before that: nobody knows whether more stands there.

    >>> within([(99.0, 2.0), (98.0, 1.0), (90.0, 5.0)], 100.0, 0.02), within([(99.0, 2.0)], 100.0, 0.02)
    (296.0, None)
    """
    reach = middle * distance
    if not side or abs(side[-1][0] - middle) < reach:
        return None
    return fsum(price * coins for price, coins in takewhile(lambda level: abs(level[0] - middle) <= reach, side))


def cost_of(side: Side, middle: float, money: float) -> float | None:
    """How much worse than the middle an order is filled that takes this much money's worth from a side at once: basis points.

    None where the side does not hold as much.

    >>> round(cost_of([(101.0, 1.0), (103.0, 10.0)], 100.0, 204.0), 6)
    200.0
    """
    if fsum(price * coins for price, coins in side) < money:
        return None
    left, filled = money, 0.0
    for price, coins in side:
        taken = min(coins, left / price)
        filled += taken
        left -= taken * price
    return abs(money / filled / middle - 1) * 10_000
