"""How old a collected table may be before somebody should look.

Belongs here: the windows of each table, from the cadence in the settings.
Does not belong here: who is told (orchestration/checks.py, monitoring/), how Dagster shows it (orchestration/asset_specs.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import NamedTuple, Protocol

from croniter import croniter

from crypto_pipeline.schema.tables import UI_TABLES

SLOWER_SOURCES: Mapping[str, timedelta] = {"exchange_rates": timedelta(hours=1)}
"""Tables none of whose sources is asked at every tick, with the shortest interval of their sources."""
SLOWER_WORLD: Mapping[str, timedelta] = {
    "exchange_rates": timedelta(days=5),  # banks rest over Easter
    "sentiment_metrics": timedelta(days=2),
    "defi_metrics": timedelta(days=2),
    "news_articles": timedelta(hours=12),
    "whale_transactions": timedelta(hours=12),
}
"""Age of the newest row where nothing new may happen for longer than our cadence."""
WARN_AFTER, FAIL_AFTER = 3, 6
"""In cadences: one tick may be skipped and one run may be slow before a table counts as late."""
LEAST_CADENCE = timedelta(minutes=1)


class Cadences(Protocol):
    """What the windows depend on."""

    @property
    def ui_cron(self) -> str: ...
    @property
    def historical_cron(self) -> str: ...


class Windows(NamedTuple):
    """How long after it was last stored a table is late, and missing."""

    warn: timedelta
    fail: timedelta


def windows(table: str, settings: Cadences) -> Windows:
    cadence = max(
        longest_wait(settings.ui_cron if table in UI_TABLES else settings.historical_cron),
        SLOWER_SOURCES.get(table, timedelta()),
        LEAST_CADENCE,
    )
    return Windows(cadence * WARN_AFTER, cadence * FAIL_AFTER)


def usual_age(table: str, settings: Cadences) -> timedelta:
    """How old the newest row of a table may be."""
    return SLOWER_WORLD.get(table) or windows(table, settings).warn


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
