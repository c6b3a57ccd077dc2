"""What a person wants to be told of a coin: BTC > 100000, ETH change < -5, USDT off > 0.5.

Belongs here: the words of such a wish, read into values.
Does not belong here: whether it has come true (monitoring/conditions.py), telling anybody (monitoring/notify.py).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

Figure = Literal["price", "change", "spread", "off", "funding"]
UNITS: dict[Figure, str] = {
    "price": "dollars",
    "change": "% in 24 hours",
    "spread": "% between the lowest and the highest source",
    "off": "% off a dollar",
    "funding": "% of funding in 8 hours, the median of its perpetual contracts",
}
"""What the number of a wish is in."""

_WISH = re.compile(r"(?P<symbol>[A-Za-z0-9]+)\s*(?P<figure>[a-z]*)\s*(?P<sign>[<>])\s*(?P<limit>[-+]?[0-9.]+)")


@dataclass(frozen=True, slots=True)
class PriceWatch:
    """One wish: to be told while a figure of a coin is beyond a limit."""

    symbol: str
    figure: Figure
    above: bool
    limit: float
    """In the unit of the figure, see UNITS."""

    @property
    def name(self) -> str:
        """The same for the same wish: BTC.price_above_100000."""
        return f"{self.symbol}.{self.figure}_{'above' if self.above else 'below'}_{self.limit:.15g}"

    def is_beyond(self, value: float) -> bool:
        """Whether the figure is beyond the limit; at the limit it is not."""
        return value > self.limit if self.above else value < self.limit


def price_watches(text: str) -> tuple[PriceWatch, ...]:
    """The wishes of a text, which are separated by commas. Raises ValueError, with what one should look like."""
    return tuple(_watch(part.strip()) for part in text.split(",") if part.strip())


def _watch(text: str) -> PriceWatch:
    found = _WISH.fullmatch(text)
    figure = next((one for one in UNITS if one == (found["figure"] or "price")), None) if found else None
    if not found or figure is None:
        raise ValueError(f"{text!r} should look like 'BTC > 100000' or 'ETH change < -5'; there is {', '.join(UNITS)}")
    try:
        limit = float(found["limit"])
    except ValueError:
        raise ValueError(f"{text!r} has no number behind its {found['sign']}") from None
    if not math.isfinite(limit):
        raise ValueError(f"{text!r} has no number behind its {found['sign']}")
    return PriceWatch(found["symbol"].upper(), figure, found["sign"] == ">", limit)
