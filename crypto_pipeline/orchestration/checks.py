"""Asset checks: what is looked at in a table after it was stored. https://docs.dagster.io/guides/test/asset-checks

Belongs here: which table is asked what, how severe an answer is, how it is shown in the UI and kept.
Does not belong here: the questions in SQL (warehouse/quality.py), whether sources answered at all (collection/).

A check costs a run 6 ms as an event that the step logs, and 17 ms as an output that the step declares (measured, with
Dagster's SQLite storage). So a collection logs them, and the declaration below, by which the UI knows them, is a step of
its own that a person can start. No check ever fails a run, not even one that breaks.

Each event is kept three times in Dagster's history, half of which would be checks that pass again: one that has passed within
the hour is logged when it no longer does. Every result is in data_quality_results.
"""

import logging
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import dagster as dg

from crypto_pipeline.orchestration.asset_keys import Prefix, key_of, table_of
from crypto_pipeline.orchestration.dagster_internals import passed_since, storage_errors
from crypto_pipeline.orchestration.resources import Sources, WarehouseResource
from crypto_pipeline.orchestration.runs import stamped_tables
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.schema.declare import Feed
from crypto_pipeline.schema.freshness import usual_age
from crypto_pipeline.schema.tables import feed_of, feeds
from crypto_pipeline.settings import Settings

if TYPE_CHECKING:
    from crypto_pipeline.collection.results import TableBatch
    from crypto_pipeline.warehouse import Warehouse
    from crypto_pipeline.warehouse.quality import Finding

log = logging.getLogger(__name__)

WARN, ERROR = dg.AssetCheckSeverity.WARN, dg.AssetCheckSeverity.ERROR
SHOWN_AGAIN_AFTER = timedelta(hours=1)
"""A check that passes each time. Less than CRYPTO_PIPELINE_EVENT_HOURS can be, so that its newest result is always there."""
ENOUGH = 0.5
"""Part of the sources that should have answered."""


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What a check has to go by."""

    warehouse: "Warehouse"
    settings: Settings
    at: datetime
    batch: "TableBatch | None" = None
    """The table as the collection has just stored it; None when a person started the check."""


@dataclass(frozen=True, slots=True)
class Check:
    """One question about one table."""

    table: str
    name: str
    description: str
    find: Callable[[str, CheckContext], "Finding"]
    severity: dg.AssetCheckSeverity = WARN
    """ERROR where a failure means that rows are plainly wrong."""

    @property
    def spec(self) -> dg.AssetCheckSpec:
        """The check as the UI knows it."""
        return dg.AssetCheckSpec(self.name, asset=self.table, description=self.description)

    def key(self, prefix: Prefix) -> dg.AssetCheckKey:
        """By which Dagster knows it."""
        return dg.AssetCheckKey(key_of(self.table, prefix), self.name)


@dataclass(frozen=True, slots=True)
class CompletedCheck:
    """A check that was made; without a finding when the database could not be read."""

    check: Check
    at: datetime
    finding: "Finding | None"
    why_not: str = ""
    broke: bool = False
    """By a defect of its own, which says nothing of the rows."""

    @property
    def severity(self) -> dg.AssetCheckSeverity:
        """How bad it is when it did not pass."""
        return WARN if self.broke else self.check.severity

    def as_row(self) -> dict[str, Any]:
        """For data_quality_results."""
        return {
            "table_name": self.check.table,
            "check_name": self.check.name,
            "passed": self.finding.passed if self.finding else None,
            "severity": self.severity.value.lower(),
            "detail": self.finding.detail if self.finding else self.why_not,
            "checked_at": self.at,
        }


def _enough_sources(table: str, context: CheckContext) -> "Finding":
    from crypto_pipeline.collection.results import WAITS
    from crypto_pipeline.schema.outcomes import SUCCESSES
    from crypto_pipeline.warehouse import quality

    if context.batch:
        ok = sum(result.succeeded for result in context.batch.results)
        due = ok + len(context.batch.failed)
    else:
        ok, due = quality.sources_of_newest_run(context.warehouse, table, [*map(str, SUCCESSES)], [*map(str, WAITS)])
    return quality.enough_sources(ok, due, ENOUGH)


def _no_duplicates(table: str, context: CheckContext) -> "Finding":
    from crypto_pipeline.warehouse import quality

    return quality.no_duplicates(context.warehouse, table, context.at)


def _nothing_in_the_future(table: str, context: CheckContext) -> "Finding":
    from crypto_pipeline.warehouse import quality

    return quality.nothing_in_the_future(context.warehouse, table, feed_of(table).time_column, context.at)


def _fresh(table: str, context: CheckContext) -> "Finding":
    from crypto_pipeline.warehouse import quality

    usual = usual_age(table, context.settings)
    return quality.fresh(context.warehouse, table, usual, context.at)


def _prices_within_band(table: str, context: CheckContext) -> "Finding":
    from crypto_pipeline.collection.normalise.consensus import TOO_FAR
    from crypto_pipeline.warehouse import quality

    return quality.prices_within_band(context.warehouse, TOO_FAR, context.at)


def _candles_complete(table: str, context: CheckContext) -> "Finding":
    from crypto_pipeline.schema.intervals import INTERVAL_SECONDS
    from crypto_pipeline.warehouse import quality

    return quality.candles_complete(context.warehouse, INTERVAL_SECONDS, context.at)


def _history_complete(table: str, context: CheckContext) -> "Finding":
    from crypto_pipeline.warehouse import quality

    return quality.history_complete(context.warehouse)


def _candles_possible(table: str, context: CheckContext) -> "Finding":
    from crypto_pipeline.schema.intervals import INTERVAL_SECONDS
    from crypto_pipeline.warehouse import quality

    return quality.candles_possible(context.warehouse, INTERVAL_SECONDS, context.at)


def _fees_plausible(table: str, context: CheckContext) -> "Finding":
    from crypto_pipeline.schema.gas_ranges import PLAUSIBLE_FEES
    from crypto_pipeline.warehouse import quality

    return quality.fees_plausible(context.warehouse, PLAUSIBLE_FEES, context.at)


def _checks_of(table: str, feed: Feed) -> Iterator[Check]:
    if not feed.made_of and not feed.copy_of:  # of a table that is made of another the sources are that one's
        yield Check(table, "enough_sources", f"At least {ENOUGH:.0%} of its sources answered.", _enough_sources)
    yield Check(table, "no_duplicates", "No key of the last day is there twice.", _no_duplicates, ERROR)
    if not feed.copy_of:
        yield Check(table, "nothing_in_the_future", "No row is of a time to come.", _nothing_in_the_future, ERROR)
        yield Check(table, "fresh", "The newest row is not older than usual.", _fresh)


CHECKS: tuple[Check, ...] = (
    *(check for table, feed in feeds() for check in _checks_of(table, feed)),
    Check(
        "consensus_prices",
        "prices_within_band",
        "Nearly all prices of the collection are near the median of their coin.",
        _prices_within_band,
    ),
    Check("cached_ohlc", "candles_complete", "No candle is missing between two others.", _candles_complete),
    Check(
        "cached_ohlc",
        "history_complete",
        "Of the candles that are known to be missing none can be asked for again, and no page of the past has failed.",
        _history_complete,
    ),
    Check(
        "cached_ohlc",
        "candles_possible",
        "Each candle is aligned, and its high and low enclose its open and close.",
        _candles_possible,
        ERROR,
    ),
    Check(
        "gas_prices", "fees_plausible", "Fees are where those of their chain can be, in their unit.", _fees_plausible
    ),
)


class Quality:
    """The checks of one run: made table by table, shown at once, kept together at the end.

    While somebody else holds the database nothing is waited for: what needs it is kept as a check that was not made.
    """

    def __init__(self, context: dg.AssetExecutionContext, warehouse: WarehouseResource, settings: Settings) -> None:
        self._context = context
        self._warehouse = warehouse.impatient
        self._settings = settings
        self._prefix = settings.asset_prefix
        self._checked: list[CompletedCheck] = []

    def check(self, batch: "TableBatch") -> None:
        """Make the checks of a table that has just been stored."""
        stored = CheckContext(self._warehouse, self._settings, utc_now(), batch)
        checked = [made(check, stored) for check in CHECKS if check.table == batch.table]
        for one in checked:
            if one.finding and not (one.finding.passed and one.check.key(self._prefix) in self._shown):
                self._context.log_event(_evaluation(one, one.finding, self._prefix))
        for why_not in {one.why_not for one in checked if one.why_not}:
            self._context.log.warning(f"{batch.table}: {why_not}")
        self._checked += checked

    @cached_property
    def _shown(self) -> set[dg.AssetCheckKey]:
        """The checks that Dagster shows as passed since less than an hour."""
        now = utc_now()
        keys = [check.key(self._prefix) for check in CHECKS]
        try:
            return passed_since(self._context.instance, keys, now - SHOWN_AGAIN_AFTER, now)
        except storage_errors():
            return set()

    def rows(self) -> list[dict[str, Any]]:
        """For data_quality_results."""
        return [checked.as_row() for checked in self._checked]


def note_history(context: dg.OpExecutionContext, warehouse: "Warehouse", settings: Settings) -> None:
    """After a back-fill: make the check of what is missing of the past, show it and keep it."""
    (check,) = (one for one in CHECKS if one.name == "history_complete")
    one = made(check, CheckContext(warehouse, settings, utc_now()))
    if one.finding:
        shown = _evaluation(one, one.finding, settings.asset_prefix)
        context.log_event(shown)  # type: ignore[arg-type]  # an op takes it as an asset does; its annotation does not say so
    warehouse.merge(stamped_tables({"data_quality_results": [one.as_row()]}, context.run.run_id, one.at))


def made(check: Check, context: CheckContext) -> CompletedCheck:
    """Make one check. Never raises: the tables are stored already, and other checks are still to be made.

    Of what is wrong with the database there is no finding, but a reason. A check that breaks has not passed.
    """
    from crypto_pipeline.warehouse import WarehouseError
    from crypto_pipeline.warehouse.quality import Finding

    try:
        return CompletedCheck(check, context.at, check.find(check.table, context))
    except WarehouseError as error:
        return CompletedCheck(check, context.at, None, f"Not checked: {error}")
    except Exception as defect:  # what breaks a check is what nobody expected; the log has the traceback
        log.exception("The check %s of %s broke", check.name, check.table)
        where = traceback.extract_tb(defect.__traceback__)[-1]
        detail = f"The check broke: {type(defect).__name__}: {defect} ({where.name}, line {where.lineno})"
        return CompletedCheck(check, context.at, Finding(False, detail), broke=True)


@dg.multi_asset_check(
    name="checks",
    specs=[check.spec for check in CHECKS],
    can_subset=True,
    description="The checks that every collection makes of what it stored, to be started by a person.",
)
def table_checks(
    context: dg.AssetCheckExecutionContext, sources: dg.ResourceParam[Sources], warehouse: WarehouseResource
) -> Iterator[dg.AssetCheckResult]:
    """Makes the selected checks on what is stored now, and keeps their results as those of a collection are kept."""
    present = CheckContext(warehouse.warehouse, sources.settings, utc_now())
    wanted = {(table_of(key.asset_key), key.name) for key in context.selected_asset_check_keys}
    checked = [made(check, present) for check in CHECKS if (check.table, check.name) in wanted]
    keep = stamped_tables({"data_quality_results": [one.as_row() for one in checked]}, context.run.run_id, present.at)
    warehouse.warehouse.merge(keep)
    for one in checked:
        if one.finding:
            yield dg.AssetCheckResult(
                asset_key=key_of(one.check.table, sources.settings.asset_prefix),
                check_name=one.check.name,
                passed=one.finding.passed,
                severity=one.severity,
                description=one.finding.detail,
                metadata=_metadata(one.finding),
            )
        else:
            context.log.warning(one.why_not)


def _evaluation(checked: CompletedCheck, finding: "Finding", prefix: Prefix) -> dg.AssetCheckEvaluation:
    return dg.AssetCheckEvaluation(
        asset_key=key_of(checked.check.table, prefix),
        check_name=checked.check.name,
        passed=finding.passed,
        severity=checked.severity,
        description=finding.detail,
        metadata=_metadata(finding),
    )


def _metadata(finding: "Finding") -> dict[str, Any]:
    metadata: dict[str, Any] = dict(finding.counts)
    if finding.cases:
        metadata["cases"] = dg.MetadataValue.md(_as_markdown(finding.cases))
    if finding.advice:
        metadata["what_to_do"] = finding.advice
    return metadata


def _as_markdown(rows: Sequence[Sequence[object]]) -> str:
    header, *cases = [" | ".join(str(value).replace("|", "\\|").replace("\n", " ") for value in row) for row in rows]
    return "\n".join([f"| {header} |", f"|{'---|' * len(rows[0])}", *(f"| {case} |" for case in cases)])
