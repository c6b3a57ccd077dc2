"""What the warehouse answers, as plain values.

Belongs here: the counts of a merge, the rows of a query.
Does not belong here: SQL, connections.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one table's batch. Rows of one key count once: two equal keys in a batch are one row."""

    table: str
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    """Rows that say nothing new, or that are older than what is stored."""
    removed: int = 0
    """Stored rows that a ``replace`` batch no longer has."""
    spooled: int = 0
    """Rows that wait in the spool; the next merge that gets the file writes them first."""
    set_aside: int = 0
    """Rows that the table cannot take; they are in the spool's folder for what is damaged, with the reason."""

    @classmethod
    def counted(cls, table: str, rows: int, actions: Mapping[str, int]) -> Written:
        """Out of how many rows came, and of what MERGE says of those that it touched: how many INSERT, UPDATE and DELETE."""
        inserted, updated = actions.get("INSERT", 0), actions.get("UPDATE", 0)
        return cls(table, inserted, updated, rows - inserted - updated, actions.get("DELETE", 0))


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """One column of an answer."""

    name: str
    type: str
    """SQL type, as DuckDB writes it."""


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to a query. Times are aware, in UTC."""

    columns: tuple[ResultColumn, ...]
    rows: list[tuple[Any, ...]]

    def dicts(self) -> list[dict[str, Any]]:
        """The rows as dicts; of two columns of one name the last counts."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, row, strict=True)) for row in self.rows]
