"""What Dagster's own storage tells: which schedules are on, whether the daemon ticks, how the last runs ended.

Belongs here: reading the instance.
Does not belong here: making Dagster do something (api/webserver.py), rows of ours (api/numbers.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import dagster as dg

ANY_SILENT_AFTER = timedelta(seconds=90)
"""Parts of the daemon give a sign every 30 s."""
SCHEDULER_SILENT_AFTER = timedelta(seconds=150)
"""The scheduler sleeps from one minute to the next and gives a sign when it wakes."""
_SCHEDULER = "SCHEDULER"


@dataclass(frozen=True, slots=True)
class EndedRun:
    """A run that is over, as the run history has it."""

    run_id: str
    succeeded: bool
    ended_at: datetime | None
    started_at: datetime | None = None


def heartbeats(instance: dg.DagsterInstance) -> dict[str, datetime]:
    """The last sign of each part of the daemon."""
    return {
        part: datetime.fromtimestamp(beat.timestamp, timezone.utc)
        for part, beat in instance.get_daemon_heartbeats().items()
    }


def is_ticking(beats: Mapping[str, datetime], now: datetime) -> bool:
    """Whether the daemon is alive and its scheduler is not stuck."""
    return (
        _SCHEDULER in beats
        and now - beats[_SCHEDULER] <= SCHEDULER_SILENT_AFTER
        and now - max(beats.values()) <= ANY_SILENT_AFTER
    )


def is_at_work(instance: dg.DagsterInstance) -> bool:
    """Whether a run is under way; one whose process is gone counts until somebody notices that."""
    under_way = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING])
    return bool(instance.get_runs(under_way, limit=1))


def last_ended(instance: dg.DagsterInstance, job: str) -> EndedRun | None:
    """The newest run of a job that went through to its end, well or not; a cancelled one says nothing."""
    ended = dg.RunsFilter(job_name=job, statuses=[dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE])
    for record in instance.get_run_records(ended, limit=1):
        return EndedRun(
            record.dagster_run.run_id,
            record.dagster_run.is_success,
            _moment(record.end_time),
            _moment(record.start_time),
        )
    return None


def _moment(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, timezone.utc) if seconds else None
