"""What the declarations of several tables share.

Belongs here: columns that many tables have, days that logs are kept for.
Does not belong here: whatever one table has (its module in schema/tables/), what a column is (schema/declare.py).
"""

from __future__ import annotations

from crypto_pipeline.schema.declare import TEXT, TIME, Column

LOG_DAYS = 30
BODY_DAYS = 7

COLLECTED = (
    Column("collected_at", TIME, "When this row was written by a collection"),
    Column("run_id", TEXT, "Dagster run that wrote it; joins to data_collections and connection_attempts"),
)
"""Every table has these."""

REGION = Column(
    "region",
    TEXT,
    "Region of the machine that wrote it (CRYPTO_PIPELINE_REGION); empty where there are no regions",
    before="",
)
"""Of tables in which the rows of two regions would be in each other's way, and of the log of who asked what. The warehouse
fills it in where a row does not say it."""

FETCHED = (Column("fetched_at", TIME, "When the answer arrived"), *COLLECTED)

SOURCE_TIME = Column("timestamp", TIME, "The source's own time of the data where it has one, else when it was fetched")


def said_by(name: str) -> Column:
    """The column that says which source a row is from."""
    return Column(name, TEXT, "Who says so")
