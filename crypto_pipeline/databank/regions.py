"""Which regions are at work and which of them asks which host, as the shared rows say it.

Belongs here: reading those rows for whoever needs the division: runs, alerts, commands, the API.
Does not belong here: how hosts are divided (collection/regions/), SQL (warehouse/region_queries.py), what a run does with it
(orchestration/regions.py).
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crypto_pipeline.collection.regions.division import Division, Refusal, division
from crypto_pipeline.collection.regions.ticks import Lookback, lookback, tick_of
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.kit import discover
from crypto_pipeline.warehouse import Warehouse, WarehouseError, region_queries

log = logging.getLogger(__name__)


def division_of(settings: Settings, warehouse: Warehouse, at: datetime | None = None) -> Division | None:
    """Who asks which host at a moment; None where there are no several regions.

    :param at: the tick that a run works for, so that all regions look at the same rows; now, when left out.
    """
    if len(settings.region_names) < 2:
        return None
    from crypto_pipeline.warehouse.hub.connecting import hub_at
    from crypto_pipeline.warehouse.hub.following import followed_at
    from crypto_pipeline.warehouse.hub.reading import HubRows

    seen = lookback(settings.ui_cron, at or utc_now())
    shared, followed = _Shared(), None
    try:
        if warehouse.exists():
            with warehouse.reading():
                shared = _shared(warehouse, seen)
                followed = followed_at(warehouse.info())
    except WarehouseError as busy:
        log.info("Which regions are at work the shared PostgreSQL is asked itself: %s", busy)
        try:
            shared, followed = _shared(HubRows(hub_at(settings.hub_url), settings.lock_seconds), seen), seen.at
        except WarehouseError as away:
            log.warning("The sources are divided without knowing which regions are at work: %s", away)
    cut_off = followed is None or followed < seen.since
    return division(settings.region, settings.region_places, shared.heard, shared.refusals, seen, cut_off=cut_off)


def asked_elsewhere(divided: Division) -> frozenset[str]:
    """The declared endpoints, by id, that another region asks."""
    return frozenset(one.id for one in discover() if not divided.is_ours(one))


@dataclass(frozen=True, slots=True)
class _Shared:
    """What the regions have told each other."""

    heard: Mapping[str, Collection[datetime]] = field(default_factory=dict)
    refusals: Sequence[Refusal] = ()


def _shared(rows: region_queries.RowReader, seen: Lookback) -> _Shared:
    return _Shared(
        region_queries.heard(rows, seen.before),
        [
            Refusal(row["region"], row["host"], row["refused_at"], row["not_before"])
            for row in region_queries.refusals(rows)
        ],
    )


@dataclass(frozen=True, slots=True)
class RegionNow:
    """A region as it stands now."""

    name: str
    is_here: bool
    """Whether it is that of this machine."""
    is_at_work: bool
    """Whether hosts fall to it; one that is silent for three ticks is taken over."""
    leads: bool
    """Whether it writes what is the same for all."""
    heard_at: datetime | None
    """When it last began a collection; None where it never did."""
    hosts: int | None
    """Hosts that fell to it then."""
    place: str
    """Its country, where one is given; else its name."""
    refused_by: tuple[Mapping[str, Any], ...]
    """Rows of region_refusals: hosts that another region asks in its place."""


def regions_now(settings: Settings, warehouse: Warehouse) -> list[RegionNow]:
    """The regions as the shared rows show them, by name; none where there are no several. Raises DatabaseBusy, DatabaseUnusable."""
    divided = division_of(settings, warehouse)
    if divided is None:
        return []
    newest = region_queries.newest_ticks(warehouse) if warehouse.exists() else {}
    refusals = region_queries.refusals(warehouse) if warehouse.exists() else []
    return [
        RegionNow(
            name=name,
            is_here=name == divided.region,
            is_at_work=name in divided.awake,
            leads=name == divided.leader,
            heard_at=newest[name]["began_at"] if name in newest else None,
            hosts=newest[name]["hosts"] if name in newest else None,
            place=divided.places[name],
            refused_by=tuple(
                row for row in refusals if row["region"] == name and (name, row["host"]) in divided.refused
            ),
        )
        for name in divided.names
    ]


def tick_now(settings: Settings) -> datetime:
    """The tick that a collection which begins now works for."""
    return tick_of(settings.ui_cron, utc_now())
