"""The lengths of candles.

Belongs here: their names, how long each is, where on the clock a candle of that length opens.
Does not belong here: what an exchange calls them (sources/providers/), which of them are kept (settings.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

Interval = Literal["1m", "5m", "15m", "30m", "1h", "4h", "1d", "1w"]

INTERVAL_SECONDS: Mapping[str, int] = MappingProxyType(
    dict(zip(get_args(Interval), (60, 300, 900, 1800, 3600, 14_400, 86_400, 604_800), strict=True))
)
"""Length of each in seconds, the shortest first."""

WEEK_OPENS = 4 * 86_400
"""Weeks begin on Monday; the unix epoch began on a Thursday. In seconds."""


def opens_at(moment: float, interval: str) -> bool:
    """Whether a candle of this length can open at this moment, in unix seconds. KeyError for another length."""
    origin = WEEK_OPENS if interval == "1w" else 0
    return (moment - origin) % INTERVAL_SECONDS[interval] == 0
