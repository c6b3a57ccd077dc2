"""How long the hub keeps rows: it is a window, where rows take seven to eight times the room that they take in a file.

Belongs here: removing what is older, a slice at a time.
Does not belong here: how long (settings.py), the same in the file (warehouse/retention.py).

Files that follow keep what they have: a row that goes here is not followed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse.hub import statements
from crypto_pipeline.warehouse.hub.connecting import Hub, transaction

SLICE = 20_000
"""Rows that one transaction removes: others wait for a moment only."""


def limits(hub_days: int, keep_days: Mapping[str, int], now: datetime) -> dict[str, datetime]:
    """Before when rows of a table go, by table; tables that keep everything, and those of states, are left out.

    :param hub_days: of the hub; 0 for as long as the file.
    :param keep_days: of the file, by table.
    """
    days = {
        name: min(filter(None, (hub_days, keep_days.get(name, 0))), default=0)
        for name, table in TABLES.items()
        if table.may_lose_rows
    }
    return {name: now - timedelta(days=kept) for name, kept in days.items() if kept}


def remove_older(
    hub: Hub, before: Mapping[str, datetime], seconds: float, *, dry_run: bool, tell: Callable[[str], None]
) -> dict[str, int]:
    """Remove what was collected before, and say how many rows of each table that were; in a dry run, how many it would be.

    Raises HubAway, HubRefused, DatabaseBusy; what is removed by then stays removed.
    """
    removed = {}
    with hub.connected(seconds) as connection:
        for name, limit in before.items():
            table = TABLES[name]
            if dry_run:
                ((removed[name],),) = connection.execute(statements.count_older(table), [limit]).fetchall()
                continue
            tell(f"removing rows of {name} from before {limit:%Y-%m-%d} from {hub.name}")
            removed[name], last = 0, SLICE
            while last == SLICE:
                with transaction(connection, seconds):
                    last = connection.execute(statements.remove_older(table, SLICE), [limit]).rowcount
                removed[name] += last
    return {name: rows for name, rows in removed.items() if rows}
