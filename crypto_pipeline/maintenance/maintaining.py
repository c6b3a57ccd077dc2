"""One maintenance: the database and Dagster's history, by the rules of the settings, and what is reported of it.

Belongs here: what ``crypto-pipeline maintain`` and the job have in common.
Does not belong here: the database's part (warehouse/maintenance.py), Dagster's (orchestration/run_history.py), which is handed in, how it looks (cli/maintain.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from crypto_pipeline.foundation.counted import counted
from crypto_pipeline.maintenance import log_files
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.settings import Settings
from crypto_pipeline.warehouse import WarehouseError
from crypto_pipeline.warehouse.engines import file_for, shared_for
from crypto_pipeline.warehouse.maintenance import Maintained, Rules
from crypto_pipeline.warehouse.maintenance import maintain as maintain_database


@dataclass(frozen=True, slots=True)
class Pruned:
    """What became of the history of runs; sizes in bytes."""

    runs: int
    before: int
    after: int


class Prune(Protocol):
    """Removes the runs that are over and were created before a moment; in a dry run says what would go."""

    def __call__(self, older_than: datetime, *, dry_run: bool, tell: Callable[[str], None]) -> Pruned:
        """Remove the runs that were created before ``older_than``; a dry run only counts them. ``tell`` gets a line of progress."""


@dataclass(frozen=True, slots=True)
class Maintenance:
    """A maintenance that is over; in a dry run, what it would have done."""

    database: Maintained
    history: Pruned
    log_bytes: int
    """Given back by the log files of the system's processes."""
    hub_rows: Mapping[str, int] = field(default_factory=dict)
    """Rows of each table that left the PostgreSQL that is shared, where one is; files that follow it keep theirs."""

    @property
    def rows_removed(self) -> int:
        """Rows that left all tables for good."""
        return sum(table.removed for table in self.database.tables)

    @property
    def rows_archived(self) -> int:
        """Rows that moved from all tables to the archive."""
        return sum(table.archived for table in self.database.tables)

    def lines(self) -> list[str]:
        """What was done, for a log."""
        before, after = self.database.before, self.database.after
        tables = [
            f"{table.table}: {counted(table.removed, 'row')} removed, {table.archived} moved to the archive"
            for table in self.database.tables
            if table.removed or table.archived
        ]
        return [
            *tables,
            f"database: {in_words(before.database)} before, {in_words(after.database)} after; "
            f"compaction: {self.database.compaction}",
            f"archive: {in_words(before.archive)} before, {in_words(after.archive)} after",
            f"Dagster: {counted(self.history.runs, 'run')} removed; "
            f"{in_words(self.history.before)} before, {in_words(self.history.after)} after",
            *self.of_the_future(),
            *self.of_the_hub(),
            f"log files: {in_words(self.log_bytes)} given back",
        ]

    def of_the_future(self) -> list[str]:
        """A sentence about rows that a run wrote whose clock was ahead, where there are any."""
        rows = sum(self.database.future_rows.values())
        if not rows:
            return []
        tables = ", ".join(f"{name} {count}" for name, count in self.database.future_rows.items())
        if self.database.future_rows_set_right:
            return [
                f"{counted(rows, 'row was of the future and is', 'rows were of the future and are')} set right: {tables}"
            ]
        return [
            f"{counted(rows, 'row is', 'rows are')} of the future, written by a clock that was ahead ({tables}); "
            f"'crypto-pipeline maintain --set-future-right' sets {'it' if rows == 1 else 'them'} right"
        ]

    def of_the_hub(self) -> list[str]:
        """A sentence about the PostgreSQL that is shared, where rows of it were removed."""
        rows = sum(self.hub_rows.values())
        tables = counted(len(self.hub_rows), "table")
        return (
            [f"PostgreSQL: {counted(rows, 'row')} of {tables} {'was' if rows == 1 else 'were'} old enough to go"]
            if rows
            else []
        )

    def metadata(self) -> dict[str, Any]:
        """The same as numbers, for Dagster's UI."""
        return {
            "rows_removed": self.rows_removed,
            "rows_archived": self.rows_archived,
            "runs_removed": self.history.runs,
            "database_bytes_before": self.database.before.database,
            "database_bytes": self.database.after.database,
            "archive_bytes_before": self.database.before.archive,
            "archive_bytes": self.database.after.archive,
            "dagster_bytes_before": self.history.before,
            "dagster_bytes": self.history.after,
            "log_bytes_removed": self.log_bytes,
            "compaction": self.database.compaction,
        }

    def as_json(self) -> dict[str, Any]:
        """The fields as JSON has them, with the sums of rows; sizes are in bytes."""
        fields = asdict(self)
        fields["database"]["files_removed"] = [str(file) for file in self.database.files_removed]
        return {"rows_removed": self.rows_removed, "rows_archived": self.rows_archived, **fields}


def maintain(
    settings: Settings,
    prune: Prune,
    *,
    now: datetime | None = None,
    dry_run: bool = False,
    set_future_right: bool = False,
    tell: Callable[[str], None],
) -> Maintenance:
    """Remove what is too old, runs first.

    :param prune: removes old runs; whoever knows the scheduler hands it in.
    :param tell: hears what is being done, a sentence at a time.
    :raises DatabaseBusy: another program holds the database; the runs are removed already.
    :raises WarehouseError: the database is damaged, or is none; nothing of it is removed.
    """
    now = now or utc_now()
    history = prune(now - timedelta(days=settings.run_days), dry_run=dry_run, tell=tell)
    logs = log_files.shorten(settings.notes, dry_run=dry_run)
    rules = Rules(settings.archive, settings.kept_days, settings.archive_months or None)
    if set_future_right and settings.hub_url and not dry_run:
        shared_for(settings).set_future_right(now)
    database = maintain_database(
        file_for(settings), rules, now, dry_run=dry_run, set_future_right=set_future_right, tell=tell
    )
    return Maintenance(database, history, logs, _hub_rows(settings, now, dry_run=dry_run, tell=tell))


def _hub_rows(settings: Settings, now: datetime, *, dry_run: bool, tell: Callable[[str], None]) -> dict[str, int]:
    """A PostgreSQL that is away spoils nothing: tomorrow is as good a day."""
    if not settings.hub_url:
        return {}
    from crypto_pipeline.warehouse.hub.retention import limits

    before = limits(settings.hub_days, settings.kept_days, now)
    try:
        return shared_for(settings).remove_older(before, dry_run=dry_run, tell=tell)
    except WarehouseError as obstacle:
        tell(str(obstacle))
        return {}


def in_words(size: float) -> str:
    """``25.4 MB``."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"
