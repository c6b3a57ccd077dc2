"""Assets: one per table. https://docs.dagster.io/guides/build/assets

Belongs here: the one step that collects the tables, and what Dagster shows of each time it did.
Does not belong here: the tables as the UI knows them (orchestration/asset_specs.py), asking (collection/), storing (orchestration/io_managers.py).
"""

import logging
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import dagster as dg

from crypto_pipeline import logs
from crypto_pipeline.orchestration.asset_keys import key_of, table_of
from crypto_pipeline.orchestration.asset_specs import spec_of
from crypto_pipeline.orchestration.candle_history import take_newest_consensus
from crypto_pipeline.orchestration.checks import Quality
from crypto_pipeline.orchestration.regions import RegionalRun
from crypto_pipeline.orchestration.resources import Reporter, Sources, WarehouseResource
from crypto_pipeline.orchestration.run_details import RUNS_AN_HOUR, forget_details
from crypto_pipeline.orchestration.runs import only_run_of, stamped_tables
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.schema.tables import DATA_TABLES, TABLES, feeds
from crypto_pipeline.settings import Settings

if TYPE_CHECKING:
    from crypto_pipeline.collection.collector import CollectionPlan, Collector
    from crypto_pipeline.collection.normalise.context import TableRow
    from crypto_pipeline.collection.normalise.rejections import Rejected
    from crypto_pipeline.collection.results import EndpointResult, TableBatch
    from crypto_pipeline.warehouse import Warehouse

log = logging.getLogger(__name__)

CONSENSUS = "consensus_prices"
OF_A_SCHEDULE = "dagster/schedule_name"
"""Dagster gives this tag to runs that a schedule has started."""
SHOWN_FAILURES = 50
WORTH_A_LINE_SECONDS = 1.0
"""Of a collection in which this machine did not run it."""


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
    from crypto_pipeline.collection.collector import Collector, stream
    from crypto_pipeline.databank.regions import division_of, tick_now
    from crypto_pipeline.orchestration.no_price import why_no_price

    settings = sources.settings
    logs.configure(settings)
    tables = sources.narrowed({table_of(key) for key in context.selected_asset_keys})
    with (
        only_run_of(
            context.run.job_name, settings.locks, patience=settings.historical_seconds, instance=context.instance
        ),
        warehouse.warehouse.waiting_once(),
    ):
        warehouse.warehouse.require_place()
        tick = tick_now(settings)
        is_scheduled = OF_A_SCHEDULE in context.run.tags
        division = division_of(settings, warehouse.warehouse, tick if is_scheduled else None)
        plan = sources.plan(tables, context.run.job_name, warehouse.warehouse, division)
        regional = (
            RegionalRun(division, tick, warehouse.warehouse, context.run.run_id, plan.other_coins) if division else None
        )
        if regional:
            regional.begins(context.run.job_name, plan.endpoints)
        reporter.begins(list(plan.endpoints))
        collector = Collector(plan, on_result=reporter.answered)
        quality = Quality(context, warehouse, settings)
        finished: list[TableBatch] = []
        stored: set[str] = set()
        told: set[str] = set()
        rest: dict[str, Sequence[TableRow]] = {}
        outliers: list[Rejected] = []
        try:
            for batches in stream(collector, sources.client):
                with warehouse.warehouse.open():
                    for batch in batches:
                        if regional and batch.table == CONSENSUS:
                            batch, outliers = _of_all_regions(batch, collector, regional)
                        reporter.finished(batch)
                        finished.append(batch)
                        if batch.has_data:
                            yield dg.Output(
                                batch.rows, output_name=batch.table, metadata=_metadata(batch, collector.lag_seconds)
                            )
                            quality.check(batch)
                        stored.add(batch.table)
                    _tell_pauses(collector, told, warehouse.warehouse, context.run.run_id)
        except (GeneratorExit, KeyboardInterrupt, dg.DagsterExecutionInterruptedError):
            rest = _rest(collector, stored)  # the log below says that it came: then it has to be there
            if regional and CONSENSUS in collector.batches and CONSENSUS not in stored:
                rest[CONSENSUS], outliers = regional.consensus(collector.prices())
            raise
        finally:
            collector.reject_outliers(outliers)
            _keep_log(context, collector, sources, warehouse, quality, rest, leads=division is None or division.leads)
            if regional:
                regional.refused(collector.results)
                regional.settle()
            if division is None or division.leads:
                _take_consensus(context, tables, plan, warehouse)
            _forget_details(context, settings)
            _publish(settings)
    _require_no_problem(warehouse.warehouse)
    if any(batch.has_data for batch in finished):
        _beat(settings)
    missing = [batch for batch in finished if batch.is_missing]
    no_price = why_no_price(finished, plan, warehouse.impatient)
    if missing or no_price:
        raise _failure(missing, no_price)


def _tell_pauses(collector: "Collector", told: set[str], warehouse: "Warehouse", run_id: str) -> None:
    """Hosts that want a pause, for a back-fill that asks them at this moment; ``told`` has the endpoints that said so before."""
    from crypto_pipeline.collection.log import pause_rows

    rows = [row for row in pause_rows([*collector.results]) if row["endpoint"] not in told]
    told.update(row["endpoint"] for row in rows)
    if rows:
        warehouse.merge(stamped_tables({"host_pauses": rows}, run_id, utc_now()))


def _of_all_regions(
    batch: "TableBatch", collector: "Collector", regional: RegionalRun
) -> "tuple[TableBatch, list[Rejected]]":
    """The consensus with the rows that the answers of all regions give, and the prices that were left out of it."""
    rows, outliers = regional.consensus(collector.prices())
    return replace(batch, rows=rows), outliers


def _rest(collector: "Collector", stored: set[str]) -> "dict[str, Sequence[TableRow]]":
    """What came before somebody asked to stop and has not been stored."""
    collector.finish()
    return {table: batch.rows for table, batch in collector.batches.items() if table not in stored and batch.has_data}


def _beat(settings: Settings) -> None:
    if settings.heartbeat_url:
        from crypto_pipeline.monitoring.heartbeat import beat

        beat(settings.heartbeat_url)


def _take_consensus(
    context: dg.AssetExecutionContext, tables: set[str], plan: "CollectionPlan", warehouse: WarehouseResource
) -> None:
    """The consensus of the newest closed candles, over what all exchanges have stored. The next run takes it again."""
    from crypto_pipeline.warehouse import WarehouseError

    if "cached_ohlc" not in tables:
        return
    symbols = plan.context.universe.listed
    try:
        take_newest_consensus(warehouse.impatient, plan.intervals, symbols, context.run.run_id, utc_now())
    except WarehouseError as error:
        log.warning("The consensus of candles is left to the next run: %s", error)


def _forget_details(context: dg.AssetExecutionContext, settings: Settings) -> None:
    """Each run removes the details of the one or two that have become old since the last, so that no backlog grows."""
    older_than = utc_now() - timedelta(hours=settings.event_hours)
    try:
        forget_details(context.instance, settings.dagster_home, older_than, RUNS_AN_HOUR * settings.event_hours)
    except Exception:  # housekeeping must not be what a collection fails of; the next run tries again
        log.exception("The details of old runs could not be removed")


def _publish(settings: "Settings") -> None:
    """The tables as files, where that is wanted."""
    if not settings.publish:
        return
    from crypto_pipeline.databank.publishing import publish

    try:
        done = publish(settings, utc_now())
    except (
        Exception
    ) as error:  # readers of files must not be what a collection fails of; the next one publishes what this did not
        log.warning("The tables could not be published: %s", error)
    else:
        log.info("%s files published in %s", done.written, done.folder)


def _require_no_problem(warehouse: "Warehouse") -> None:
    """A run whose rows could not be stored is no success, although they are in safety and nobody else is to blame."""
    problem = warehouse.problem()
    if problem:
        waiting = len(warehouse.spooled())
        said = f" {waiting} batches wait in the spool and are merged when that is mended." if waiting else ""
        raise type(problem)(f"{problem}{said}")


def _keep_log(
    context: dg.AssetExecutionContext,
    collector: "Collector",
    sources: Sources,
    warehouse: WarehouseResource,
    quality: Quality,
    rest: "dict[str, Sequence[TableRow]]",
    *,
    leads: bool,
) -> None:
    """Store the collection log, whatever became of the run, with the rows that nobody has stored, and show it in the UI."""
    collected = sources.log_rows(collector, context.run.job_name, registry=leads)
    log_rows = {**collected, "data_quality_results": quality.rows(), **rest}
    rows = stamped_tables(log_rows, context.run.run_id, utc_now())
    for table, written in warehouse.warehouse.merge(rows).items():
        if not (written.inserted or written.updated or written.spooled or written.set_aside):
            continue  # each event is kept twice in Dagster's history, and this one would say nothing
        context.log_event(
            dg.AssetMaterialization(
                key_of(table, sources.settings.asset_prefix),
                metadata={
                    "inserted": written.inserted,
                    "updated": written.updated,
                    "unchanged": written.unchanged,
                    "spooled": written.spooled,
                    "set_aside": written.set_aside,
                },
            )
        )


def _metadata(batch: "TableBatch", lag_seconds: float) -> dict[str, Any]:
    ok = [result for result in batch.results if result.succeeded]
    asked = [result for result in batch.results if result.was_asked]
    metadata: dict[str, Any] = {
        "rows_given": len(batch.rows),
        "sources_asked": len(asked),
        "sources_ok": len(ok),
        "sources_failed": len(batch.failed),
        "rejected_rows": sum(result.rejected_count for result in batch.results),
    }
    if lag_seconds >= WORTH_A_LINE_SECONDS:
        metadata["machine_lag_seconds"] = round(lag_seconds, 1)
    if batch.failed:
        metadata["failures"] = _failures(batch.failed)
    return metadata


def _failures(failed: "list[EndpointResult]") -> dg.MarkdownMetadataValue:
    lines = ["| source | outcome | status | why |", "|---|---|---|---|"]
    for result in failed[:SHOWN_FAILURES]:
        why = (result.error or "").replace("|", "\\|").replace("\n", " ")
        lines.append(f"| {result.endpoint.id} | {result.outcome} | {result.status_code or ''} | {why} |")
    if len(failed) > SHOWN_FAILURES:
        lines.append(f"| and {len(failed) - SHOWN_FAILURES} more | | | see failure_logs |")
    return dg.MetadataValue.md("\n".join(lines))


def _failure(missing: "list[TableBatch]", no_price: str | None) -> dg.Failure:
    """How a run ends whose sources left it without a table or without any price: in sentences, and not with a traceback."""
    sentences = [no_price] if no_price else []
    metadata: dict[str, Any] = {"no_price": no_price} if no_price else {}
    if missing:
        sentences.append(_what_is_missing(missing))
        metadata["failures"] = _failures(_of_all(missing))
    return dg.Failure(" ".join(sentences), metadata=metadata)


def _of_all(batches: "list[TableBatch]") -> "list[EndpointResult]":
    """Each endpoint that gave nothing once, although it may feed several tables."""
    return list({result.endpoint.id: result for batch in batches for result in batch.gave_nothing}.values())


def _what_is_missing(batches: "list[TableBatch]") -> str:
    tables = [
        f"{batch.table} ({', '.join(f'{result.endpoint.id}: {result.outcome}' for result in batch.gave_nothing)})"
        for batch in batches
    ]
    return "No source answered for " + "; ".join(tables)
