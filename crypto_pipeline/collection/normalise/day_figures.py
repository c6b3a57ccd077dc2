"""What a source says of the last 24 hours beside a price: change, high and low, held against that price and each other.

Belongs here: which of the figures can be believed; one that cannot is unknown, and the price beside it is still one.
Does not belong here: what a figure can be by itself (collection/normalise/bounds.py), volumes and the choice of a market (collection/normalise/markets.py).

Fractions that are taken for percent, or percent for fractions, are off by a hundred. A change is therefore held against the price of
a day ago where a source tells both, and the changes of a list against what no change can be.
"""

from __future__ import annotations

from collections.abc import Iterable

from crypto_pipeline.collection.normalise import bounds
from crypto_pipeline.collection.normalise.values import number

IN_ANOTHER_UNIT = (50.0, 200.0)
"""Times that a change is off when it is a fraction and should be percent, however both were rounded."""
WORTH_A_LOOK = 0.1
"""Percent below which two figures of one change differ by rounding alone."""
STANDS_STILL = 1.0
"""Percent of change by the prices, beside which a change of exactly nothing is a figure that was never filled in."""
BEYOND_THE_PRICE = 0.10
"""How far the last price may lie outside the low and the high of its day: the three are not of one moment."""
ALL = 100.0
"""Percent of a change by as much as the whole price."""
DOUBTFUL_SHARE = 0.05
"""Of the changes of a list that cannot be, above which all of them are in another unit."""


def change(
    stated: object, opened: object, last: float, high: float | None = None, low: float | None = None
) -> float | None:
    """The change in percent, as told or from the price of a day ago; by the prices where the two are a hundred apart. One that
    is told alone is held against the high and the low of its day, where both are known: the price of a day ago lies between them.

    ValueError for what is no number.
    """
    said, before = bounds.change(stated), number(opened)
    counted = None
    if before is not None and before >= bounds.SMALLEST_PRICE:
        counted = bounds.change((last / before - 1) * 100)
    if counted is None:
        return said if said is None or high is None or low is None else _within_its_day(said, last, high, low)
    if said is None:
        return counted
    return counted if _in_another_unit(said, counted) else said


def high_and_low(high: object, low: object, last: float) -> tuple[float | None, float | None]:
    """Both as told, and none of them where they are crossed; one that leaves the last price outside is unknown.

    ValueError for what no price can be.
    """
    highest, lowest = bounds.price_or_none(high, "high"), bounds.price_or_none(low, "low")
    if highest is not None and lowest is not None and highest < lowest:
        return None, None
    if highest is not None and highest < last * (1 - BEYOND_THE_PRICE):
        highest = None
    if lowest is not None and lowest > last * (1 + BEYOND_THE_PRICE):
        lowest = None
    return highest, lowest


def _within_its_day(said: float, last: float, high: float, low: float) -> float | None:
    """A change, or the hundredth of one by more than all that fits where the whole does not; None where neither does.

    One price in a whole day is no range: what was traded before it is not among its prices.
    """

    def fits(change: float) -> bool:
        before = last / (1 + change / 100)
        return low * (1 - BEYOND_THE_PRICE) <= before <= high * (1 + BEYOND_THE_PRICE)

    if high <= low or fits(said):
        return said
    return said / 100 if said >= ALL and fits(said / 100) else None


def objection_to_changes(stated: Iterable[object]) -> str | None:
    """Why none of a list's changes is believed: nothing falls by more than all that it is worth.

    >>> objection_to_changes([523, -291, 485]), objection_to_changes([5.23, -2.91, None])
    ('1 of 3 changes are falls by more than 100 %: they are in another unit', None)
    """
    changes = [value for value in map(_number_or_none, stated) if value is not None]
    impossible = sum(value < bounds.LARGEST_FALL for value in changes)
    if impossible <= DOUBTFUL_SHARE * len(changes):
        return None
    return f"{impossible} of {len(changes)} changes are falls by more than 100 %: they are in another unit"


def _in_another_unit(said: float, counted: float) -> bool:
    if said == 0:
        return abs(counted) >= STANDS_STILL
    if abs(counted) < WORTH_A_LOOK:
        return False
    least, most = IN_ANOTHER_UNIT
    return least <= abs(said / counted) <= most or least <= abs(counted / said) <= most


def _number_or_none(stated: object) -> float | None:
    try:
        return number(stated)
    except ValueError:
        return None
