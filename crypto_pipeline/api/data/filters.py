"""Conditions of a query, put together from those that were asked for.

Belongs here: the WHERE of a query and its parameters; values only ever as parameters.
Does not belong here: queries.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Filters:
    """Conditions that all must hold."""

    parameters: dict[str, object] = field(default_factory=dict)
    _conditions: list[str] = field(default_factory=list)

    def add(self, condition: str, **parameters: object) -> None:
        """One more condition, in SQL of our own, with the values of its parameters by name."""
        self._conditions.append(condition)
        self.parameters.update(parameters)

    def equal(self, **columns: object) -> None:
        """Each column equals its value; those without a value are not asked."""
        for column, value in columns.items():
            if value is not None:
                self.add(f"{column} = ${column}", **{column: value})

    def between(self, since: datetime | None, until: datetime | None, column: str = "timestamp") -> None:
        """From ``since``, up to and without ``until``."""
        if since is not None:
            self.add(f"{column} >= $since", since=since)
        if until is not None:
            self.add(f"{column} < $until", until=until)

    def __str__(self) -> str:
        return " AND ".join(f"({one})" for one in self._conditions) or "true"
