"""What is known of the system at one moment.

Belongs here: the values that conditions and metrics are made of.
Does not belong here: getting them (monitoring/evaluate.py), judging them (monitoring/conditions.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from crypto_pipeline.schema.freshness import Windows

if TYPE_CHECKING:  # what keeps the parts running tells of itself, and must not load DuckDB for that
    from crypto_pipeline.warehouse.listing_queries import NewCoin
    from crypto_pipeline.warehouse.price_queries import ApartPrice


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """An endpoint as source_health remembers it."""

    endpoint: str
    consecutive_failures: int = 0
    breaker_state: str = "closed"
    outcome: str | None = None
    succeeded_at: datetime | None = None
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoredTable:
    """A collected table and when it was last stored; a run that stored nothing new counts."""

    name: str
    stored_at: datetime
    windows: Windows


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule that is switched on."""

    name: str
    longest_wait: timedelta
    """Between two of its ticks."""
    ticked_at: datetime | None
    started_at: datetime | None = None
    """When it was switched on; None when that has not been noted."""


@dataclass(frozen=True, slots=True)
class FailedRun:
    """The newest run of a job, when it failed."""

    job: str
    run_id: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Disk:
    """The disk that the data folder lies on."""

    folder: Path
    free_bytes: int


@dataclass(frozen=True, slots=True)
class Spool:
    """Batches that wait because the database could not be had."""

    batches: int = 0
    bytes: int = 0
    oldest_at: datetime | None = None
    set_aside: int = 0
    """Batches, parts of batches and rows that could not be merged and lie there for a person."""


@dataclass(frozen=True, slots=True)
class DollarCoin:
    """A dollar coin and what it costs by the newest consensus."""

    symbol: str
    price_usd: float
    sources: int


@dataclass(frozen=True, slots=True)
class WatchedCoin:
    """A coin that somebody wants to hear of: its figures by the newest consensus, those that are known."""

    symbol: str
    figures: Mapping[str, float]
    """By the name that a wish has for them, in its unit."""
    sources: int = 0
    """Behind the consensus."""


@dataclass(frozen=True, slots=True)
class Lag:
    """Of the newest collection, how long it took and how much of that this machine did not run it."""

    run_id: str
    seconds: float
    lost_seconds: float


@dataclass(frozen=True, slots=True)
class SilentRegion:
    """A region that the others have taken over."""

    name: str
    heard_at: datetime | None
    """When it was last at work; None where it never was."""


@dataclass(frozen=True, slots=True)
class RegionsAtWork:
    """The regions that share the data bank, as one of them sees it."""

    leads: bool
    """Whether this one tells of what is the same for all: prices, tables, other regions."""
    silent: tuple[SilentRegion, ...] = ()


@dataclass(frozen=True, slots=True)
class Restart:
    """A process of the system that ended by itself and was started again."""

    part: str
    ended_at: datetime
    why: str
    times: int = 1
    """In a row, without having run well in between."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database says. Nobody knows it while somebody else holds the file."""

    sources: tuple[SourceHealth, ...] = ()
    last_hour: Mapping[str, float | None] = field(default_factory=dict)
    """requests, failures, median_milliseconds, p95_milliseconds."""
    lags: Mapping[str, float] = field(default_factory=dict)
    """Of each schedule, how long after its newest tick the run began, in seconds."""
    dollar_coins: tuple[DollarCoin, ...] = ()
    watched_coins: tuple[WatchedCoin, ...] = ()
    other_coins: tuple[ApartPrice, ...] = ()
    lag: Lag | None = None
    clock_ahead_seconds: float | None = None
    """By the hosts that answered in the last hour, how far the clock of this machine is ahead; None where too few said."""
    rows_of_the_future: int = 0
    """Rows that say that they were collected at a time that has not come."""
    arrivals: Mapping[str, datetime] = field(default_factory=dict)
    """Where regions share the data bank, when each table was last stored by any of them."""
    regions: RegionsAtWork | None = None
    new_coins: tuple[NewCoin, ...] = ()
    hub_followed_at: datetime | None = None
    """When the file last took rows from the shared PostgreSQL; None where there is none, or it never has."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the conditions are judged by, at one moment."""

    now: datetime
    awake_since: datetime
    """Since when there has been somebody to watch: a machine that slept has late tables and ticks, and nobody to blame."""
    disk: Disk
    spool: Spool
    database_bytes: int = 0
    problem: str | None = None
    """What keeps rows from being stored, in a sentence; None when they are, and while somebody else holds the file."""
    stored: Stored | None = None
    tables: tuple[StoredTable, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    failed_runs: tuple[FailedRun, ...] = ()
    restarts: tuple[Restart, ...] = ()
    hub: str = ""
    """The address of the shared PostgreSQL, without its password; empty where there is none."""
    clock_off_seconds: float | None = None
    """How far this machine's clock is ahead of that of the shared PostgreSQL; None where there is none, or it is away."""
