"""Transfers of USDT and USDC on chains that run the Ethereum machine, from the logs of their public nodes.

A node cannot filter by amount: all transfers of the last quarter of an hour are read, and the collection keeps the
large ones. They are made one by one, never as a list: there may be a hundred thousand. On a busy chain they are more
than one answer may hold, so the quarter is asked for in several ranges of blocks at once.

The newest range must come: a node that refuses it is passed over, and the pool's next is asked. An older one may be
missing, because what the others hold is better than nothing and the next node has much the same limits; it is told as an
entry that could not be read.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from crypto_pipeline.schema.rows import Transfer
from crypto_pipeline.sources.formats.json_rpc import quantity, result
from crypto_pipeline.sources.kit import (
    Expected,
    Parser,
    Payload,
    PoolMember,
    Rows,
    SubRequest,
    Unreadable,
    each,
    reject,
    together,
)
from crypto_pipeline.sources.providers.evm_blocks import NEWEST_BLOCK
from crypto_pipeline.sources.providers.evm_nodes import NODES

__all__ = ["NODES"]

TRANSFER_TOPIC = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
"""keccak256 of "Transfer(address,address,uint256)"."""


class Chain(NamedTuple):
    """Where the two dollar coins live on a chain, and which nodes serve its logs."""

    operators: tuple[str, ...]
    blocks: int
    """Blocks in a quarter of an hour."""
    ranges: int
    """In how many answers they are asked for: some five thousand logs of 750 bytes each, where nodes give 10,000."""
    usdt: str
    usdc: str
    decimals: int = 6


CHAINS: dict[str, Chain] = {
    "ethereum": Chain(
        ("publicnode", "drpc"),
        blocks=75,
        ranges=3,
        usdt="0xdac17f958d2ee523a2206206994597c13d831ec7",
        usdc="0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48",
    ),
    "arbitrum": Chain(
        ("official", "drpc"),
        blocks=3600,
        ranges=4,
        usdt="0xfd086bc7cd5c481dcc9c85ebe478a1c0b69fcbb9",
        usdc="0xaf88d065e77c8cc2239327c5edb3a432268e5831",
    ),
    "base": Chain(
        ("official", "drpc"),
        blocks=450,
        ranges=12,
        usdt="0xfde4c96c8593536e31f229ea8f37b2ada2699bb2",
        usdc="0x833589fcd6edb6e08f4c7c32d4f71b54bda02913",
    ),
    "polygon": Chain(
        ("publicnode", "drpc"),
        blocks=450,
        ranges=6,
        usdt="0xc2132d05d31c914a87c6611c10748aeb04b58e8f",
        usdc="0x3c499c542cef5e3811e1192ce70d8cc03d5c3359",
    ),
    "bsc": Chain(
        ("publicnode", "drpc"),
        blocks=1200,
        ranges=16,
        usdt="0x55d398326f99059ff775485246999027b3197955",
        usdc="0x8ac76a51cc950d9822d68b83fe1ad97b32cd580d",
        decimals=18,
    ),
}

QUARTER = 15 * 60
OVERLAP = 15
"""A fifteenth more blocks than a quarter of an hour has: a run that starts a minute late misses nothing."""

HEAD = SubRequest("head", NEWEST_BLOCK)


def logs_of(chain: Chain) -> tuple[SubRequest, ...]:
    """The calls for the transfers of both coins up to the newest block, the newest range first."""
    blocks = chain.blocks + chain.blocks // OVERLAP
    length = -(-blocks // chain.ranges)

    def body(index: int, answers: Mapping[str, Payload]) -> object:
        newest = quantity(result(answers["head"])["number"]) - index * length
        wanted = {
            "fromBlock": hex(newest - length + 1),
            "toBlock": hex(newest),
            "address": [chain.usdt, chain.usdc],
            "topics": [TRANSFER_TOPIC],
        }
        return {"jsonrpc": "2.0", "id": index + 2, "method": "eth_getLogs", "params": [wanted]}

    return tuple(
        SubRequest(f"logs_{index + 1}", partial(body, index), optional=index > 0) for index in range(chain.ranges)
    )


def transfers_of(name: str, chain: Chain) -> Parser:
    """The parser of a chain. It also reads a saved eth_getLogs answer alone."""
    symbols = {chain.usdt: "USDT", chain.usdc: "USDC"}

    def transfer(log: Payload, head: Payload) -> Transfer | None:
        symbol = symbols.get(log["address"].lower())
        if symbol is None or log.get("removed"):
            return None
        return Transfer(
            name,
            log["transactionHash"],
            symbol,
            amount=quantity(log["data"]) / 10**chain.decimals,
            event_index=quantity(log["logIndex"]),
            from_address="0x" + log["topics"][1][-40:],
            to_address="0x" + log["topics"][2][-40:],
            block_number=quantity(log["blockNumber"]),
            timestamp=_mined_at(log, head, QUARTER / chain.blocks),
        )

    def transfers(payload: Payload) -> Rows:
        """{"head": {"jsonrpc": "2.0", "id": 1, "result": {"number": "0x1406f40", "timestamp": "0x6955b900", ...}},
         "logs_1": {"jsonrpc": "2.0", "id": 2, "result": [
            {"address": "0xdac1...1ec7", "topics": ["0xddf2...b3ef", "0x000...aaaa", "0x000...bbbb"],
             "data": "0xe8d4a51000", "blockNumber": "0x1406f40", "transactionHash": "0xaa", "logIndex": "0x2",
             "blockTimestamp": "0x6955b900", "removed": false, ...}]},
         "logs_2": {"jsonrpc": "2.0", "id": 3, "error": {"code": -32005, "message": "query returned more than 10000"}}}

        topics are the event, the sender and the receiver; removed: a reorganisation took the block back. Many hosts
        leave blockTimestamp out: then the time is reckoned from the newest block.
        """
        if not {"head", "logs_1"} & set(payload):
            return each(result(payload), partial(transfer, head=None))
        read = partial(transfer, head=(payload.get("head") or {}).get("result"))
        reject((payload.get("logs_1") or {}).get("error"))
        return in_ranges(payload, read)

    def in_ranges(payload: Payload, read: Callable[[Payload], Transfer | None]) -> Rows:
        for index in range(1, chain.ranges + 1):
            answer = payload.get(f"logs_{index}")
            logs = answer.get("result") if isinstance(answer, dict) else None
            if isinstance(logs, list):
                yield from each(logs, read)
            else:
                yield Unreadable(answer, f"range {index} of {chain.ranges} was not given")

    return transfers


def _mined_at(log: Payload, head: Payload, seconds_per_block: float) -> float | None:
    """When a log's block was made; without that, by how many blocks lie between it and the newest one."""
    if log.get("blockTimestamp"):
        return quantity(log["blockTimestamp"])
    if not head or "number" not in head or "timestamp" not in head:
        return None
    behind = quantity(head["number"]) - quantity(log["blockNumber"])
    return quantity(head["timestamp"]) - round(behind * seconds_per_block)


for _name, _chain in CHAINS.items():
    _parser, _calls = transfers_of(_name, _chain), (HEAD, *logs_of(_chain))
    for _priority, _operator in enumerate(_chain.operators):
        NODES[f"{_operator}_{_name}"].endpoint(
            Transfer,
            together(*_calls),
            cadence=15,
            pool=PoolMember(f"transfers_{_name}", _priority),
            answer=Expected(may_be_empty=True),
            quirks="Nodes limit the range and the number of logs of an answer; a refused older range leaves a gap. Times may be reckoned from block numbers.",
        )(_parser)
