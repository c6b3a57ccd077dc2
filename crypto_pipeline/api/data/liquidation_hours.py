"""What was closed by force, hour by hour and side by side.

Belongs here: /liquidations/hours.
Does not belong here: the positions one by one (api/data/liquidations.py).
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.ready import question_rows
from crypto_pipeline.api.data.shapes import Answer, Moment, Shape


class LiquidationHour(Shape):
    """What exchanges listed of one hour: a floor."""

    hour: Moment = Field(description="When it began.")
    longs_usd: float = Field(description="Worth of long positions that were closed. [USD]")
    shorts_usd: float = Field(description="The same of short ones. [USD]")
    largest_usd: float = Field(description="Worth of the largest of all. [USD]")
    liquidations: int = Field(description="Positions that were closed. [count]")
    exchanges: int = Field(description="Exchanges that listed them. [count]")


class LiquidationHours(Answer):
    """Hours in which something was closed by force."""

    rows: ClassVar[str] = "hours"

    hours: list[LiquidationHour] = Field(description="Oldest first; an hour of which nothing was listed is not there.")


def liquidation_hours(reading: Reading, *, symbol: str, hours: int) -> LiquidationHours:
    """The hours of one coin up to its newest liquidation."""
    newest_at = reading.newest("liquidations", "liquidated_at")
    if newest_at is None:
        return LiquidationHours(hours=[])
    rows = question_rows(reading, "liquidations", newest_at, symbol=symbol, hours=str(hours))
    as_of = reading.newest("liquidations", "collected_at")
    return LiquidationHours(hours=[LiquidationHour.model_validate(row) for row in rows], as_of=as_of)
