"""Gas prices from fee histories: the rule by which chains become comparable."""

from __future__ import annotations

from typing import Any

import pytest

from crypto_pipeline.schema.rows import Gas
from crypto_pipeline.sources.kit import ErrorInBody
from crypto_pipeline.sources.providers.evm_gas import gas_of
from crypto_pipeline.sources.providers.evm_nodes import HOSTS, NODES, nodes_of

GWEI = 10**9
GAS_PRICE = {"jsonrpc": "2.0", "id": 2, "result": hex(5 * GWEI)}
UNKNOWN_METHOD = {"jsonrpc": "2.0", "id": 1, "error": {"code": -32601, "message": "the method does not exist"}}
TOO_MANY = {"jsonrpc": "2.0", "id": 1, "error": {"code": -32005, "message": "limit exceeded"}}


def history(base_fees: list[int], ratios: list[float], tips: list[list[int]] | None) -> dict[str, Any]:
    result: dict[str, Any] = {
        "oldestBlock": "0x64",
        "baseFeePerGas": [hex(fee) for fee in base_fees],
        "gasUsedRatio": ratios,
    }
    if tips is not None:
        result["reward"] = [[hex(tip) for tip in block] for block in tips]
    return {"jsonrpc": "2.0", "id": 1, "result": result}


BUSY = history(
    [20 * GWEI, 21 * GWEI, 22 * GWEI, 23 * GWEI],
    [0.5, 0.0, 0.7],
    [[GWEI, 2 * GWEI, 4 * GWEI], [0, 0, 0], [3 * GWEI, 4 * GWEI, 8 * GWEI]],
)


def gas(payload: object) -> Gas:
    [row] = gas_of("ethereum")(payload)
    assert isinstance(row, Gas)
    return row


def test_a_price_is_the_base_fee_of_the_next_block_and_the_median_tip_of_blocks_that_were_not_empty() -> None:
    row = gas({"feeHistory": BUSY, "gasPrice": GAS_PRICE})
    assert (row.slow, row.standard, row.fast) == (25.0, 26.0, 29.0)
    assert row.base_fee == 23.0
    assert row.gas_price == 5.0
    assert not row.derived


def test_without_tips_the_suggested_price_counts_and_what_else_the_history_says_is_kept() -> None:
    row = gas({"feeHistory": history([20 * GWEI, 23 * GWEI], [0.5], None), "gasPrice": GAS_PRICE})
    assert (row.slow, row.standard, row.fast, row.derived) == (5.0, 5.0, 5.0, True)
    assert (row.base_fee, row.block_number) == (23.0, 100)


def test_the_block_number_is_that_of_the_newest_block() -> None:
    assert gas({"feeHistory": BUSY, "gasPrice": GAS_PRICE}).block_number == 102


def test_where_all_blocks_are_empty_the_base_fee_is_the_price() -> None:
    row = gas({"feeHistory": history([7, 7, 7], [0, 0], [[0, 0, 0], [9, 9, 9]])})
    assert (row.slow, row.standard, row.fast) == (7e-9, 7e-9, 7e-9)


def test_prices_far_below_one_gwei_keep_every_digit() -> None:
    row = gas({"feeHistory": history([0, 380_204], [0.1], [[1, 3, 118_204_411]])})
    assert (row.slow, row.standard, row.fast) == (0.000380205, 0.000380207, 0.118584615)


def test_wei_beyond_the_reach_of_a_float_are_added_as_whole_numbers() -> None:
    base_fee = 2**60 + 1
    row = gas({"feeHistory": history([0, base_fee], [0.1], [[1, 1, 1]])})
    assert row.standard == (2**60 + 2) / GWEI


@pytest.mark.parametrize(
    "no_history",
    [UNKNOWN_METHOD, history([GWEI, GWEI], [0.5], None), history([GWEI, GWEI], [0.5], [])],
    ids=["unknown method", "no reward", "empty reward"],
)
def test_without_a_fee_history_one_price_stands_for_all_three_and_says_so(no_history: object) -> None:
    row = gas({"feeHistory": no_history, "gasPrice": GAS_PRICE})
    assert (row.gas_price, row.slow, row.standard, row.fast) == (5.0, 5.0, 5.0, 5.0)
    assert row.derived


def odd(**members: object) -> dict[str, Any]:
    """A fee history of two blocks, one of them with a transaction, in which these members are another thing."""
    usual = history([GWEI, GWEI, 2 * GWEI], [0.5, 0.5], [[GWEI, GWEI, GWEI], [3 * GWEI, 3 * GWEI, 3 * GWEI]])
    return {**usual, "result": {**usual["result"], **members}}


@pytest.mark.parametrize(
    "members",
    [
        {"reward": [[None, None, None]]},
        {"reward": [[None, None, None], [None, "0x1", "0x2"]]},
        {"reward": [None, None]},
        {"reward": [[], []]},
        {"reward": [["busy", "busy", "busy"]]},
        {"reward": None},
        {"baseFeePerGas": None},
        {"baseFeePerGas": [None, None, None]},
        {"gasUsedRatio": None},
        {"gasUsedRatio": [None, None]},
        {"gasUsedRatio": ["busy", "-"]},
        {"reward": [["0x3", "0x2", "0x1"]]},
    ],
    ids=str,
)
def test_a_fee_history_that_is_odd_costs_only_itself(members: dict[str, Any]) -> None:
    row = gas({"feeHistory": odd(**members), "gasPrice": GAS_PRICE})
    assert (row.gas_price, row.slow, row.standard, row.fast, row.derived) == (5.0, 5.0, 5.0, 5.0, True)


@pytest.mark.parametrize("member", ["reward", "baseFeePerGas", "gasUsedRatio"])
def test_a_fee_history_that_is_odd_and_alone_is_no_price(member: str) -> None:
    with pytest.raises(ErrorInBody, match="neither"):
        gas({"feeHistory": odd(**{member: None})})


def test_a_block_without_its_tips_costs_only_itself() -> None:
    tips = [[None, None, None], ["0x77359400", "0x77359400", "0x77359400"]]
    row = gas({"feeHistory": odd(reward=tips), "gasPrice": GAS_PRICE})
    assert (row.slow, row.standard, row.fast, row.derived) == (4.0, 4.0, 4.0, False)


def test_how_full_a_block_was_may_be_a_text_and_one_of_which_it_is_not_said_does_not_count() -> None:
    tips = [[GWEI] * 3, [9 * GWEI] * 3, [3 * GWEI] * 3]
    payload = history([20 * GWEI, 21 * GWEI, 22 * GWEI, 23 * GWEI], [0.5, 0.5, 0.7], tips)
    payload["result"]["gasUsedRatio"] = ["0.5", None, "7e-1"]
    assert gas({"feeHistory": payload}).standard == 25.0


def test_without_its_oldest_block_a_history_still_has_its_prices() -> None:
    row = gas({"feeHistory": odd(oldestBlock=None)})
    assert (row.standard, row.block_number) == (4.0, None)


@pytest.mark.parametrize(
    "odd_price", [{"result": None}, {"result": "0x"}, {"result": "busy"}, {"result": 5}, []], ids=str
)
def test_a_gas_price_that_is_odd_costs_only_itself(odd_price: object) -> None:
    assert gas({"feeHistory": BUSY, "gasPrice": odd_price}).gas_price == 26.0


@pytest.mark.parametrize("answers", [{}, {"gasPrice": TOO_MANY}, {"gasPrice": None}], ids=["absent", "error", "null"])
def test_without_a_gas_price_the_standard_price_takes_its_place(answers: dict[str, Any]) -> None:
    assert gas({"feeHistory": BUSY, **answers}).gas_price == 26.0


def test_any_other_error_of_the_fee_history_is_an_error() -> None:
    with pytest.raises(ErrorInBody, match="limit exceeded"):
        gas({"feeHistory": TOO_MANY, "gasPrice": GAS_PRICE})


def test_with_neither_there_is_no_row() -> None:
    with pytest.raises(ErrorInBody):
        gas({"feeHistory": UNKNOWN_METHOD, "gasPrice": TOO_MANY})


def test_prices_that_are_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="out of order"):
        gas({"feeHistory": history([0, 1], [0.5], [[3, 2, 1]])})


@pytest.mark.parametrize(
    "saved",
    [BUSY, [BUSY, GAS_PRICE], [GAS_PRICE, BUSY]],
    ids=["the fee history alone", "a batch", "a batch in another order"],
)
def test_answers_saved_in_other_ways_are_read_too(saved: object) -> None:
    assert gas(saved).standard == 26.0


@pytest.mark.parametrize("chain", HOSTS)
def test_the_nodes_of_a_chain_are_one_pool_on_different_hosts(chain: str) -> None:
    endpoints = [endpoint for node in nodes_of(chain) for endpoint in node.endpoints if endpoint.name == "gas"]
    assert {endpoint.pool for endpoint in endpoints} == {f"gas_{chain}"}
    assert [endpoint.priority for endpoint in endpoints] == list(range(len(endpoints)))
    assert len({endpoint.host for endpoint in endpoints}) == len(endpoints)
    assert 2 <= len(endpoints) <= 3


def test_every_node_is_a_source_of_its_own() -> None:
    assert all(node.source == name for name, node in NODES.items())


def test_a_saved_history_with_other_percentiles_gives_the_lowest_the_middle_and_the_highest() -> None:
    history = {
        "oldestBlock": "0x1",
        "baseFeePerGas": ["0x0", "0x0"],
        "gasUsedRatio": [0.5],
        "reward": [["0x1", "0x2", "0x3", "0x4", "0x5"]],
    }
    row = gas({"jsonrpc": "2.0", "id": 1, "result": history})
    assert [row.slow, row.standard, row.fast] == [1e-9, 3e-9, 5e-9]
