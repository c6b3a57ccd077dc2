"""Consensus over all sources: the tables.

Belongs here: what follows from the answers of all sources together.
Does not belong here: what each source says (schema/tables/market.py).
"""

from __future__ import annotations

from crypto_pipeline.schema.declare import INT, REAL, TEXT, TIME, Column, Feed, Group, Lineage, Table
from crypto_pipeline.schema.tables.shared import COLLECTED

CONSENSUS = Group("consensus", "Consensus over all sources")

CONSENSUS_PRICES = Table(
    "consensus_prices",
    CONSENSUS,
    "The median over all sources of one collection, with its spread and the outliers.",
    key=("symbol", "timestamp"),
    more_of="regions",
    feed=Feed(cadence=5, made_of="market_prices"),
    lineage=Lineage(
        "market_prices",
        {
            "symbol": ("symbol",),
            "price_usd": ("price_usd",),
            "sources": ("source", "price_usd"),
            "lowest_usd": ("price_usd",),
            "highest_usd": ("price_usd",),
            "spread_percent": ("price_usd",),
            "price_change_24h": ("price_change_24h",),
            "outliers": ("source", "price_usd"),
        },
    ),
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
        Column("regions", INT, "Regions whose sources it is made of; NULL where there are none", "count"),
        *COLLECTED,
    ),
)

CONSENSUS_OHLC = Table(
    "consensus_ohlc",
    CONSENSUS,
    "One candle over all spot exchanges that trade a coin for dollars or dollar coins: each price is the median that half of "
    "the traded value lies on either side of. Only closed candles count.",
    key=("symbol", "interval", "timestamp"),
    series=("symbol", "interval"),
    level="close",
    lineage=Lineage(
        "cached_ohlc",
        {
            "symbol": ("symbol",),
            "interval": ("interval",),
            "timestamp": ("timestamp",),
            "open": ("open", "volume", "close"),
            "high": ("high", "volume", "close"),
            "low": ("low", "volume", "close"),
            "close": ("close", "volume"),
            "volume": ("volume",),
            "providers": ("provider", "close"),
            "spread_percent": ("close",),
            "outliers": ("provider", "close"),
        },
    ),
    columns=(
        Column("symbol", TEXT, "Coin code"),
        Column("interval", TEXT, "Length of the candle: 1h, 1d"),
        Column("timestamp", TIME, "When the candle opened"),
        Column("open", REAL, "First price", "USD"),
        Column("high", REAL, "Highest price, at least open and close", "USD"),
        Column("low", REAL, "Lowest price, at most open and close", "USD"),
        Column("close", REAL, "Last price", "USD"),
        Column("volume", REAL, "Traded amount of all exchanges that were counted", "coins"),
        Column("providers", INT, "Exchanges that were counted; 1 is the word of one exchange alone", "count"),
        Column("spread_percent", REAL, "(highest close - lowest close) / close of those that were counted", "percent"),
        Column(
            "outliers", TEXT, "Exchanges that were left out because their close was too far off, separated by commas"
        ),
        *COLLECTED,
    ),
)
