"""One run of a collection: what it asks, in which order its tables are stored, and what it does at its end, however it ends.

Belongs here: putting the plan, the collector, the warehouse, the checks and the other regions together.
Does not belong here: the asset that a run materialises (orchestration/assets.py), what Dagster shows of it
(orchestration/collection_report.py), asking (collection/), storing an output (orchestration/io_managers.py).
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Generator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import dagster as dg

from crypto_pipeline.collection.collector import Collector, stream
from crypto_pipeline.collection.log import pause_rows
from crypto_pipeline.collection.normalise.consensus import TABLE as CONSENSUS
from crypto_pipeline.collection.normalise.context import TableRow
from crypto_pipeline.collection.normalise.rejections import Rejected
from crypto_pipeline.collection.plan import CollectionPlan
from crypto_pipeline.collection.results import TableBatch
from crypto_pipeline.databank.publishing import publish
from crypto_pipeline.databank.regions import division_of, tick_now
from crypto_pipeline.foundation.counted import counted
from crypto_pipeline.monitoring import heartbeat
from crypto_pipeline.orchestration.asset_keys import key_of, told_from_others
from crypto_pipeline.orchestration.candle_history import take_newest_consensus
from crypto_pipeline.orchestration.checks import Quality
from crypto_pipeline.orchestration.collection_report import failure_of, metadata_of
from crypto_pipeline.orchestration.heard_pauses import HeardPauses
from crypto_pipeline.orchestration.no_price import why_no_price
from crypto_pipeline.orchestration.regions import RegionalRun
from crypto_pipeline.orchestration.resources import Reporter, Sources, WarehouseResource
from crypto_pipeline.orchestration.run_details import RUNS_AN_HOUR, forget_details
from crypto_pipeline.orchestration.runs import stamped_tables
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.settings import Settings
from crypto_pipeline.warehouse import WarehouseError

log = logging.getLogger(__name__)

OF_A_SCHEDULE = "dagster/schedule_name"
"""Dagster gives this tag to runs that a schedule has started."""


class CollectionRun:
    """A run, from its plan to its log: read ``outputs()`` to the end or close it, then ``require_success()``.

    Raises UnknownSourceError and UnknownCoinError when nobody knows what the settings name.
    """

    def __init__(
        self,
        context: dg.AssetExecutionContext,
        tables: Collection[str],
        sources: Sources,
        warehouse: WarehouseResource,
        reporter: Reporter,
    ) -> None:
        self._context = context
        self._sources = sources
        self._settings = sources.settings
        self._resource = warehouse
        self._store = warehouse.warehouse
        self._reporter = reporter
        self._job, self._run_id = context.run.job_name, context.run.run_id
        tick = tick_now(self._settings)
        division = division_of(self._settings, self._store, tick if OF_A_SCHEDULE in context.run.tags else None)
        self._plan: CollectionPlan = sources.plan(tables, self._job, self._store, division)
        self._regional = (
            RegionalRun(division, tick, self._store, self._run_id, self._plan.other_coins) if division else None
        )
        self._writes_what_is_the_same_for_all = division is None or division.leads
        self._collector = Collector(self._plan, on_result=reporter.answered, on_change=reporter.changed)
        self._quality = Quality(context, warehouse, self._settings)
        self._finished: list[TableBatch] = []
        self._handed_over: set[str] = set()
        """Tables that need no storing at the end."""
        self._told_pauses: set[str] = set()
        """Endpoints whose wish for a pause is stored."""
        self._rest: dict[str, Sequence[TableRow]] = {}
        """What came before somebody asked to stop and has not been stored."""
        self._outliers: list[Rejected] = []

    def outputs(self) -> Generator[dg.Output[Any], None, None]:
        """Each table as soon as its sources are done. Whatever happens meanwhile, the log of the collection is kept."""
        if self._regional:
            self._regional.begins(self._job, self._plan.endpoints)
        self._reporter.begins(list(self._plan.endpoints))
        try:
            hear = HeardPauses(self._resource.impatient)
            for batches in stream(self._collector, self._sources.client, hear):
                with self._store.open():
                    for batch in batches:
                        yield from self._output(self._of_all_regions(batch))
                    self._tell_pauses()
        except (GeneratorExit, KeyboardInterrupt, dg.DagsterExecutionInterruptedError):
            self._take_the_rest()  # the log below says that it came: then it has to be there
            raise
        finally:
            self._end()

    def require_success(self) -> None:
        """Call the heartbeat's address. Raises dagster.Failure when a table or every price is missing, and a WarehouseError
        when rows could not be stored: that is no success, although they are in safety and nobody else is to blame."""
        if problem := self._store.problem():
            waiting = len(self._store.spooled())
            waits = counted(waiting, "batch waits in the spool and is", "batches wait in the spool and are")
            said = f" {waits} merged when that is mended." if waiting else ""
            raise type(problem)(f"{problem}{said}")
        if self._settings.heartbeat_url and any(batch.has_data for batch in self._finished):
            heartbeat.beat(self._settings.heartbeat_url)
        missing = [batch for batch in self._finished if batch.is_missing]
        no_price = why_no_price(self._finished, self._plan, self._resource.impatient)
        if missing or no_price:
            raise failure_of(missing, no_price)

    def _output(self, batch: TableBatch) -> Generator[dg.Output[Any], None, None]:
        self._reporter.finished(batch)
        self._finished.append(batch)
        if batch.has_data:
            metadata = metadata_of(batch, self._collector.lag_seconds)
            yield dg.Output(batch.rows, output_name=batch.table, metadata=metadata)
            self._quality.check(batch)
        self._handed_over.add(batch.table)

    def _of_all_regions(self, batch: TableBatch) -> TableBatch:
        """The consensus with the rows that the answers of all regions give; any other table as it is."""
        if self._regional is None or batch.table != CONSENSUS:
            return batch
        rows, self._outliers = self._regional.consensus(self._collector.prices())
        return replace(batch, rows=rows)

    def _tell_pauses(self) -> None:
        """Store which hosts want a pause, for a back-fill that asks them at this moment."""
        rows = [row for row in pause_rows([*self._collector.results]) if row["endpoint"] not in self._told_pauses]
        self._told_pauses.update(row["endpoint"] for row in rows)
        if rows:
            self._store.merge(stamped_tables({"host_pauses": rows}, self._run_id, utc_now()))

    def _take_the_rest(self) -> None:
        self._collector.finish()
        for table, batch in self._collector.batches.items():
            if table not in self._handed_over and batch.has_data:
                self._rest[table] = self._of_all_regions(batch).rows

    def _end(self) -> None:
        self._collector.reject_outliers(self._outliers)
        self._keep_log()
        if self._regional:
            self._regional.refused(self._collector.results)
            self._regional.settle()
        if self._writes_what_is_the_same_for_all:
            self._take_consensus_of_candles()
        self._forget_details()
        publish_where_wanted(self._settings)

    def _keep_log(self) -> None:
        """Store the collection log, whatever became of the run, with the rows that nobody has stored, and show it in the UI."""
        collected = self._sources.log_rows(self._collector, self._job, registry=self._writes_what_is_the_same_for_all)
        log_rows = {**collected, "data_quality_results": self._quality.rows(), **self._rest}
        for table, written in self._store.merge(stamped_tables(log_rows, self._run_id, utc_now())).items():
            if not (written.inserted or written.updated or written.spooled or written.set_aside):
                continue  # each event is kept twice in Dagster's history, and this one would say nothing
            figures = {
                "inserted": written.inserted,
                "updated": written.updated,
                "unchanged": written.unchanged,
                "spooled": written.spooled,
                "set_aside": written.set_aside,
            }
            key = key_of(table, self._settings.asset_prefix)
            self._context.log_event(dg.AssetMaterialization(key, metadata=figures))

    def _take_consensus_of_candles(self) -> None:
        """Of the newest closed candles, over what all exchanges have stored. The next run takes it again."""
        if "cached_ohlc" not in self._plan.tables:
            return
        symbols = self._plan.context.universe.listed
        try:
            take_newest_consensus(self._resource.impatient, self._plan.intervals, symbols, self._run_id, utc_now())
        except WarehouseError as error:
            log.warning("The consensus of candles is left to the next run: %s", error)

    def _forget_details(self) -> None:
        """Each run removes the details of the one or two that have become old since the last, so that no backlog grows."""
        hours = self._settings.event_hours
        older_than = utc_now() - timedelta(hours=hours)
        try:
            forget_details(
                self._context.instance,
                self._settings.dagster_home,
                older_than,
                RUNS_AN_HOUR * hours,
                told_from_others(self._settings),
            )
        except Exception:  # housekeeping must not be what a collection fails of; the next run tries again
            log.exception("The details of old runs could not be removed")


def publish_where_wanted(settings: Settings) -> None:
    """Write the tables as files, where the settings want it; a problem is logged and nothing more."""
    if not settings.publish:
        return
    try:
        done = publish(settings, utc_now())
    except Exception as error:  # readers of files must not be what a collection fails of; the next one publishes them
        log.warning("The tables could not be published: %s", error)
    else:
        log.info("%s files published in %s", done.written, done.folder)
