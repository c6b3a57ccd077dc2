"""Which regions are at work and which of them asks which host, as the shared rows say it.

Belongs here: reading those rows for whoever needs the division: runs, alerts, commands, the API.
Does not belong here: how hosts are divided (collection/regions/), SQL (warehouse/region_queries.py), what a run does with it
(orchestration/regions.py).
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from crypto_pipeline.collection.regions.division import Division, Refusal, division
from crypto_pipeline.collection.regions.ticks import tick_of, window
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.settings import Settings
from crypto_pipeline.warehouse import Warehouse, WarehouseError, region_queries

log = logging.getLogger(__name__)


def division_of(settings: Settings, warehouse: Warehouse, at: datetime | None = None) -> Division | None:
    """Who asks which host at a moment; None where there are no several regions.

    :param at: the tick that a run works for, so that all regions look at the same rows; now, when left out.
    """
    if len(settings.region_names) < 2:
        return None
    from crypto_pipeline.warehouse.hub.following import followed_at

    seen = window(settings.ui_cron, at or utc_now())
    heard: Mapping[str, Collection[datetime]] = {}
    refusals: list[Refusal] = []
    followed = None
    try:
        if warehouse.exists():
            with warehouse.reading():
                heard = region_queries.heard(warehouse, seen.before)
                refusals = [
                    Refusal(row["region"], row["host"], row["refused_at"], row["not_before"])
                    for row in region_queries.refusals(warehouse)
                ]
                followed = followed_at(warehouse.info())
    except WarehouseError as error:
        log.warning("The sources are divided without knowing which regions are at work: %s", error)
    cut_off = followed is None or followed < seen.since
    return division(settings.region, settings.region_places, heard, refusals, seen, cut_off=cut_off)


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
    refused_by: tuple[str, ...]
    """Hosts that another region asks in its place."""


def regions_now(settings: Settings, warehouse: Warehouse) -> list[RegionNow]:
    """The regions as the shared rows show them, by name; none where there are no several. Raises DatabaseBusy, DatabaseUnusable."""
    divided = division_of(settings, warehouse)
    if divided is None:
        return []
    newest = region_queries.newest_ticks(warehouse) if warehouse.exists() else {}
    return [
        RegionNow(
            name=name,
            is_here=name == divided.region,
            is_at_work=name in divided.awake,
            leads=name == divided.leader,
            heard_at=newest[name]["began_at"] if name in newest else None,
            hosts=newest[name]["hosts"] if name in newest else None,
            refused_by=tuple(sorted(host for region, host in divided.refused if region == name)),
        )
        for name in divided.names
    ]


def tick_now(settings: Settings) -> datetime:
    """The tick that a collection which begins now works for."""
    return tick_of(settings.ui_cron, utc_now())
