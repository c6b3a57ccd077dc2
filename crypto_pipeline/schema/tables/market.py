"""Market: the tables.

Belongs here: prices of coins at their sources, candles, and what coins are called.
Does not belong here: what they are worth over all sources (schema/tables/consensus.py).
"""

from __future__ import annotations

from datetime import timedelta

from crypto_pipeline.schema.declare import FLAG, INT, REAL, TEXT, TIME, Column, Feed, Group, Lineage, Table
from crypto_pipeline.schema.rows import Candle, CoinName, Price, Quote
from crypto_pipeline.schema.tables.shared import FETCHED, SOURCE_TIME, said_by

MARKET = Group("market", "Market")

MARKET_PRICES = Table(
    "market_prices",
    MARKET,
    "One coin at one source at one moment.",
    key=("source", "symbol", "timestamp"),
    newer_by="fetched_at",
    feed=Feed(cadence=5, rows=(Quote, Price), stale_after=timedelta(hours=1)),
    columns=(
        Column("symbol", TEXT, "Coin code, the same whoever says it: BTC"),
        Column("price_usd", REAL, "Last price", "USD"),
        Column("market_cap", REAL, "Market capitalisation", "USD"),
        Column("volume_24h", REAL, "Traded value of the last 24 hours", "USD"),
        Column("price_change_24h", REAL, "Change over the last 24 hours", "percent"),
        Column("high_24h", REAL, "Highest price of the last 24 hours", "USD"),
        Column("low_24h", REAL, "Lowest price of the last 24 hours", "USD"),
        Column("pair", TEXT, "The source's own name of the market that was taken for the coin"),
        Column("quote", TEXT, "Currency in which that market trades; prices are converted to dollars"),
        SOURCE_TIME,
        said_by("source"),
        *FETCHED,
    ),
)

CACHED_MARKET_DATA = Table(
    "cached_market_data",
    MARKET,
    "The latest market_prices row of each coin at each source.",
    key=("provider", "symbol"),
    write="latest",
    newer_by="fetched_at",
    feed=Feed(cadence=5, rows=(Quote, Price), copy_of="market_prices"),
    lineage=Lineage(
        "market_prices",
        {
            "symbol": ("symbol",),
            "price": ("price_usd",),
            "market_cap": ("market_cap",),
            "volume_24h": ("volume_24h",),
            "change_24h": ("price_change_24h",),
            "high_24h": ("high_24h",),
            "low_24h": ("low_24h",),
            "pair": ("pair",),
            "quote": ("quote",),
            "timestamp": ("timestamp",),
            "provider": ("source",),
            "fetched_at": ("fetched_at",),
        },
    ),
    columns=(
        Column("symbol", TEXT, "Coin code"),
        Column("price", REAL, "Last price", "USD"),
        Column("market_cap", REAL, "Market capitalisation", "USD"),
        Column("volume_24h", REAL, "Traded value of the last 24 hours", "USD"),
        Column("change_24h", REAL, "Change over the last 24 hours", "percent"),
        Column("high_24h", REAL, "Highest price of the last 24 hours", "USD"),
        Column("low_24h", REAL, "Lowest price of the last 24 hours", "USD"),
        Column("pair", TEXT, "The source's own name of the market that was taken for the coin"),
        Column("quote", TEXT, "Currency in which that market trades; prices are converted to dollars"),
        SOURCE_TIME,
        said_by("provider"),
        *FETCHED,
    ),
)

COINS = Table(
    "coins",
    MARKET,
    "What a source calls a coin: its name, and where it has a picture of it.",
    key=("source", "symbol"),
    write="latest",
    newer_by="fetched_at",
    feed=Feed(cadence=15, rows=(CoinName,), arrival_column="fetched_at", shortest_interval=timedelta(days=1)),
    columns=(
        Column("symbol", TEXT, "Coin code"),
        Column("name", TEXT, "Its name: Bitcoin"),
        Column("coin_id", TEXT, "The source's own id of it"),
        Column("logo", TEXT, "Address of a picture at the source"),
        Column("rank", INT, "By market capitalisation at the source; the largest is 1"),
        SOURCE_TIME,
        said_by("source"),
        *FETCHED,
    ),
)

CACHED_OHLC = Table(
    "cached_ohlc",
    MARKET,
    "One candle. The open candle says is_final = false and is replaced until it closes. Only candles of one currency may "
    "be compared.",
    key=("provider", "symbol", "interval", "timestamp"),
    series=("provider", "symbol", "interval"),
    level="close",
    newer_by="fetched_at",
    feed=Feed(
        cadence=15,
        rows=(Candle,),
        arrival_column="fetched_at",
        new_for=timedelta(days=3),
        stale_after=timedelta(hours=1),
    ),
    columns=(
        Column("symbol", TEXT, "Coin code"),
        Column("interval", TEXT, "Length of the candle: 1h, 1d"),
        Column("timestamp", TIME, "When the candle opened"),
        Column("open", REAL, "First price", "as in column currency"),
        Column("high", REAL, "Highest price", "as in column currency"),
        Column("low", REAL, "Lowest price", "as in column currency"),
        Column("close", REAL, "Last price", "as in column currency"),
        Column(
            "currency",
            TEXT,
            "Money of the four prices: USD (dollar coins count as dollars), else the local money of the market: KRW",
            before="USD",
        ),
        Column("volume", REAL, "Traded amount", "coins"),
        Column(
            "volume_quote",
            REAL,
            "Traded value as the source adds it up itself, not volume times a price; NULL where it says none",
            "as in column currency",
        ),
        Column("trades", INT, "Number of trades; NULL where the source does not count them"),
        Column("pair", TEXT, "The source's own name of the market"),
        Column("is_final", FLAG, "False while the candle was still open when it was fetched"),
        said_by("provider"),
        *FETCHED,
    ),
)
