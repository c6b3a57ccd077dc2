"""Figures of chains, day by day.

Belongs here: /chain-metrics.
Does not belong here: the state of the chains now (api/data/chains.py).
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from pydantic import Field

from crypto_pipeline.api.data.filters import Filters
from crypto_pipeline.api.data.paging import Key, Page
from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.shapes import Moment, Paged, Shape, newest, of

_KEY: Key = {"timestamp": datetime, "source": str, "blockchain": str, "metric_name": str}


class ChainMetric(Shape):
    """A figure of one chain for one day, in its own unit."""

    blockchain: str = of("chain_metrics", "blockchain")
    metric_name: str = of("chain_metrics", "metric_name")
    value: float | None = of("chain_metrics", "value")
    unit: str | None = of("chain_metrics", "unit")
    timestamp: Moment = of("chain_metrics", "timestamp")
    source: str = of("chain_metrics", "source")
    licence: str | None = of("chain_metrics", "licence")


class ChainMetrics(Paged):
    """A page of figures."""

    rows: ClassVar[str] = "chain_metrics"

    chain_metrics: list[ChainMetric] = Field(description="Newest first, then by source, chain and metric.")


def chain_metrics(
    reading: Reading,
    page: Page,
    *,
    name: str | None = None,
    blockchain: str | None = None,
    source: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> ChainMetrics:
    """The figures that were asked for, over any time. Raises InvalidQuery for a time or a cursor that is none."""
    filters = Filters()
    filters.equal(metric_name=name, blockchain=blockchain, source=source)
    filters.between(since, until or reading.latest)
    page.goes_on(filters, _KEY)
    rows = reading.rows(
        f"SELECT * FROM chain_metrics WHERE {filters} ORDER BY timestamp DESC, source, blockchain, metric_name "
        f"LIMIT {page.limit + 1}",
        **filters.parameters,
    )
    following = page.next(rows, _KEY)
    return ChainMetrics(
        chain_metrics=[ChainMetric.model_validate(row) for row in rows], next=following, as_of=newest(rows)
    )
