"""One figure of a chain over the years, thinned out for a chart.

Belongs here: /chain-metrics/history.
Does not belong here: every day of it (api/data/chain_metrics.py).
"""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.shapes import Answer, Moment, Shape, of
from crypto_pipeline.warehouse.sql import not_ahead

_CHARTS = f"""
    SELECT blockchain, metric_name, source, any_value(unit) AS unit, any_value(licence) AS licence, count(*) AS days,
        max(collected_at) AS collected_at
    FROM chain_metrics WHERE {not_ahead("timestamp")}
    GROUP BY blockchain, metric_name, source
    QUALIFY row_number() OVER (PARTITION BY blockchain, metric_name ORDER BY days DESC, source) = 1
    ORDER BY blockchain, metric_name
"""
_POINTS = f"""
    WITH numbered AS (
        SELECT timestamp, value, row_number() OVER (ORDER BY timestamp DESC) - 1 AS back, count(*) OVER () AS days
        FROM chain_metrics
        WHERE blockchain = $blockchain AND metric_name = $name AND source = $source AND value IS NOT NULL
            AND ($years = 0 OR timestamp > $now - to_years($years)) AND {not_ahead("timestamp")}
    )
    SELECT timestamp, value FROM numbered WHERE back % CAST(ceil(days / $points) AS BIGINT) = 0 ORDER BY timestamp
"""


class ChainChart(Shape):
    """A figure that can be drawn, by the source that has most days of it."""

    blockchain: str = of("chain_metrics", "blockchain")
    metric_name: str = of("chain_metrics", "metric_name")
    source: str = of("chain_metrics", "source")
    unit: str | None = of("chain_metrics", "unit")
    licence: str | None = of("chain_metrics", "licence")
    days: int = Field(description="Days that are stored. [count]")


class ChainDay(Shape):
    """One day of the figure."""

    timestamp: Moment = of("chain_metrics", "timestamp")
    value: float = of("chain_metrics", "value")


class ChainHistory(Answer):
    """A figure over time, and which others there are."""

    rows: ClassVar[str] = "points"

    chart: ChainChart | None = Field(description="What the points are of; null where there is nothing of it.")
    points: list[ChainDay] = Field(
        description="Oldest first: single days, evenly far apart, with the newest among them."
    )
    charts: list[ChainChart] = Field(description="Every figure that there is, by chain and metric.")


def chain_history(reading: Reading, *, name: str, blockchain: str, years: int, points: int) -> ChainHistory:
    """One figure of one chain over these years; 0: all of them."""
    rows = reading.rows(_CHARTS)
    charts = [ChainChart.model_validate(row) for row in rows]
    chart = next((one for one in charts if (one.blockchain, one.metric_name) == (blockchain, name)), None)
    days = (
        reading.rows(
            _POINTS,
            blockchain=blockchain,
            name=name,
            source=chart.source,
            years=years,
            points=float(points),
            now=reading.now,
        )
        if chart
        else []
    )
    as_of = max((row["collected_at"] for row in rows), default=None)
    return ChainHistory(chart=chart, points=[ChainDay.model_validate(row) for row in days], charts=charts, as_of=as_of)
