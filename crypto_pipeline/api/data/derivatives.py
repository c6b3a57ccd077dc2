"""Perpetual contracts: funding and open interest.

Belongs here: /derivatives.
Does not belong here: liquidations (api/data/liquidations.py), long-short ratios, which are metrics (api/data/metrics.py).
"""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from pydantic import Field

from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.shapes import Answer, Moment, Shape, newest, of
from crypto_pipeline.warehouse.sql import not_ahead

RECENT = timedelta(days=1)
"""A contract that nobody has spoken of for longer, counted from the newest of all, is no longer shown."""

TOGETHER = timedelta(hours=1)
"""Some exchanges tell funding in one answer and open interest in another, a moment apart: rows of one contract that are no farther apart
are one state of it."""

_SAID = (
    "funding_rate",
    "funding_interval_hours",
    "funding_rate_8h",
    "next_funding_at",
    "open_interest",
    "open_interest_usd",
    "mark_price",
    "index_price",
    "volume_24h_usd",
)
_NOW = f"""
    WITH recent AS (
        SELECT *, max(timestamp) OVER (PARTITION BY source, contract) AS newest_at
        FROM derivatives_metrics
        WHERE timestamp >= $since AND {not_ahead("timestamp")} AND ($symbol IS NULL OR symbol = $symbol)
    )
    SELECT source, contract, max_by(symbol, timestamp) AS symbol, max(timestamp) AS timestamp, max(collected_at) AS collected_at,
        {", ".join(f"max_by({name}, timestamp) FILTER (WHERE {name} IS NOT NULL) AS {name}" for name in _SAID)}
    FROM recent
    WHERE timestamp > newest_at - INTERVAL {TOGETHER.total_seconds():.0f} SECOND
    GROUP BY source, contract
"""
_DERIVATIVES = f"""
    FROM ({_NOW}) ORDER BY open_interest_usd DESC NULLS LAST, volume_24h_usd DESC NULLS LAST, source, contract LIMIT $limit
"""
_BY_SYMBOL = f"""
    SELECT symbol, count(*) AS contracts, count(DISTINCT source) AS sources, median(funding_rate_8h) AS funding_rate_8h,
        min(funding_rate_8h) AS lowest, max(funding_rate_8h) AS highest, sum(open_interest_usd) AS open_interest_usd,
        max(collected_at) AS collected_at
    FROM ({_NOW}) WHERE symbol IS NOT NULL
    GROUP BY symbol ORDER BY open_interest_usd DESC NULLS LAST, contracts DESC, symbol
"""


class Contract(Shape):
    """A perpetual contract at one exchange: funding as a fraction, open interest in dollars."""

    symbol: str | None = of("derivatives_metrics", "symbol")
    source: str = of("derivatives_metrics", "source")
    contract: str = of("derivatives_metrics", "contract")
    funding_rate: float | None = of("derivatives_metrics", "funding_rate")
    funding_interval_hours: float | None = of("derivatives_metrics", "funding_interval_hours")
    funding_rate_8h: float | None = of("derivatives_metrics", "funding_rate_8h")
    next_funding_at: Moment | None = of("derivatives_metrics", "next_funding_at")
    open_interest: float | None = of("derivatives_metrics", "open_interest")
    open_interest_usd: float | None = of("derivatives_metrics", "open_interest_usd")
    mark_price: float | None = of("derivatives_metrics", "mark_price")
    index_price: float | None = of("derivatives_metrics", "index_price")
    volume_24h_usd: float | None = of("derivatives_metrics", "volume_24h_usd")
    timestamp: Moment = of("derivatives_metrics", "timestamp")


class Underlying(Shape):
    """All contracts on one coin together."""

    symbol: str = of("derivatives_metrics", "symbol")
    contracts: int = Field(description="Contracts on it.")
    sources: int = Field(description="Exchanges that trade them.")
    funding_rate_8h: float | None = Field(description="Median funding over eight hours. [fraction]")
    lowest: float | None = Field(description="Lowest funding over eight hours. [fraction]")
    highest: float | None = Field(description="Highest funding over eight hours. [fraction]")
    open_interest_usd: float | None = Field(
        description="Open contracts of all exchanges that say them in dollars, together. [USD]"
    )


class Derivatives(Answer):
    """Funding and open interest, by contract and by coin."""

    rows: ClassVar[str] = "derivatives"

    derivatives: list[Contract] = Field(description="The newest of each contract, by open interest, largest first.")
    by_symbol: list[Underlying] = Field(description="The same contracts, all of them, together by coin.")


def derivatives(reading: Reading, *, symbol: str | None = None, limit: int) -> Derivatives:
    """Funding and open interest as they are now."""
    newest_at = reading.newest("derivatives_metrics")
    if newest_at is None:
        return Derivatives(derivatives=[], by_symbol=[])
    asked = {"since": newest_at - RECENT, "symbol": symbol}
    rows = reading.rows(_DERIVATIVES, **asked, limit=limit)
    together = reading.rows(_BY_SYMBOL, **asked)
    return Derivatives(
        derivatives=[Contract.model_validate(row) for row in rows],
        by_symbol=[Underlying.model_validate(row) for row in together],
        as_of=newest(rows, together),
    )
