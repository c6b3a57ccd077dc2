"""What the scheduler's own records say, as an evaluation asks for it.

Belongs here: the interface, so that monitoring judges facts and knows no scheduler.
Does not belong here: reading Dagster's records (orchestration/dagster_history.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from crypto_pipeline.monitoring.facts import FailedRun, Schedule, StoredTable
from crypto_pipeline.monitoring.ticks import Tick


class SchedulerHistory(Protocol):
    """Runs, ticks and stored tables, and a place for a text that has to outlive the process."""

    @property
    def crons(self) -> Mapping[str, str]:
        """The cron expression of each declared schedule, by its name; UTC."""
        ...

    @property
    def jobs(self) -> frozenset[str]:
        """Names of the declared jobs."""
        ...

    def stored_tables(self) -> tuple[StoredTable, ...]:
        """The collected tables that have ever been stored."""
        ...

    def schedules_on(self) -> tuple[Schedule, ...]:
        """The schedules that are switched on, and that the scheduler has taken notice of."""
        ...

    def ticks_after(self, schedule: str, after: datetime) -> list[Tick]:
        """The ticks of a schedule that were due later than ``after``, with the beginnings of their runs."""
        ...

    def failed_runs(self, jobs: Iterable[str]) -> Iterable[FailedRun]:
        """The jobs whose newest run that ended has failed."""
        ...

    def read_state(self) -> str | None:
        """The text that the evaluation before left here; None when there is none."""
        ...

    def write_state(self, text: str) -> None:
        """Replace that text."""
        ...
