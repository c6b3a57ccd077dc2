"""Solana, from its public nodes: priority fees, the state of the chain, a look at one block.

Two hosts are one source. The answers of a node hold no clock except for blocks.
"""

from collections.abc import Mapping
from statistics import quantiles

from crypto_pipeline.schema.rows import ChainStat, Gas, Transfer
from crypto_pipeline.sources.formats.json_rpc import result
from crypto_pipeline.sources.kit import (
    Budget,
    Expected,
    Payload,
    PoolMember,
    Provider,
    Rows,
    SubRequest,
    as_list,
    each,
    known,
    number_or_none,
    post,
    present,
    quotient,
    scaled,
    together,
)

solana = Provider(
    "solana",
    "https://api.mainnet-beta.solana.com",
    docs="https://solana.com/docs/rpc/http",
    too_often=('"code":429', '"code":-32029'),
    budget=Budget(40, 10),
)
publicnode_solana = Provider(
    "publicnode_solana",
    "https://solana-rpc.publicnode.com",
    docs="https://solana.com/docs/rpc/http",
    too_often=('"code":429', '"code":-32029'),
    source="solana",
)

LAMPORTS_PER_SOL = 10**9


def _method(method: str, *params: object) -> dict[str, object]:
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": [*params]}


def fees(payload: Payload) -> Rows:
    """{"jsonrpc": "2.0", "id": 1, "result": [{"slot": 348125, "prioritizationFee": 0}, {"slot": 348126, "prioritizationFee": 1000}, ...]}

    Up to 150 slots; each value is the smallest fee that landed, in millionths of a lamport per compute unit.
    """
    slots = present(result(payload))
    paid = [fee for slot in slots if (fee := number_or_none(slot.get("prioritizationFee"))) is not None]
    if len(paid) == 1:
        paid *= 2
    cuts = quantiles(paid, n=100, method="inclusive")
    yield Gas(
        "solana",
        gas_price=cuts[49],
        slow=cuts[24],
        standard=cuts[49],
        fast=cuts[89],
        unit="micro-lamports/CU",
        block_number=max((at for slot in slots if (at := number_or_none(slot.get("slot")))), default=None),
    )


STATS = (
    SubRequest("epoch", _method("getEpochInfo")),
    SubRequest("performance", _method("getRecentPerformanceSamples", 10), optional=True),
    SubRequest("supply", _method("getSupply", {"excludeNonCirculatingAccountsList": True}), optional=True),
)


def stats(payload: Payload) -> Rows:
    """{"epoch": {"jsonrpc": "2.0", "id": 1, "result": {"absoluteSlot": 380000000, "blockHeight": 358000000, "epoch": 879,
        "slotIndex": 272000, "slotsInEpoch": 432000, "transactionCount": 450000000000}},
     "performance": {..., "result": [{"numTransactions": 240000, "numNonVoteTransactions": 72000, "samplePeriodSecs": 60, ...}]},
     "supply": {..., "result": {"value": {"circulating": 540000000000000000, "total": 600000000000000000, ...}}}}

    transactionCount includes votes. Also reads a saved getEpochInfo answer alone.
    """
    epoch = result(payload.get("epoch", payload))
    samples = [_sample(sample) for sample in present((payload.get("performance") or {}).get("result") or [])]
    counted = [(transactions, seconds) for transactions, seconds in samples if transactions > 0 and seconds > 0]
    seconds = sum(seconds for _, seconds in counted)
    supply = ((payload.get("supply") or {}).get("result") or {}).get("value") or {}
    yield ChainStat(
        "solana",
        latest_block=epoch.get("blockHeight"),
        total_transactions=epoch.get("transactionCount"),
        circulating_supply=_sol(supply.get("circulating")),
        total_supply=_sol(supply.get("total")),
        tps=sum(transactions for transactions, _ in counted) / seconds if seconds else None,
        epoch=epoch.get("epoch"),
        extra=known(
            slot=scaled(epoch.get("absoluteSlot"), 1),
            epoch_progress=quotient(epoch.get("slotIndex"), epoch.get("slotsInEpoch")),
        ),
    )


def _sample(sample: Payload) -> tuple[float, float]:
    """Transactions of one sample and the seconds that it took; 0 for what it does not say."""
    transactions, seconds = (number_or_none(sample.get(name)) for name in ("numTransactions", "samplePeriodSecs"))
    return transactions or 0, seconds or 0


def _sol(lamports: int | None) -> float | None:
    return None if lamports is None else lamports / LAMPORTS_PER_SOL


def _newest_block(answers: Mapping[str, Payload]) -> object:
    how = {"encoding": "json", "transactionDetails": "accounts", "rewards": False, "maxSupportedTransactionVersion": 0}
    return _method("getBlock", result(answers["slot"]), how)


BLOCK = (SubRequest("slot", _method("getSlot", {"commitment": "finalized"})), SubRequest("block", _newest_block))


def transfers(payload: Payload) -> Rows:
    """{"slot": {..., "result": 380000000}, "block": {"jsonrpc": "2.0", "id": 1, "result": {"blockHeight": 358000000,
    "blockTime": 1767225600, "transactions": [{"meta": {"err": null, "preBalances": [100000000000000, 1],
        "postBalances": [1000000000, 99000000000001]}, "transaction": {"accountKeys": [{"pubkey": "From"}, {"pubkey": "To"}],
        "signatures": ["sig"]}}]}}}

    Lamports, from the account that lost most to the one that gained most.
    """
    block = result(payload.get("block", payload))

    def transfer(entry: Payload) -> Transfer | None:
        meta, transaction = entry["meta"], entry["transaction"]
        if meta["err"] is not None:
            return None
        accounts = [account["pubkey"] for account in transaction["accountKeys"]]
        changes = [after - before for before, after in zip(meta["preBalances"], meta["postBalances"], strict=True)]
        return Transfer(
            "solana",
            as_list(transaction["signatures"])[0],
            "SOL",
            amount=max(changes) / LAMPORTS_PER_SOL,
            from_address=accounts[changes.index(min(changes))],
            to_address=accounts[changes.index(max(changes))],
            block_number=block.get("blockHeight"),
            timestamp=block.get("blockTime"),
        )

    return each(block["transactions"], transfer)


for _priority, _node in enumerate((solana, publicnode_solana)):
    _node.endpoint(
        Gas,
        post("", _method("getRecentPrioritizationFees", [])),
        pool=PoolMember("gas_solana", _priority),
        quirks="The fixed 5,000 lamports a signature come on top.",
    )(fees)
    _node.endpoint(ChainStat, together(*STATS), cadence=15, pool=PoolMember("stats_solana", _priority))(stats)
    _node.endpoint(
        Transfer,
        together(*BLOCK),
        cadence=15,
        pool=PoolMember("transfers_solana", _priority),
        answer=Expected(may_be_empty=True),
        quirks="One of some 2,000 blocks of a quarter of an hour: a sample. Programs move balances too.",
    )(transfers)
