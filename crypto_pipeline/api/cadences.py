"""Cron expressions in words, and their next moment.

Belongs here: what a person and a caller want to know of one.
Does not belong here: which schedules there are (orchestration/schedules.py).
"""

from __future__ import annotations

import re
from datetime import datetime

from croniter import croniter

_EVERY_FEW_MINUTES = re.compile(r"\*/(\d+) \* \* \* \*")


def every(cron: str) -> str:
    """``Every 5 minutes``, or the expression itself where it is not that simple."""
    minutes = _minutes(cron)
    return f"Every {minutes} minutes" if minutes else f"At '{cron}' (UTC)"


def short(cron: str) -> str:
    """``5 min``, or the expression itself."""
    minutes = _minutes(cron)
    return f"{minutes} min" if minutes else cron


def next_tick(cron: str, after: datetime) -> datetime:
    """The first moment after ``after``, in its time zone, which should be UTC."""
    moment: datetime = croniter(cron, after).get_next(datetime)
    return moment


def _minutes(cron: str) -> int | None:
    """N of an expression that means every N minutes all through the hour."""
    match = _EVERY_FEW_MINUTES.fullmatch(" ".join(cron.split()))
    return int(match[1]) if match and 60 % int(match[1]) == 0 and match[1] != "1" else None
