"""Rows of the future: what a run left behind whose clock was ahead, found by when they say that they were collected.

Belongs here: counting them, and setting them right.
Does not belong here: that questions pass over them (warehouse/sql.py), that a newer row beats them (warehouse/sql.py).

What is known of such a row is what its source said; what is wrong is every time that this machine wrote into it. So a row
whose key is such a time, a log and a remembered state go; the next collection makes new ones. Of the others (candles,
articles, transfers) the machine's times become now, and the source's stay. A row that was told again since then has only
one such time left: when it was first seen.
"""

from __future__ import annotations

from datetime import datetime

from crypto_pipeline.schema.clock import CLOCK_TOLERANCE
from crypto_pipeline.schema.declare import TIME, Table
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse.connection import transaction
from crypto_pipeline.warehouse.interface import FileWarehouse, Warehouse
from crypto_pipeline.warehouse.sql import main, quoted

_TIMES_TO_COME = frozenset({"next_funding_at", "listed_at", "delisted_at"})
"""Columns that may well lie in the future: what sources announce. All others are of this machine there, whoever else fills them."""
_FIRST_SEEN = "first_seen_at"


def _of_the_future(table: Table) -> str:
    """Which rows of a table are of the future, by ``$limit``."""
    if any(column.name == _FIRST_SEEN for column in table.columns):
        return f"(collected_at > $limit OR {_FIRST_SEEN} > $limit)"
    return "collected_at > $limit"


_COUNTS = " UNION ALL ".join(
    f"SELECT '{name}', count(*), max(collected_at) FROM main.{name} WHERE {_of_the_future(table)}"
    for name, table in TABLES.items()
)


def count(warehouse: Warehouse, now: datetime) -> dict[str, int]:
    """How many rows of each table are of the future; tables that have none are left out. Raises DatabaseBusy, DatabaseUnusable."""
    rows = warehouse.query(_COUNTS, {"limit": now + CLOCK_TOLERANCE}).rows
    return {name: found for name, found, _ in rows if found}


def set_right(warehouse: FileWarehouse, now: datetime) -> dict[str, int]:
    """Set them right, all in one transaction, and say how many they were. Raises DatabaseBusy, DatabaseUnusable."""
    found = count(warehouse, now)
    values = {"limit": now + CLOCK_TOLERANCE, "now": now}
    if found:
        with warehouse.connection() as connection, transaction(connection):
            for name in found:
                for repair in repairs(TABLES[name]):
                    connection.execute(repair, {one: value for one, value in values.items() if f"${one}" in repair})
    return found


def repairs(table: Table) -> list[str]:
    """The statements that set rows of a table right: ``$limit`` is the last moment that is no future, ``$now`` the moment now."""
    times = [column.name for column in table.columns if column.type == TIME]
    if table.write in {"log", "latest"}:
        removals = [f"DELETE FROM {main(table)} WHERE collected_at > $limit"]
    else:
        in_the_key = [name for name in times if name in table.key]
        removals = [
            f"DELETE FROM {main(table)} WHERE {_of_the_future(table)} AND {quoted(name)} > $limit"
            for name in in_the_key
        ]
    ours = [name for name in times if name not in table.key and name not in _TIMES_TO_COME]
    if table.write == "log" or (table.write == "latest" and _FIRST_SEEN not in ours):
        return removals
    values = ", ".join(f"{name} = CASE WHEN {name} > $now THEN $now ELSE {name} END" for name in map(quoted, ours))
    return [*removals, f"UPDATE {main(table)} SET {values} WHERE {_of_the_future(table)}"]
