"""One collection in this process: the Dagster job, run to its end, and what was heard of it.

Belongs here: running a job for the command line and summing it up.
Does not belong here: how it looks on a terminal (cli/progress.py), what the job does (orchestration/collection_run.py).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import dagster as dg

from crypto_pipeline.collection.results import EndpointResult, TableBatch
from crypto_pipeline.collection.selection import check_names
from crypto_pipeline.orchestration.asset_keys import table_of
from crypto_pipeline.orchestration.build import build_defs
from crypto_pipeline.orchestration.dagster_internals import helpers_apart
from crypto_pipeline.orchestration.instance import open_instance
from crypto_pipeline.orchestration.jobs import IN_JOB_LIST
from crypto_pipeline.orchestration.resources import Reporter, Sources
from crypto_pipeline.orchestration.runs import run_under_way
from crypto_pipeline.orchestration.schedules import run_tags
from crypto_pipeline.schema.jobs import HISTORICAL_JOB, UI_JOB
from crypto_pipeline.settings import Settings

JOB_OF = {"ui": UI_JOB, "historical": HISTORICAL_JOB, "both": HISTORICAL_JOB}
"""The 15-minute job asks everything that the 5-minute job asks, so that one run does for both."""

NOBODY_ANSWERED = (
    "No source could be reached: this machine seems to be offline or behind a proxy; "
    "'make demo' shows the same system on replayed answers."
)
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
STOPPED = "The collection was stopped before it was done; what had come by then is stored."
_INTERRUPTED = frozenset({dg.DagsterExecutionInterruptedError.__name__, KeyboardInterrupt.__name__})
_COUNTS = ("inserted", "updated", "unchanged", "spooled")


class RecordingReporter(Reporter):
    """A reporter that keeps what it hears, and writes log lines as well where a program reads along."""

    def __init__(self, *, writes_lines: bool = False) -> None:
        self._writes_lines = writes_lines
        self.results: list[EndpointResult] = []
        self.batches: list[TableBatch] = []

    def answered(self, result: EndpointResult) -> None:
        """Keep what became of an endpoint."""
        self.results.append(result)
        if self._writes_lines:
            super().answered(result)

    def changed(self, result: EndpointResult) -> None:
        """Keep that in the place of what was heard before."""
        self.results = [result if one.endpoint.id == result.endpoint.id else one for one in self.results]

    def finished(self, batch: TableBatch) -> None:
        """Keep what a table got."""
        self.batches.append(batch)


@dataclass(frozen=True, slots=True)
class Collected:
    """A collection that is over."""

    run_id: str
    status: str
    seconds: float
    tables: list[dict[str, Any]]
    sources: list[dict[str, Any]]
    error: str | None = None
    broke: bool = False
    """It failed for another reason than sources that did not answer: a defect of ours, a disk that is full."""
    stopped: bool = False
    """Somebody stopped it: Ctrl-C, SIGTERM, or who terminates the run in Dagster's UI."""
    no_price: str | None = None
    """The sentence that says so, when sources of prices answered and none has a coin that is kept."""
    batches: list[TableBatch] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 when every table got data, 3 when some did not or it was stopped, 4 when none did, 2 when the run broke.

        Without any price it did not get everything, although sources that have other coins answered for that table.
        """
        if self.stopped:
            return 3
        if self.broke:
            return 2
        if self.no_price is None and not any(batch.is_missing for batch in self.batches):
            return 0
        return 3 if any(batch.has_data for batch in self.batches) else 4

    @property
    def sentence(self) -> str | None:
        """Why it is no success, where the list of its tables does not say it already."""
        return self.error if self.broke or self.stopped else self.no_price

    @property
    def nothing_was_reachable(self) -> bool:
        """Whether sources were asked and not one of them could be reached: the network of this machine, and not theirs.

        Not when the run broke, or was stopped before any could answer.
        """
        outcomes = {source["outcome"] for source in self.sources if source["was_asked"]}
        nobody = outcomes <= {"unreachable", "timeout", "out_of_time"} and bool(outcomes - {"out_of_time"})
        return nobody and not self.broke and not self.stopped

    def as_json(self) -> dict[str, Any]:
        """What 'collect --json' prints: seconds, counts of rows by table, the outcome of each source."""
        shown = [{name: value for name, value in source.items() if name != "was_asked"} for source in self.sources]
        return {
            "run_id": self.run_id,
            "status": self.status,
            "seconds": round(self.seconds, 3),
            "tables": self.tables,
            "sources": shown,
            "error": self.error,
        }


def require_known_names(settings: Settings) -> None:
    """Raise SettingsError when the settings name a source or a coin that nobody knows."""
    check_names(settings, Sources(settings).declared)


def collect(which: str, settings: Settings, reporter: RecordingReporter) -> Collected:
    """Run one collection, visible in the Dagster UI like any other. Waits for a run of the same job to finish.

    Raises SettingsError when the settings name a source or a coin that nobody knows, WarehouseError when no row could be kept.
    """
    require_known_names(settings)
    job_name = JOB_OF[which]
    began = time.perf_counter()
    with open_instance(settings) as instance:
        run_under_way(instance, job_name, settings.locks, prefix=settings.asset_prefix)
        job = build_defs(settings=settings, resources={"reporter": reporter}).resolve_job_def(job_name)
        with helpers_apart():
            result = job.execute_in_process(
                run_config=_QUIET, instance=instance, raise_on_error=False, tags={**IN_JOB_LIST, **run_tags(settings)}
            )
    return Collected(
        run_id=result.run_id,
        status="success" if result.success else "failure",
        seconds=time.perf_counter() - began,
        tables=_tables(result, reporter),
        sources=[_source(one) for one in sorted(reporter.results, key=lambda one: one.endpoint.id)],
        error=None if result.success else error_of(result),
        broke=not result.success and not said_by_us(result) and not was_stopped(result),
        stopped=was_stopped(result),
        no_price=_no_price(result),
        batches=reporter.batches,
    )


def _tables(result: dg.ExecuteInProcessResult, reporter: RecordingReporter) -> list[dict[str, Any]]:
    counts = {
        table_of(event.asset_key): {
            name: value.value
            for name, value in event.step_materialization_data.materialization.metadata.items()
            if name in _COUNTS
        }
        for event in result.get_asset_materialization_events()
        if event.asset_key
    }
    return [
        {
            "name": batch.table,
            "status": "stored" if batch.has_data else "missing" if batch.is_missing else "not_due",
            **{name: counts.get(batch.table, {}).get(name, 0) for name in _COUNTS},
        }
        for batch in sorted(reporter.batches, key=lambda batch: batch.table)
    ]


def _source(result: EndpointResult) -> dict[str, Any]:
    return {
        "id": result.endpoint.id,
        "outcome": result.outcome.value,
        "status_code": result.status_code,
        "milliseconds": round(result.milliseconds, 1) if result.attempts else None,
        "rows": result.row_count,
        "error": result.error,
        "was_asked": result.was_asked,
    }


def said_by_us(result: dg.ExecuteInProcessResult) -> bool:
    """Whether the run failed because its step said so, and did not break."""
    failures = [event.step_failure_data for event in result.all_events if event.is_step_failure]
    return bool(failures) and all(failure.user_failure_data for failure in failures)


def _no_price(result: dg.ExecuteInProcessResult) -> str | None:
    """What the step said of a collection without any price."""
    failures = [event.step_failure_data.user_failure_data for event in result.all_events if event.is_step_failure]
    sentences = [
        failure.metadata["no_price"].value for failure in failures if failure and "no_price" in failure.metadata
    ]
    return str(sentences[0]) if sentences else None


def was_stopped(result: dg.ExecuteInProcessResult) -> bool:
    """Whether somebody stopped the run: inside its step, or before and after it, where Dagster names no step."""
    errors = [event.step_failure_data.error for event in result.all_events if event.is_step_failure]
    ends = [event for event in result.all_events if event.event_type is dg.DagsterEventType.RUN_FAILURE]
    errors += [event.job_failure_data.error for event in ends]
    return any(error and error.cls_name in _INTERRUPTED for error in errors)


def error_of(result: dg.ExecuteInProcessResult) -> str:
    """The sentence of the failure itself, without the frames around it."""
    if was_stopped(result):
        return STOPPED
    for event in result.all_events:
        if not event.is_step_failure:
            continue
        data = event.step_failure_data
        if data.user_failure_data and data.user_failure_data.description:
            return data.user_failure_data.description
        error = data.error
        while error and error.cause:
            error = error.cause
        if error:
            return error.message.rpartition(f"{error.cls_name}: ")[2].strip()
    return "the run failed"
