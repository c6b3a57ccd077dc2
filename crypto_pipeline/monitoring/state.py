"""What one look leaves behind for the next, in Dagster's own storage.

Belongs here: keeping and reading it.
Does not belong here: what it is used for (monitoring/evaluate.py).

The alerts are in the database too; but while somebody else holds that for hours, alerts have to open and end once all the
same. So those that are open, and those that are not in the database yet, are remembered here as well.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import dagster as dg

from crypto_pipeline.monitoring.alerts import Alert, alert_from, row_of

KEY = "crypto_pipeline/watching"
AWAKE = timedelta(minutes=5)
"""A look that comes later than this after the one before has found nobody watching."""

_TIMES = ("first_seen_at", "last_seen_at", "resolved_at", "acknowledged_at")


@dataclass(frozen=True, slots=True)
class Memory:
    looked_at: datetime | None = None
    awake_since: datetime | None = None
    measured_at: datetime | None = None
    """The five minutes to which the newest system_metrics belong."""
    accounted: Mapping[str, datetime] = field(default_factory=dict)
    """Of each schedule, up to when its ticks are in schedule_compliance."""
    alerts: tuple[Alert, ...] = ()
    """Those that are open, and those that have ended without the database knowing it."""
    all_is_stored: bool = True
    """The database knows these alerts."""

    def awake(self, now: datetime) -> datetime:
        """Since when somebody has been watching without a break."""
        if self.looked_at is None or self.awake_since is None or now - self.looked_at > AWAKE:
            return now
        return self.awake_since


def recall(instance: dg.DagsterInstance) -> Memory:
    """The memory; an empty one where there is none, or none that can be read."""
    text = instance.daemon_cursor_storage.get_cursor_values({KEY}).get(KEY)
    try:
        return _from_json(json.loads(text)) if text else Memory()
    except (ValueError, TypeError, KeyError, AttributeError):
        return Memory()


def keep(instance: dg.DagsterInstance, memory: Memory) -> None:
    instance.daemon_cursor_storage.set_cursor_values({KEY: json.dumps(_as_json(memory))})


def known_alerts(memory: Memory, stored: list[Alert] | None) -> list[Alert]:
    """The alerts that are open.

    :param stored: those that are open in the database; None when it could not be read.
    """
    if stored is not None and memory.all_is_stored:
        return stored
    known = {alert.id: alert for alert in stored or ()} | {alert.id: alert for alert in memory.alerts}
    return [alert for alert in known.values() if alert.is_open]


def _as_json(memory: Memory) -> dict[str, Any]:
    return {
        "looked_at": _text(memory.looked_at),
        "awake_since": _text(memory.awake_since),
        "measured_at": _text(memory.measured_at),
        "accounted": {schedule: _text(until) for schedule, until in memory.accounted.items()},
        "alerts": [
            {name: _text(value) if name in _TIMES else value for name, value in row_of(alert).items()}
            for alert in memory.alerts
        ],
        "all_is_stored": memory.all_is_stored,
    }


def _from_json(told: Mapping[str, Any]) -> Memory:
    return Memory(
        looked_at=_moment(told["looked_at"]),
        awake_since=_moment(told["awake_since"]),
        measured_at=_moment(told["measured_at"]),
        accounted={schedule: datetime.fromisoformat(until) for schedule, until in told["accounted"].items()},
        alerts=tuple(
            alert_from({name: _moment(value) if name in _TIMES else value for name, value in row.items()})
            for row in told["alerts"]
        ),
        all_is_stored=told["all_is_stored"],
    )


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
