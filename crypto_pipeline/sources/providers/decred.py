"""Decred, from the explorer of its developers."""

from crypto_pipeline.schema.rows import ChainStat
from crypto_pipeline.sources.kit import Payload, Provider, Rows, scaled

decred = Provider("decred", "https://dcrdata.decred.org/api", docs="https://github.com/decred/dcrdata")

SECONDS_BETWEEN_BLOCKS = 300


@decred.endpoint(ChainStat, "/block/best", cadence=15)
def block(payload: Payload) -> Rows:
    """{"height": 1000000, "diff": 30000000000.0, "sdiff": 250.0, "time": 1767225600, "txlen": 10, "ticket_pool": {...}, ...}

    The hash rate is the one that makes blocks of this difficulty come in time.
    """
    difficulty = scaled(payload.get("diff"), 1)
    yield ChainStat(
        "decred",
        latest_block=payload.get("height"),
        network_hashrate=None if difficulty is None else difficulty * 2**32 / SECONDS_BETWEEN_BLOCKS,
        difficulty=difficulty,
        block_transactions=payload.get("txlen"),
        timestamp=payload.get("time"),
    )
