"""Decentralised finance: the tables.

Belongs here: value locked, stablecoins, volumes of decentralised exchanges.
Does not belong here: the chains below (schema/tables/chain.py).
"""

from __future__ import annotations

from datetime import timedelta

from crypto_pipeline.schema.declare import REAL, TEXT, Column, Feed, Group, Table
from crypto_pipeline.schema.rows import Defi
from crypto_pipeline.schema.tables.shared import FETCHED, SOURCE_TIME, said_by

DEFI = Group("defi", "Decentralised finance")

DEFI_METRICS = Table(
    "defi_metrics",
    DEFI,
    "Total value locked, stablecoins in circulation and how far they are from their peg, volumes of decentralised exchanges.",
    key=("source", "metric_name", "entity", "timestamp"),
    newer_by="fetched_at",
    feed=Feed(
        cadence=15, rows=(Defi,), usual_age=timedelta(days=2), new_for=timedelta(days=3), stale_after=timedelta(days=2)
    ),
    columns=(
        Column("metric_name", TEXT, "What is measured: tvl, stablecoin_circulating"),
        Column("entity", TEXT, "Of what: a chain, a protocol, a stablecoin"),
        Column("value", REAL, "Its value, in the unit of the row"),
        Column("unit", TEXT, "Unit of value: USD, percent"),
        SOURCE_TIME,
        said_by("source"),
        *FETCHED,
    ),
)
