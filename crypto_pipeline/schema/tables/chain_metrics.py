"""Chains over the years: the tables.

Belongs here: figures of chains day by day.
Does not belong here: their state of the moment (schema/tables/chain.py).
"""

from __future__ import annotations

from datetime import timedelta

from crypto_pipeline.schema.declare import REAL, TEXT, TIME, Column, Feed, Table
from crypto_pipeline.schema.rows import ChainMetric
from crypto_pipeline.schema.tables.chain import CHAIN
from crypto_pipeline.schema.tables.shared import FETCHED, said_by

CHAIN_METRICS = Table(
    "chain_metrics",
    CHAIN,
    "A figure of a chain for one day, back to its first: active addresses, realised capitalisation, fees, hash rate. The state of "
    "the moment is in blockchain_stats.",
    key=("source", "blockchain", "metric_name", "timestamp"),
    newer_by="fetched_at",
    feed=Feed(
        cadence=15,
        rows=(ChainMetric,),
        shortest_interval=timedelta(hours=1),
        new_for=timedelta(days=5),
        usual_age=timedelta(days=3),  # of yesterday, told some hours after it ended
        stale_after=timedelta(days=5),
    ),
    columns=(
        Column("blockchain", TEXT, "Chain"),
        Column(
            "metric_name",
            TEXT,
            "What is measured: active_addresses, transactions, transfer_value, fees, supply, market_cap, realised_cap, mvrv, nvt, "
            "hash_rate, difficulty",
        ),
        Column("value", REAL, "Its value, in the unit of the row"),
        Column("unit", TEXT, "Unit of value, the same for all rows of one metric: USD, H/s, coins in a day"),
        Column(
            "timestamp",
            TIME,
            "The beginning of the day (UTC) that it is of: nobody knew it before that day was over. Of a difficulty the moment since which it holds",
        ),
        said_by("source"),
        Column("licence", TEXT, "Under which the source gives it: CC BY-NC 4.0; NULL where it asks for nothing"),
        *FETCHED,
    ),
)
