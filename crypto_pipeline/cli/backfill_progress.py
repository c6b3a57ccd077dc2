"""How a back-fill looks on a terminal while it runs.

Belongs here: one bar a source.
Does not belong here: the command and its closing words (cli/backfill.py), printing (cli/console.py).
"""

from __future__ import annotations

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
from crypto_pipeline.collection.backfill.page import Page
from crypto_pipeline.collection.backfill.walk import Walk
from crypto_pipeline.orchestration.backfill_planning import BackfillPlan
from crypto_pipeline.system.backfilling import RecordingReporter


class Bars(RecordingReporter):
    """Shows on a terminal how a back-fill gets on: one bar a source. Says nothing where nobody looks."""

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
            disable=not console.err.is_terminal,
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

    def page(self, page: Page) -> None:
        """Its bar goes on by one."""
        super().page(page)
        source = page.series.source
        self._rows_of[source] = self._rows_of.get(source, 0) + page.count
        if source in self._tasks:
            self._progress.update(self._tasks[source], advance=1, rows=self._rows_of[source])
