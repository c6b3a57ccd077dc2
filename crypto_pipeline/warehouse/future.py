"""Rows of the future: what a run left behind whose clock was ahead, found by the times that this machine wrote into them.

Belongs here: counting them, and setting them right.
Does not belong here: that questions pass over them (warehouse/sql.py), that a newer row beats them (warehouse/merge_sql.py).

What is known of such a row is what its source said; what is wrong is every time that this machine wrote into it. So a row
whose key is such a time, a log and a remembered state go; the next collection makes new ones. Of the others (candles,
articles, transfers) the machine's times become now, and the source's stay. A row that was told again since then has only
one such time left: when it was first seen.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from crypto_pipeline.schema.clock import CLOCK_TOLERANCE
from crypto_pipeline.schema.declare import TIME, Table
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse.connection import transaction
from crypto_pipeline.warehouse.interface import FileWarehouse, Warehouse
from crypto_pipeline.warehouse.sql import qualified, quoted

_TIMES_TO_COME = frozenset({"next_funding_at", "listed_at", "delisted_at", "expiry", "to_at"})
"""Columns that may well lie in the future: what sources announce, and ends of windows. All others are of this machine there, whoever else fills them."""
_FIRST_SEEN = "first_seen_at"
_ALWAYS_OURS = frozenset({"collected_at", "fetched_at", _FIRST_SEEN})


def _of_the_future(table: Table) -> str:
    """Which rows of a table are of the future, by ``$limit``.

    When they were collected is not enough: a clock that is set right in the middle of a run leaves rows that were stored by
    the right one and whose key, such as the moment of a consensus, is of the wrong one.
    """
    return _any_beyond(_ours(table))


def _any_beyond(names: Iterable[str]) -> str:
    return "(" + " OR ".join(f"{quoted(name)} > $limit" for name in names) + ")"


def _ours(table: Table) -> list[str]:
    return [name for name in _times(table) if name in _ALWAYS_OURS or name in table.key or table.write == "log"]


def _times(table: Table) -> list[str]:
    return [column.name for column in table.columns if column.type == TIME and column.name not in _TIMES_TO_COME]


_COUNTS = " UNION ALL ".join(
    f"SELECT '{name}', count(*) FROM main.{name} WHERE {_of_the_future(table)}" for name, table in TABLES.items()
)


def count(warehouse: Warehouse, now: datetime) -> dict[str, int]:
    """How many rows of each table are of the future; tables that have none are left out. Raises DatabaseBusy, DatabaseUnusable."""
    rows = warehouse.query(_COUNTS, {"limit": now + CLOCK_TOLERANCE}).rows
    return {name: found for name, found in rows if found}


def set_right(warehouse: FileWarehouse, now: datetime) -> dict[str, int]:
    """Set them right, all in one transaction, and say how many they were. Raises DatabaseBusy, DatabaseUnusable."""
    found = count(warehouse, now)
    values = {"limit": now + CLOCK_TOLERANCE, "now": now}
    if found:
        with warehouse.merging() as connection, transaction(connection):
            for name in found:
                for repair in repairs(TABLES[name]):
                    connection.execute(repair, {one: value for one, value in values.items() if f"${one}" in repair})
    return found


def repairs(table: Table) -> list[str]:
    """The statements that set rows of a table right: ``$limit`` is the last moment that is no future, ``$now`` the moment now."""
    times = _times(table)
    if table.write in {"log", "latest"}:
        goes = [name for name in _ours(table) if name != _FIRST_SEEN or name in table.key]
    else:
        goes = [name for name in times if name in table.key]
    removals = [f"DELETE FROM {qualified(table)} WHERE {_any_beyond(goes)}"] if goes else []
    ours = [name for name in times if name not in table.key]
    if table.write == "log" or (table.write == "latest" and _FIRST_SEEN not in ours):
        return removals
    values = ", ".join(f"{name} = CASE WHEN {name} > $now THEN $now ELSE {name} END" for name in map(quoted, ours))
    return [*removals, f"UPDATE {qualified(table)} SET {values} WHERE {_of_the_future(table)}"]
