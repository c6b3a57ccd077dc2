"""Fear and greed, attention, developer activity and the like.

Belongs here: /metrics.
Does not belong here: metrics of this system itself (the table system_metrics).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from pydantic import Field

from crypto_pipeline.api.data.filters import Filters
from crypto_pipeline.api.data.paging import Key, Page
from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.shapes import Moment, Paged, Shape, newest, of
from crypto_pipeline.warehouse.sql import not_ahead

FEAR_AND_GREED = "fear_greed_index"
USUAL_SOURCE = "alternative_me"
"""Of fear and greed: the index that people mean, once a day."""
RECENT = timedelta(days=8)
"""A metric that has said nothing for longer, counted from the newest of all, is no longer among the newest."""

_ALL_KEY: Key = {"timestamp": datetime, "source": str, "metric_name": str}
_NEWEST_KEY: Key = {"metric_name": str, "source": str}


class Metric(Shape):
    """A value of an index or a measure of sentiment, in its own unit."""

    metric_name: str = of("sentiment_metrics", "metric_name")
    value: float | None = of("sentiment_metrics", "value")
    unit: str | None = of("sentiment_metrics", "unit")
    classification: str | None = of("sentiment_metrics", "classification")
    timestamp: Moment = of("sentiment_metrics", "timestamp")
    source: str = of("sentiment_metrics", "source")


class Metrics(Paged):
    """A page of metrics."""

    rows: ClassVar[str] = "metrics"

    metrics: list[Metric] = Field(
        description="Of the name that was asked for: newest first. Without a name: the newest value of each metric at each "
        "source, by name and source."
    )


def metrics(
    reading: Reading,
    page: Page,
    *,
    name: str | None = None,
    source: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Metrics:
    """One metric over time, or where all of them stand. Raises InvalidQuery for a time or a cursor that is none."""
    filters = Filters()
    filters.equal(metric_name=name, source=source)
    if name:
        key = _ALL_KEY
        filters.between(since, until or reading.latest)
        page.goes_on(filters, key)
        query = f"SELECT * FROM sentiment_metrics WHERE {filters} ORDER BY timestamp DESC, source, metric_name"
    else:
        key = _NEWEST_KEY
        newest_at = reading.newest("sentiment_metrics")
        filters.between(
            since or (min(newest_at, until or newest_at) - RECENT if newest_at else None),
            until or reading.latest,
        )
        page.goes_on(filters, key, newest_first=False)
        query = f"""
            SELECT * FROM sentiment_metrics WHERE {filters}
            QUALIFY row_number() OVER (PARTITION BY metric_name, source ORDER BY timestamp DESC) = 1
            ORDER BY metric_name, source
        """
    rows = reading.rows(f"{query} LIMIT {page.limit + 1}", **filters.parameters)
    following = page.next(rows, key)
    return Metrics(metrics=[Metric.model_validate(row) for row in rows], next=following, as_of=newest(rows))


def fear_and_greed(reading: Reading) -> dict[str, Any] | None:
    """A row for Metric: the usual index when it is of these days, else the newest."""
    newest_at = reading.newest("sentiment_metrics")
    if newest_at is None:
        return None
    return reading.one(
        f"""
        SELECT * FROM sentiment_metrics WHERE metric_name = $name AND timestamp >= $since AND {not_ahead("timestamp")}
        ORDER BY source = $usual AND timestamp >= $lately DESC, timestamp DESC, source LIMIT 1
        """,
        name=FEAR_AND_GREED,
        usual=USUAL_SOURCE,
        since=newest_at - RECENT,
        lately=newest_at - timedelta(days=2),
    )
