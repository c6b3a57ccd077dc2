"""Ticks that were expected against ticks that happened.

Belongs here: rows of schedule_compliance out of a cron expression and the ticks that Dagster recorded.
Does not belong here: reading Dagster's tick history (monitoring/evaluate.py), whether a schedule ticks at all (monitoring/conditions.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from croniter import croniter

TICK_COMES_IN = timedelta(minutes=3)
"""A tick that has not come by then is missed: the scheduler was down, and it does not make up for more than the last one."""
NOBODY_WAS_THERE = "nothing ran on this machine at that time: it slept, or the system was stopped"
DID_NOT_COME = "the scheduler did not tick, although the system was running"
RUN_BEGINS_IN = timedelta(minutes=10)
"""A run that waits in the queue for longer than this is told of without its beginning."""
MOST = 2_500
"""Ticks that one look accounts for; more than a week of both schedules. After a longer silence the oldest are left out."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A tick as Dagster recorded it."""

    due_at: datetime
    outcome: Literal["started", "skipped", "failed", "under_way"]
    began_at: datetime | None = None
    """When its run began."""
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Accounted:
    """Rows of schedule_compliance, and the moment up to which every tick is accounted for."""

    rows: tuple[dict[str, Any], ...]
    until: datetime


def account(
    schedule: str, cron: str, ticks: Iterable[Tick], after: datetime, now: datetime, *, awake_since: datetime
) -> Accounted:
    """What became of each tick that was due later than ``after``; stops at the first of which that is not known yet.

    :param awake_since: since when the scheduler has been running: it may still make up for the last tick before that.
    """
    by_time = {tick.due_at.replace(microsecond=0): tick for tick in ticks}
    rows: list[dict[str, Any]] = []
    until = after
    for due in expected(cron, after, now):
        absent = NOBODY_WAS_THERE if due < awake_since else DID_NOT_COME
        row = _row(schedule, due, by_time.get(due), waited=now - max(due, awake_since), absent=absent)
        if row is None:
            break
        rows.append(row)
        until = due
    return Accounted(tuple(rows), until)


def expected(cron: str, after: datetime, until: datetime) -> list[datetime]:
    """When the ticks of a schedule in UTC are due; the newest of them, should there be too many."""
    back = croniter(cron, until + timedelta(microseconds=1))
    due: list[datetime] = []
    moment: datetime = back.get_prev(datetime)
    while moment > after and len(due) < MOST:
        due.append(moment)
        moment = back.get_prev(datetime)
    return due[::-1]


def _row(schedule: str, due: datetime, tick: Tick | None, waited: timedelta, absent: str) -> dict[str, Any] | None:
    """None while it is not known yet what becomes of the tick."""
    outcome: str = "missed"
    began: datetime | None = None
    reason: str | None = None
    if tick is None:
        if waited < TICK_COMES_IN:
            return None
        reason = absent
    elif tick.outcome == "under_way" or (tick.outcome == "started" and tick.began_at is None):
        if waited < RUN_BEGINS_IN:
            return None
        outcome, reason = (
            ("started", "its run had not begun after ten minutes")
            if tick.outcome == "started"
            else (
                "missed",
                "the scheduler did not finish it",
            )
        )
    elif tick.outcome == "failed":
        reason = tick.reason
    else:
        outcome, began, reason = tick.outcome, tick.began_at, tick.reason
    return {
        "schedule": schedule,
        "expected_at": due,
        "actual_at": began,
        "lag_seconds": (began - due).total_seconds() if began else None,
        "outcome": outcome,
        "reason": reason,
    }
