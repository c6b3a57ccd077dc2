"""What one evaluation leaves behind for the next.

Belongs here: the state, which one follows which, the state as text.
Does not belong here: where the text is kept (orchestration/dagster_history.py), what the state is used for
(monitoring/evaluate.py).

The alerts are in the database too; but while somebody else holds that for hours, alerts have to open and end once all the
same. So those that are open, and those that are not in the database yet, are remembered here as well.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from crypto_pipeline.monitoring.alerts import Alert, AlertChanges, alert_from, row_of
from crypto_pipeline.monitoring.facts import Facts
from crypto_pipeline.monitoring.metrics import slot
from crypto_pipeline.schema.clock import is_ahead

AWAKE = timedelta(minutes=5)
"""An evaluation that comes later than this after the one before has found nobody watching."""

_TIMES = ("first_seen_at", "last_seen_at", "resolved_at", "acknowledged_at")


class Fate(Enum):
    """What became of the rows that an evaluation wrote."""

    STORED = "in the database"
    SPOOLED = "in the spool beside it"
    LOST = "nowhere: neither could be written"


@dataclass(frozen=True, slots=True)
class MonitorState:
    """What the next evaluation has to know of this one."""

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
        if is_ahead(max(self.looked_at, self.awake_since), now):
            return now
        return self.awake_since


def next_state(
    before: MonitorState, facts: Facts, accounted: Mapping[str, datetime], change: AlertChanges, fate: Fate
) -> MonitorState:
    """The state after an evaluation whose rows met this fate.

    What is lost has not been measured and not been accounted for: the next evaluation does it again. Alerts that are not
    in the database are remembered until they are.
    """
    lost = fate is Fate.LOST
    return MonitorState(
        looked_at=facts.now,
        awake_since=facts.awake_since,
        measured_at=before.measured_at if lost else slot(facts.now),
        accounted=before.accounted if lost else accounted,
        alerts=change.open if fate is Fate.STORED else _not_stored(before, change),
        all_is_stored=fate is Fate.STORED,
    )


def _not_stored(before: MonitorState, change: AlertChanges) -> tuple[Alert, ...]:
    """The open alerts, and those that have ended since the database was last written."""
    ended = {alert.id: alert for alert in before.alerts if not alert.is_open}
    return tuple((ended | {alert.id: alert for alert in (*change.open, *change.resolved)}).values())


def known_alerts(state: MonitorState, stored: list[Alert] | None) -> list[Alert]:
    """The alerts that are open.

    :param stored: those that are open in the database; None when it could not be read.
    """
    if stored is not None and state.all_is_stored:
        return stored
    known = {alert.id: alert for alert in stored or ()} | {alert.id: alert for alert in state.alerts}
    return [alert for alert in known.values() if alert.is_open]


def state_text(state: MonitorState) -> str:
    """The state as JSON."""
    return json.dumps(
        {
            "looked_at": _text(state.looked_at),
            "awake_since": _text(state.awake_since),
            "measured_at": _text(state.measured_at),
            "accounted": {schedule: _text(until) for schedule, until in state.accounted.items()},
            "alerts": [
                {name: _text(value) if name in _TIMES else value for name, value in row_of(alert).items()}
                for alert in state.alerts
            ],
            "all_is_stored": state.all_is_stored,
        }
    )


def state_from(text: str | None) -> MonitorState:
    """The state of a text; an empty one where there is none, or none that can be read."""
    try:
        return _from_members(json.loads(text)) if text else MonitorState()
    except (ValueError, TypeError, KeyError, AttributeError):
        return MonitorState()


def _from_members(members: Mapping[str, Any]) -> MonitorState:
    return MonitorState(
        looked_at=_moment(members["looked_at"]),
        awake_since=_moment(members["awake_since"]),
        measured_at=_moment(members["measured_at"]),
        accounted={schedule: datetime.fromisoformat(until) for schedule, until in members["accounted"].items()},
        alerts=tuple(
            alert_from({name: _moment(value) if name in _TIMES else value for name, value in row.items()})
            for row in members["alerts"]
        ),
        all_is_stored=members["all_is_stored"],
    )


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
