"""Lists of the markets that an exchange has.

Belongs here: our words for the state of a market, and when such a list is asked for.
Does not belong here: an exchange's words for it (providers/).
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

Status: TypeAlias = Literal["trading", "announced", "halted", "delisted"]
"""Of a market."""

LISTINGS_CADENCE: Final = 360
"""Minutes: lists are long, and a market opens on a day that was announced."""
