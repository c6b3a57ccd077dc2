"""How a collection looks on a terminal.

Belongs here: its progress, its closing words.
Does not belong here: collecting (system/collecting.py), printing (cli/console.py).
"""

from __future__ import annotations

from types import TracebackType

from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from crypto_pipeline.cli import console
from crypto_pipeline.collection.results import EndpointResult
from crypto_pipeline.foundation.counted import counted
from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.kit import Endpoint
from crypto_pipeline.system.collecting import Collected, RecordingReporter

SHOWN_FAILURES = 15


class Live(RecordingReporter):
    """Shows on a terminal how a collection gets on; says nothing where nobody looks."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(writes_lines=settings.log_format == "json")
        self._progress = Progress(
            SpinnerColumn(console.spinner()),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("sources", markup=False),
            TimeElapsedColumn(),
            TextColumn("{task.fields[failed]}", markup=False),
            console=console.err,
            transient=True,
            disable=not console.err.is_terminal,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Live:
        self._progress.start()
        self._task = self._progress.add_task("starting", total=None, failed="")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def begins(self, endpoints: list[Endpoint]) -> None:
        """The bar gets its length."""
        if self._task is not None:
            self._progress.update(self._task, description="asking", total=len(endpoints))

    def answered(self, result: EndpointResult) -> None:
        """The bar goes on by one."""
        super().answered(result)
        if self._task is not None:
            failed = sum(one.failed for one in self.results)
            self._progress.update(self._task, advance=1, failed=f"{failed} failed" if failed else "")


def sum_up(collected: Collected, *, demo: bool) -> None:
    """The closing words of a collection: tables, then sources that failed and why."""
    console.grid(
        ("table", "", "inserted", "updated", "unchanged", "spooled"),
        [
            (row["name"], row["status"], row["inserted"], row["updated"], row["unchanged"], row["spooled"])
            for row in collected.tables
        ],
        title="DEMO: replayed answers, not the market" if demo else None,
    )
    asked = [source for source in collected.sources if source["was_asked"]]
    ok = [source for source in asked if source["outcome"] in {"ok", "not_modified"}]
    failed = [source for source in asked if source not in ok]
    slowest = max(asked, key=lambda source: source["milliseconds"] or 0, default=None)
    line = f"{counted(len(asked), 'source')} asked, {len(ok)} well, {len(failed)} failed, in {collected.seconds:.1f} s"
    if slowest and slowest["milliseconds"]:
        line += f"; slowest: {slowest['id']} ({slowest['milliseconds'] / 1000:.1f} s)"
    console.say(line)
    if failed:
        console.grid(
            ("failed source", "outcome", "why"),
            [(source["id"], source["outcome"], source["error"]) for source in failed[:SHOWN_FAILURES]],
        )
        if len(failed) > SHOWN_FAILURES:
            console.say(f"and {len(failed) - SHOWN_FAILURES} more: see failure_logs")
