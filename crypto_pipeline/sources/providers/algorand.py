"""Algorand, from the free node and indexer of Nodely: rounds, supply, the least fee, large payments."""

from collections.abc import Iterator
from datetime import timedelta

from crypto_pipeline.schema.rows import ChainStat, Gas, Transfer
from crypto_pipeline.sources.kit import (
    Context,
    Expected,
    Payload,
    Provider,
    RequestSpec,
    Rows,
    SubRequest,
    each,
    get,
    known,
    number,
    scaled,
    together,
)

algorand = Provider("algorand", "https://mainnet-api.algonode.cloud/v2", docs="https://nodely.io/docs/free/start")
algorand_indexer = Provider(
    "algorand_indexer",
    "https://mainnet-idx.algonode.cloud/v2",
    docs="https://nodely.io/docs/free/start",
    source="algorand",
)

MICRO_ALGOS_PER_ALGO = 10**6
LOOK_BACK = timedelta(minutes=16)
"""A quarter of an hour and a little more. Without a start the indexer would read from the genesis block on."""


@algorand.endpoint(Gas, "/transactions/params", cadence=15, quirks="A fixed fee for a transaction, unless congested.")
def fees(payload: Payload) -> Rows:
    """{"consensus-version": "v", "fee": 0, "genesis-id": "mainnet-v1.0", "last-round": 56000000, "min-fee": 1000, ...}

    Millionths of an ALGO; fee is what congestion adds for a byte.
    """
    fee = payload["min-fee"]
    yield Gas(
        "algorand",
        gas_price=fee,
        slow=fee,
        standard=fee,
        fast=fee,
        unit="microAlgo/tx",
        derived=True,
        block_number=payload.get("last-round"),
    )


@algorand.endpoint(
    ChainStat,
    together(SubRequest("status", path="/status"), SubRequest("supply", path="/ledger/supply", optional=True)),
    cadence=15,
)
def state(payload: Payload) -> Rows:
    """{"status": {"catchup-time": 0, "last-round": 56000000, "time-since-last-round": 1200000000, ...},
    "supply": {"current_round": 56000000, "online-money": 2000000000000000, "total-money": 10000000000000000}}

    Millionths of an ALGO. Also reads a saved status alone.
    """
    supply = payload.get("supply") or {}
    yield ChainStat(
        "algorand",
        latest_block=(payload.get("status") or payload).get("last-round"),
        total_supply=scaled(supply.get("total-money"), 1 / MICRO_ALGOS_PER_ALGO),
        extra=known(online_stake=scaled(supply.get("online-money"), 1 / MICRO_ALGOS_PER_ALGO)),
    )


def _since(context: Context) -> Iterator[RequestSpec]:
    yield RequestSpec(params={"after-time": f"{context.now - LOOK_BACK:%Y-%m-%dT%H:%M:%SZ}"})


@algorand_indexer.endpoint(
    Transfer,
    get("/transactions", {"tx-type": "pay", "currency-greater-than": "1000000000000", "limit": "50"}),
    requests=_since,
    cadence=15,
    answer=Expected(may_be_empty=True),
)
def payments(payload: Payload) -> Rows:
    """{"current-round": 56000000, "transactions": [{"id": "AA", "sender": "FROM", "tx-type": "pay",
    "confirmed-round": 56000000, "round-time": 1767225600, "payment-transaction": {"amount": 5000000000000, "receiver": "TO"}, ...}], ...}"""
    return each(payload["transactions"], _payment)


def _payment(entry: Payload) -> Transfer:
    payment = entry["payment-transaction"]
    return Transfer(
        "algorand",
        entry["id"],
        "ALGO",
        amount=number(payment["amount"]) / MICRO_ALGOS_PER_ALGO,
        from_address=entry.get("sender"),
        to_address=payment.get("receiver"),
        block_number=entry.get("confirmed-round"),
        timestamp=entry.get("round-time"),
    )
