"""How much of the past is there: candles of a coin by exchange and year, and why the others are missing.

Belongs here: /coverage.
Does not belong here: the candles (api/data/candles.py), finding and naming gaps (warehouse/gaps.py).
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from crypto_pipeline.api.data.history import require_coin
from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.shapes import Answer, Moment, Shape, of
from crypto_pipeline.schema.intervals import INTERVAL_SECONDS, Interval
from crypto_pipeline.warehouse.sql import not_ahead

_HAS_ARCHIVE = "SELECT EXISTS (FROM duckdb_views() WHERE schema_name = 'main' AND view_name = 'cached_ohlc_all')"
_COVERAGE = f"""
    WITH there AS (
        SELECT provider, year(timestamp AT TIME ZONE 'UTC')::INTEGER AS year, count(*) AS candles, min(timestamp) AS first_at,
            max(timestamp) AS last_at
        FROM {{candles}} WHERE symbol = $symbol AND interval = $interval AND is_final
            AND {not_ahead("timestamp")}
        GROUP BY ALL
    ), parts AS (
        SELECT provider, kind, epoch(from_at) AS begins, epoch(to_at) AS ends,
            unnest(range(year(from_at AT TIME ZONE 'UTC'), year((to_at - INTERVAL 1 SECOND) AT TIME ZONE 'UTC') + 1))::INTEGER AS year
        FROM candle_gaps WHERE symbol = $symbol AND interval = $interval
    ), missing AS (
        SELECT provider, year, kind, sum(
            ceil((least(ends, epoch(make_date(year + 1, 1, 1))) - begins) / $seconds)
            - ceil((greatest(begins, epoch(make_date(year, 1, 1))) - begins) / $seconds)
        )::BIGINT AS candles
        FROM parts GROUP BY ALL
    ), kinds AS (PIVOT_KINDS)
    SELECT provider, year, coalesce(there.candles, 0) AS candles, first_at, last_at,
        coalesce(halt, 0) AS halt, coalesce(no_trades, 0) AS no_trades, coalesce(refused, 0) AS refused,
        coalesce(not_asked, 0) AS not_asked, coalesce(unexplained, 0) AS unexplained,
        100 * coalesce(there.candles, 0) / (coalesce(there.candles, 0) + coalesce(whole, 0)) AS percent_there
    FROM there FULL JOIN kinds USING (provider, year)
    ORDER BY min(coalesce(first_at, 'infinity'::TIMESTAMPTZ)) OVER (PARTITION BY provider), provider, year
""".replace(
    "PIVOT_KINDS",
    "SELECT provider, year, sum(candles) AS whole, "
    + ", ".join(
        f"sum(candles) FILTER (kind = '{kind}') AS {kind}"
        for kind in ("halt", "no_trades", "refused", "not_asked", "unexplained")
    )
    + " FROM missing GROUP BY ALL",
)


class YearOfCandles(Shape):
    """The candles of one exchange in one year, and those that are missing between its first and its last."""

    provider: str = of("cached_ohlc", "provider")
    year: int = Field(description="In UTC.")
    candles: int = Field(description="Closed candles that are stored.")
    first_at: Moment | None = Field(description="When the first of them opened; null where there is none.")
    last_at: Moment | None = Field(description="When the last of them opened; null where there is none.")
    halt: int = Field(description="Missing because the exchange stood still.")
    no_trades: int = Field(description="Missing because nobody traded.")
    refused: int = Field(description="They came and were not believed.")
    not_asked: int = Field(description="Nobody has asked for them yet.")
    unexplained: int = Field(description="The source has none, and nothing says why.")
    percent_there: float = Field(description="Stored candles in percent of these and the missing ones.")


class Coverage(Answer):
    """How much of the past of a coin is there, in one length of candles."""

    rows: ClassVar[str] = "coverage"

    symbol: str = of("cached_ohlc", "symbol")
    interval: str = of("cached_ohlc", "interval")
    coverage: list[YearOfCandles] = Field(
        description="By exchange, the one whose candles begin first at first, then by year. Gaps are those that the last back-fill "
        "or the nightly repair has found; a year before an exchange's first candle is absent."
    )


def coverage(reading: Reading, symbol: str, interval: Interval) -> Coverage:
    """Raises NotFound for a coin that nobody knows."""
    candles = "cached_ohlc_all" if reading.value(_HAS_ARCHIVE) else "cached_ohlc"
    rows = reading.rows(
        _COVERAGE.format(candles=candles), symbol=symbol, interval=interval, seconds=INTERVAL_SECONDS[interval]
    )
    if not rows:
        require_coin(reading, symbol)
    newest_at = max((row["last_at"] for row in rows if row["last_at"]), default=None)
    return Coverage(
        symbol=symbol,
        interval=interval,
        coverage=[YearOfCandles.model_validate(row) for row in rows],
        as_of=newest_at,
    )
