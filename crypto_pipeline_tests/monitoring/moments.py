"""Facts that are all well, to be changed in one place."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from crypto_pipeline.monitoring.facts import Disk, Facts, Schedule, SourceHealth, Spool, Stored, StoredTable
from crypto_pipeline.schema.freshness import Windows

NOON = datetime(2026, 11, 24, 12, tzinfo=timezone.utc)
GB = 1_000_000_000


def minutes(number: float) -> datetime:
    return NOON + timedelta(minutes=number)


def table(stored: float, name: str = "market_prices") -> StoredTable:
    return StoredTable(name, minutes(stored), Windows(timedelta(minutes=15), timedelta(minutes=30)))


def schedule(ticked: float | None, started: float | None = None) -> Schedule:
    return Schedule(
        "ui_schedule",
        timedelta(minutes=5),
        ticked_at=None if ticked is None else minutes(ticked),
        started_at=None if started is None else minutes(started),
    )


WELL = Facts(
    now=NOON,
    awake_since=minutes(-600),
    disk=Disk(Path("/data"), 50 * GB),
    spool=Spool(),
    stored=Stored(sources=(SourceHealth("kraken.ticker", succeeded_at=minutes(-1)),)),
    tables=(table(-5),),
    schedules=(schedule(-4),),
)


def well_but(**changes: Any) -> Facts:
    return replace(WELL, **changes)


def with_source(**changes: Any) -> Facts:
    return well_but(stored=Stored(sources=(SourceHealth("kraken.ticker", **changes),)))
