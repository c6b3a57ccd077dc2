"""Chains: the tables.

Belongs here: transfers, fees and the state of blockchains.
Does not belong here: their figures day by day (schema/tables/chain_metrics.py), what is locked in their contracts (schema/tables/defi.py).
"""

from __future__ import annotations

from datetime import timedelta

from crypto_pipeline.schema.declare import FLAG, INT, REAL, TEXT, TIME, Column, Feed, Group, Table
from crypto_pipeline.schema.rows import ChainStat, Gas, Transfer
from crypto_pipeline.schema.tables.shared import FETCHED, SOURCE_TIME, said_by

CHAIN = Group("chain", "Chains")

WHALE_TRANSACTIONS = Table(
    "whale_transactions",
    CHAIN,
    "One large transfer.",
    key=("blockchain", "transaction_hash", "event_index"),
    newer_by="fetched_at",
    feed=Feed(cadence=15, rows=(Transfer,), usual_age=timedelta(hours=12)),
    columns=(
        Column("blockchain", TEXT, "Chain: ethereum, bitcoin"),
        Column("transaction_hash", TEXT, "Hash of the transaction"),
        Column(
            "event_index",
            INT,
            "Log or output index inside the transaction; -1 when the row is the whole transaction",
        ),
        Column("from_address", TEXT, "Sender; NULL where the source does not say"),
        Column("to_address", TEXT, "Receiver; NULL where the source does not say"),
        Column("symbol", TEXT, "Coin that moved"),
        Column("amount", REAL, "How much moved", "coins"),
        Column("amount_usd", REAL, "What that was worth when it was first seen", "USD", keep_first=True),
        Column("price_source", TEXT, "Where the dollar value comes from: source, market_prices, par", keep_first=True),
        Column("block_number", INT, "Block that holds it"),
        Column("timestamp", TIME, "Time of the block, else when it was fetched", keep_first=True),
        said_by("source"),
        *FETCHED,
    ),
)

GAS_PRICES = Table(
    "gas_prices",
    CHAIN,
    "Fees of a chain now. Only rows of one unit may be compared.",
    key=("source", "blockchain", "timestamp"),
    newer_by="fetched_at",
    feed=Feed(cadence=5, rows=(Gas,), stale_after=timedelta(hours=1)),
    columns=(
        Column("blockchain", TEXT, "Chain: ethereum, bitcoin"),
        Column("gas_price", REAL, "What the node suggests now", "as in column unit"),
        Column("gas_price_gwei", REAL, "The same where the unit is gwei, NULL elsewhere", "gwei"),
        Column("fast_gas_price", REAL, "Fee for the next block", "as in column unit", field="fast"),
        Column("standard_gas_price", REAL, "Usual fee", "as in column unit", field="standard"),
        Column("slow_gas_price", REAL, "Fee that may wait", "as in column unit", field="slow"),
        Column("base_fee", REAL, "Base fee of the next block", "as in column unit"),
        Column("unit", TEXT, "Unit of the five prices: gwei on EVM chains, sat/vB on Bitcoin"),
        Column(
            "derived",
            FLAG,
            "True where slow, standard and fast repeat one price because the chain has no fee history",
        ),
        Column("block_number", INT, "Newest block the prices rest on"),
        SOURCE_TIME,
        said_by("source"),
        *FETCHED,
    ),
)

BLOCKCHAIN_STATS = Table(
    "blockchain_stats",
    CHAIN,
    "The state of a chain.",
    key=("source", "blockchain", "timestamp"),
    newer_by="fetched_at",
    feed=Feed(cadence=15, rows=(ChainStat,), new_for=timedelta(days=3), stale_after=timedelta(days=2)),
    columns=(
        Column("blockchain", TEXT, "Chain"),
        Column("latest_block", INT, "Height of the newest block", "blocks"),
        Column("total_transactions", INT, "Transactions since the chain began", "count"),
        Column("network_hashrate", REAL, "Hash rate of the network; NULL on proof of stake", "H/s"),
        Column("difficulty", REAL, "Mining difficulty; NULL on proof of stake"),
        Column("transactions_24h", INT, "Transactions of the last 24 hours", "count"),
        Column("block_transactions", INT, "Transactions in the newest block", "count"),
        Column("mempool_transactions", INT, "Transactions that wait", "count"),
        Column("circulating_supply", REAL, "Coins in circulation", "coins"),
        Column("total_supply", REAL, "Coins that exist", "coins"),
        Column("tps", REAL, "Transactions per second now"),
        Column("epoch", INT, "Epoch or era, where the chain has one"),
        Column("coin_price_usd", REAL, "Price of the coin as this source says it", "USD"),
        Column("extra", TEXT, "What else the source says, as JSON"),
        SOURCE_TIME,
        said_by("source"),
        *FETCHED,
    ),
)
