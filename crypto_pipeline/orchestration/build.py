"""The assembly: Definitions out of the modules, with every resource replaceable.

Belongs here: putting the parts together.
Does not belong here: any part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import dagster as dg

from crypto_pipeline.orchestration import assets, checks
from crypto_pipeline.orchestration.asset_specs import log_specs, marked_as_demo, with_freshness
from crypto_pipeline.orchestration.backfill import BackfillReporter
from crypto_pipeline.orchestration.io_managers import WarehouseIOManager
from crypto_pipeline.orchestration.jobs import build_jobs
from crypto_pipeline.orchestration.lineage import answer_specs, with_lineage
from crypto_pipeline.orchestration.resources import Reporter, WarehouseResource, configurable_sources, ending, hub_of
from crypto_pipeline.orchestration.schedules import build_schedules
from crypto_pipeline.orchestration.sensors import build_sensors
from crypto_pipeline.settings import Settings, load_settings


def build_defs(
    *,
    settings: Settings | None = None,
    resources: Mapping[str, object] | None = None,
    key_prefix: str | Sequence[str] | None = None,
    schedules_on: bool = True,
) -> dg.Definitions:
    """The code location. To embed it into another deployment: ``dg.Definitions.merge(build_defs(schedules_on=False), own)``.

    :param resources: replace ours by name: sources, warehouse, warehouse_io, reporter.
    :param key_prefix: what the keys of all tables begin with, as in ``crypto/market_prices``; KEY_PREFIX unless given.
    :param schedules_on: whether schedules and sensors run until somebody switches them off, or only once somebody switches
        them on.
    :raises ValueError: a part of the prefix is no name of an asset.
    """
    settings = settings or load_settings()
    if key_prefix is not None:
        settings = _with_key_prefix(settings, key_prefix)
    prefix = settings.asset_prefix
    # One configuration for rows and logs: the IO manager has the very resource that a launch may configure.
    warehouse = WarehouseResource.configure_at_launch(
        database=str(settings.database),
        lock_seconds=settings.lock_seconds,
        demo=settings.demo,
        hub=hub_of(settings),
        region=settings.region,
    )
    tables = dg.map_asset_specs(partial(with_freshness, settings=settings), [*_collected(prefix), *log_specs(prefix)])
    tables = [*dg.map_asset_specs(partial(with_lineage, prefix=prefix), tables), *answer_specs(prefix)]
    return dg.Definitions(
        assets=dg.map_asset_specs(marked_as_demo, tables) if settings.demo else tables,
        asset_checks=dg.load_asset_checks_from_modules([checks], asset_key_prefix=prefix),
        jobs=build_jobs(prefix),
        schedules=build_schedules(settings, on=schedules_on),
        sensors=build_sensors(settings, on=schedules_on),
        resources={
            "sources": configurable_sources(settings),
            "warehouse": warehouse,
            "warehouse_io": WarehouseIOManager(warehouse=warehouse, key_prefix=settings.key_prefix),
            "reporter": Reporter(),
            "backfill_reporter": BackfillReporter(),
            "ending": ending,
            **(resources or {}),
        },
    )


def _collected(prefix: Sequence[str]) -> list[dg.AssetsDefinition]:
    loaded = dg.load_assets_from_modules([assets], key_prefix=prefix)
    return [one for one in loaded if isinstance(one, dg.AssetsDefinition)]


def _with_key_prefix(settings: Settings, key_prefix: str | Sequence[str]) -> Settings:
    text = key_prefix if isinstance(key_prefix, str) else "/".join(key_prefix)
    return Settings(**{**settings.model_dump(), "key_prefix": text})
