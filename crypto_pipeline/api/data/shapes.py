"""What the answers have in common.

Belongs here: the head of every answer, and fields described by the columns that they come from.
Does not belong here: the shape of one subject's answer, which stands beside its SQL.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from crypto_pipeline.api.answers import Moment
from crypto_pipeline.schema.tables import TABLES
from crypto_pipeline.warehouse.sql import comment

__all__ = ["Answer", "Moment", "Paged", "Shape", "newest", "of"]

_COLUMNS = {(table.name, column.name): column for table in TABLES.values() for column in table.columns}


class Shape(BaseModel):
    """A row has columns for the database's own sake; what a shape does not name is left out."""

    model_config = ConfigDict(extra="ignore")


class Answer(Shape):
    """What all answers say: how new their rows are, and whether they are of the market."""

    rows: ClassVar[str]
    """The list that is the answer where it becomes a file, see api/data/formats.py."""

    as_of: Moment | None = Field(
        None,
        description="When the newest of the rows behind the answer was collected; null where there is none.",
    )
    demo: bool = Field(False, description="Whether these are replayed answers, not the market.")
    stale_seconds: float | None = Field(
        None,
        description="null when the answer is of this moment; else its age in seconds: another program holds the database, "
        "or too much is asked at once, and this is what was answered before.",
    )


class Paged(Answer):
    """An answer that has more pages."""

    next: str | None = Field(None, description="Address of the next page; null on the last one.")


def of(table: str, column: str, also: str = "") -> Any:
    """A field that means what the column means."""
    return Field(description=" ".join(filter(None, (comment(_COLUMNS[table, column]) + ".", also))))


def newest(*parts: Iterable[Mapping[str, Any]], column: str = "collected_at") -> datetime | None:
    """The newest time in a column of these rows."""
    return max((row[column] for rows in parts for row in rows if row[column] is not None), default=None)


class Median(Shape):
    """What all sources together say a coin costs."""

    symbol: str = of("consensus_prices", "symbol")
    price_usd: float | None = of("consensus_prices", "price_usd")
    sources: int | None = of("consensus_prices", "sources")
    lowest_usd: float | None = of("consensus_prices", "lowest_usd")
    highest_usd: float | None = of("consensus_prices", "highest_usd")
    spread_percent: float | None = of("consensus_prices", "spread_percent")
    price_change_24h: float | None = of("consensus_prices", "price_change_24h")
    outliers: list[str] = Field(description="Sources that were left out because they were too far off.")
    timestamp: Moment = of("consensus_prices", "timestamp")
