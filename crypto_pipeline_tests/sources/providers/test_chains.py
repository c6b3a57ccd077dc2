"""What differs between sources of chains and is not seen in a good answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crypto_pipeline.replay.recorded import file_of
from crypto_pipeline.schema.rows import ChainStat, Gas, Transfer
from crypto_pipeline.sources.kit import Endpoint, ErrorInBody, Unreadable, discover
from crypto_pipeline.sources.providers.trongrid import address


def endpoint(wanted: str) -> Endpoint:
    return next(endpoint for endpoint in discover() if endpoint.id == wanted)


def read(wanted: str, payload: Any) -> list[Any]:
    return list(endpoint(wanted).parse(payload))


def sub_requests_of(wanted: str) -> tuple[Any, ...]:
    return endpoint(wanted).request.sub_requests


@pytest.mark.parametrize(
    ("wanted", "answer"),
    [
        (
            "etherscan.gas",
            {"status": "0", "message": "NOTOK", "result": "Max calls per sec rate limit reached (3/sec)"},
        ),
        ("blockchair.stats", {"data": None, "context": {"code": 402, "error": "Limit of requests exceeded"}}),
        ("blockchair.bitcoin_transactions", {"data": None, "context": {"code": 430}}),
        ("blockchain_info.hashrate_chart", {"status": "not-found", "error": "No chart with this name"}),
        ("official_base.block", {"jsonrpc": "2.0", "id": 1, "error": {"code": -32016, "message": "over rate limit"}}),
        ("solana.fees", {"jsonrpc": "2.0", "id": 1, "error": {"code": -32005, "message": "Node is behind"}}),
        ("solana.stats", {"epoch": {"jsonrpc": "2.0", "id": 1, "error": {"code": -32005, "message": "behind"}}}),
        ("trongrid.usdt_transfers", {"success": False, "error": "Exceed the user daily usage"}),
        ("xrpl_s1.fees", {"result": {"error": "slowDown", "error_message": "slow down", "status": "error"}}),
        ("tzkt.state", {"synced": False, "level": 1}),
        ("subscan.stats", {"code": 20008, "message": "API rate limit exceeded", "data": None}),
        ("toncenter.masterchain", {"ok": False, "error": "Ratelimit exceed", "code": 429}),
        ("xmrchain.network", {"data": {"title": "Cant get network info"}, "status": "error"}),
        ("sui.checkpoint", {"data": None, "errors": [{"message": "Unknown field"}]}),
        ("coinmetrics.chains", {"error": {"type": "bad_parameter", "message": "Bad parameter 'metrics'"}}),
        ("whale_alert.transfers", {"result": "error", "message": "invalid api_key"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_error_inside_a_200_is_an_error(wanted: str, answer: object) -> None:
    with pytest.raises(ErrorInBody):
        list(read(wanted, answer))


def test_an_optional_call_that_failed_leaves_its_columns_empty() -> None:
    epoch = {"absoluteSlot": 2, "blockHeight": 1, "epoch": 879, "slotIndex": 1, "slotsInEpoch": 4}
    [row] = read("solana.stats", {"epoch": {"jsonrpc": "2.0", "id": 1, "result": epoch}})
    assert (row.latest_block, row.epoch, row.tps, row.total_supply) == (1, 879, None, None)


@pytest.mark.parametrize(
    ("wanted", "needed"),
    [
        ("algorand.state", "status"),
        ("kaspa.state", "blockdag"),
        ("koios.epoch", "epoch"),
        ("mempool_space.state", "blocks"),
        ("multiversx.state", "stats"),
        ("tzkt.state", "head"),
    ],
)
def test_the_one_answer_that_a_state_needs_is_enough(wanted: str, needed: str) -> None:
    whole = json.loads(file_of(endpoint(wanted)).read_bytes())
    [joined] = read(wanted, whole)
    [alone] = read(wanted, {needed: whole[needed]})
    assert [*read(wanted, whole[needed])] == [alone]
    known = {name: value for name, value in alone._asdict().items() if value is not None and name != "extra"}
    assert known.items() < joined._asdict().items()
    assert (alone.extra or {}).items() <= (joined.extra or {}).items()


@pytest.mark.parametrize(
    ("wanted", "url"),
    [
        ("mempool_space.block_transactions", "https://mempool.space/api/block/{id}/txs/0"),
        ("blockstream.block_transactions", "https://blockstream.info/api/block/{id}/txs/0"),
        ("litecoinspace.block_transactions", "https://litecoinspace.org/api/block/{id}/txs/0"),
    ],
)
def test_the_newest_block_is_asked_for_by_its_hash(wanted: str, url: str) -> None:
    first, then = sub_requests_of(wanted)
    assert not first.needs_others
    assert endpoint(wanted).url() + then.path({"blocks": [{"id": "00aa"}, {"id": "00bb"}]}) == url.format(id="00aa")


def test_a_whole_block_is_asked_for_by_its_hash() -> None:
    _, then = sub_requests_of("blockchain_info_explorer.block")
    assert then.path({"latest": {"hash": "00aa"}}) == "/rawblock/00aa"


def test_transfers_of_vechain_are_asked_for_up_to_the_newest_block() -> None:
    _, then = sub_requests_of("vechain.transfers")
    assert then.path == "/logs/transfer"
    assert then.body({"best": {"number": 1000}})["range"] == {"unit": "block", "from": 905, "to": 1000}


def test_the_coins_of_whole_blocks_are_read_and_a_block_that_did_not_come_is_told() -> None:
    mined = {"number": "0x10", "timestamp": "0x6955b900", "transactions": []}
    paid = {"hash": "0xaa", "from": "0xf", "to": None, "value": hex(400 * 10**18)}
    rows = list(
        read(
            "publicnode_ethereum.coin_transfers",
            {
                "head": {"result": mined},
                "block_1": {"result": {**mined, "transactions": [paid, {**paid, "value": "0x0"}, None]}},
                "block_2": {"result": None},
            },
        )
    )
    assert [type(row) for row in rows[:3]] == [Transfer, Unreadable, Unreadable]
    assert (rows[0].amount, rows[0].to_address, rows[0].timestamp) == (400.0, None, 0x6955B900)
    assert len(rows) == 2 + len(sub_requests_of("publicnode_ethereum.coin_transfers")) - 2


def test_whole_blocks_are_asked_for_from_the_newest_down() -> None:
    _, *blocks = sub_requests_of("publicnode_ethereum.coin_transfers")
    asked = [block.body({"head": {"result": {"number": "0x100"}}})["params"] for block in blocks]
    assert asked[:2] == [["0x100", True], ["0xff", True]]


def test_an_address_of_tron_is_told_as_wallets_show_it() -> None:
    assert address("0xa614f803b6fd780986a42c78ec9c7f77e6ded13c") == "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"


def test_a_partial_payment_counts_by_what_was_delivered() -> None:
    payment = {
        "hash": "AA",
        "Account": "rFrom",
        "Destination": "rTo",
        "Amount": "9000000000000",
        "TransactionType": "Payment",
        "metaData": {"TransactionResult": "tesSUCCESS", "delivered_amount": "1"},
    }
    ledger = {"close_time": 820_540_800, "transactions": [payment]}
    [row] = read("xrpl_s1.payments", {"result": {"ledger": ledger, "ledger_index": 1, "status": "success"}})
    assert (row.amount, row.timestamp) == (1e-6, 1_767_225_600)


@pytest.mark.parametrize(
    "prices",
    [
        {"slow": 0.07, "average": 0.17, "fast": 1.6},
        {"slow": {"price": 0.07}, "average": {"price": 0.17, "base_fee": 0.06}, "fast": {"price": 1.6}},
    ],
    ids=["numbers", "objects"],
)
def test_explorers_give_prices_as_numbers_or_as_objects(prices: object) -> None:
    answer = {"total_blocks": "2", "total_transactions": "3", "transactions_today": "1", "gas_prices": prices}
    [stat, gas] = read("blockscout_base.stats", answer)
    assert isinstance(stat, ChainStat)
    assert isinstance(gas, Gas)
    assert (gas.slow, gas.standard, gas.fast) == (0.07, 0.17, 1.6)


def test_an_explorer_without_gas_prices_still_tells_the_state_of_its_chain() -> None:
    answer = {"total_blocks": "2", "total_transactions": "3", "transactions_today": "1", "gas_prices": None}
    assert [type(row) for row in read("blockscout_base.stats", answer)] == [ChainStat]


def test_only_chains_that_are_mined_have_a_difficulty() -> None:
    data = {"best_block_height": 1, "best_block_time": "2026-11-23 11:58:59", "difficulty": 0}
    answer = {"data": {"ethereum": {"data": data}}, "context": {"code": 200}}
    [row] = read("blockchair.stats", answer)
    assert row.difficulty is None


def test_a_transfer_of_another_chain_is_none_of_polkadot() -> None:
    def transfer(sender: str, **more: object) -> dict[str, object]:
        entry = {"from": sender, "to": "1to", "amount": "15", "hash": "0xaa", "block_timestamp": 1587746376}
        return {**entry, "success": True, **more}

    transfers = [transfer("1from"), transfer("EonK7NScf"), transfer("1from", asset_symbol="USDT", hash="0xbb")]
    made = read("subscan.transfers", {"code": 0, "data": {"transfers": transfers}})
    assert [type(one).__name__ for one in made] == ["Transfer", "Unreadable"]


@pytest.mark.parametrize(
    ("said", "unit"),
    [
        ({"current_hf_version": 16, "height": 3550118}, "piconero/byte"),
        ({"height": 3550118}, "piconero/byte"),
        ({}, "piconero/byte"),
        ({"current_hf_version": 7, "height": 1600000}, "piconero/kB"),
        ({"height": 1310423}, "piconero/kB"),
    ],
)
def test_fees_of_monero_are_for_a_byte_since_the_rules_of_2018(said: dict[str, int], unit: str) -> None:
    made = read("xmrchain.network", {"data": {"fee_per_kb": 20000, **said}, "status": "success"})
    assert [row.unit for row in made if isinstance(row, Gas)] == [unit]


def test_of_estimates_that_cross_the_nearer_block_costs_no_less_than_a_later_one() -> None:
    (crossed,) = read("blockstream.fees", {"1": 3.0, "3": 3.2, "144": 1.0})
    assert (crossed.slow, crossed.standard, crossed.fast) == (1.0, 3.2, 3.2)
    (unknown,) = read("blockstream.fees", {"3": 3.2, "144": 4.0})
    assert (unknown.slow, unknown.standard, unknown.fast) == (4.0, 4.0, None)


def test_where_the_queue_of_the_ledger_is_full_nothing_is_had_for_the_base_fee() -> None:
    drops = {"base_fee": "10", "median_fee": "5000", "minimum_fee": "15", "open_ledger_fee": "5203"}
    answer = {"result": {"drops": drops, "ledger_current_index": 100, "status": "success"}}
    (full,) = read("xrpl_s1.fees", answer)
    assert (full.slow, full.standard, full.fast) == ("15", "15", "5203")


@pytest.mark.parametrize("decimals", ["6", None, "0", "18"])
def test_an_explorer_that_counts_the_decimals_of_a_known_coin_otherwise_speaks_of_another(decimals: str | None) -> None:
    """A million times too much would be moved."""
    at_blockscout = {"transaction_hash": "0xaa", "total": {"value": "1500000", "decimals": decimals}, "token": None}
    [first] = read("blockscout_ethereum.usdt_transfers", {"items": [at_blockscout]})
    at_tronscan = {"transaction_id": "aa", "quant": "1500000", "revert": False, "finalResult": "SUCCESS"}
    at_tronscan["tokenInfo"] = {"tokenDecimal": decimals}
    [second] = read("tronscan.usdt_transfers", {"token_transfers": [at_tronscan]})
    amounts = [getattr(row, "amount", None) for row in (first, second)]
    assert amounts == [1.5 if decimals in ("6", None) else None] * 2


@pytest.mark.parametrize(
    ("wanted", "payload", "place", "main", "other"),
    [
        ("aptos.ledger", {"block_height": "9"}, "chain_id", 1, 2),
        ("tonapi.masterchain", {"seqno": 9}, "global_id", -239, -3),
        ("xrpl_s1.stats", {"validated_ledger": {"seq": 9}}, "network_id", 0, 1),
    ],
)
def test_a_chain_whose_number_is_that_of_another_network_is_refused(
    wanted: str, payload: dict[str, Any], place: str, main: int, other: int
) -> None:
    def state(**more: int) -> list[Any]:
        said = {**payload, **more}
        return read(wanted, {"result": {"status": "success", "info": said}} if wanted == "xrpl_s1.stats" else said)

    for one in ({}, {place: main}):
        assert [int(row.latest_block) for row in state(**one)] == [9]
    with pytest.raises(ValueError, match="an answer about"):
        state(**{place: other})
