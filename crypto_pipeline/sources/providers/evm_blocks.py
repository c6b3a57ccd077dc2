"""The newest block of chains that run the Ethereum machine, from their public nodes.

These chains are not mined, so a block's difficulty says nothing and is left out. A node does not count
transactions since the beginning; explorers do (sources/providers/blockscout.py, sources/providers/blockchair.py).
"""

from crypto_pipeline.schema.rows import ChainStat
from crypto_pipeline.sources.formats.json_rpc import quantity, quantity_or_none, result
from crypto_pipeline.sources.kit import Parser, Payload, PoolMember, Rows, how_many, known, post
from crypto_pipeline.sources.providers.evm_nodes import NODES, nodes_of

__all__ = ["NODES"]

CHAINS = ("ethereum", "bsc", "polygon", "arbitrum", "base", "avalanche")
NEWEST_BLOCK = {"jsonrpc": "2.0", "id": 1, "method": "eth_getBlockByNumber", "params": ["latest", False]}


def block_of(chain: str) -> Parser:
    """The parser of a chain."""

    def block(payload: Payload) -> Rows:
        """{"jsonrpc": "2.0", "id": 1, "result": {"number": "0x16e3600", "timestamp": "0x6780a000", "gasUsed": "0x10",
        "gasLimit": "0x20", "transactions": ["0x01", "0x02"], ...}}

        result is null where a node behind a balancer does not know the block yet.
        """
        newest = result(payload)
        used, limit = quantity_or_none(newest.get("gasUsed")), quantity_or_none(newest.get("gasLimit"))
        yield ChainStat(
            chain,
            latest_block=quantity(newest["number"]),
            block_transactions=how_many(newest.get("transactions")),
            extra=known(gas_used_ratio=None if used is None or not limit else used / limit),
            timestamp=quantity_or_none(newest.get("timestamp")),
        )

    return block


for _chain in CHAINS:
    _parser = block_of(_chain)
    for _priority, _node in enumerate(nodes_of(_chain)):
        _node.endpoint(
            ChainStat,
            post("", NEWEST_BLOCK),
            cadence=15,
            pool=PoolMember(f"stats_{_chain}", _priority),
        )(_parser)
