"""How things look on a terminal.

Belongs here: tables, progress, the closing words of a collection.
Does not belong here: doing anything (system/collecting.py, system/processes.py), the commands and their options (cli/app.py).
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table as Grid

from crypto_pipeline.collection.results import EndpointResult
from crypto_pipeline.settings import Settings
from crypto_pipeline.sources.kit import Endpoint
from crypto_pipeline.system.collecting import Collected, Told

out = Console()
"""What was asked for."""
err = Console(stderr=True)
"""What goes on meanwhile."""

SHOWN_FAILURES = 15


def grid(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str | None = None) -> None:
    """A table for people. Piped into a file it has no width to fit into and is not cut."""
    table = Grid(*columns, title=title, title_justify="left", header_style="bold")
    for row in rows:
        table.add_row(*(cell(value) for value in row))
    if out.is_terminal:
        out.print(table)
    else:
        Console(width=max(80, Console(width=10_000).measure(table).maximum)).print(table)


def cell(value: object) -> str:
    """One value: nothing for NULL, times in UTC to the second, every digit of a number."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, float):
        return f"{value:.10g}" if abs(value) < 1e15 else f"{value:.6g}"
    return str(value)


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """RFC 4180 on standard output; times in ISO 8601, NULL as nothing."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([value.isoformat() if isinstance(value, datetime) else value for value in row] for row in rows)


class Live(Told):
    """Shows on a terminal how a collection gets on; says nothing where nobody looks."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(writes_lines=settings.log_format == "json")
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("sources"),
            TimeElapsedColumn(),
            TextColumn("{task.fields[failed]}"),
            console=err,
            transient=True,
            disable=not err.is_terminal,
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
        if self._task is not None:
            self._progress.update(self._task, description="asking", total=len(endpoints))

    def answered(self, result: EndpointResult) -> None:
        super().answered(result)
        if self._task is not None:
            failed = sum(one.failed for one in self.results)
            self._progress.update(self._task, advance=1, failed=f"{failed} failed" if failed else "")


def sum_up(collected: Collected, *, demo: bool) -> None:
    """The closing words of a collection: tables, then sources that failed and why."""
    title = "DEMO: replayed answers, not the market" if demo else None
    grid(
        ("table", "", "inserted", "updated", "unchanged", "spooled"),
        [
            (row["name"], row["status"], row["inserted"], row["updated"], row["unchanged"], row["spooled"])
            for row in collected.tables
        ],
        title=title,
    )
    asked = [source for source in collected.sources if source["was_asked"]]
    ok = [source for source in asked if source["outcome"] in {"ok", "not_modified"}]
    failed = [source for source in asked if source not in ok]
    slowest = max(asked, key=lambda source: source["milliseconds"] or 0, default=None)
    told = f"{len(asked)} sources asked, {len(ok)} well, {len(failed)} failed, in {collected.seconds:.1f} s"
    if slowest and slowest["milliseconds"]:
        told += f"; slowest: {slowest['id']} ({slowest['milliseconds'] / 1000:.1f} s)"
    out.print(told, highlight=False)
    if failed:
        grid(
            ("failed source", "outcome", "why"),
            [(source["id"], source["outcome"], source["error"]) for source in failed[:SHOWN_FAILURES]],
        )
        if len(failed) > SHOWN_FAILURES:
            out.print(f"and {len(failed) - SHOWN_FAILURES} more: see failure_logs", highlight=False)


def json_value(value: Any) -> Any:
    """What JSON lacks: times become ISO 8601 with their offset, everything else its text."""
    return value.isoformat() if isinstance(value, datetime) else str(value)
