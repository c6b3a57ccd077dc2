"""Exchanges: the tables.

Belongs here: which markets there are, what stands in the order books of spot markets.
Does not belong here: prices of coins (schema/tables/market.py), contracts (schema/tables/derivatives.py).
"""

from __future__ import annotations

from datetime import timedelta

from crypto_pipeline.schema.declare import INT, REAL, TEXT, TIME, Column, Feed, Group, Table
from crypto_pipeline.schema.rows import Book, Listing
from crypto_pipeline.schema.tables.shared import FETCHED, SOURCE_TIME, said_by

EXCHANGES = Group("exchanges", "Exchanges")

BOOK_SNAPSHOTS = Table(
    "book_snapshots",
    EXCHANGES,
    "The order book of a spot market at one moment. Prices are in the market's money, depth in dollars.",
    key=("source", "pair", "scope", "timestamp"),
    newer_by="fetched_at",
    feed=Feed(cadence=15, rows=(Book,), stale_after=timedelta(hours=1)),
    columns=(
        Column("symbol", TEXT, "Coin code of what is traded"),
        Column("pair", TEXT, "The exchange's own name of the market"),
        Column("quote", TEXT, "Currency in which the market trades"),
        Column(
            "scope", TEXT, "book: levels as far as the exchange sends them; best: the best price of each side alone"
        ),
        Column("best_bid", REAL, "Highest price that somebody pays; NULL where nobody bids", "quote currency"),
        Column("best_ask", REAL, "Lowest price at which somebody sells; NULL where nobody does", "quote currency"),
        Column("best_bid_size", REAL, "What is wanted at that price", "coins"),
        Column("best_ask_size", REAL, "What is offered at that price", "coins"),
        Column("spread_bps", REAL, "(best_ask - best_bid) / the middle of the two", "basis points"),
        Column(
            "bid_depth_10bps",
            REAL,
            "Worth of all bids within 0.1 percent of the middle; NULL where the book that was sent does not reach so far",
            "USD",
        ),
        Column("ask_depth_10bps", REAL, "The same of asks", "USD"),
        Column("bid_depth_100bps", REAL, "Worth of all bids within 1 percent of the middle, or NULL likewise", "USD"),
        Column("ask_depth_100bps", REAL, "The same of asks", "USD"),
        Column("bid_depth_200bps", REAL, "Worth of all bids within 2 percent of the middle, or NULL likewise", "USD"),
        Column("ask_depth_200bps", REAL, "The same of asks", "USD"),
        Column(
            "buy_100k_bps",
            REAL,
            "How much dearer than the middle 100,000 dollars buy at once, before fees; NULL where the asks that were sent hold less",
            "basis points",
        ),
        Column(
            "sell_100k_bps",
            REAL,
            "How much cheaper than the middle 100,000 dollars sell at once, before fees; NULL where the bids that were sent hold less",
            "basis points",
        ),
        Column("usd_per_quote", REAL, "The rate by which amounts became dollars", "USD"),
        Column("bid_levels", INT, "Different prices among the bids that were sent", "count"),
        Column("ask_levels", INT, "The same of asks", "count"),
        SOURCE_TIME,
        said_by("source"),
        *FETCHED,
    ),
)

LISTINGS = Table(
    "listings",
    EXCHANGES,
    "A market of an exchange: since when it is traded, and until when, of every coin and not only of those that are tracked. One "
    "that an exchange took from its list without a word keeps its last row.",
    key=("source", "kind", "market"),
    write="latest",
    newer_by="fetched_at",
    feed=Feed(cadence=15, rows=(Listing,), arrival_column="fetched_at", shortest_interval=timedelta(hours=6)),
    columns=(
        Column("symbol", TEXT, "Coin code of what is traded"),
        Column("market", TEXT, "The exchange's own name of the market"),
        Column("kind", TEXT, "spot or perpetual"),
        Column("quote", TEXT, "Currency in which the market trades"),
        Column("status", TEXT, "trading, announced, halted or delisted; NULL where the exchange's word is not known"),
        Column("listed_at", TIME, "When it opened or will open, as the exchange says; NULL where it does not"),
        Column("delisted_at", TIME, "When it closed or will close, as the exchange says; NULL where it does not"),
        Column("first_seen_at", TIME, "When the exchange's list first had it here", keep_first=True),
        Column("timestamp", TIME, "When the exchange's list last had it"),
        said_by("source"),
        *FETCHED,
    ),
)
