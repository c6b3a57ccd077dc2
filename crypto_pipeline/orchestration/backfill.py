"""The back-fill as Dagster runs it: a form of what is wanted, the walk, and what Dagster shows of it.

Belongs here: the step, its configuration, its progress and closing table.
Does not belong here: the plan (orchestration/backfill_planning.py), the walk (collection/backfill/), storing (warehouse/).
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, NamedTuple

import dagster as dg

from crypto_pipeline import logs
from crypto_pipeline.foundation.memory import bound_arenas, give_back
from crypto_pipeline.orchestration.asset_keys import key_of
from crypto_pipeline.orchestration.candle_history import look_for_gaps, take_past_consensus
from crypto_pipeline.orchestration.checks import note_history
from crypto_pipeline.orchestration.interruption import heeding
from crypto_pipeline.orchestration.resources import Sources, WarehouseResource
from crypto_pipeline.orchestration.runs import JobIsBusyError, only_run_of, stamped_tables
from crypto_pipeline.schema.clock import utc_now

if TYPE_CHECKING:
    from crypto_pipeline.collection.backfill.page import HistoryPage
    from crypto_pipeline.collection.backfill.walk import Walk
    from crypto_pipeline.orchestration.backfill_planning import BackfillPlan
    from crypto_pipeline.schema.columns import Columns
    from crypto_pipeline.warehouse import Warehouse

SECONDS_BETWEEN_WORDS = 30.0
SHOWN_REASONS = 50
LEDGER = "history_pages"
TO_BE_CONTINUED = "to_be_continued"
"""In the metadata of a failure that is nobody's mistake: the file was held, or the disk was full."""
MEMORY = "20MB"
"""That DuckDB may take: a merge of a batch needs it, and what needs more spills to disk, however long the past is. What cannot
spill gets half as much again."""


class BackfillConfig(dg.Config):
    """What of the past is wanted."""

    kind: str = "candles"
    """candles, funding, open-interest, sentiment, defi, chain, fx, macro or all."""
    symbols: str = ""
    """Coins, separated by commas; empty: the tracked ones."""
    since: str = "2017-01-01"
    until: str = ""
    """Empty: up to now."""
    interval: str = "1d"
    """Lengths of candles, separated by commas."""
    provider: str = "best"
    """best: for each coin the source that reaches furthest; all; or the name of a source."""
    minutes: float = 0
    """After which it stops politely; 0: when everything is there."""


class BackfillReporter:
    """Hears what happens while a back-fill runs. This one says nothing; the command line has one with bars."""

    def begins(self, plan: "BackfillPlan", walk: "Walk") -> None:
        """A back-fill is about to ask for what is missing."""

    def page(self, page: "HistoryPage") -> None:
        """A page is known. Called from the walk's thread."""

    def stored(self, rows: int) -> None:
        """A batch is stored, or lies safely in the spool."""

    def stops(self) -> None:
        """Somebody asked to stop: nothing more is asked for, and what has come will be stored. Called in a signal's handler."""


@contextmanager
def _to_be_continued() -> Iterator[None]:
    """What keeps rows from being stored or read is said in its own sentence; the same command goes on from there."""
    from crypto_pipeline.warehouse.errors import RowsLost, WarehouseError

    try:
        yield
    except RowsLost as error:
        raise _for_later(f"{error} The same command asks for them again.") from None
    except WarehouseError as error:
        raise _for_later(f"{error} The same command continues where it was.") from None


def _for_later(sentence: str) -> dg.Failure:
    return dg.Failure(sentence, metadata={TO_BE_CONTINUED: True}, allow_retries=False)


@contextmanager
def _alone(context: dg.OpExecutionContext, locks: Any) -> Iterator[None]:
    try:
        with only_run_of(context.run.job_name, locks, patience=0, instance=context.instance):
            yield
    except JobIsBusyError as obstacle:
        raise dg.Failure(str(obstacle), allow_retries=False) from None


@dg.op(
    description="Asks sources for what is missing of the past, page by page, and stores it with the ledger of its pages."
)
def fill_the_past(
    context: dg.OpExecutionContext,
    config: BackfillConfig,
    sources: dg.ResourceParam[Sources],
    warehouse: WarehouseResource,
    backfill_reporter: dg.ResourceParam[BackfillReporter],
) -> None:
    """The step of a back-fill. Raises Failure for a wish that cannot be fulfilled and while another one is under way."""
    from crypto_pipeline.collection.backfill.log import Log
    from crypto_pipeline.collection.backfill.streaming import stream
    from crypto_pipeline.collection.backfill.walk import Walk
    from crypto_pipeline.collection.backfill.wish import REPAIR
    from crypto_pipeline.orchestration.backfill_planning import paused_hosts
    from crypto_pipeline.orchestration.heard_pauses import HeardPauses

    bound_arenas()
    settings = sources.settings
    logs.configure(settings.log_format)
    store, file = warehouse.warehouse, warehouse.file
    with (
        _to_be_continued(),
        _alone(context, settings.locks),
        store.waiting_once(),
        store.bounded(MEMORY),
        file.bounded(MEMORY),
    ):
        store.require_place()
        store.drain()  # pages that wait in the spool are in the ledger then, and are not asked for again
        plan = _plan(context, config, sources, store)
        hear = HeardPauses(warehouse.impatient, lambda file: paused_hosts(file, sources.declared))
        walk = Walk(plan.walk, on_page=backfill_reporter.page)
        backfill_reporter.begins(plan, walk)
        give_back()  # what the plan has taken, and the making of the file
        progress = _Progress(context, plan, key_of(LEDGER, settings.asset_prefix))
        log = Log(plan.answered)

        def stop() -> None:
            walk.stop()
            backfill_reporter.stops()

        with heeding(stop):
            for batch in stream(walk, sources.client_from(plan.spent), hear):
                tables, rows, settled = log.tables(batch), batch.rows, [_Settled.of(page) for page in batch.pages]
                del batch  # its rows are in the tables now; twice they would be the most that a back-fill needs
                _merge(context, store, tables)
                del tables
                give_back()
                backfill_reporter.stored(rows)
                progress.goes_on(settled)
        take_past_consensus(store, plan.walk.series, context.run.run_id, utc_now())
        if not walk.was_stopped:  # whoever asked to stop does not wait for it; the next back-fill looks for them
            walked = None if config.kind == REPAIR else plan.walk.series
            look_for_gaps(file, sources.declared, context.run.run_id, utc_now(), series=walked)
            note_history(context, store, settings)
        progress.ends(walk)


def _plan(
    context: dg.OpExecutionContext, config: BackfillConfig, sources: Sources, store: "Warehouse"
) -> "BackfillPlan":
    from crypto_pipeline.collection.errors import WishError
    from crypto_pipeline.orchestration.backfill_planning import plan_for
    from crypto_pipeline.orchestration.backfill_wish import Words
    from crypto_pipeline.settings import SettingsError

    words = Words(**config.model_dump(exclude={"minutes"}))
    try:
        return plan_for(words, sources, store, seconds=config.minutes * 60 or None, asking_run=context.run.run_id)
    except (WishError, SettingsError) as error:
        raise dg.Failure(str(error), allow_retries=False) from None


def _merge(
    context: dg.OpExecutionContext, store: "Warehouse", tables: "Mapping[str, list[dict[str, Any]] | Columns]"
) -> None:
    store.merge(stamped_tables(tables, context.run.run_id, utc_now()))
    problem = store.problem()
    if problem:
        raise _for_later(f"{problem} What was asked for waits in the spool; the same command goes on from there.")


class _Settled(NamedTuple):
    """What progress needs of a page, without its rows."""

    source: str
    pages: int
    rows: int
    first: int | None

    @classmethod
    def of(cls, page: "HistoryPage") -> "_Settled":
        return cls(page.series.source, page.planned, page.count, page.first)


class _Progress:
    """What Dagster's UI shows: an observation now and then, and a table of all sources at the end."""

    def __init__(self, context: dg.OpExecutionContext, plan: "BackfillPlan", ledger: dg.AssetKey) -> None:
        self._context = context
        self._plan = plan
        self._ledger = ledger
        self._said = time.monotonic()
        self._pages: dict[str, int] = {}
        self._rows: dict[str, int] = {}
        self._first: dict[str, int] = {}

    def goes_on(self, settled: Sequence[_Settled]) -> None:
        """Count what is stored, and say how far it is when nothing was said for a while."""
        for source, pages, rows, first in settled:
            self._pages[source] = self._pages.get(source, 0) + pages
            self._rows[source] = self._rows.get(source, 0) + rows
            if first is not None:
                self._first[source] = min(first, self._first.get(source, first))
        if time.monotonic() - self._said >= SECONDS_BETWEEN_WORDS:
            self._said = time.monotonic()
            self._context.log_event(dg.AssetObservation(self._ledger, metadata=self._counts()))

    def ends(self, walk: "Walk") -> None:
        """The materialisation of the ledger, with a line a source."""
        lines = ["| source | pages | rows | oldest entry |", "|---|---|---|---|"]
        for source in sorted(self._pages):
            first = self._first.get(source)
            oldest = "" if first is None else f"{datetime.fromtimestamp(first, timezone.utc):%Y-%m-%d}"
            lines.append(f"| {source} | {self._pages[source]} | {self._rows[source]} | {oldest} |")
        metadata = {**self._counts(), "sources": dg.MetadataValue.md("\n".join(lines))}
        if walk.ended or walk.stopped_series:
            said = {**walk.ended, **{f"{endpoint} {ask}": why for (endpoint, ask), why in walk.stopped_series.items()}}
            metadata["stopped"] = dg.MetadataValue.json(dict(list(said.items())[:SHOWN_REASONS]))
            metadata["stopped_in_all"] = len(said)
        self._context.log_event(dg.AssetMaterialization(self._ledger, metadata=metadata))

    def _counts(self) -> dict[str, Any]:
        return {
            "pages_done": sum(self._pages.values()),
            "pages_expected": self._plan.pages,
            "rows": sum(self._rows.values()),
        }
