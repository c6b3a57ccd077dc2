"""The market as a whole: the tables.

Belongs here: the whole market in a few numbers.
Does not belong here: single coins (schema/tables/market.py).
"""

from __future__ import annotations

from datetime import timedelta

from crypto_pipeline.schema.declare import INT, REAL, Column, Feed, Group, Table
from crypto_pipeline.schema.rows import Overview
from crypto_pipeline.schema.tables.shared import FETCHED, SOURCE_TIME, said_by

OVERVIEW = Group("overview", "The market as a whole")

MARKET_OVERVIEW = Table(
    "market_overview",
    OVERVIEW,
    "The whole market at one moment.",
    key=("source", "timestamp"),
    newer_by="fetched_at",
    feed=Feed(cadence=15, rows=(Overview,), stale_after=timedelta(hours=2)),
    columns=(
        Column("total_market_cap_usd", REAL, "All coins together", "USD"),
        Column("total_volume_24h_usd", REAL, "Traded value of the last 24 hours", "USD"),
        Column("market_cap_change_24h", REAL, "Change of the total over the last 24 hours", "percent"),
        Column("btc_dominance", REAL, "Bitcoin's share of the total", "percent"),
        Column("eth_dominance", REAL, "Ethereum's share of the total", "percent"),
        Column("active_coins", INT, "Coins that the source counts", "count"),
        Column("active_markets", INT, "Markets or exchanges that the source counts", "count"),
        SOURCE_TIME,
        said_by("source"),
        *FETCHED,
    ),
)
