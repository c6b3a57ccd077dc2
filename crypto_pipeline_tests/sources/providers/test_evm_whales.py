"""Transfers of dollar coins from the logs of nodes."""

from __future__ import annotations

from itertools import count, islice, pairwise
from typing import Any

import pytest

from crypto_pipeline.schema.rows import Transfer
from crypto_pipeline.sources.kit import ErrorInBody, Unreadable
from crypto_pipeline.sources.providers.evm_nodes import NODES
from crypto_pipeline.sources.providers.evm_whales import CHAINS, TRANSFER_TOPIC, Chain, logs_of, transfers_of

ETHEREUM = CHAINS["ethereum"]
HEAD = {"jsonrpc": "2.0", "id": 1, "result": {"number": "0x1406f40", "timestamp": "0x6955b900"}}
SENDER, RECEIVER = "0x" + "aa" * 20, "0x" + "bb" * 20


def calls_of(chain: Chain) -> tuple[Any, ...]:
    return logs_of(chain)


def log(token: str, units: int, index: int = 2, **changes: Any) -> dict[str, Any]:
    return {
        "address": token,
        "topics": [TRANSFER_TOPIC, "0x" + "00" * 12 + SENDER[2:], "0x" + "00" * 12 + RECEIVER[2:]],
        "data": f"0x{units:064x}",
        "blockNumber": "0x1406f40",
        "transactionHash": "0xaa",
        "logIndex": hex(index),
        "blockTimestamp": "0x6955b900",
        "removed": False,
        **changes,
    }


def answers(*ranges: list[object]) -> dict[str, Any]:
    """The answers to the head and to the ranges, the newest first."""
    return {"head": HEAD, **{f"logs_{index}": {"result": logs} for index, logs in enumerate(ranges, 1)}}


def transfers(chain: str, *logs: object) -> list[Any]:
    older: list[list[object]] = [[] for _ in range(CHAINS[chain].ranges - 1)]
    return list(transfers_of(chain, CHAINS[chain])(answers([*logs], *older)))


def test_a_log_becomes_a_transfer() -> None:
    assert transfers("ethereum", log(ETHEREUM.usdt, 1_500_000_000_001)) == [
        Transfer(
            "ethereum",
            "0xaa",
            "USDT",
            amount=1_500_000.000001,
            event_index=2,
            from_address=SENDER,
            to_address=RECEIVER,
            block_number=21_000_000,
            timestamp=1_767_225_600,
        )
    ]


def test_both_coins_have_18_decimals_on_bsc() -> None:
    bsc = CHAINS["bsc"]
    rows = transfers("bsc", log(bsc.usdt, 2_500_000 * 10**18), log(bsc.usdc, 10**18))
    assert [(row.symbol, row.amount) for row in rows] == [("USDT", 2_500_000.0), ("USDC", 1.0)]


def test_two_transfers_in_one_transaction_are_two() -> None:
    rows = transfers("ethereum", log(ETHEREUM.usdt, 1, index=4), log(ETHEREUM.usdc, 1, index=5))
    assert [(row.transaction_hash, row.event_index) for row in rows] == [("0xaa", 4), ("0xaa", 5)]


def test_what_a_reorganisation_took_back_did_not_move() -> None:
    assert transfers("ethereum", log(ETHEREUM.usdt, 10**12, removed=True)) == []


def test_logs_of_other_contracts_are_passed_over() -> None:
    assert transfers("ethereum", log("0x" + "11" * 20, 10**12)) == []


def test_addresses_are_compared_without_regard_to_case() -> None:
    assert len(transfers("ethereum", log("0x" + ETHEREUM.usdt[2:].upper(), 10**12))) == 1


def test_without_a_time_it_is_reckoned_from_the_newest_block() -> None:
    ten_blocks_ago = log(ETHEREUM.usdt, 10**12, blockNumber=hex(0x1406F40 - 10))
    del ten_blocks_ago["blockTimestamp"]
    [row] = transfers("ethereum", ten_blocks_ago)
    assert row.timestamp == 0x6955B900 - 10 * 12


def test_saved_logs_alone_are_read_too() -> None:
    without = log(ETHEREUM.usdt, 10**12)
    del without["blockTimestamp"]
    row: Any
    [row] = transfers_of("ethereum", ETHEREUM)({"result": [without]})
    assert (row.amount, row.timestamp) == (10**6, None)


def test_a_bad_log_costs_only_itself() -> None:
    rows = transfers("ethereum", None, log(ETHEREUM.usdt, 1, data="0x"), log(ETHEREUM.usdt, 10**12))
    assert [type(row) for row in rows] == [Unreadable, Unreadable, Transfer]


def test_logs_are_read_one_by_one() -> None:
    endless = (log(ETHEREUM.usdt, amount) for amount in count())
    rows = transfers_of("ethereum", ETHEREUM)({"result": endless})
    assert len(list(islice(rows, 3))) == 3


def test_a_refusal_of_the_newest_range_is_an_error() -> None:
    rejected = {"error": {"code": -32005, "message": "query returned more than 10000"}}
    with pytest.raises(ErrorInBody, match="more than 10000"):
        list(transfers_of("ethereum", ETHEREUM)({"head": HEAD, "logs_1": rejected}))


def test_an_older_range_that_was_refused_or_did_not_come_costs_only_itself() -> None:
    rejected = {"error": {"code": -32005, "message": "query returned more than 10000"}}
    one = log(ETHEREUM.usdt, 10**12)
    rows = list(transfers_of("ethereum", ETHEREUM)({**answers([one]), "logs_2": rejected}))
    assert [type(row) for row in rows] == [Transfer, Unreadable, Unreadable]
    assert rows[1:] == [
        Unreadable(rejected, "range 2 of 3 was not given"),
        Unreadable(None, "range 3 of 3 was not given"),
    ]


@pytest.mark.parametrize("chain", CHAINS.values(), ids=CHAINS)
def test_the_ranges_cover_the_last_quarter_of_an_hour_and_a_minute_more(chain: Chain) -> None:
    asked = [call.body({"head": HEAD}) for call in calls_of(chain)]
    wanted = [body["params"][0] for body in asked]
    assert [body["method"] for body in asked] == ["eth_getLogs"] * chain.ranges
    assert all(one["address"] == [chain.usdt, chain.usdc] for one in wanted)
    assert all(one["topics"] == [TRANSFER_TOPIC] for one in wanted)
    blocks = [range(int(one["fromBlock"], 16), int(one["toBlock"], 16) + 1) for one in wanted]
    assert blocks[0].stop - 1 == 0x1406F40
    assert all(newer.start == older.stop for newer, older in pairwise(blocks))
    assert 0 <= sum(map(len, blocks)) - chain.blocks * 16 // 15 < chain.ranges


@pytest.mark.parametrize("chain", CHAINS.values(), ids=CHAINS)
def test_only_the_newest_range_must_come(chain: Chain) -> None:
    assert [call.optional for call in calls_of(chain)] == [False] + [True] * (chain.ranges - 1)


@pytest.mark.parametrize("head", [{"error": {"code": -32000, "message": "busy"}}, {"result": None}])
def test_without_a_newest_block_nothing_can_be_asked(head: object) -> None:
    with pytest.raises((ErrorInBody, TypeError)):
        calls_of(ETHEREUM)[0].body({"head": head})


@pytest.mark.parametrize("chain", CHAINS)
def test_the_hosts_of_a_chain_stand_in_for_each_other(chain: str) -> None:
    nodes = [NODES[f"{operator}_{chain}"] for operator in CHAINS[chain].operators]
    endpoints = [endpoint for node in nodes for endpoint in node.endpoints if endpoint.name == "transfers"]
    assert [(endpoint.pool, endpoint.priority) for endpoint in endpoints] == [
        (f"transfers_{chain}", 0),
        (f"transfers_{chain}", 1),
    ]
    assert all(endpoint.answer.may_be_empty for endpoint in endpoints)
