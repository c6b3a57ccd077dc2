"""Sentiment: the tables.

Belongs here: numbers about sentiment, attention and development.
Does not belong here: the articles themselves (schema/tables/news.py).
"""

from __future__ import annotations

from datetime import timedelta

from crypto_pipeline.schema.declare import REAL, TEXT, Column, Feed, Group, Table
from crypto_pipeline.schema.rows import Metric
from crypto_pipeline.schema.tables.shared import FETCHED, SOURCE_TIME, said_by

SENTIMENT = Group("sentiment", "Sentiment")

SENTIMENT_METRICS = Table(
    "sentiment_metrics",
    SENTIMENT,
    "Fear and greed, attention, developer activity and the like.",
    key=("source", "metric_name", "timestamp"),
    newer_by="fetched_at",
    feed=Feed(
        cadence=5, rows=(Metric,), usual_age=timedelta(days=2), new_for=timedelta(days=4), stale_after=timedelta(days=3)
    ),
    columns=(
        Column("metric_name", TEXT, "What is measured: fear_greed_index", field="name"),
        Column("value", REAL, "Its value, in the unit of the row"),
        Column("unit", TEXT, "Unit of value: index 0-100, count, percent"),
        Column("classification", TEXT, "The source's own word for it: Extreme Fear"),
        SOURCE_TIME,
        said_by("source"),
        *FETCHED,
    ),
)
