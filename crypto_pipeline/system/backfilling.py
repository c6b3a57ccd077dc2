"""One back-fill in this process: the Dagster job, run to its end, and what was heard of it.

Belongs here: running the job for the command line, summing up.
Does not belong here: how it looks on a terminal (cli/backfill.py), what the job does (orchestration/backfill.py).
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import uuid4

import dagster as dg

from crypto_pipeline.collection.backfill.page import HistoryPage
from crypto_pipeline.collection.backfill.walk import Walk
from crypto_pipeline.collection.backfill.wish import endpoints_for
from crypto_pipeline.orchestration.backfill import MEMORY, TO_BE_CONTINUED, BackfillReporter
from crypto_pipeline.orchestration.backfill_planning import BackfillPlan, plan_for
from crypto_pipeline.orchestration.backfill_wish import Words, wish_of
from crypto_pipeline.orchestration.build import build_defs
from crypto_pipeline.orchestration.dagster_internals import helpers_apart
from crypto_pipeline.orchestration.instance import open_instance
from crypto_pipeline.orchestration.jobs import IN_JOB_LIST
from crypto_pipeline.orchestration.resources import Sources
from crypto_pipeline.orchestration.runs import run_under_way
from crypto_pipeline.orchestration.schedules import run_tags
from crypto_pipeline.schema.history import SETTLED
from crypto_pipeline.schema.jobs import BACKFILL_JOB
from crypto_pipeline.settings import Settings
from crypto_pipeline.system.collecting import error_of, said_by_us, was_stopped
from crypto_pipeline.warehouse.engines import warehouse_for

_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


STOPPED = "The back-fill was stopped; what had come by then is stored, and the same command continues where it was."


class RecordingBackfillReporter(BackfillReporter):
    """A reporter that counts what it hears."""

    def __init__(self) -> None:
        self.plan: BackfillPlan | None = None
        self.walk: Walk | None = None
        self.pages = 0
        self.rows = 0
        self.stored_rows = 0
        self.was_interrupted = False

    def begins(self, plan: BackfillPlan, walk: Walk) -> None:
        """Keep what is to be done."""
        self.plan, self.walk = plan, walk

    def page(self, page: HistoryPage) -> None:
        """Count a page that is settled now."""
        self.pages += page.planned if page.outcome.value in SETTLED else 0
        self.rows += page.count

    def stored(self, rows: int) -> None:
        """Count what is safe."""
        self.stored_rows += rows

    def stops(self) -> None:
        """Keep in mind that somebody did not want to wait."""
        self.was_interrupted = True


@dataclass(frozen=True, slots=True)
class Filled:
    """A back-fill that is over."""

    run_id: str
    status: str
    seconds: float
    pages: int
    rows: int
    left: int
    """Pages that are still missing."""
    stopped: dict[str, str] = field(default_factory=dict)
    """Series and hosts of which more was wanted, and why no more came."""
    was_interrupted: bool = False
    error: str | None = None
    broke: bool = False
    is_for_later: bool = False
    """It failed because rows could not be stored or read, and the same command continues."""

    @property
    def is_nothing_new(self) -> bool:
        """Whether there was nothing to ask for."""
        return self.error is None and not (self.pages or self.left or self.stopped)

    @property
    def exit_code(self) -> int:
        """0 when everything is there, 3 when something is left for later, 4 when nothing could be reached, 2 for a mistake."""
        if self.is_for_later:
            return 3
        if self.error is not None:
            return 1 if self.broke else 2
        if not self.left:
            return 0
        return 3 if self.pages or self.was_interrupted else 4

    def as_json(self) -> dict[str, Any]:
        """What 'backfill --json' prints."""
        return {
            "run_id": self.run_id,
            "status": self.status,
            "seconds": round(self.seconds, 3),
            "pages": self.pages,
            "rows": self.rows,
            "pages_left": self.left,
            "stopped": self.stopped,
            "error": self.error,
        }


def planned(words: Words, settings: Settings, *, asks_lists: bool = False) -> BackfillPlan:
    """What a back-fill would do now. Raises WishError, SettingsError, DatabaseBusy, DatabaseUnusable.

    :param asks_lists: lists of markets that nobody has asked for yet are asked first, as a back-fill does; nothing else is.
    """
    warehouse = warehouse_for(settings)
    with warehouse.bounded(MEMORY):
        warehouse.prepare()
        return plan_for(words, Sources(settings), warehouse, asking_run=str(uuid4()) if asks_lists else None)


def require_a_past(words: Words, settings: Settings) -> None:
    """Raise WishError, SettingsError for what no source can be asked for, before there is a run that fails for it."""
    endpoints_for(wish_of(words, settings), Sources(settings).declared)


def fill(words: Words, minutes: float, settings: Settings, reporter: RecordingBackfillReporter) -> Filled:
    """Run one back-fill, visible in the Dagster UI like any other run.

    Raises WishError, SettingsError for what cannot be asked for.
    """
    require_a_past(words, settings)
    config = asdict(words) | {"minutes": minutes}
    began = time.perf_counter()
    with open_instance(settings) as instance:
        run_under_way(instance, BACKFILL_JOB, settings.locks, prefix=settings.asset_prefix)
        job = build_defs(settings=settings, resources={"backfill_reporter": reporter}).resolve_job_def(BACKFILL_JOB)
        with helpers_apart():
            result = job.execute_in_process(
                run_config={**_QUIET, "ops": {"fill_the_past": {"config": config}}},
                instance=instance,
                raise_on_error=False,
                tags={**IN_JOB_LIST, **run_tags(settings)},
            )
    walk, error = reporter.walk, None if result.success else error_of(result)
    was_interrupted = reporter.was_interrupted or was_stopped(result)
    has_failed = error is not None and not was_interrupted
    stopped = {**walk.ended, **{f"{e} {a}": why for (e, a), why in walk.stopped_series.items()}} if walk else {}
    return Filled(
        run_id=result.run_id,
        status="success" if result.success else "failure",
        seconds=time.perf_counter() - began,
        pages=reporter.pages,
        rows=reporter.stored_rows,
        left=0 if has_failed else planned(words, settings).pages,
        stopped=stopped,
        was_interrupted=was_interrupted,
        error=error if has_failed else None,
        broke=has_failed and not said_by_us(result),
        is_for_later=has_failed and _is_for_later(result),
    )


def _is_for_later(result: dg.ExecuteInProcessResult) -> bool:
    failures = [event.step_failure_data.user_failure_data for event in result.all_events if event.is_step_failure]
    return any(failure and TO_BE_CONTINUED in failure.metadata for failure in failures)
