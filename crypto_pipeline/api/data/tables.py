"""The tables and how old they are.

Belongs here: /tables.
Does not belong here: what is in them; what is usual (schema/freshness.py).
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.shapes import Answer, Moment, Shape, newest
from crypto_pipeline.schema.clock import is_ahead
from crypto_pipeline.schema.freshness import usual_age
from crypto_pipeline.schema.tables import DATA_TABLES, TABLES
from crypto_pipeline.warehouse.sql import newest_arrival, not_ahead

_COUNTS = " UNION ALL ".join(
    f"SELECT '{name}' AS name, (SELECT count(*) FROM {name}) AS rows, {newest_arrival(table)} AS newest"
    for name, table in TABLES.items()
)
"""Answered from the file's statistics, without reading rows; apart, because a table that has lost rows keeps its count
there but not its maximum."""


class TableAge(Shape):
    """The size and the age of a table."""

    table: str = Field(description="Name of the table.")
    group: str = Field(description="What kind of table it is: market, news, sentiment, chain, consensus, ...")
    rows: int = Field(description="Rows that it has, counted.")
    newest: Moment | None = Field(description="When its newest row was collected; null while it is empty.")
    age_limit_seconds: float | None = Field(
        description="Older than this and somebody should look; null for tables that tell of the system itself, which change "
        "when there is something to tell. [seconds]"
    )
    is_stale: bool = Field(description="Whether it has rows and all of them are older than that.")


class Tables(Answer):
    """The answer about all tables."""

    rows: ClassVar[str] = "tables"

    tables: list[TableAge]


def tables(reading: Reading) -> Tables:
    """The size and the age of every table."""
    ages = ages_of_tables(reading)
    return Tables(tables=ages, as_of=newest(({"newest": one.newest} for one in ages), column="newest"))


def ages_of_tables(reading: Reading) -> list[TableAge]:
    """All tables, in the order of their declaration; those of a file that does not exist yet are empty."""
    counted = {row["name"]: row for row in reading.rows(_COUNTS)}
    for name, row in counted.items():
        if is_ahead(row["newest"], reading.now):
            row["newest"] = reading.value(f"SELECT max(collected_at) FROM {name} WHERE {not_ahead('collected_at')}")
    nothing = {"rows": 0, "newest": None}
    ages = []
    for table in TABLES.values():
        limit = usual_age(table.name, reading.settings) if table.name in DATA_TABLES else None
        at = counted.get(table.name, nothing)["newest"]
        ages.append(
            TableAge(
                table=table.name,
                group=table.group.name,
                rows=counted.get(table.name, nothing)["rows"],
                newest=at,
                age_limit_seconds=limit.total_seconds() if limit else None,
                is_stale=bool(at and limit and reading.now - at > limit),
            )
        )
    return ages
