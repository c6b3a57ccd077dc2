"""The alerts as a person sees them, and that a person has taken note of one.

Belongs here: finding an alert by its id, writing that it was acknowledged.
Does not belong here: opening and resolving alerts (monitoring/evaluate.py), how they are shown (cli/alerts.py).
"""

from __future__ import annotations

from dataclasses import replace

from crypto_pipeline.monitoring.alerts import Alert, alert_from, row_of
from crypto_pipeline.monitoring.evaluate import one_at_a_time
from crypto_pipeline.schema.clock import utc_now
from crypto_pipeline.settings import Settings
from crypto_pipeline.warehouse import health_queries
from crypto_pipeline.warehouse.engines import warehouse_for


def alerts(settings: Settings, *, all_of_them: bool = False) -> list[Alert]:
    """The open alerts, or all that were ever raised, the newest first. Raises WarehouseError."""
    rows = health_queries.all_alerts(warehouse_for(settings))
    return [alert for alert in map(alert_from, rows) if all_of_them or alert.is_open]


def acknowledge(settings: Settings, id: str) -> Alert:
    """Note that a person knows of the alert; the first time counts. It stays open until what it tells of is over.

    Raises KeyError where no alert has the id, WarehouseError, and TimeoutError while somebody else writes alerts.
    """
    with one_at_a_time(settings):
        warehouse = warehouse_for(settings)
        warehouse.drain()
        alert = {alert.id: alert for alert in alerts(settings, all_of_them=True)}[id]
        if alert.acknowledged_at is None:
            now = utc_now()
            alert = replace(alert, acknowledged_at=now)
            warehouse.merge({"alerts": [{**row_of(alert), "collected_at": now}]})
    return alert
