"""Hiro, API of Stacks: the newest block, the price of a transfer. The key is optional."""

from crypto_pipeline.schema.rows import ChainStat, Gas
from crypto_pipeline.sources.kit import (
    Key,
    Payload,
    Provider,
    Rows,
    SubRequest,
    each,
    known,
    scaled,
    together,
)

hiro = Provider(
    "hiro",
    "https://api.hiro.so",
    docs="https://docs.hiro.so/",
    per_minute=50,
    key=Key("HIRO_API_KEY", header="x-api-key"),
)


@hiro.endpoint(ChainStat, "/extended/v2/blocks", limit=1, cadence=15)
def blocks(payload: Payload) -> Rows:
    """{"limit": 1, "offset": 0, "total": 5000000, "results": [{"canonical": true, "height": 5000000, "block_time": 1767225600,
    "burn_block_height": 930000, "tx_count": 5, ...}]}"""
    return each(payload["results"], _block)


def _block(block: Payload) -> ChainStat:
    return ChainStat(
        "stacks",
        latest_block=block.get("height"),
        block_transactions=block.get("tx_count"),
        extra=known(bitcoin_block=scaled(block.get("burn_block_height"), 1)),
        timestamp=block.get("block_time"),
    )


@hiro.endpoint(Gas, together(SubRequest("fee", path="/v2/fees/transfer")), cadence=15)
def gas(payload: Payload) -> Rows:
    """{"fee": 1}

    The whole answer is one number: millionths of an STX for a byte. A call gives it a name.
    """
    fee = payload["fee"]
    yield Gas("stacks", gas_price=fee, standard=fee, unit="microSTX/byte")
