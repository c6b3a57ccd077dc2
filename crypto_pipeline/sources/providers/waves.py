"""Waves, the newest block header from its public nodes."""

from crypto_pipeline.schema.rows import ChainStat
from crypto_pipeline.sources.kit import Payload, Provider, Rows

waves = Provider("waves", "https://nodes.wavesnodes.com", docs="https://nodes.wavesnodes.com/api-docs/index.html")


@waves.endpoint(ChainStat, "/blocks/headers/last", cadence=15)
def header(payload: Payload) -> Rows:
    """{"version": 5, "timestamp": 1767225600000, "transactionCount": 20, "height": 5000000, "totalFee": 1000000, ...}"""
    yield ChainStat(
        "waves",
        latest_block=payload.get("height"),
        block_transactions=payload.get("transactionCount"),
        timestamp=payload.get("timestamp"),
    )
