"""Shares of the whole market.

Belongs here: /dominance.
Does not belong here: the whole market now (api/data/overview.py), the arithmetic (questions/dominance.sql).
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.ready import question_rows
from crypto_pipeline.api.data.shapes import Answer, Shape


class DominanceDay(Shape):
    """Shares on one day, in percent of the capitalisation of all coins."""

    day: str = Field(description="UTC.")
    btc_percent: float | None = Field(description="Share of bitcoin, as the middle source has it. [percent]")
    eth_percent: float | None = Field(description="The same of ether. [percent]")
    stablecoins_percent: float | None = Field(description="The same of all stablecoins. [percent]")
    lowest_btc_percent: float | None = Field(
        description="Share of bitcoin at the source that has least of it. [percent]"
    )
    highest_btc_percent: float | None = Field(description="The same at the one that has most. [percent]")
    total_market_cap_usd: float | None = Field(description="Worth of all coins, as the middle source has it. [USD]")
    sources: int = Field(description="Sources that count the whole market. [count]")


class Dominance(Answer):
    """Shares of the market over time."""

    rows: ClassVar[str] = "days"

    days: list[DominanceDay] = Field(description="Oldest first.")


def dominance(reading: Reading, *, days: int) -> Dominance:
    """The days up to the newest word on the whole market."""
    newest_at = reading.newest("market_overview")
    rows = question_rows(reading, "dominance", newest_at, days=str(days)) if newest_at else []
    as_of = reading.newest("market_overview", "collected_at") if rows else None
    return Dominance(days=[DominanceDay.model_validate({**row, "day": str(row["day"])}) for row in rows], as_of=as_of)
