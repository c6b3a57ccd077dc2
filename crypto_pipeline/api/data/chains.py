"""The state of the chains.

Belongs here: /chains.
Does not belong here: fees (api/data/gas.py), transfers (api/data/transfers.py).
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, ClassVar

from pydantic import Field

from crypto_pipeline.api.data.query_session import Reading
from crypto_pipeline.api.data.shapes import Answer, Moment, Shape, newest, of
from crypto_pipeline.api.errors import NotFound
from crypto_pipeline.warehouse.sql import not_ahead

RECENT = timedelta(days=2)
"""A source that has said nothing of a chain for longer, counted from the newest of all, is no longer shown."""

_CHAINS = f"""
    SELECT * FROM blockchain_stats
    WHERE timestamp >= $since AND {not_ahead("timestamp")} AND ($blockchain IS NULL OR blockchain = $blockchain)
    QUALIFY row_number() OVER (PARTITION BY blockchain, source ORDER BY timestamp DESC) = 1
    ORDER BY blockchain, source
"""


class Chain(Shape):
    """The state of a chain as one source tells it."""

    blockchain: str = of("blockchain_stats", "blockchain")
    source: str = of("blockchain_stats", "source")
    timestamp: Moment = of("blockchain_stats", "timestamp")
    latest_block: int | None = of("blockchain_stats", "latest_block")
    total_transactions: int | None = of("blockchain_stats", "total_transactions")
    network_hashrate: float | None = of("blockchain_stats", "network_hashrate")
    difficulty: float | None = of("blockchain_stats", "difficulty")
    transactions_24h: int | None = of("blockchain_stats", "transactions_24h")
    block_transactions: int | None = of("blockchain_stats", "block_transactions")
    mempool_transactions: int | None = of("blockchain_stats", "mempool_transactions")
    circulating_supply: float | None = of("blockchain_stats", "circulating_supply")
    total_supply: float | None = of("blockchain_stats", "total_supply")
    tps: float | None = of("blockchain_stats", "tps")
    epoch: int | None = of("blockchain_stats", "epoch")
    coin_price_usd: float | None = of("blockchain_stats", "coin_price_usd")
    extra: Any = Field(description="What else the source says, by its own names; null when it says no more.")


class Chains(Answer):
    """The state of the chains."""

    rows: ClassVar[str] = "chains"

    chains: list[Chain] = Field(description="The newest of each chain at each source, by chain and source.")


def chains(reading: Reading, blockchain: str | None = None) -> Chains:
    """Raises NotFound for a chain of which nobody speaks."""
    newest_at = reading.newest("blockchain_stats")
    rows = reading.rows(_CHAINS, since=newest_at - RECENT, blockchain=blockchain) if newest_at else []
    if blockchain and not rows:
        raise NotFound(f"There is nothing of {blockchain} in the database of the last two days.")
    for row in rows:
        row["extra"] = json.loads(row["extra"]) if row["extra"] else None
    return Chains(chains=[Chain.model_validate(row) for row in rows], as_of=newest(rows))
