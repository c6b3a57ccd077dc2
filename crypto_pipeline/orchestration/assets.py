"""Assets: one per table. https://docs.dagster.io/guides/build/assets

Belongs here: the one step that collects the tables.
Does not belong here: the tables as the UI knows them (orchestration/asset_specs.py), what a run does from its plan to its log
(orchestration/collection_run.py).
"""

from collections.abc import Generator, Iterator
from contextlib import ExitStack
from typing import Any

import dagster as dg

from crypto_pipeline import logs
from crypto_pipeline.orchestration.asset_keys import table_of
from crypto_pipeline.orchestration.asset_specs import spec_of
from crypto_pipeline.orchestration.resources import Reporter, Sources, WarehouseResource
from crypto_pipeline.orchestration.runs import only_run_of
from crypto_pipeline.schema.tables import DATA_TABLES, TABLES, feeds


@dg.multi_asset(
    name="collection",
    description="Asks every source at once and hands over each table as soon as its own sources are done.",
    can_subset=True,
    outs={
        name: dg.AssetOut.from_spec(spec_of(TABLES[name]), io_manager_key="warehouse_io", is_required=False)
        for name in DATA_TABLES
    },
    internal_asset_deps={name: {dg.AssetKey(feed.made_of)} if feed.made_of else set() for name, feed in feeds()},
)
def collected_tables(
    context: dg.AssetExecutionContext,
    sources: dg.ResourceParam[Sources],
    warehouse: WarehouseResource,
    reporter: dg.ResourceParam[Reporter],
    ending: dg.ResourceParam[ExitStack],
) -> Iterator[dg.Output[Any]]:
    """Tables are yielded, stored and visible one by one; a table whose every source failed is not, and fails the run.

    One step and not one per table: measured, processes and steps cost several times what the collection itself does.
    """
    outputs = _collect(context, sources, warehouse, reporter)
    ending.callback(outputs.close)
    yield from outputs


def _collect(
    context: dg.AssetExecutionContext, sources: Sources, warehouse: WarehouseResource, reporter: Reporter
) -> Generator[dg.Output[Any], None, None]:
    from crypto_pipeline.orchestration.collection_run import CollectionRun

    settings, store = sources.settings, warehouse.warehouse
    logs.configure(settings.log_format)
    tables = sources.narrowed({table_of(key) for key in context.selected_asset_keys})
    alone = only_run_of(
        context.run.job_name, settings.locks, patience=settings.historical_seconds, instance=context.instance
    )
    with alone, store.waiting_once():
        store.require_place()
        run = CollectionRun(context, tables, sources, warehouse, reporter)
        yield from run.outputs()
    run.require_success()
