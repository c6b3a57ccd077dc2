"""Facts, gathered: from the database, from the disk, from the scheduler's records.

Belongs here: reading them, and what is not known while the database cannot be had.
Does not belong here: what they mean (monitoring/conditions.py), SQL (warehouse/health_queries.py).
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from crypto_pipeline.databank.regions import asked_elsewhere, division_of
from crypto_pipeline.foundation.walking import files_below
from crypto_pipeline.monitoring import restarts
from crypto_pipeline.monitoring.alerts import Alert, alert_from
from crypto_pipeline.monitoring.facts import (
    Disk,
    DollarCoin,
    Facts,
    FailedRun,
    Lag,
    RegionsAtWork,
    SilentRegion,
    SourceHealth,
    Spool,
    Stored,
    StoredTable,
    WatchedCoin,
)
from crypto_pipeline.monitoring.history import SchedulerHistory
from crypto_pipeline.schema.clock import ENOUGH_HOSTS
from crypto_pipeline.schema.dollars import DOLLARS
from crypto_pipeline.schema.freshness import windows
from crypto_pipeline.schema.outcomes import SUCCESSES
from crypto_pipeline.schema.price_watches import price_watches
from crypto_pipeline.settings import Settings
from crypto_pipeline.warehouse import (
    Warehouse,
    WarehouseError,
    health_queries,
    listing_queries,
    price_queries,
    region_queries,
)

log = logging.getLogger(__name__)


def gather(
    history: SchedulerHistory,
    settings: Settings,
    warehouse: Warehouse,
    stored: Stored | None,
    jobs: Iterable[str],
    *,
    failed: FailedRun | None,
    awake_since: datetime,
    now: datetime,
) -> Facts:
    """Everything that is known at this moment.

    :param stored: what the database says; None when it could not be read.
    :param jobs: jobs whose newest run is of interest.
    :param failed: a run that has just failed, whatever the next run of its job did meanwhile.
    """
    failures = {run.job: run for run in history.failed_runs(jobs)}
    if failed:
        failures[failed.job] = failed
    return Facts(
        now=now,
        awake_since=awake_since,
        disk=Disk(settings.data_dir, shutil.disk_usage(_existing(settings.data_dir)).free),
        spool=_spool(warehouse),
        database_bytes=warehouse.size(),
        problem=_sentence(warehouse.problem()),
        stored=stored,
        tables=_tables(history, settings, stored),
        schedules=history.schedules_on(),
        failed_runs=tuple(failures.values()),
        restarts=restarts.noted(settings.notes),
        hub=settings.hub_name,
        clock_off_seconds=warehouse.clock_off_seconds(),
    )


def what_is_stored(
    warehouse: Warehouse, settings: Settings, now: datetime, *, to_measure: bool
) -> tuple[Stored | None, list[Alert] | None]:
    """What the database says and the alerts that are open in it; None for both when it cannot be read.

    :param to_measure: read also what only system_metrics needs: requests of the last hour, lags of the schedules.
    """
    if not warehouse.exists():
        return Stored(), []
    try:
        with warehouse.reading():
            division = division_of(settings, warehouse)
            regions = RegionsAtWork(division.leads, _silent(warehouse, division.silent)) if division else None
            stored = _stored(warehouse, settings, regions, now, to_measure=to_measure)
            there = settings.regions_that_are if division is None or division.leads else None
            alerts = [alert_from(row) for row in health_queries.open_alerts(warehouse, settings.region, there)]
    except WarehouseError as error:
        log.info("Evaluating without the database: %s", error)
        return None, None
    others = asked_elsewhere(division) if division else frozenset()
    ours = tuple(one for one in stored.sources if _is_on(one.endpoint, settings) and one.endpoint not in others)
    return replace(stored, sources=ours), alerts


def _stored(
    warehouse: Warehouse, settings: Settings, regions: RegionsAtWork | None, now: datetime, *, to_measure: bool
) -> Stored:
    """What the database says, also of sources that are off, or that other regions ask. Raises WarehouseError."""
    region, successes = settings.region, [outcome.value for outcome in SUCCESSES]
    states = health_queries.source_states(warehouse, now, region, settings.regions_that_are)
    lag = health_queries.newest_lag(warehouse, now, region)
    new_coins = listing_queries.new_coins(warehouse, settings.new_coins, now) if settings.new_coins else ()
    return Stored(
        sources=tuple(map(_source, states)),
        last_hour=health_queries.last_hour(warehouse, now, successes, region) if to_measure else {},
        lags=health_queries.schedule_lags(warehouse, now, region) if to_measure else {},
        dollar_coins=tuple(
            DollarCoin(row["symbol"], row["price_usd"], row["sources"])
            for row in price_queries.newest_consensus(warehouse, DOLLARS, now)
        ),
        watched_coins=_watched_coins(warehouse, settings, now),
        other_coins=price_queries.apart_prices(warehouse, now),
        lag=Lag(*lag) if lag else None,
        clock_ahead_seconds=health_queries.clock_ahead(warehouse, now, ENOUGH_HOSTS, region),
        rows_of_the_future=health_queries.rows_of_the_future(warehouse, now),
        arrivals=region_queries.arrivals(warehouse, successes, now) if regions else {},
        regions=regions,
        new_coins=new_coins,
        hub_followed_at=_hub_followed_at(warehouse) if settings.hub_url else None,
    )


def _tables(history: SchedulerHistory, settings: Settings, stored: Stored | None) -> tuple[StoredTable, ...]:
    """When the tables were last stored: as the scheduler knows it, or by any of the regions that share the data bank."""
    if len(settings.region_names) < 2:
        return history.stored_tables()
    if not stored:
        return ()
    return tuple(StoredTable(name, at, windows(name, settings)) for name, at in stored.arrivals.items())


def _silent(warehouse: Warehouse, names: Sequence[str]) -> tuple[SilentRegion, ...]:
    newest = region_queries.newest_ticks(warehouse)
    return tuple(SilentRegion(name, newest[name]["began_at"] if name in newest else None) for name in names)


def _hub_followed_at(warehouse: Warehouse) -> datetime | None:
    from crypto_pipeline.warehouse.hub.following import followed_at

    return followed_at(warehouse.info())


def _watched_coins(warehouse: Warehouse, settings: Settings, now: datetime) -> tuple[WatchedCoin, ...]:
    """The coins of the wishes; nothing is asked where there are none."""
    symbols = sorted({watch.symbol for watch in price_watches(settings.price_alerts)})
    if not symbols:
        return ()
    funding = price_queries.median_funding(warehouse, symbols, now)
    coins = []
    for row in price_queries.newest_consensus(warehouse, symbols, now):
        figures = {
            "price": row["price_usd"],
            "change": row["price_change_24h"],
            "spread": row["spread_percent"],
            "off": abs(row["price_usd"] - 1) * 100 if row["price_usd"] is not None else None,
            "funding": funding.get(row["symbol"]),
        }
        known = {name: value for name, value in figures.items() if value is not None}
        coins.append(WatchedCoin(row["symbol"], known, row["sources"] or 0))
    return tuple(coins)


def _is_on(endpoint: str, settings: Settings) -> bool:
    return not settings.switched_off(endpoint, endpoint.partition(".")[0])


def _source(row: Mapping[str, Any]) -> SourceHealth:
    return SourceHealth(
        endpoint=row["endpoint"],
        consecutive_failures=row["consecutive_failures"] or 0,
        breaker_state=row["breaker_state"] or "closed",
        outcome=row["outcome"],
        succeeded_at=row["succeeded_at"],
        not_before=row["not_before"],
    )


def _sentence(problem: WarehouseError | None) -> str | None:
    return None if problem is None else str(problem)


def _spool(warehouse: Warehouse) -> Spool:
    """What waits. A batch that a collection merges at this very moment may count without its size."""
    batches = warehouse.spooled()
    written_at = [at for at in map(_written_at, batches) if at]
    size = sum(_size(file) for batch in batches for file in files_below(batch))
    return Spool(len(batches), size, min(written_at, default=None), len(warehouse.damaged()))


def _written_at(entry: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(entry.stat().st_mtime, timezone.utc)
    except FileNotFoundError:
        return None


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def _existing(folder: Path) -> Path:
    return next(place for place in (folder, *folder.parents) if place.exists())
