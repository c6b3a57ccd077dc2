"""The economy around the market: the tables.

Belongs here: yields, indices, money supply, prices of consumers.
Does not belong here: what the money of states is worth (schema/tables/fx.py).
"""

from __future__ import annotations

from datetime import timedelta

from crypto_pipeline.schema.declare import FLAG, REAL, TEXT, TIME, Column, Feed, Group, Table
from crypto_pipeline.schema.rows import Observation
from crypto_pipeline.schema.tables.shared import FETCHED, said_by

MACRO = Group("macro", "The economy around the market")

MACRO_SERIES = Table(
    "macro_series",
    MACRO,
    "An observation of an economic series: yields, the dollar index, the S&P 500, the VIX, M2, consumer prices, the balance of the "
    "Federal Reserve. Join by known_at, never by timestamp: a figure of January is told in February or March.",
    key=("source", "series", "timestamp"),
    newer_by="fetched_at",
    feed=Feed(
        cadence=15,
        rows=(Observation,),
        shortest_interval=timedelta(hours=6),
        usual_age=timedelta(days=6),  # markets and offices rest over Easter
        new_for=timedelta(days=8),
        stale_after=timedelta(days=8),
    ),
    columns=(
        Column("series", TEXT, "What is observed, the same at every source: us_yield_10y, us_m2, sp500"),
        Column("code", TEXT, "The source's own name of it: DGS10"),
        Column("value", REAL, "Its value, in the unit of the row"),
        Column("unit", TEXT, "Unit of value: percent a year, USD, index"),
        Column("timestamp", TIME, "The beginning of the day, week or month that it is of (UTC)"),
        Column(
            "known_at",
            TIME,
            "When it was public for certain: when it came here, or by the longest time that its publisher takes, whichever was first. "
            "Before this moment nobody can be said to have known it",
            keep_first=True,
        ),
        Column(
            "is_revised",
            FLAG,
            "True where the publisher changes figures later: then this is the newest one, and not the one that was known at known_at",
        ),
        said_by("source"),
        Column("licence", TEXT, "Whose it is, where it may not be passed on; NULL where nobody claims it"),
        *FETCHED,
    ),
)
