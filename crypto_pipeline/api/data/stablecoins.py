"""Dollar coins: how much of them there is, and how far they are from their dollar.

Belongs here: /stablecoins.
Does not belong here: what their markets ask in money of states (questions/stablecoin-premium.sql).
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.ready import question_rows
from crypto_pipeline.api.data.shapes import Answer, Moment, Shape, of

_SUPPLY = """
    WITH days AS (
        SELECT date_trunc('day', timestamp AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS day, max_by(value, timestamp) AS circulating_usd
        FROM defi_metrics
        WHERE metric_name = 'stablecoin_circulating' AND entity = 'total' AND timestamp > $since AND timestamp <= $until
        GROUP BY day
    ), counted AS (
        SELECT day, circulating_usd, row_number() OVER (ORDER BY day DESC) - 1 AS back, count(*) OVER () AS days FROM days
    )
    SELECT day, circulating_usd FROM counted WHERE back % CAST(ceil(days / 600) AS BIGINT) = 0 ORDER BY day
"""


class Peg(Shape):
    """One coin that promises a dollar."""

    coin: str = of("defi_metrics", "entity")
    percent_off: float | None = Field(description="How far its price is from a dollar. [percent]")
    largest_7d_percent: float | None = Field(description="How far it was at most in the last seven days. [percent]")
    circulating_usd: float | None = Field(description="What is in circulation. [USD]")
    timestamp: Moment = of("defi_metrics", "timestamp")


class SupplyDay(Shape):
    """All stablecoins together on one day."""

    day: Moment = Field(description="When it began, UTC.")
    circulating_usd: float = Field(description="What is in circulation. [USD]")


class Stablecoins(Answer):
    """Supply and peg."""

    rows: ClassVar[str] = "coins"

    coins: list[Peg] = Field(description="The largest first.")
    supply: list[SupplyDay] = Field(description="Oldest first; of a long time single days, evenly far apart.")


def stablecoins(reading: Reading, *, years: int) -> Stablecoins:
    """What is known of them now, and their supply over these years; 0: all of them."""
    newest_at = reading.value(
        "SELECT max(timestamp) FROM defi_metrics WHERE starts_with(metric_name, 'stablecoin_') AND timestamp <= $now",
        now=reading.now,
    )
    if newest_at is None:
        return Stablecoins(coins=[], supply=[])
    since = newest_at.replace(year=newest_at.year - (years or 15), day=min(newest_at.day, 28))
    coins = question_rows(reading, "stablecoins", newest_at)
    supply = reading.rows(_SUPPLY, since=since, until=newest_at)
    return Stablecoins(
        coins=[Peg.model_validate(row) for row in coins],
        supply=[SupplyDay.model_validate(row) for row in supply],
        as_of=reading.newest("defi_metrics", "collected_at"),
    )
