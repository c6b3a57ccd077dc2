"""Transfers of ETH, from whole blocks of Ethereum's public nodes.

The newest block must come: a node that does not give it is passed over, and the pool's next is asked. An older one may be
missing; it is told as an entry that could not be read.
"""

from collections.abc import Mapping
from functools import partial

from crypto_pipeline.schema.rows import Transfer
from crypto_pipeline.sources.formats.json_rpc import quantity, quantity_or_none, result
from crypto_pipeline.sources.kit import (
    Expected,
    Payload,
    PoolMember,
    Rows,
    SubRequest,
    Unreadable,
    each,
    reject,
    together,
)
from crypto_pipeline.sources.providers.evm_nodes import NODES
from crypto_pipeline.sources.providers.evm_whales import HEAD

__all__ = ["NODES"]

BLOCKS = 30
"""Of 75 in a quarter of an hour: more at once would spend the minute's budget of a host."""
WEI_PER_ETH = 10**18


def _block(index: int, answers: Mapping[str, Payload]) -> object:
    wanted = hex(quantity(result(answers["head"])["number"]) - index)
    return {"jsonrpc": "2.0", "id": index + 2, "method": "eth_getBlockByNumber", "params": [wanted, True]}


def transfers(payload: Payload) -> Rows:
    """{"head": {"jsonrpc": "2.0", "id": 1, "result": {"number": "0x1406f40", ...}}, "block_1": {"jsonrpc": "2.0", "id": 2, "result": {
        "number": "0x1406f40", "timestamp": "0x6955b900", "transactions": [{"hash": "0xaa", "from": "0xfrom", "to": "0xto",
        "value": "0x3635c9adc5dea00000", "input": "0x", "type": "0x2", ...}, ...], ...}}, "block_2": {...}, ...}

    Values are wei. to is null where a contract is made. Also reads a saved block alone.
    """
    if not {"head", "block_1"} & set(payload):
        yield from _of_block(result(payload))
        return
    reject((payload.get("block_1") or {}).get("error"))
    for index in range(1, BLOCKS + 1):
        answer = payload.get(f"block_{index}")
        block = answer.get("result") if isinstance(answer, dict) else None
        if isinstance(block, dict) and "transactions" in block:
            yield from _of_block(block)
        else:
            yield Unreadable(answer, f"block {index} of {BLOCKS} was not given")


def _of_block(block: Payload) -> Rows:
    number, mined = quantity_or_none(block.get("number")), quantity_or_none(block.get("timestamp"))

    def transfer(transaction: Payload) -> Transfer | None:
        wei = quantity(transaction["value"])
        if not wei:
            return None
        return Transfer(
            "ethereum",
            transaction["hash"],
            "ETH",
            amount=wei / WEI_PER_ETH,
            from_address=transaction.get("from"),
            to_address=transaction.get("to"),
            block_number=number,
            timestamp=mined,
        )

    return each(block["transactions"], transfer)


_BLOCK_CALLS = tuple(
    SubRequest(f"block_{index + 1}", partial(_block, index), optional=index > 0) for index in range(BLOCKS)
)

for _priority, _operator in enumerate(("publicnode", "drpc")):
    NODES[f"{_operator}_ethereum"].endpoint(
        Transfer,
        together(HEAD, *_BLOCK_CALLS),
        name="coin_transfers",
        cadence=15,
        pool=PoolMember("coin_transfers_ethereum", _priority),
        answer=Expected(may_be_empty=True),
        quirks="The newest 30 of 75 blocks. A call that failed keeps its value, and what contracts move inside is not seen.",
    )(transfers)
