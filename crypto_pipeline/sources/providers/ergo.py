"""Ergo, from the explorer of its developers."""

from crypto_pipeline.schema.rows import ChainStat
from crypto_pipeline.sources.kit import Payload, Provider, Rows, number

ergo = Provider("ergo", "https://api.ergoplatform.com/api/v1", docs="https://api.ergoplatform.com/api/v1/docs/")


@ergo.endpoint(ChainStat, "/networkState", cadence=15)
def state(payload: Payload) -> Rows:
    """{"lastBlockId": "00", "height": 1600000, "maxBoxGix": 1, "maxTxGix": 1, "params": {...}}

    maxTxGix is the index of the last transaction, counted from 0.
    """
    last = payload.get("maxTxGix")
    yield ChainStat(
        "ergo", latest_block=payload.get("height"), total_transactions=None if last is None else number(last) + 1
    )
