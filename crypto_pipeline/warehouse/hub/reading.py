"""Rows of the hub itself, for a question that cannot wait until the file can be read.

Belongs here: reading a table of the hub as one reads a table of the file.
Does not belong here: whatever can wait: the file answers it quicker (warehouse/duckdb.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse import sql
from crypto_pipeline.warehouse.hub.connecting import Hub, transaction


class HubRows:
    """The tables of a hub.

    :param seconds: how long the hub is waited for.
    """

    def __init__(self, hub: Hub, seconds: float) -> None:
        self._hub = hub
        self._seconds = seconds

    def read(
        self,
        table: str,
        *,
        columns: Sequence[str] | None = None,
        where: str = "",
        parameters: Sequence[object] = (),
    ) -> list[dict[str, Any]]:
        """Rows of one table as dicts. Raises HubAway, HubRefused, and NoDatabase where a hub has no tables yet.

        :param where: a condition that both engines understand, with ``?`` for each of ``parameters``.
        """
        names = TABLES[table].column_names if columns is None else columns
        statement = sql.select(TABLES[table], names, where, None).replace("?", "%s")
        with self._hub.connected(self._seconds) as connection, transaction(connection, self._seconds):
            rows = connection.execute(statement, list(parameters)).fetchall()
        return [dict(zip(names, row, strict=True)) for row in rows]
