"""What two exchanges differ by after fees.

Belongs here: /opportunities.
Does not belong here: order books (api/data/books.py), fees (sources/trading_fees.py), the arithmetic (questions/opportunities.sql).
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.ready import question_rows
from crypto_pipeline.api.data.shapes import Answer, Moment, Shape, of


class Opportunity(Shape):
    """The two exchanges at which a coin is farthest apart. No advice."""

    symbol: str = of("book_snapshots", "symbol")
    left_percent: float = Field(description="What is left after both have taken their fees. [percent]")
    apart_percent: float = Field(description="What they differ by. [percent]")
    fees_percent: float = Field(description="What both take. [percent]")
    buy_at: str = Field(description="Where it is cheap.")
    sell_at: str = Field(description="Where it is dear.")
    amount_usd: float | None = Field(description="Worth of what can be had at these prices. [USD]")
    seconds_apart: float = Field(description="Between the two books. [seconds]")
    timestamp: Moment = of("book_snapshots", "timestamp")


class Opportunities(Answer):
    """Differences between exchanges. Withdrawing, and the time that it takes, are left out."""

    rows: ClassVar[str] = "opportunities"

    opportunities: list[Opportunity] = Field(description="By what is left, most first; below zero nothing is.")


def opportunities(reading: Reading) -> Opportunities:
    """The widest difference of each coin among the newest books."""
    newest_at = reading.newest("book_snapshots")
    rows = question_rows(reading, "opportunities", newest_at) if newest_at else []
    as_of = reading.newest("book_snapshots", "collected_at") if newest_at else None
    return Opportunities(opportunities=[Opportunity.model_validate(row) for row in rows], as_of=as_of)
