"""An economic series against a coin.

Belongs here: /macro/against.
Does not belong here: the series by itself (api/data/macro.py), the arithmetic (questions/bitcoin-against-m2.sql).
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.ready import question_rows
from crypto_pipeline.api.data.shapes import Answer, Moment, Shape, of

MOST = 600
"""Points; of a daily series over years every so many days."""


class MacroPoint(Shape):
    """One observation, with what the coin cost when it was public."""

    timestamp: Moment = of("macro_series", "timestamp")
    known_at: Moment = of("macro_series", "known_at")
    value: float = of("macro_series", "value")
    unit: str | None = of("macro_series", "unit")
    price_usd: float | None = Field(description="The last daily close of the coin before known_at. [USD]")
    change_percent: float | None = Field(description="Of the series over a year. [percent]")
    price_change_percent: float | None = Field(description="Of the coin over a year. [percent]")


class MacroAgainst(Answer):
    """A series and a coin over the same time."""

    rows: ClassVar[str] = "points"

    correlation: float | None = Field(description="Of the two changes over a year, over all observations. [-1 to 1]")
    points: list[MacroPoint] = Field(description="Oldest first; of a long daily series single days, evenly far apart.")
    series: list[str] = Field(description="Every series that there is.")


def macro_against(reading: Reading, *, symbol: str, series: str, years: int) -> MacroAgainst:
    """One series of the source that has most of it, beside one coin."""
    known = reading.rows(
        "SELECT series, source, count(*) AS days FROM macro_series GROUP BY ALL ORDER BY series, days DESC, source"
    )
    source = next((one["source"] for one in known if one["series"] == series), None)
    rows = (
        question_rows(
            reading,
            "bitcoin-against-m2",
            reading.now,
            symbol=symbol,
            series=series,
            source=source,
            days=str(365 * years),
        )
        if source
        else []
    )
    step = -(-len(rows) // MOST) or 1
    return MacroAgainst(
        correlation=rows[-1]["correlation"] if rows else None,
        points=[MacroPoint.model_validate(row) for row in rows[(len(rows) - 1) % step :: step]],
        series=sorted({one["series"] for one in known}),
        as_of=reading.newest("macro_series", "collected_at"),
    )
