"""Ticks: the moments that the collections of all regions work for.

Belongs here: the tick of a moment, and how long a region may be silent.
Does not belong here: what became of the ticks of a schedule (monitoring/ticks.py).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from croniter import croniter

SILENT_TICKS = 3
"""A region that was not at work for so many ticks is taken over."""


class Lookback(NamedTuple):
    """What of the past counts at a moment."""

    at: datetime
    """Rows from here on are not known yet, whoever has them already: the others may not."""
    since: datetime
    """A region that has been at work since then is there."""
    before: datetime
    """If nobody was between this and ``since``, all have just begun."""


def tick_of(cron: str, moment: datetime) -> datetime:
    """The newest tick of a schedule in UTC that is not later than a moment."""
    newest: datetime = croniter(cron, moment + timedelta(microseconds=1)).get_prev(datetime)
    return newest


def lookback(cron: str, at: datetime) -> Lookback:
    """What counts at a moment, for a schedule in UTC."""
    back = croniter(cron, tick_of(cron, at))
    moments: list[datetime] = [back.get_prev(datetime) for _ in range(2 * SILENT_TICKS)]
    return Lookback(at, moments[SILENT_TICKS - 1], moments[-1])
