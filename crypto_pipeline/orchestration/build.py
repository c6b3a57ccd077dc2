"""The assembly: Definitions out of the modules, with every resource replaceable.

Belongs here: putting the parts together.
Does not belong here: any part.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import dagster as dg

from crypto_pipeline.orchestration.asset_specs import log_specs, marked_as_demo, with_freshness
from crypto_pipeline.orchestration.assets import collected_tables
from crypto_pipeline.orchestration.backfill import BackfillReporter
from crypto_pipeline.orchestration.checks import table_checks
from crypto_pipeline.orchestration.io_managers import WarehouseIOManager
from crypto_pipeline.orchestration.jobs import JOBS
from crypto_pipeline.orchestration.resources import Reporter, WarehouseResource, configurable_sources, ending, hub_of
from crypto_pipeline.orchestration.schedules import build_schedules
from crypto_pipeline.orchestration.sensors import build_sensors
from crypto_pipeline.settings import Settings, load_settings


def build_defs(
    *, settings: Settings | None = None, resources: Mapping[str, object] | None = None, schedules_on: bool = True
) -> dg.Definitions:
    """The code location. To embed it into another deployment: ``dg.Definitions.merge(build_defs(schedules_on=False), own)``.

    :param resources: replace ours by name: sources, warehouse, warehouse_io, reporter.
    :param schedules_on: whether schedules and sensors run until somebody switches them off, or only once somebody switches
        them on.
    """
    settings = settings or load_settings()
    # One configuration for rows and logs: the IO manager has the very resource that a launch may configure.
    warehouse = WarehouseResource.configure_at_launch(
        database=str(settings.database),
        lock_seconds=settings.lock_seconds,
        demo=settings.demo,
        hub=hub_of(settings),
    )
    tables = dg.map_asset_specs(partial(with_freshness, settings=settings), [collected_tables, *log_specs()])
    return dg.Definitions(
        assets=dg.map_asset_specs(marked_as_demo, tables) if settings.demo else tables,
        asset_checks=[table_checks],
        jobs=JOBS,
        schedules=build_schedules(settings, on=schedules_on),
        sensors=build_sensors(settings, on=schedules_on),
        resources={
            "sources": configurable_sources(settings),
            "warehouse": warehouse,
            "warehouse_io": WarehouseIOManager(warehouse=warehouse),
            "reporter": Reporter(),
            "backfill_reporter": BackfillReporter(),
            "ending": ending,
            **(resources or {}),
        },
    )
