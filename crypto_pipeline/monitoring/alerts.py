"""Alerts: a condition once, for as long as it lasts.

Belongs here: what becomes of the open alerts when the conditions are known again.
Does not belong here: conditions (monitoring/conditions.py), where alerts are kept (warehouse/), telling people (monitoring/notify.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from crypto_pipeline.monitoring.conditions import Condition

SEEN_AGAIN_EVERY = timedelta(minutes=5)
"""How exact last_seen_at is: an alert that lasts is not written at every look."""


@dataclass(frozen=True, slots=True)
class Alert:
    """A row of the alerts table."""

    condition: str
    severity: str
    message: str
    first_seen_at: datetime
    last_seen_at: datetime
    resolved_at: datetime | None = None
    acknowledged_at: datetime | None = None
    region: str = ""
    """Whose machine raised it; empty where there are no regions."""

    @property
    def id(self) -> str:
        """Short, and the same wherever the alert is shown."""
        words = f"{self.condition} {self.first_seen_at.timestamp():.6f}" + (f" {self.region}" if self.region else "")
        return hashlib.sha256(words.encode()).hexdigest()[:8]

    @property
    def kind(self) -> str:
        """The kind of its condition: what stands before the first point of the name."""
        return self.condition.partition(".")[0]

    @property
    def about(self) -> str:
        """What is wrong: an endpoint, a table, a job; empty where there is one of it."""
        return self.condition.partition(".")[2]

    @property
    def is_open(self) -> bool:
        """Whether it is not over yet."""
        return self.resolved_at is None


@dataclass(frozen=True, slots=True)
class AlertChanges:
    """What a look at the conditions changed."""

    opened: tuple[Alert, ...] = ()
    resolved: tuple[Alert, ...] = ()
    lasting: tuple[Alert, ...] = ()
    """Still open, with the time at which they were last seen; some of them are as they were before."""
    written: tuple[Alert, ...] = ()
    """Those of all that are to be stored."""

    @property
    def open(self) -> tuple[Alert, ...]:
        """All that are open now: the new ones and those that last."""
        return self.opened + self.lasting


def reconcile(
    known: Iterable[Alert],
    conditions: Iterable[Condition],
    now: datetime,
    *,
    unjudged: Collection[str] = (),
    region: str = "",
) -> AlertChanges:
    """Open, go on with and resolve alerts.

    :param known: the alerts that are open.
    :param unjudged: kinds of condition about which nothing is known this time; their alerts stay as they are.
    :param region: whose alerts they are.
    """
    present = {condition.name: condition for condition in conditions}
    before = {alert.condition: alert for alert in known}
    opened = tuple(
        Alert(condition.name, condition.severity, condition.message, now, now, region=region)
        for name, condition in present.items()
        if name not in before
    )
    lasting: list[Alert] = []
    resolved: list[Alert] = []
    for name, alert in before.items():
        if name in present:
            lasting.append(_seen_again(alert, present[name], now))
        elif alert.kind in unjudged:
            lasting.append(alert)
        else:
            resolved.append(replace(alert, last_seen_at=max(alert.last_seen_at, now), resolved_at=now))
    touched = [alert for alert in lasting if alert != before[alert.condition]]
    return AlertChanges(opened, tuple(resolved), tuple(lasting), (*opened, *resolved, *touched))


def taken_over(known: Iterable[Alert], now: datetime, region: str = "") -> tuple[tuple[Alert, ...], tuple[Alert, ...]]:
    """The alerts with which a region goes on, and those that have to be stored for it.

    Those of a region that is no more, such as the machine before it had a name, go on as its own, as old as they are. Where it
    has one about the same itself, that is the one that stays. Nobody is told: it is neither new nor over.

    :param known: alerts that are open.
    """
    known = tuple(known)
    ours = {alert.condition: alert for alert in known if alert.region == region}
    left = [alert for alert in known if alert.region != region]
    heirs: dict[str, Alert] = {}
    for alert in left:
        if alert.condition not in ours:
            heirs.setdefault(alert.condition, replace(alert, region=region))
    over = [replace(alert, last_seen_at=max(alert.last_seen_at, now), resolved_at=now) for alert in left]
    return (*ours.values(), *heirs.values()), (*over, *heirs.values())


def _seen_again(alert: Alert, condition: Condition, now: datetime) -> Alert:
    if condition.severity == alert.severity and now - alert.last_seen_at < SEEN_AGAIN_EVERY:
        return alert
    return replace(alert, severity=condition.severity, message=condition.message, last_seen_at=now)


def alert_from(row: Mapping[str, Any]) -> Alert:
    """An alert out of a row of the table."""
    return Alert(**{field.name: row[field.name] for field in fields(Alert) if field.name in row})


def row_of(alert: Alert) -> dict[str, Any]:
    """Its row of the table alerts."""
    return asdict(alert)
