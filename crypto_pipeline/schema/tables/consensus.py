"""Consensus over all sources: the tables.

Belongs here: what follows from the answers of all sources together.
Does not belong here: what each source says (schema/tables/market.py).
"""

from __future__ import annotations

from crypto_pipeline.schema.declare import INT, REAL, TEXT, TIME, Column, Feed, Group, Table
from crypto_pipeline.schema.tables.shared import COLLECTED

CONSENSUS = Group("consensus", "Consensus over all sources")

CONSENSUS_PRICES = Table(
    "consensus_prices",
    CONSENSUS,
    "The median over all sources of one collection, with its spread and the outliers.",
    key=("symbol", "timestamp"),
    feed=Feed(cadence=5, made_of="market_prices"),
    columns=(
        Column("symbol", TEXT, "Coin code"),
        Column("price_usd", REAL, "Median price of the sources that were counted", "USD"),
        Column("sources", INT, "Sources that were counted", "count"),
        Column("lowest_usd", REAL, "Lowest price that was counted", "USD"),
        Column("highest_usd", REAL, "Highest price that was counted", "USD"),
        Column("spread_percent", REAL, "(highest - lowest) / median", "percent"),
        Column("price_change_24h", REAL, "Median change over the last 24 hours", "percent"),
        Column("outliers", TEXT, "Sources that were left out because they were too far off, separated by commas"),
        Column("timestamp", TIME, "When the median was taken"),
        *COLLECTED,
    ),
)
