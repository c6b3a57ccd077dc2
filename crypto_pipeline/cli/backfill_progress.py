"""How a back-fill looks on a terminal while it runs.

Belongs here: one bar a source; where nobody looks but a log is kept, a line now and then.
Does not belong here: the command and its closing words (cli/backfill.py), printing (cli/console.py).
"""

from __future__ import annotations

import time
from types import TracebackType

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from crypto_pipeline.cli import console
from crypto_pipeline.collection.backfill.page import HistoryPage
from crypto_pipeline.collection.backfill.walk import Walk
from crypto_pipeline.foundation.counted import counted
from crypto_pipeline.orchestration.backfill_planning import BackfillPlan
from crypto_pipeline.system.backfilling import RecordingBackfillReporter

SECONDS_BETWEEN_LINES = 15.0
STOPS = "What has come is stored; once more ends it at once."


def progress() -> Bars | Lines:
    """What shows how a back-fill gets on: bars on a terminal, lines where they are kept."""
    return Bars() if console.err.is_terminal else Lines()


class Lines(RecordingBackfillReporter):
    """Says a line when it begins, and one now and then while it goes on."""

    def __init__(self) -> None:
        super().__init__()
        self._began = self._said = time.monotonic()
        self._expected = self._answered = 0

    def __enter__(self) -> Lines:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is left open."""

    def begins(self, plan: BackfillPlan, walk: Walk) -> None:
        """How much there is to do."""
        super().begins(plan, walk)
        self._began = self._said = time.monotonic()
        self._expected = plan.pages
        if plan.pages:
            sources = sum(one.pages > 0 for one in plan.estimates)
            console.note(
                f"The past: {counted(plan.pages, 'page')} of {counted(sources, 'source')} {'is' if plan.pages == 1 else 'are'} missing"
            )

    def page(self, page: HistoryPage) -> None:
        """How far it is, when nothing was said for a while."""
        super().page(page)
        self._answered += page.planned
        now = time.monotonic()
        if now - self._said >= SECONDS_BETWEEN_LINES:
            self._said = now
            expected = max(self._expected, self._answered)  # the list of an exchange was wrong: there is more
            left = (now - self._began) * (expected - self._answered) / max(self._answered, 1)
            console.note(
                f"The past: {self._answered} of {counted(expected, 'page')}, {counted(self.rows, 'row')}; about {left:.0f} s left"
            )

    def stops(self) -> None:
        """That the wish is heeded."""
        super().stops()
        console.note(STOPS)


class Bars(RecordingBackfillReporter):
    """Shows on a terminal how a back-fill gets on: one bar a source."""

    def __init__(self) -> None:
        super().__init__()
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("pages, {task.fields[rows]} rows", markup=False),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console.err,
        )
        self._tasks: dict[str, TaskID] = {}
        self._rows_of: dict[str, int] = {}

    def __enter__(self) -> Bars:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def begins(self, plan: BackfillPlan, walk: Walk) -> None:
        """A bar for each source."""
        super().begins(plan, walk)
        for one in plan.estimates:
            self._tasks[one.source] = self._progress.add_task(one.source, total=one.pages, rows=0)

    def page(self, page: HistoryPage) -> None:
        """Its bar goes on by one."""
        super().page(page)
        source = page.series.source
        self._rows_of[source] = self._rows_of.get(source, 0) + page.count
        if source in self._tasks:
            self._progress.update(self._tasks[source], advance=page.planned, rows=self._rows_of[source])

    def stops(self) -> None:
        """That the wish is heeded, above the bars."""
        super().stops()
        self._progress.console.print(STOPS)
