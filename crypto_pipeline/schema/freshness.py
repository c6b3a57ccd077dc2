"""How old a collected table may be before somebody should look.

Belongs here: the windows of each table, from the cadence in the settings.
Does not belong here: who is told (orchestration/checks.py, monitoring/), how Dagster shows it (orchestration/asset_specs.py).
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from functools import cache
from typing import NamedTuple, Protocol

from croniter import croniter

from crypto_pipeline.schema.tables import feed_of

WARN_AFTER, FAIL_AFTER = 3, 6
"""In cadences: one tick may be skipped and one run may be slow before a table counts as late."""


class Cadences(Protocol):
    """What the windows depend on: when the two jobs run, as cron expressions."""

    @property
    def ui_cron(self) -> str:
        """When the tables of the 5-minute cadence are collected."""

    @property
    def historical_cron(self) -> str:
        """When all tables are collected."""


class Windows(NamedTuple):
    """How long after it was last stored a table is late, and missing."""

    warn: timedelta
    fail: timedelta


def windows(table: str, settings: Cadences) -> Windows:
    """The windows of a table that collections fill. KeyError for another one."""
    feed = feed_of(table)
    cron = settings.ui_cron if feed.cadence == 5 else settings.historical_cron
    cadence = max(longest_wait(cron), feed.shortest_interval)
    return Windows(cadence * WARN_AFTER, cadence * FAIL_AFTER)


def usual_age(table: str, settings: Cadences) -> timedelta:
    """How old the newest row of a table that collections fill may be. KeyError for another one."""
    return feed_of(table).usual_age or windows(table, settings).warn


@cache
def longest_wait(cron: str) -> timedelta:
    """The longest time between two ticks of a week: five minutes for */5, a weekend for one of weekdays only.

    Looked for at every second hour, which costs 10 ms; pauses that are shorter than that do not matter here.
    """
    monday = datetime(2026, 1, 5, 0, 30, tzinfo=timezone.utc)
    waits: list[timedelta] = []
    for moment in (monday + timedelta(hours=hours) for hours in range(0, 7 * 24, 2)):
        ticks = croniter(cron, moment)
        later: datetime = ticks.get_next(datetime)
        earlier: datetime = ticks.get_prev(datetime)
        waits.append(later - earlier)
    return max(waits)
